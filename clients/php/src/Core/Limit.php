<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiTimeoutException;

/**
 * The time of one try.
 *
 * @internal
 */
final class Limit
{
    private float $deadline;

    /**
     * @param float $seconds INF is without end.
     * @param string $name What errors call the request.
     */
    public function __construct(private readonly float $seconds, private readonly string $name)
    {
        $this->restart();
    }

    /** Gives it the whole time again. */
    public function restart(): void
    {
        $this->deadline = Clock::get()->deadline($this->seconds);
    }

    /** Stops the time. */
    public function pause(): void
    {
        $this->deadline = INF;
    }

    /**
     * How many seconds are left.
     *
     * @throws ApiTimeoutException where none are
     */
    public function left(): float
    {
        $left = $this->deadline - Clock::get()->seconds();
        if ($left <= 0) {
            throw new ApiTimeoutException("$this->name was not answered in full within $this->seconds s");
        }
        return $left;
    }
}
