<?php

declare(strict_types=1);

namespace Protocol;

use Protocol\Core\Continuation;
use Protocol\Core\Json;
use Protocol\Core\Secret;
use Protocol\Core\Shape;

/**
 * What the API answers with. Attributes have the API's names, those that this version does not know as well; they are
 * read as `$result->name` or `$result['name']` and cannot be changed. As a text it is JSON.
 *
 * @implements \ArrayAccess<string, mixed>
 * @implements \IteratorAggregate<int|string, mixed>
 * @phpstan-consistent-constructor
 */
class ApiObject implements \ArrayAccess, \IteratorAggregate, \JsonSerializable, \Stringable
{
    /**
     * What its attributes are made of, as `Core\Shape` says.
     *
     * @var array<string, mixed>
     */
    protected const SHAPES = [];

    /** @var array<string, mixed> */
    private array $attributes;
    /**
     * The answer, and how a list goes on. No dump shows it, two are equal whatever it is, and a clone has it too.
     *
     * @var Secret<array{Response|null, Continuation|null}>
     */
    protected Secret $origin;
    /** @param array<string, mixed> $attributes */
    final private function __construct(array $attributes)
    {
        $this->attributes = $attributes;
        $this->origin = new Secret([null, null]);
    }

    /**
     * @internal
     * @param array<string, mixed> $shapes In place of those of the class.
     */
    public static function of(\stdClass $json, array $shapes = []): static
    {
        $attributes = [];
        foreach ((array) $json as $name => $value) {
            $attributes[$name] = Shape::read($value, $shapes[$name] ?? static::SHAPES[$name] ?? null);
        }
        return new static($attributes);
    }

    /** @internal */
    public function answeredBy(?Response $response): static
    {
        $this->origin = new Secret([$response, null]);
        return $this;
    }

    /** The answer of the call that returned it: status, headers, request id. Null of what was part of another. */
    final public function getResponse(): ?Response
    {
        return $this->origin->reveal()[0];
    }

    /**
     * All attributes, with arrays in the place of objects.
     *
     * @return array<string, mixed>
     */
    final public function toArray(): array
    {
        $plain = function (mixed $value) use (&$plain): mixed {
            if ($value instanceof self) {
                return $value->toArray();
            }
            return is_array($value) ? array_map($plain, $value) : $value;
        };
        return array_map($plain, $this->attributes);
    }

    final public function jsonSerialize(): \stdClass
    {
        $json = [];
        foreach ($this->attributes as $name => $value) {
            $json[$name] = Shape::plain($value, static::SHAPES[$name] ?? null);
        }
        return (object) $json;
    }

    /**
     * The attributes.
     *
     * @return \Iterator<int|string, mixed>
     */
    public function getIterator(): \Iterator
    {
        return new \ArrayIterator($this->attributes);
    }

    final public function __toString(): string
    {
        return Json::encode($this, JSON_PRETTY_PRINT);
    }

    final public function __get(string $name): mixed
    {
        if (!array_key_exists($name, $this->attributes)) {
            trigger_error('Undefined property: ' . static::class . "::\$$name", E_USER_WARNING);
        }
        return $this->attributes[$name] ?? null;
    }

    final public function __isset(string $name): bool
    {
        return isset($this->attributes[$name]);
    }

    /** @throws \Error always */
    final public function __set(string $name, mixed $value): void
    {
        throw self::unchangeable($name);
    }

    /** @throws \Error always */
    final public function __unset(string $name): void
    {
        throw self::unchangeable($name);
    }

    final public function offsetExists(mixed $offset): bool
    {
        return isset($this->attributes[$offset]);
    }

    final public function offsetGet(mixed $offset): mixed
    {
        return $this->__get((string) $offset);
    }

    /** @throws \Error always */
    final public function offsetSet(mixed $offset, mixed $value): void
    {
        throw self::unchangeable((string) $offset);
    }

    /** @throws \Error always */
    final public function offsetUnset(mixed $offset): void
    {
        throw self::unchangeable((string) $offset);
    }

    /** @return array<string, mixed> */
    final public function __debugInfo(): array
    {
        return $this->attributes;
    }

    /** @return array<string, mixed> */
    final public function __serialize(): array
    {
        return $this->attributes;
    }

    /** @param array<string, mixed> $attributes */
    final public function __unserialize(array $attributes): void
    {
        if (isset($this->attributes)) {
            throw new \Error('Cannot modify ' . static::class);
        }
        $this->attributes = $attributes;
        $this->origin = new Secret([null, null]);
    }

    /** @param array{attributes: array<string, mixed>} $properties */
    final public static function __set_state(array $properties): static
    {
        return new static($properties['attributes']);
    }

    private static function unchangeable(string $name): \Error
    {
        return new \Error('Cannot modify readonly property ' . static::class . "::\$$name");
    }
}
