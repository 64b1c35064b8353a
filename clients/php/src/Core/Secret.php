<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;

/**
 * A value that no dump, trace or serialization shows: it is kept beside the object, not in it.
 *
 * @internal
 *
 * @template T
 */
final class Secret
{
    /** @var \WeakMap<self<mixed>, mixed>|null */
    private static ?\WeakMap $values = null;

    /** @param T $value */
    public function __construct(#[\SensitiveParameter] mixed $value)
    {
        self::$values ??= new \WeakMap();
        self::$values[$this] = $value;
    }

    /** @return T */
    public function reveal(): mixed
    {
        return self::$values[$this] ?? null;
    }

    public function __serialize(): array
    {
        throw new ApiClientException('What holds a secret cannot be serialized');
    }

    /** For what `var_export` writes, which does not have the value. */
    public static function __set_state(array $_): self
    {
        return new self(null);
    }

    private function __clone()
    {
    }
}
