<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

// PHP gives the methods their names.
// phpcs:disable PSR1.Methods.CamelCapsMethodName

/** A stream that does not block: what a program writes. */
final class Trickle
{
    /** How often it was read. */
    public static int $reads = 0;
    /** @var resource|null */
    public mixed $context = null;
    /** @var resource */
    private mixed $program;

    /** @return resource */
    public static function open(string $command): mixed
    {
        self::$reads = 0;
        stream_wrapper_register('trickle', self::class);
        $stream = fopen("trickle://$command", 'rb');
        stream_wrapper_unregister('trickle');
        return $stream;
    }

    public function stream_open(string $path): bool
    {
        $this->program = popen(substr($path, strlen('trickle://')), 'r');
        return stream_set_blocking($this->program, false);
    }

    public function stream_read(int $length): string
    {
        self::$reads++;
        return (string) fread($this->program, $length);
    }

    public function stream_eof(): bool
    {
        return feof($this->program);
    }

    public function stream_stat(): bool
    {
        return false;
    }

    /** @return resource */
    public function stream_cast(): mixed
    {
        return $this->program;
    }
}
