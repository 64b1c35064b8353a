<?php

declare(strict_types=1);

namespace Protocol\Core;

/**
 * An operation of the API.
 *
 * @internal
 */
final class Operation
{
    /**
     * @param string $id Its name in the API's description.
     * @param string $path With the names of its parameters in braces, in the order in which a call gives them.
     * @param list<string> $query Which parameters stand in the query. All others stand in the body.
     * @param array<string, mixed> $body What attributes of the body are made of, as `Shape` says.
     * @param class-string<\Protocol\ApiObject>|null $answer What it answers with.
     * @param mixed $item What the items of its list are, as `Shape` says. False where it is no list.
     */
    public function __construct(
        public readonly string $id,
        public readonly string $method,
        public readonly string $path,
        public readonly array $query = [],
        public readonly array $body = [],
        public readonly ?string $answer = null,
        public readonly mixed $item = false,
    ) {
    }

    /** Whether it answers with a page of a list. */
    public function isList(): bool
    {
        return $this->item !== false;
    }
}
