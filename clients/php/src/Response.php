<?php

declare(strict_types=1);

namespace Protocol;

/** The answer that brought a result or a page. */
final class Response
{
    /**
     * @internal
     *
     * @param int $status Its status: 201 where something was created, and not found.
     * @param Headers $headers Its headers.
     * @param string|null $request_id Names the request in the logs of the API.
     */
    public function __construct(
        public readonly int $status,
        public readonly Headers $headers,
        public readonly ?string $request_id,
    ) {
    }
}
