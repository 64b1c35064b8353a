<?php

declare(strict_types=1);

namespace Protocol;

/** What a file has in it, where it is not a file yet: for `attachments->upload()`, to which a string is a path. */
final class Content
{
    /** @param string|iterable<string> $content */
    private function __construct(private readonly string|iterable $content)
    {
    }

    /** These bytes. */
    public static function fromString(string $bytes): self
    {
        return new self($bytes);
    }

    /**
     * The bytes of these pieces together, such as those of a generator. They are asked for one after the other, once.
     *
     * @param iterable<string> $pieces
     */
    public static function fromIterable(iterable $pieces): self
    {
        return new self($pieces);
    }

    /**
     * @internal
     * @return string|iterable<string>
     */
    public function get(): string|iterable
    {
        return $this->content;
    }
}
