<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Core\Core;
use Protocol\Core\Retries;
use Protocol\Exception\FileException;

/**
 * Writes files of this machine.
 *
 * @internal
 */
final class Saving
{
    /**
     * Writes a file in place of one that is there, all of it or nothing; to what is no plain file as it comes, once.
     *
     * @param iterable<string> $pieces
     */
    public static function to(string $path, iterable $pieces, Retries $tries): void
    {
        clearstatcache(true, $path);
        if (file_exists($path) && !is_file($path)) {
            // What a pipe has been given cannot be taken back.
            $tries->once(fn () => self::write($path, 'wb', $pieces));
            return;
        }
        // A link stays, and leads to the new content.
        $target = realpath($path) ?: $path;
        $mode = is_file($target) ? fileperms($target) & 0777 : null;
        $part = dirname($target) . '/.' . Core::newKey() . '.part';
        try {
            self::write($part, 'xb', $pieces);
            if ($mode !== null) {
                self::orFail(@chmod($part, $mode));
            }
            self::orFail(@rename($part, $target));
        } catch (\Throwable $error) {
            @unlink($part);
            throw $error;
        }
    }

    /**
     * What a function of PHP has returned, unless that is false.
     *
     * @template T
     * @param T|false $result
     * @return T
     */
    public static function orFail(mixed $result): mixed
    {
        if ($result === false) {
            throw new FileException(error_get_last()['message'] ?? 'The file could not be read or written');
        }
        return $result;
    }

    /** @param iterable<string> $pieces */
    private static function write(string $path, string $mode, iterable $pieces): void
    {
        $file = self::orFail(@fopen($path, $mode));
        try {
            foreach ($pieces as $piece) {
                for ($written = 0; $written < strlen($piece);) {
                    $written += self::orFail(@fwrite($file, $written === 0 ? $piece : substr($piece, $written)));
                }
            }
            self::orFail(@fflush($file));
        } finally {
            fclose($file);
        }
    }
}
