<?php

declare(strict_types=1);

namespace Protocol;

use Protocol\Core\Core;
use Protocol\Core\Secret;
use Protocol\Resources\HasResources;

/** A client of the API for one person: the one to whom the token belongs. */
final class ApiClient
{
    use HasResources;

    /** The version of this package. */
    public const VERSION = '0.1.0';

    /**
     * Checks the token and the options, and sends nothing.
     *
     * - `baseUrl`: the address of the API, with or without a path in front of `/v1`. By default `PROTOCOL_API_URL` of
     *   the environment, else `http://127.0.0.1:9000`.
     * - `allowHttp`: lets the token travel over plain `http` to another machine or a proxy, where others can read it.
     * - `timeout`: how long each try of a call may take to the end of the answer, in seconds. By default 60; `INF` is
     *   without end. To look up a name may take longer: where curl does that by itself, nothing ends it.
     * - `maxRetries`: how often a call is tried again. By default 2.
     * - `onRequest`: called before each try of a call. What it throws ends the call. Not for the storage of files.
     * - `onResponse`: called after each answer to a call, errors as well. What it throws ends the call.
     * - `curlOptions`: options of curl for the way to the API, such as `[CURLOPT_PROXY => '…']`: proxies,
     *   certificates, addresses. The storage of files has only those of proxies and of trusted certificates. What is
     *   plain `http` to this machine goes to no proxy that the environment names.
     *
     * @param string|false|null $token What `getenv` gives will do; without a token it is an error.
     * @param array{
     *     baseUrl?: string|null,
     *     allowHttp?: bool|null,
     *     timeout?: int|float|null,
     *     maxRetries?: int|null,
     *     onRequest?: (callable(OutgoingRequest): mixed)|null,
     *     onResponse?: (callable(AnsweredRequest): mixed)|null,
     *     curlOptions?: array<int, mixed>|null,
     * } $options
     * @throws Exception\ApiClientException where the token or an option cannot be right
     */
    public function __construct(
        #[\SensitiveParameter] mixed $token,
        #[\SensitiveParameter] array $options = [],
    ) {
        // PHP 8.1 does not hide arguments, and a trace has what they are when something is thrown.
        [$token, $options] = [new Secret($token), new Secret($options)];
        $this->makeResources(new Core($token, $options));
    }

    /** @throws \Error always */
    public function __set(string $name, mixed $value): void
    {
        throw new \Error('Cannot create dynamic property ' . self::class . "::\$$name");
    }
}
