<?php

declare(strict_types=1);

namespace Protocol\Tests\Package;

use PHPUnit\Framework\TestCase;

/** How much memory a large file needs: a program of its own, with a server of its own, tells. */
final class MemoryTest extends TestCase
{
    private const SIZE = 100 * 1024 * 1024;

    public function testALargeFileNeedsNoMoreMemoryThanASmallOne(): void
    {
        $words = array_map('escapeshellarg', [PHP_BINARY, __DIR__ . '/memory.php', (string) self::SIZE]);
        exec(implode(' ', $words), $output, $code);
        self::assertSame(0, $code, implode("\n", $output));
        [$up, $down, $read] = array_map('intval', $output);
        self::assertLessThan(8 * 1024 * 1024, $up, 'to upload');
        self::assertLessThan(8 * 1024 * 1024, $down, 'to download');
        self::assertLessThan(self::SIZE + 8 * 1024 * 1024, $read, 'to read');
    }
}
