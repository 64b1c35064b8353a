<?php

declare(strict_types=1);

namespace Protocol\Tests\Package;

use PHPStan\PhpDocParser\Ast\PhpDoc\PhpDocTagNode;
use PHPStan\PhpDocParser\Ast\PhpDoc\InvalidTagValueNode;
use PHPStan\PhpDocParser\Ast\Type\IdentifierTypeNode;
use PHPStan\PhpDocParser\Lexer\Lexer;
use PHPStan\PhpDocParser\Parser\ConstExprParser;
use PHPStan\PhpDocParser\Parser\PhpDocParser;
use PHPStan\PhpDocParser\Parser\TokenIterator;
use PHPStan\PhpDocParser\Parser\TypeParser;
use PHPUnit\Framework\TestCase;

/** The types in comments, which tools and editors read. */
final class DocTypesTest extends TestCase
{
    private const KNOWN = [
        'array', 'bool', 'callable', 'class-string', 'false', 'float', 'int', 'iterable', 'list', 'mixed', 'null',
        'object', 'resource', 'self', 'static', 'string', 'true', 'void',
    ];

    public function testTheyParseAndNameClassesThatThereAre(): void
    {
        PackageTest::need('/usr/share/php/PHPStan/PhpDocParser/autoload.php', Lexer::class);
        $lexer = new Lexer();
        $constants = new ConstExprParser();
        $parser = new PhpDocParser(new TypeParser($constants), $constants);
        $count = 0;
        foreach (PackageTest::sources('src', 'generated') as $file) {
            $text = file_get_contents($file);
            preg_match('/^namespace (.*);$/m', $text, $namespace);
            preg_match_all('/^use ([\w\\\\]+);$/m', $text, $imports);
            preg_match_all('/@template (\w+)/', $text, $templates);
            preg_match_all('~/\*\*.*?\*/~s', $text, $comments);
            foreach ($comments[0] as $comment) {
                $doc = $parser->parse(new TokenIterator($lexer->tokenize($comment)));
                foreach ($doc->getTags() as $tag) {
                    self::assertNotInstanceOf(InvalidTagValueNode::class, $tag->value, "$file: $tag");
                    foreach (self::names($tag) as $name) {
                        $count++;
                        $isKnown = in_array($name, [...self::KNOWN, ...$templates[1]], true)
                            || self::exists($name, $namespace[1], $imports[1]);
                        self::assertTrue($isKnown, "$file: there is no $name in $tag");
                    }
                }
            }
        }
        self::assertGreaterThan(500, $count);
    }

    /** @param list<string> $imports */
    private static function exists(string $name, string $namespace, array $imports): bool
    {
        $names = [ltrim($name, '\\'), "$namespace\\$name"];
        foreach ($imports as $import) {
            if (str_ends_with($import, '\\' . explode('\\', $name)[0])) {
                $names[] = $import;
            }
        }
        return array_filter($names, fn ($name) => class_exists($name) || interface_exists($name)) !== [];
    }

    /** @return list<string> The names of types in a tag. */
    private static function names(PhpDocTagNode $tag): array
    {
        if (str_starts_with($tag->name, '@template')) {
            return [];
        }
        $names = [];
        $walk = function (mixed $node) use (&$walk, &$names): void {
            if ($node instanceof IdentifierTypeNode) {
                $names[] = $node->name;
            }
            foreach (is_object($node) ? get_object_vars($node) : (is_array($node) ? $node : []) as $name => $inner) {
                $name === 'keyName' || $walk($inner);
            }
        };
        $walk($tag->value);
        return $names;
    }
}
