<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Content;
use Protocol\Core\Body;
use Protocol\Exception\ApiClientException;

/**
 * A file that is ready to be sent.
 *
 * @internal
 */
final class Source
{
    /** What goes through the API in one call, in bytes. Larger files are sent to the storage. */
    public const SMALL = 4 * 1024 * 1024;
    private const PIECE = 65536;
    private const NAMES = ['filename', 'file_type', 'file_size'];

    /**
     * @param string|null $bytes All of a small file.
     * @param (\Closure(): Body)|null $body Begins to read a larger one.
     * @param bool $isRepeatable Whether it can be read more than once.
     */
    private function __construct(
        public readonly string $filename,
        public readonly string $file_type,
        public readonly int $file_size,
        public readonly ?string $bytes,
        public readonly ?\Closure $body,
        public readonly bool $isRepeatable,
    ) {
    }

    /**
     * Finds out what there is to be sent.
     *
     * @param mixed $source As `attachments->upload()` takes it.
     * @param array<string, mixed> $params
     */
    public static function of(mixed $source, array $params): self
    {
        $said = self::checked($params);
        $source = $source instanceof \SplFileInfo ? $source->getPathname() : $source;
        $content = $source instanceof Content ? $source->get() : $source;
        if (is_string($source)) {
            Path::check($source);
        }
        $filename = $params['filename'] ?? (is_string($source) ? basename($source) : '');
        if ($filename === '') {
            throw self::wrong('filename is missing');
        }
        if (preg_match('//u', $filename) !== 1) {
            throw self::wrong('the name of the file is not UTF-8: give a filename');
        }
        [$next, $size, $again] = match (true) {
            is_string($source) => self::ofFile($source),
            is_string($content) => self::ofBytes($content),
            is_resource($content) => self::ofStream($content),
            $source instanceof Content => [self::ofPieces($content), null, null],
            default => throw self::wrong('it needs a path, a stream that is open, or Content'),
        };
        if ($said !== null && $size !== null && $said !== $size) {
            throw self::otherSize($said, $size);
        }
        $bytes = ($size ?? $said ?? 0) <= self::SMALL ? self::collected($next, $size ?? $said) : null;
        $size = $bytes === null ? $size ?? $said : strlen($bytes);
        $hasChanged = fn () => new ApiClientException('The file has changed since it was opened');
        $isSaid = fn (int|string $found) => self::otherSize($size, $found);
        $body = function () use ($next, $size, $again, $hasChanged, $isSaid): Body {
            $again === null || $again();
            return new Reading($next, $size, $again === null ? $isSaid : $hasChanged);
        };
        $type = $params['file_type'] ?? 'application/octet-stream';
        return new self($filename, $type, $size, $bytes, $body, $bytes !== null || $again !== null);
    }

    /** @param array<string, mixed> $params */
    private static function checked(array $params): ?int
    {
        foreach ($params as $name => $value) {
            if (!in_array($name, self::NAMES, true)) {
                throw self::wrong("there is no parameter $name, but " . implode(', ', self::NAMES));
            }
            if ($name !== 'file_size' && $value !== null && (!is_string($value) || preg_match('//u', $value) !== 1)) {
                throw self::wrong("$name must be a string in UTF-8");
            }
            if (is_string($value) && str_contains($value, "\0")) {
                throw self::wrong("$name has a NUL");
            }
        }
        $size = $params['file_size'] ?? null;
        if ($size !== null && (!is_int($size) || $size < 0)) {
            throw self::wrong('file_size must be a whole number from 0 on');
        }
        return $size;
    }

    /**
     * What gives the pieces, how many bytes they are, and what goes back to the first one; where these can be had.
     *
     * @return array{\Closure(): string, int, \Closure(): void}
     */
    private static function ofFile(string $path): array
    {
        // To open a pipe would wait for its writer.
        if (Path::isNoFile($path)) {
            throw self::wrong('the path is not that of a file');
        }
        $file = Saving::orFail(fn () => fopen($path, 'rb'));
        $about = Saving::orFail(fn () => fstat($file));
        return [self::reader($file), $about['size'], fn () => rewind($file)];
    }

    /** @return array{\Closure(): string, int, \Closure(): void} */
    private static function ofBytes(string $bytes): array
    {
        $place = 0;
        $next = function () use ($bytes, &$place): string {
            $piece = substr($bytes, $place, self::PIECE);
            $place += strlen($piece);
            return $piece;
        };
        $again = function () use (&$place): void {
            $place = 0;
        };
        return [$next, strlen($bytes), $again];
    }

    /**
     * From where it is. It stays open, for it is the caller's.
     *
     * @param resource $stream
     * @return array{\Closure(): string, int|null, (\Closure(): void)|null}
     */
    private static function ofStream(mixed $stream): array
    {
        if (get_resource_type($stream) !== 'stream') {
            throw self::wrong('it needs a path, a stream that is open, or Content');
        }
        $about = fstat($stream);
        $isFile = is_array($about) && ($about['mode'] & 0170000) === 0100000;
        if (!$isFile || !stream_get_meta_data($stream)['seekable']) {
            return [self::reader($stream), null, null];
        }
        $start = (int) ftell($stream);
        return [self::reader($stream), max(0, $about['size'] - $start), fn () => fseek($stream, $start)];
    }

    /**
     * @param iterable<mixed> $pieces
     * @return \Closure(): string
     */
    private static function ofPieces(iterable $pieces): \Closure
    {
        if ($pieces instanceof \Generator && !$pieces->valid()) {
            throw self::wrong('the generator is over');
        }
        $iterator = (fn () => yield from $pieces)();
        return function () use ($iterator): string {
            while ($iterator->valid()) {
                $piece = $iterator->current();
                $iterator->next();
                if (!is_string($piece)) {
                    throw self::wrong('the pieces must be strings');
                }
                if ($piece !== '') {
                    return $piece;
                }
            }
            return '';
        };
    }

    /**
     * @param resource $stream
     * @return \Closure(): string
     */
    private static function reader(mixed $stream): \Closure
    {
        return function () use ($stream): string {
            while (($piece = Saving::orFail(fn () => fread($stream, self::PIECE))) === '' && !feof($stream)) {
                Saving::quietly(fn () => self::await($stream));
            }
            return $piece;
        };
    }

    /**
     * Waits until a stream that does not block has something.
     *
     * @param resource $stream
     */
    private static function await(mixed $stream): void
    {
        [$streams, $none] = [[$stream], null];
        // Not each stream can be waited for.
        if (stream_select($streams, $none, $none, 1) === false) {
            usleep(1000);
        }
    }

    /**
     * All bytes: as many as was said, or as go in one call.
     *
     * @param \Closure(): string $next
     */
    private static function collected(\Closure $next, ?int $said): string
    {
        $bytes = '';
        while (($piece = $next()) !== '') {
            $bytes .= $piece;
            if ($said === null && strlen($bytes) > self::SMALL) {
                throw self::wrong('a stream of more than 4 MiB needs its file_size');
            }
            if ($said !== null && strlen($bytes) > $said) {
                throw self::otherSize($said, 'more');
            }
        }
        if ($said !== null && strlen($bytes) < $said) {
            throw self::otherSize($said, strlen($bytes));
        }
        return $bytes;
    }

    private static function otherSize(int $said, int|string $found): ApiClientException
    {
        return self::wrong("file_size is $said, but there are $found bytes");
    }

    private static function wrong(string $message): ApiClientException
    {
        return new ApiClientException("attachments->upload: $message");
    }
}
