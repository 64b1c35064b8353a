<?php

declare(strict_types=1);

namespace Protocol;

use Protocol\Core\Retries;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\Files\Link;
use Protocol\Files\Opened;
use Protocol\Files\Path;
use Protocol\Files\Saving;

/**
 * A file whose content has yet to be read, once: by `read`, `pieces` or `saveTo`. Until then it holds its connection,
 * unless `close` lets it go. The time-out is that of the beginning of the answer, and of each further piece.
 */
final class FileDownload
{
    /** What it is called. It has no folder. */
    public readonly string $filename;
    /** Its media type, without parameters. */
    public readonly string $file_type;
    /** Its size in bytes, where it is known. */
    public readonly ?int $file_size;

    private ?Opened $opened;

    /**
     * @internal
     * @param \Closure(): Opened $again
     */
    public function __construct(
        Link $link,
        Opened $opened,
        private readonly Retries $tries,
        private readonly \Closure $again,
    ) {
        $this->opened = $opened;
        $this->filename = self::withoutFolder($link->filename ?? self::nameIn($opened->headers));
        $type = trim(explode(';', $opened->headers->get('content-type') ?? '')[0]);
        $this->file_type = $link->file_type ?? ($type ?: 'application/octet-stream');
        $this->file_size = $link->file_size ?? self::sizeIn($opened->headers);
    }

    /**
     * The content, all of it in memory.
     *
     * @throws ApiClientException where it cannot be had, or has been read
     */
    public function read(): string
    {
        return $this->whole(function (\Generator $pieces): string {
            $content = '';
            foreach ($pieces as $piece) {
                $content .= $piece;
            }
            return $content;
        });
    }

    /**
     * The content as it comes. Unlike the whole, it is not tried again: it fails where the file ends too early.
     *
     * @return \Generator<int, string>
     * @throws ApiClientException where it cannot be had, or has been read
     */
    public function pieces(): \Generator
    {
        return $this->piecesOf($this->take());
    }

    /**
     * Writes the content to a file, in place of one that is there, and all of it or nothing: first to a file beside it,
     * `.….part`, which stays when the program is killed. What is no plain file, such as a pipe, is written to as it
     * comes.
     *
     * @throws Exception\FileException where it cannot be written
     * @throws ApiClientException where it cannot be had, or has been read
     */
    public function saveTo(string $path): void
    {
        Path::check($path);
        $this->whole(fn (\Generator $pieces) => Saving::to($path, $pieces, $this->tries));
    }

    /** Lets the content go, where it is not wanted. */
    public function close(): void
    {
        $this->opened?->close();
        $this->opened = null;
    }

    /** @return array<string, mixed> */
    public function __debugInfo(): array
    {
        return ['filename' => $this->filename, 'file_type' => $this->file_type, 'file_size' => $this->file_size];
    }

    private function __clone()
    {
    }

    /**
     * Again from its beginning where it breaks off.
     *
     * @template T
     * @param \Closure(\Generator<int, string>): T $use
     * @return T
     */
    private function whole(\Closure $use): mixed
    {
        $next = $this->take();
        return $this->tries->run(function () use ($use, &$next): mixed {
            $opened = $next ?? ($this->again)();
            $next = null;
            try {
                return $use($this->piecesOf($opened));
            } finally {
                $opened->close();
            }
        });
    }

    private function take(): Opened
    {
        $opened = $this->opened ?? throw new ApiClientException('This file has been read: open it once more');
        $this->opened = null;
        return $opened;
    }

    /** @return \Generator<int, string> */
    private function piecesOf(Opened $opened): \Generator
    {
        $size = $this->file_size ?? PHP_INT_MAX;
        try {
            for ($read = 0; ($piece = $opened->read()) !== '';) {
                $read += strlen($piece);
                if ($read > $size) {
                    throw new ApiConnectionException("The file has more than $size bytes");
                }
                yield $piece;
            }
            if ($this->file_size !== null && $read < $size) {
                throw new ApiConnectionException("The file ended after $read of $size bytes");
            }
        } finally {
            $opened->close();
        }
    }

    /** Such as `attachment; filename="Cafe.wav"; filename*=UTF-8''Caf%C3%A9.wav`. */
    private static function nameIn(Headers $headers): string
    {
        $disposition = $headers->get('content-disposition') ?? '';
        if (preg_match('/filename\*=UTF-8\'\'([^;]+)/i', $disposition, $found) === 1) {
            $name = rawurldecode($found[1]);
            if (preg_match('//u', $name) === 1) {
                return $name;
            }
        }
        return preg_match('/filename="?([^";]+)/i', $disposition, $found) === 1 ? $found[1] : '';
    }

    private static function withoutFolder(string $name): string
    {
        $parts = preg_split('#[/\\\\]#', $name) ?: [''];
        $last = end($parts);
        return in_array($last, ['', '.', '..'], true) ? 'file' : $last;
    }

    /** Of what was compressed on the way, it is another size. */
    private static function sizeIn(Headers $headers): ?int
    {
        $length = $headers->get('content-length') ?? '';
        return ctype_digit($length) && !$headers->has('content-encoding') ? (int) $length : null;
    }
}
