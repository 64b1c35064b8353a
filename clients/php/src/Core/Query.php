<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;

/**
 * Paths and queries.
 *
 * @internal
 */
final class Query
{
    private const DEEPEST = 20;

    /**
     * The path of an operation with these values.
     *
     * @param list<string> $values
     */
    public static function path(Operation $operation, array $values): string
    {
        $fill = function (array $found) use ($operation, &$values): string {
            $value = array_shift($values);
            // These would make another path of it: without an id, a DELETE of one thing may be that of all.
            if (in_array($value, ['', '.', '..'], true)) {
                $message = "$operation->id: $found[1] must not be empty, \".\" or \"..\"";
                throw new ApiClientException($message);
            }
            if (preg_match('//u', $value) !== 1) {
                throw new ApiClientException("$operation->id: $found[1] is not valid UTF-8");
            }
            return rawurlencode($value);
        };
        return (string) preg_replace_callback('/\{(\w+)\}/', $fill, $operation->path);
    }

    /**
     * The query of a call with its question mark, or nothing. A list is `name[]=…`, a map `name[key]=…`, null `name=`.
     *
     * @param array<string, mixed> $params
     */
    public static function of(array $params): string
    {
        $pieces = [];
        foreach ($params as $name => $value) {
            self::add($pieces, (string) $name, $value);
        }
        return $pieces === [] ? '' : '?' . implode('&', $pieces);
    }

    /** @param list<string> $pieces */
    private static function add(array &$pieces, string $name, mixed $value, int $depth = 0): void
    {
        if ($depth > self::DEEPEST) {
            throw new ApiClientException(explode('[', $name)[0] . ' has a value that no query can hold');
        }
        if (is_array($value)) {
            $isList = array_filter(array_keys($value), is_string(...)) === [];
            foreach ($value as $key => $item) {
                self::add($pieces, $isList ? "{$name}[]" : "{$name}[$key]", $item, $depth + 1);
            }
            return;
        }
        $text = match (true) {
            $value === null => '',
            is_bool($value) => $value ? 'true' : 'false',
            is_int($value) => (string) $value,
            is_float($value) && is_finite($value) => (string) json_encode($value),
            $value instanceof \BackedEnum => (string) $value->value,
            is_string($value) => $value,
            default => throw new ApiClientException("$name has a value that no query can hold"),
        };
        if (preg_match('//u', $text) !== 1 || preg_match('//u', $name) !== 1) {
            throw new ApiClientException(trim(Json::encode($name), '"') . ' has a value that is not valid UTF-8');
        }
        $pieces[] = rawurlencode($name) . '=' . rawurlencode($text);
    }
}
