<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** The base of all exceptions of this client. By itself: something in the call was wrong, and nothing was done. */
class ApiClientException extends \RuntimeException implements \JsonSerializable
{
    /**
     * Without its trace, which has what cannot be serialized.
     *
     * @return array<string, mixed>
     */
    public function __serialize(): array
    {
        return ['message' => $this->message, 'code' => $this->code, 'file' => $this->file, 'line' => $this->line];
    }

    /** @param array<string, mixed> $properties */
    public function __unserialize(array $properties): void
    {
        foreach ($properties as $name => $value) {
            $this->$name = $value;
        }
    }

    /**
     * For logs: what an exception tells, without its trace.
     *
     * @return array<string, mixed>
     */
    public function jsonSerialize(): array
    {
        $class = static::class;
        return ['name' => substr($class, (int) strrpos($class, '\\') + 1), 'message' => $this->getMessage()];
    }
}
