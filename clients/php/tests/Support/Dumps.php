<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/** All that dumps could show of something. */
final class Dumps
{
    public static function of(mixed $value): string
    {
        ob_start();
        var_dump($value);
        $text = ob_get_clean() . print_r($value, true) . var_export($value, true) . self::cast($value);
        return $text . @json_encode($value, JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }

    /** An exception, with the arguments in those parts of its trace that are the client's and curl's. */
    public static function ofError(\Throwable $error): string
    {
        $text = "$error" . json_encode($error, JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR);
        // PHP 8.1 hides no argument.
        $shown = fn (mixed $given) => $given instanceof \SensitiveParameterValue ? $given->getValue() : $given;
        foreach ($error->getTrace() as $frame) {
            $class = $frame['class'] ?? '';
            $isOurs = str_starts_with($class, 'Protocol\\') && !str_starts_with($class, 'Protocol\\Tests\\');
            if ($isOurs || str_starts_with($frame['function'], 'curl_')) {
                $text .= "\n$class::{$frame['function']} " . self::of(array_map($shown, $frame['args'] ?? []));
            }
        }
        $previous = $error->getPrevious();
        return $text . self::cast((object) get_object_vars($error)) . ($previous ? self::ofError($previous) : '');
    }

    /** What a cast to an array shows, of what is within as well. */
    private static function cast(mixed $value, int $depth = 0): string
    {
        if ($depth > 12 || $value instanceof \Closure || !(is_object($value) || is_array($value))) {
            return is_scalar($value) ? "$value\n" : '';
        }
        $text = '';
        foreach ((array) $value as $name => $inner) {
            $text .= "$name: " . self::cast($inner, $depth + 1);
        }
        return $text;
    }
}
