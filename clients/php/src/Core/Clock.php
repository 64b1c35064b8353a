<?php

declare(strict_types=1);

namespace Protocol\Core;

/**
 * Time, chance and waiting, in one place so that tests need not wait for them.
 *
 * @internal
 */
class Clock
{
    /** The one that all clients use. */
    public static ?Clock $current = null;

    public static function get(): self
    {
        return self::$current ??= new self();
    }

    /** Seconds from some moment on, which nobody sets. */
    public function seconds(): float
    {
        return hrtime(true) / 1e9;
    }

    /** Seconds since 1970. */
    public function now(): float
    {
        return microtime(true);
    }

    /** From 0 to 1. */
    public function random(): float
    {
        return random_int(0, PHP_INT_MAX) / PHP_INT_MAX;
    }

    public function sleep(float $seconds): void
    {
        usleep((int) ($seconds * 1e6));
    }

    /** When so many seconds from now will be over. */
    public function deadline(float $seconds): float
    {
        return $this->seconds() + $seconds;
    }

    /** Waits until there is something to do for the transfers, at most so many seconds. */
    public function select(\CurlMultiHandle $multi, float $seconds): void
    {
        $start = $this->seconds();
        // Without a connection yet, there is nothing that could be waited for.
        if (curl_multi_select($multi, $seconds) <= 0 && $this->seconds() - $start < 0.001) {
            usleep(1000);
        }
    }
}
