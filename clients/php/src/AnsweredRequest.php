<?php

declare(strict_types=1);

namespace Protocol;

/** A request that was answered, for `onResponse`. */
final class AnsweredRequest
{
    /**
     * @internal
     *
     * @param string $method `GET` and the like.
     * @param string $url The whole address, with the query.
     * @param int $attempt 0 for the first try of a call, 1 for the second, and so on.
     * @param int $status The status of the answer.
     * @param Headers $headers The headers of the answer.
     * @param string|null $request_id Names the request in the logs of the API.
     * @param float $duration How long it took, in seconds.
     */
    public function __construct(
        public readonly string $method,
        public readonly string $url,
        public readonly int $attempt,
        public readonly int $status,
        public readonly Headers $headers,
        public readonly ?string $request_id,
        public readonly float $duration,
    ) {
    }
}
