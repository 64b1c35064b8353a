<?php

declare(strict_types=1);

namespace Protocol\Core;

/**
 * A body that is read while it is sent.
 *
 * @internal
 */
interface Body
{
    /** How many bytes it has. */
    public function size(): int;

    /**
     * The next bytes, at most so many and at least one; an empty text at the end.
     *
     * @throws \Protocol\Exception\ApiClientException where there are more or fewer than it says
     */
    public function read(int $length): string;
}
