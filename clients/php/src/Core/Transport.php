<?php

declare(strict_types=1);

namespace Protocol\Core;

/**
 * The connections of a client, which are kept for the next requests. Each request has one of these groups of
 * connections for itself: what is read slowly holds up nothing else.
 *
 * @internal
 */
final class Transport
{
    private const KEPT = 4;

    /** @var list<\CurlMultiHandle> */
    private array $idle = [];
    /** @var list<\CurlMultiHandle> Of the process that this one is a copy of. To close them would end its connections. */
    private array $inherited = [];
    private int $process;

    /** @param Secret<array<int, mixed>> $curlOptions */
    public function __construct(private readonly Secret $curlOptions)
    {
        $this->process = (int) getmypid();
    }

    /** Begins a request. */
    public function begin(Request $request, Limit $limit): Exchange
    {
        return new Exchange($this, $this->take(), $this->curlOptions, $request, $limit);
    }

    /** Takes the connections of a request back. */
    public function keep(\CurlMultiHandle $multi): void
    {
        if ($this->process === getmypid() && count($this->idle) < self::KEPT) {
            $this->idle[] = $multi;
        }
    }

    private function take(): \CurlMultiHandle
    {
        if ($this->process !== getmypid()) {
            $this->inherited = [...$this->inherited, ...$this->idle];
            $this->idle = [];
            $this->process = (int) getmypid();
        }
        return array_pop($this->idle) ?? curl_multi_init();
    }
}
