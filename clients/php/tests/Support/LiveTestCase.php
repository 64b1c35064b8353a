<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

use PHPUnit\Framework\TestCase;
use Protocol\ApiClient;
use Protocol\Exception\ApiException;
use Protocol\OutgoingRequest;
use Protocol\Types\Group;

/** Tests with two people of a real API, in a group of theirs. */
abstract class LiveTestCase extends TestCase
{
    /** @var array<string, true> `GET /v1/contacts/…` and the like, of every request. */
    protected static array $called = [];
    protected static ApiClient $kate;
    protected static ApiClient $kevin;
    protected static Group $group;
    protected static string $conversation;
    protected static string $folder;

    public static function setUpBeforeClass(): void
    {
        $tokens = array_filter(explode(',', getenv('PROTOCOL_API_TOKENS') ?: ''));
        if (!getenv('PROTOCOL_API_URL') || count($tokens) < 2) {
            $needed = 'PROTOCOL_API_URL and PROTOCOL_API_TOKENS (two, with a comma) say which API to test against';
            throw new \RuntimeException($needed);
        }
        [self::$kate, self::$kevin] = array_map(self::client(...), $tokens);
        self::$group = self::newGroup();
        self::$conversation = self::$group->conversation_id;
        self::$folder = sys_get_temp_dir() . '/client-' . bin2hex(random_bytes(8));
        mkdir(self::$folder);
    }

    public static function tearDownAfterClass(): void
    {
        self::$kate->groups->delete(self::$group->id);
        array_map('unlink', glob(self::$folder . '/*'));
        rmdir(self::$folder);
    }

    protected static function client(string $token): ApiClient
    {
        $onRequest = static function (OutgoingRequest $request): void {
            self::$called["$request->method " . parse_url($request->url, PHP_URL_PATH)] = true;
        };
        return new ApiClient($token, ['onRequest' => $onRequest]);
    }

    protected static function newGroup(): Group
    {
        $contacts = [self::$kevin->me->get()->id];
        return self::$kate->groups->create(['name' => uniqid('Client '), 'contacts' => $contacts]);
    }

    /** A file of so many bytes, no two of which are alike. */
    protected static function newFile(string $name, int $size): string
    {
        $bytes = '';
        for ($i = 0; strlen($bytes) < $size; $i++) {
            $bytes .= hash('sha256', (string) $i, true);
        }
        file_put_contents(self::$folder . "/$name", substr($bytes, 0, $size));
        return self::$folder . "/$name";
    }

    /** @return list<string> */
    protected static function ids(iterable $things): array
    {
        return array_column(is_array($things) ? $things : iterator_to_array($things), 'id');
    }

    protected function refused(string $code, \Closure $call): ApiException
    {
        try {
            $call();
        } catch (ApiException $error) {
            self::assertSame($code, $error->code, "$error");
            return $error;
        }
        self::fail("$code was not thrown");
    }
}
