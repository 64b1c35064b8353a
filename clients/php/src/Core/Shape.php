<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\ApiObject;
use Protocol\Exception\ApiClientException;

/**
 * From JSON to results, and from parameters to JSON, whose lists and objects are both arrays in PHP. What a value is
 * made of is said by
 *
 * - `null`: as it is,
 * - the name of a class: such an object,
 * - `['list', $of]` and `['map', $of]`,
 * - `['object', $attributes]`: an array with these attributes, in parameters only,
 * - `['either', $list, $map]`: one of the two, in parameters only.
 *
 * @internal
 */
final class Shape
{
    private const DEEPEST = 200;

    /** What a result has for a value of an answer. */
    public static function read(mixed $json, mixed $shape): mixed
    {
        [$kind, $of] = is_array($shape) ? $shape : [null, null];
        if (is_array($json)) {
            return array_map(fn (mixed $item) => self::read($item, $kind === 'list' ? $of : null), $json);
        }
        if (!$json instanceof \stdClass) {
            return $json;
        }
        if ($kind === 'map') {
            return array_map(fn (mixed $item) => self::read($item, $of), (array) $json);
        }
        return is_string($shape) ? $shape::of($json) : ApiObject::of($json);
    }

    /** What JSON has for a value of a result, so that it is what was read. */
    public static function plain(mixed $value, mixed $shape): mixed
    {
        if (!is_array($value)) {
            return $value;
        }
        [$kind, $of] = is_array($shape) ? $shape : [null, null];
        $items = array_map(fn (mixed $item) => self::plain($item, $of), $value);
        return $kind === 'map' ? (object) $items : $items;
    }

    /**
     * What JSON has for a parameter.
     *
     * @throws ApiClientException where JSON cannot hold it
     */
    public static function write(string $name, mixed $value, mixed $shape, int $depth = 0): mixed
    {
        $isWrong = (is_float($value) && !is_finite($value))
            || (is_string($value) && preg_match('//u', $value) !== 1)
            || $depth > self::DEEPEST;
        if ($isWrong) {
            throw self::wrong($name);
        }
        if ($value instanceof \JsonSerializable) {
            return self::write($name, $value->jsonSerialize(), null, $depth + 1);
        }
        if ($value instanceof \BackedEnum) {
            return $value->value;
        }
        if ($value instanceof \stdClass) {
            return self::entries($name, (array) $value, ['map', null], $depth);
        }
        if (is_array($value)) {
            return self::entries($name, $value, $shape, $depth);
        }
        return $value === null || is_scalar($value) ? $value : throw self::wrong($name);
    }

    /**
     * @param array<mixed> $value
     * @return array<mixed>|object
     */
    private static function entries(string $name, array $value, mixed $shape, int $depth): array|object
    {
        [$kind, $of] = is_array($shape) ? $shape : [null, null];
        $hasNames = array_filter(array_keys($value), is_string(...)) !== [];
        if ($kind === 'either') {
            // What stands under 0 in a map looks like a list.
            $isList = self::fits($value, $shape[1]) || (array_is_list($value) && !self::fits($value, $shape[2]));
            [$kind, $of] = $isList ? $shape[1] : $shape[2];
        }
        $written = [];
        foreach ($value as $key => $item) {
            $inner = match ($kind) {
                'list', 'map' => $of,
                'object' => $of[$key] ?? null,
                default => null,
            };
            $written[self::key($name, $key)] = self::write(is_string($key) ? $key : $name, $item, $inner, $depth + 1);
        }
        if ($kind === 'map' || $kind === 'object' || $hasNames) {
            return (object) $written;
        }
        // Of what was filtered, the numbers have gaps.
        return $kind === 'list' || array_is_list($written) ? array_values($written) : (object) $written;
    }

    /** Whether a list or a map of lists and maps is made so. */
    private static function fits(mixed $value, mixed $shape): bool
    {
        if ($shape === null) {
            return true;
        }
        [$kind, $of] = $shape;
        $items = $kind === 'map' && is_object($value) ? (array) $value : $value;
        if (!is_array($items) || ($kind === 'list' && !array_is_list($items))) {
            return false;
        }
        return array_filter($items, fn (mixed $item) => !self::fits($item, $of)) === [];
    }

    private static function key(string $name, int|string $key): int|string
    {
        return is_int($key) || preg_match('//u', $key) === 1 ? $key : throw self::wrong($name);
    }

    private static function wrong(string $name): ApiClientException
    {
        // The name may itself be what is wrong.
        return new ApiClientException(trim(Json::encode($name), '"') . ' has a value that no JSON can hold');
    }
}
