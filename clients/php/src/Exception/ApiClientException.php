<?php

declare(strict_types=1);

namespace Protocol\Exception;

/** The base of all exceptions of this client. By itself: something in the call was wrong, and nothing was done. */
class ApiClientException extends \RuntimeException implements \JsonSerializable
{
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
