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
        if (Path::isNoFile($path)) {
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
                self::orFail(fn () => chmod($part, $mode));
            }
            self::orFail(fn () => rename($part, $target));
        } catch (\Throwable $error) {
            self::quietly(fn () => unlink($part));
            throw $error;
        }
    }

    /**
     * What a function of PHP returns, unless that is false.
     *
     * @template T
     * @param \Closure(): (T|false) $do
     * @return T
     */
    public static function orFail(\Closure $do): mixed
    {
        $result = self::quietly($do, $why);
        return $result === false ? throw new FileException($why ?? 'The file could not be read or written') : $result;
    }

    /**
     * What a function of PHP returns, and why it warns; nobody else is told.
     *
     * @template T
     * @param \Closure(): T $do
     * @return T
     */
    public static function quietly(\Closure $do, ?string &$why = null): mixed
    {
        // Neither the last error, which may be an older one, nor a handler of the program, which may throw.
        set_error_handler(function (int $_, string $message) use (&$why): bool {
            $why = $message;
            return true;
        });
        try {
            return $do();
        } finally {
            restore_error_handler();
        }
    }

    /** @param iterable<string> $pieces */
    private static function write(string $path, string $mode, iterable $pieces): void
    {
        $file = self::orFail(fn () => fopen($path, $mode));
        try {
            foreach ($pieces as $piece) {
                for ($written = 0; $written < strlen($piece);) {
                    $rest = $written === 0 ? $piece : substr($piece, $written);
                    $written += self::orFail(fn () => fwrite($file, $rest));
                }
            }
            self::orFail(fn () => fflush($file));
        } finally {
            fclose($file);
        }
    }
}
