<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

use Protocol\Core\Clock;

/**
 * A clock that does not go: it writes down how long somebody would have waited, and no time runs out before a test says
 * so, however slow the machine is. While a client waits, the servers of the test work.
 */
final class HeldClock extends Clock
{
    /** @var list<float> */
    public array $waits = [];
    /** @var list<float> */
    public array $timeouts = [];
    /** @var list<float> What chance gives, and then 1. */
    public array $chances = [];
    public float $date = 0.0;
    /** @var list<Server> */
    public array $servers = [];
    /** What else happens while a client waits. */
    public ?\Closure $onSelect = null;
    private float $time = 0.0;

    public static function current(): self
    {
        return Clock::$current instanceof self ? Clock::$current : throw new \LogicException('no clock is held');
    }

    /** Lets the time of everything that is waited for run out. */
    public function runOut(): void
    {
        $this->time += 1e9;
    }

    public function seconds(): float
    {
        return $this->time;
    }

    public function now(): float
    {
        return $this->date;
    }

    public function random(): float
    {
        return array_shift($this->chances) ?? 1.0;
    }

    public function sleep(float $seconds): void
    {
        $this->waits[] = $seconds;
    }

    public function deadline(float $seconds): float
    {
        $this->timeouts[] = $seconds;
        return parent::deadline($seconds);
    }

    public function select(\CurlMultiHandle $multi, float $seconds): void
    {
        foreach ($this->servers as $server) {
            $server->work();
        }
        $this->onSelect?->__invoke();
        curl_multi_select($multi, 0.001);
    }
}
