<?php

declare(strict_types=1);

namespace Protocol;

/** A request that is about to be sent, for `onRequest`. */
final class OutgoingRequest
{
    /**
     * @internal
     *
     * @param string $method `GET` and the like.
     * @param string $url The whole address, with the query.
     * @param Headers $headers May be changed. The token is not among them: `authorization` is set after the hook,
     *   whatever it says.
     * @param int $attempt 0 for the first try of a call, 1 for the second, and so on.
     */
    public function __construct(
        public readonly string $method,
        public readonly string $url,
        public readonly Headers $headers,
        public readonly int $attempt,
    ) {
    }
}
