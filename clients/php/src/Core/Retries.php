<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\ApiException;
use Protocol\Exception\ApiTimeoutException;
use Protocol\Exception\ServerException;
use Protocol\Headers;

/**
 * How often something is still tried again after errors that may pass.
 *
 * @internal
 */
final class Retries
{
    private const FIRST_WAIT = 0.5;
    private const LONGEST_WAIT = 8.0;
    private const LONGEST_RETRY_AFTER = 60.0;
    private const STATUSES = [429, 500, 502, 503, 504];

    private int $tried = 0;
    /** @var \WeakReference<\Throwable>|null Weak, for the trace of an error may lead to here. */
    private ?\WeakReference $final = null;
    private readonly \Closure $isPassing;

    /** @param (\Closure(ApiClientException): bool)|null $isPassing */
    public function __construct(private readonly int $most, ?\Closure $isPassing = null)
    {
        $this->isPassing = $isPassing ?? self::isPassing(...);
    }

    /**
     * Does something, as often as it takes and may be.
     *
     * @template T
     * @param \Closure(int): T $work Is given how often it was tried before.
     * @return T
     */
    public function run(\Closure $work): mixed
    {
        for (;;) {
            try {
                return $work($this->tried);
            } catch (ApiClientException $error) {
                if ($this->tried >= $this->most || $error === $this->final?->get() || !($this->isPassing)($error)) {
                    throw $error;
                }
                $asked = $error instanceof ApiException ? self::retryAfter($error->headers) : 0.0;
                if ($asked > self::LONGEST_RETRY_AFTER) {
                    throw $error;
                }
                // Anywhere in the pause, so that clients that failed together do not come back together.
                $longest = min(self::FIRST_WAIT * 2 ** $this->tried++, self::LONGEST_WAIT);
                Clock::get()->sleep(max(Clock::get()->random() * $longest, $asked));
            }
        }
    }

    /**
     * A part of the work that has retries of its own: when it fails, nothing is tried again.
     *
     * @template T
     * @param \Closure(): T $part
     * @return T
     */
    public function once(\Closure $part): mixed
    {
        try {
            return $part();
        } catch (\Throwable $error) {
            $this->final = \WeakReference::create($error);
            throw $error;
        }
    }

    /** Whether a call that ended so may be answered otherwise the next time. */
    public static function isPassing(ApiClientException $error): bool
    {
        if ($error instanceof ApiException) {
            return in_array($error->status, self::STATUSES, true)
                || ($error->status === 409 && $error->code === 'idempotency_key_in_use');
        }
        return self::isUnanswered($error);
    }

    /** Whether what was asked for may have been done nevertheless, as far as anybody knows. */
    public static function mayBeDone(ApiClientException $error): bool
    {
        return self::isUnanswered($error) || $error instanceof ServerException;
    }

    private static function isUnanswered(ApiClientException $error): bool
    {
        return $error instanceof ApiConnectionException || $error instanceof ApiTimeoutException;
    }

    /** How many seconds the answer asks to wait: a number or a date. */
    private static function retryAfter(Headers $headers): float
    {
        $value = trim($headers->get('retry-after') ?? '');
        if (preg_match('/^\d+(\.\d+)?$/D', $value) === 1) {
            return (float) $value;
        }
        // The other forms of dates are long out of use, and strtotime takes much that is none.
        $date = \DateTimeImmutable::createFromFormat('D, d M Y H:i:s \G\M\T', $value, new \DateTimeZone('UTC'));
        return $date ? max(0.0, $date->getTimestamp() - Clock::get()->now()) : 0.0;
    }
}
