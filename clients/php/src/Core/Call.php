<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;

/**
 * A call, ready to be sent as often as it takes.
 *
 * @internal
 */
final class Call
{
    /** @param string $path With the query. */
    private function __construct(
        public readonly Operation $operation,
        public readonly string $path,
        public readonly ?string $body,
        public readonly ?string $contentType,
    ) {
    }

    /**
     * @param list<string> $path
     * @param array<string, mixed> $params
     */
    public static function of(Operation $operation, array $path, array $params): self
    {
        if (array_filter(array_keys($params), is_int(...)) !== []) {
            throw new ApiClientException("$operation->id: the parameters must have names");
        }
        $body = self::inBody($operation, $params);
        $json = $body === [] ? null : Json::encode(Shape::write($operation->id, $body, ['object', $operation->body]));
        return new self(
            $operation,
            Query::path($operation, $path) . Query::of(array_diff_key($params, $body)),
            $json,
            $json === null ? null : 'application/json',
        );
    }

    /** A call whose body is what a form makes of a file. */
    public static function ofForm(Operation $operation, string $body, string $contentType): self
    {
        return new self($operation, Query::path($operation, []), $body, $contentType);
    }

    /**
     * The parameters that stand in the body.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function inBody(Operation $operation, array $params): array
    {
        $hasBody = $operation->method === 'POST' || $operation->method === 'PUT';
        return $hasBody ? array_diff_key($params, array_flip($operation->query)) : [];
    }
}
