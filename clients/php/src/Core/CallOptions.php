<?php

declare(strict_types=1);

namespace Protocol\Core;

/**
 * What counts for a call.
 *
 * @internal
 */
final class CallOptions
{
    /**
     * @param float $timeout Of each try, in seconds.
     * @param string|null $key The `Idempotency-Key` that the caller has given.
     */
    public function __construct(
        public readonly float $timeout,
        public readonly int $maxRetries,
        public readonly ?string $key,
    ) {
    }
}
