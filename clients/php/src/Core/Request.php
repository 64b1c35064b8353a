<?php

declare(strict_types=1);

namespace Protocol\Core;

/**
 * A request that is sent once.
 *
 * @internal
 */
final class Request
{
    /**
     * @param Secret<string> $url
     * @param Secret<array<string, string>> $headers
     * @param string|Body|null $body
     * @param string $name What errors call it.
     */
    public function __construct(
        public readonly string $method,
        public readonly Secret $url,
        public readonly Secret $headers,
        public readonly string|Body|null $body,
        public readonly string $name,
        public readonly Secrets $secrets,
        public readonly bool $isForStorage = false,
    ) {
    }
}
