<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Core\Body;

/**
 * As many bytes as was said, piece by piece; more or fewer are an error.
 *
 * @internal
 */
final class Reading implements Body
{
    private string $waiting = '';
    private int $place = 0;
    private int $read = 0;
    private bool $isOver = false;

    /**
     * @param \Closure(): string $next The next piece, or an empty text at the end.
     * @param \Closure(int|string): \Throwable $otherSize The error that another size is.
     */
    public function __construct(
        private readonly \Closure $next,
        private readonly int $size,
        private readonly \Closure $otherSize,
    ) {
    }

    public function size(): int
    {
        return $this->size;
    }

    public function read(int $length): string
    {
        // A byte waits for the next one: after the last byte, the request would be over before more could come.
        while (!$this->isOver && strlen($this->waiting) - $this->place <= $length) {
            $this->more();
        }
        $piece = substr($this->waiting, $this->place, $length);
        $this->place += strlen($piece);
        return $piece;
    }

    private function more(): void
    {
        $piece = ($this->next)();
        $this->isOver = $piece === '';
        $this->read += strlen($piece);
        if ($this->read > $this->size || ($this->isOver && $this->read < $this->size)) {
            throw ($this->otherSize)($this->isOver ? $this->read : 'more');
        }
        $this->waiting = substr($this->waiting, $this->place) . $piece;
        $this->place = 0;
    }
}
