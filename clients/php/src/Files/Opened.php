<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Core\Exchange;
use Protocol\Core\Limit;
use Protocol\Headers;

/**
 * An answer whose body has yet to be read, piece by piece. The time does not run while nobody reads.
 *
 * @internal
 */
final class Opened
{
    public readonly Headers $headers;

    public function __construct(private readonly Exchange $exchange, private readonly Limit $limit)
    {
        $this->headers = $exchange->headers();
        $limit->pause();
    }

    /** The next piece, or an empty text at the end. */
    public function read(): string
    {
        $this->limit->restart();
        try {
            return $this->exchange->read();
        } finally {
            $this->limit->pause();
        }
    }

    /** Lets the connection go, whether all has been read or not. */
    public function close(): void
    {
        $this->exchange->close();
    }
}
