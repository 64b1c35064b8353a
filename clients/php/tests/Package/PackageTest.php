<?php

declare(strict_types=1);

namespace Protocol\Tests\Package;

use PHPUnit\Framework\TestCase;
use Protocol\ApiClient;

/** What is published, and what it says of itself. */
final class PackageTest extends TestCase
{
    private static function root(): string
    {
        return dirname(__DIR__, 2);
    }

    private static function read(string $path): string
    {
        return file_get_contents(self::root() . "/$path");
    }

    /** @return list<string> All files of the client with this ending, in these folders. */
    public static function sources(string ...$folders): array
    {
        $files = [];
        foreach ($folders as $folder) {
            $all = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(self::root() . "/$folder"));
            foreach (new \RegexIterator($all, '/\.php$/') as $file) {
                $files[] = $file->getPathname();
            }
        }
        return $files;
    }

    public function testItNeedsNothingButPhpAndItsExtensions(): void
    {
        $manifest = json_decode(self::read('composer.json'), true);
        self::assertSame(['php' => '>=8.1', 'ext-curl' => '*', 'ext-json' => '*'], $manifest['require']);
        self::assertArrayNotHasKey('version', $manifest, 'a tag says it, and ApiClient::VERSION');
        self::assertStringContainsString("\n## " . ApiClient::VERSION . "\n", self::read('CHANGELOG.md'));
    }

    public function testTheReadmeIsShortAndTellsAllOptions(): void
    {
        $readme = self::read('README.md');
        self::assertLessThanOrEqual(120, substr_count($readme, "\n"));
        preg_match_all('/^     \*     (\w+)\?:/m', self::read('src/ApiClient.php'), $names);
        self::assertGreaterThanOrEqual(7, count($names[1]));
        foreach ($names[1] as $name) {
            self::assertStringContainsString("`$name`", $readme);
        }
    }

    public function testAProgramWithoutComposerGetsIt(): void
    {
        $program = "require '" . self::root() . "/autoload.php'; echo Protocol\\ApiClient::VERSION, "
            . "class_exists('Protocol\\None') ? 1 : 0, count(get_included_files());";
        exec(escapeshellarg(PHP_BINARY) . ' -r ' . escapeshellarg($program), $output);
        self::assertSame([ApiClient::VERSION . '03'], $output, 'nothing is loaded that is not used');
    }

    public function testFilesAreShortAndStrict(): void
    {
        foreach (self::sources('src', 'tests') as $file) {
            $text = file_get_contents($file);
            self::assertLessThanOrEqual(400, substr_count($text, "\n"), $file);
            self::assertStringContainsString('declare(strict_types=1);', $text, $file);
        }
    }

    /** Later versions of PHP have more than 8.1: what the parser of 8.1 reads is what 8.1 reads. */
    public function testItIsWrittenInPhp81(): void
    {
        self::need('/usr/share/php/PhpParser/autoload.php', 'PhpParser\Lexer\Emulative');
        $lexer = new \PhpParser\Lexer\Emulative(['phpVersion' => '8.1']);
        $parser = new \PhpParser\Parser\Php7($lexer);
        $find = new \PhpParser\NodeFinder();
        foreach (self::sources('src', 'generated') as $file) {
            $nodes = $parser->parse(file_get_contents($file));
            $isLater = fn ($node) => ($node instanceof \PhpParser\Node\Stmt\Class_ && $node->isReadonly())
                || ($node instanceof \PhpParser\Node\Stmt\Trait_ && $node->getConstants() !== []);
            self::assertNull($find->findFirst($nodes, $isLater), $file);
        }
    }

    /** @param class-string $class */
    public static function need(string $autoload, string $class): void
    {
        if (!class_exists($class) && is_file($autoload)) {
            require_once $autoload;
        }
        class_exists($class) || self::markTestSkipped("$class is not installed");
    }
}
