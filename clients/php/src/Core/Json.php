<?php

declare(strict_types=1);

namespace Protocol\Core;

/**
 * JSON as the API writes and reads it.
 *
 * @internal
 */
final class Json
{
    public const FLAGS = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;

    /** What is not valid Unicode is shown as such, not refused. */
    public static function encode(#[\SensitiveParameter] mixed $value, int $flags = 0): string
    {
        return (string) json_encode($value, self::FLAGS | JSON_INVALID_UTF8_SUBSTITUTE | $flags);
    }

    /** The object that a text is, or null where it is none. */
    public static function object(#[\SensitiveParameter] string $text): ?\stdClass
    {
        $value = self::decode($text);
        return $value instanceof \stdClass ? $value : null;
    }

    /** The value that a text is, or null where it is no JSON. What is not valid Unicode is shown as such. */
    public static function decode(#[\SensitiveParameter] string $text): mixed
    {
        // A byte order mark is no part of it.
        return json_decode(preg_replace('/^\xef\xbb\xbf/', '', $text), flags: JSON_INVALID_UTF8_SUBSTITUTE);
    }

    /** Whether a text is JSON. */
    public static function isValid(#[\SensitiveParameter] string $text): bool
    {
        self::decode($text);
        return json_last_error() === JSON_ERROR_NONE;
    }
}
