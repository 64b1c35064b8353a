<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Exception\ApiClientException;

/**
 * Paths of files of this machine.
 *
 * @internal
 */
final class Path
{
    /** @throws ApiClientException where PHP would take it for something else */
    public static function check(string $path): void
    {
        if (str_contains($path, "\0")) {
            throw new ApiClientException('A string is a path, and none has a NUL: for bytes use Content::fromString');
        }
        // PHP would ask other machines for it, or read what is in the path itself. A drive of Windows has one letter.
        if (preg_match('#^(?!file:)(?:[a-z0-9+.-]{2,}://|data:)#i', $path) === 1) {
            $scheme = explode(':', $path)[0];
            throw new ApiClientException("$scheme:… is not the path of a file: give an open stream instead");
        }
    }

    /** Whether there is something else than a plain file, such as a folder or a pipe. */
    public static function isNoFile(string $path): bool
    {
        clearstatcache(true, $path);
        return Saving::quietly(fn () => file_exists($path) && !is_file($path));
    }
}
