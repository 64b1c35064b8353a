<?php

declare(strict_types=1);

namespace Protocol;

use Protocol\Exception\ApiClientException;

/**
 * Headers of a request or an answer, whatever the case of their names.
 *
 * @implements \IteratorAggregate<string, string>
 */
final class Headers implements \IteratorAggregate, \JsonSerializable
{
    /** @var array<string, string> By their names in small letters. */
    private array $values = [];

    /** @param iterable<string, string> $headers */
    public function __construct(iterable $headers = [])
    {
        foreach ($headers as $name => $value) {
            $this->set((string) $name, $value);
        }
    }

    /** The value of a header. Several of one name are one with commas; null is one that is not there. */
    public function get(string $name): ?string
    {
        return $this->values[strtolower($name)] ?? null;
    }

    /** Whether there is such a header. */
    public function has(string $name): bool
    {
        return isset($this->values[strtolower($name)]);
    }

    /**
     * Sets a header, in place of one that is there.
     *
     * @throws ApiClientException where name or value cannot be those of a header
     */
    public function set(string $name, string $value): void
    {
        if (preg_match('/^[!#$%&\'*+.^_`|~0-9a-z-]+$/Di', $name) !== 1) {
            throw new ApiClientException('a header has a name that no header can have');
        }
        if (preg_match('/[\x00-\x08\x0a-\x1f\x7f]/', $value) === 1) {
            throw new ApiClientException("the header $name has characters, such as line breaks, that none can have");
        }
        $this->values[strtolower($name)] = $value;
    }

    /** Takes a header away, if it is there. */
    public function remove(string $name): void
    {
        unset($this->values[strtolower($name)]);
    }

    /**
     * All of them, by their names in small letters.
     *
     * @return array<string, string>
     */
    public function toArray(): array
    {
        return $this->values;
    }

    /** @return \Iterator<string, string> */
    public function getIterator(): \Iterator
    {
        return new \ArrayIterator($this->values);
    }

    public function jsonSerialize(): object
    {
        return (object) $this->values;
    }
}
