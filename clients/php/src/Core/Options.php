<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;

/**
 * The options of a client, checked and completed, and those of its calls.
 *
 * @internal
 */
final class Options
{
    private const BASE_URL = 'http://127.0.0.1:9000';
    private const OF_CLIENT = [
        'baseUrl',
        'allowHttp',
        'timeout',
        'maxRetries',
        'onRequest',
        'onResponse',
        'curlOptions',
    ];
    private const OF_CALL = ['timeout', 'maxRetries', 'idempotencyKey'];

    public readonly string $baseUrl;
    public readonly float $timeout;
    public readonly int $maxRetries;
    public readonly ?\Closure $onRequest;
    public readonly ?\Closure $onResponse;
    /** @var Secret<array<int, mixed>> They may have the password of a proxy. */
    public readonly Secret $curlOptions;

    /** @param Secret<array<string, mixed>> $options */
    public function __construct(Secret $options)
    {
        // A wrong name may be that of the address, and the token would go to another.
        self::known($options, self::OF_CLIENT);
        $isHttpAllowed = self::boolean(self::given($options, 'allowHttp') ?? false);
        $baseUrl = self::given($options, 'baseUrl') ?? (getenv('PROTOCOL_API_URL') ?: self::BASE_URL);
        $this->baseUrl = BaseUrl::of(new Secret($baseUrl), $isHttpAllowed);
        $this->timeout = self::timeout($options) ?? 60.0;
        $this->maxRetries = self::maxRetries($options) ?? 2;
        $this->onRequest = self::hook($options, 'onRequest');
        $this->onResponse = self::hook($options, 'onResponse');
        $this->curlOptions = new Secret(self::given($options, 'curlOptions') ?? []);
        CurlOptions::check($this->curlOptions);
        if (CurlOptions::hasProxy($this->curlOptions) && str_starts_with($this->baseUrl, 'http:') && !$isHttpAllowed) {
            throw new ApiClientException('The token would travel to a proxy that can read it: use https, or allowHttp');
        }
    }

    /**
     * What counts for a call, with the client's where it says nothing.
     *
     * @param array<string, mixed> $options
     */
    public function ofCall(array $options): CallOptions
    {
        $options = new Secret($options);
        self::known($options, self::OF_CALL);
        $key = self::given($options, 'idempotencyKey');
        if ($key !== null && (!is_string($key) || preg_match('/^[\x21-\x7e]{1,255}$/D', $key) !== 1)) {
            throw new ApiClientException('idempotencyKey must be 1 to 255 visible ASCII characters');
        }
        return new CallOptions(
            self::timeout($options) ?? $this->timeout,
            self::maxRetries($options) ?? $this->maxRetries,
            $key,
        );
    }

    /**
     * @param Secret<array<mixed>> $options
     * @param list<string> $names
     */
    private static function known(Secret $options, array $names): void
    {
        foreach (array_keys($options->reveal()) as $name) {
            if (!in_array($name, $names, true)) {
                throw new ApiClientException("there is no option $name, but " . implode(', ', $names));
            }
        }
    }

    /** @param Secret<array<string, mixed>> $options */
    private static function timeout(Secret $options): ?float
    {
        $timeout = self::given($options, 'timeout');
        if ($timeout === null) {
            return null;
        }
        if (!(is_int($timeout) || is_float($timeout)) || !($timeout > 0)) {
            throw new ApiClientException('timeout must be more than 0 seconds');
        }
        return (float) $timeout;
    }

    /** @param Secret<array<string, mixed>> $options */
    private static function maxRetries(Secret $options): ?int
    {
        $retries = self::given($options, 'maxRetries');
        if ($retries !== null && (!is_int($retries) || $retries < 0)) {
            throw new ApiClientException('maxRetries must be a whole number from 0 on');
        }
        return $retries;
    }

    /** @param Secret<array<string, mixed>> $options */
    private static function hook(Secret $options, string $name): ?\Closure
    {
        $hook = self::given($options, $name);
        if ($hook !== null && !is_callable($hook)) {
            throw new ApiClientException("$name must be callable");
        }
        return $hook === null ? null : \Closure::fromCallable($hook);
    }

    /** @param Secret<array<string, mixed>> $options */
    private static function given(Secret $options, string $name): mixed
    {
        return $options->reveal()[$name] ?? null;
    }

    private static function boolean(mixed $value): bool
    {
        return is_bool($value) ? $value : throw new ApiClientException('allowHttp must be true or false');
    }
}
