<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\Content;
use Protocol\Exception\ApiClientException;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\UploadTestCase;

final class SmallUploadsTest extends UploadTestCase
{
    public function testAllSourcesInOneCall(): void
    {
        file_put_contents("$this->folder/hello", 'hello');
        $later = fopen("$this->folder/hello", 'rb');
        fread($later, 2);
        $pieces = (function (): \Generator {
            yield 'hel';
            yield '';
            yield 'lo';
        })();
        foreach (
            [
                [Content::fromString('hello'), 'hello'],
                [Content::fromIterable($pieces), 'hello'],
                [Content::fromIterable(['hel', 'lo']), 'hello'],
                ["$this->folder/hello", 'hello'],
                [new \SplFileInfo("$this->folder/hello"), 'hello'],
                [fopen('data://text/plain,hello', 'rb'), 'hello'],
                [popen('printf hello', 'r'), 'hello'],
                [$later, 'llo'],
                [Content::fromString(''), ''],
            ] as [$source, $text]
        ) {
            $client = $this->scripted([self::created()]);
            $params = ['filename' => 'greeting.txt', 'file_type' => 'text/plain'];
            self::assertSame(self::ABOUT, $client->attachments->upload($source, $params)->toArray());
            [$request] = $this->server->requests;
            self::assertSame('POST /v1/attachments', "$request->method $request->path");
            self::assertMatchesRegularExpression('/^[0-9a-f]{32}$/', $request->headers['idempotency-key']);
            $expected = ['name' => 'greeting.txt', 'type' => 'text/plain', 'text' => $text];
            self::assertSame($expected, $request->part());
        }
    }

    public function testNamesAndTypesThatAreNotGiven(): void
    {
        $client = $this->scripted(array_fill(0, 3, self::created()));
        file_put_contents("$this->folder/ü \"b\".txt", 'hello');
        $client->attachments->upload("$this->folder/ü \"b\".txt");
        $client->attachments->upload(Content::fromString('x'), ['filename' => "a\r\nb", 'file_type' => "a/b\r\nc: d"]);
        $client->attachments->upload("$this->folder/ü \"b\".txt", ['filename' => 'd', 'file_type' => null]);
        $parts = array_map(fn ($request) => $request->part(), $this->server->requests);
        $parts = array_map(fn ($part) => [$part['name'], $part['type']], $parts);
        $octets = 'application/octet-stream';
        self::assertSame([['ü %22b%22.txt', $octets], ['a%0D%0Ab', 'a/bc: d'], ['d', $octets]], $parts);
    }

    public function testASmallUploadIsTriedAgainWithTheSameKeyAndContent(): void
    {
        $client = $this->scripted([Answers::hangUp(), Answers::of(503), self::created()]);
        $client->attachments->upload(popen('printf hello', 'r'), ['filename' => 'a']);
        self::assertCount(1, array_unique($this->server->headers('idempotency-key')));
        self::assertCount(1, array_unique(array_column($this->server->requests, 'body')));
        self::assertSame('hello', $this->server->requests[2]->part()['text']);
    }

    public function test4MiBAreSmall(): void
    {
        $client = $this->scripted([self::created(), self::created()]);
        $bytes = str_repeat('x', self::SMALL);
        $client->attachments->upload(Content::fromString($bytes), ['filename' => 'a']);
        $pieces = Content::fromIterable(str_split($bytes, 100000));
        $client->attachments->upload($pieces, ['filename' => 'a', 'file_size' => self::SMALL]);
        foreach ($this->server->headers('content-type') as $type) {
            self::assertStringStartsWith('multipart/form-data; boundary=', $type);
        }
    }

    public function testAContentOfAnotherSizeThanWasSaid(): void
    {
        $client = $this->scripted([]);
        foreach ([[4, '5'], [6, '5']] as [$said, $found]) {
            $upload = fn () => $client->attachments->upload(
                Content::fromString('hello'),
                ['filename' => 'a', 'file_size' => $said],
            );
            $message = $this->thrown(ApiClientException::class, $upload)->getMessage();
            self::assertSame("attachments->upload: file_size is $said, but there are $found bytes", $message);
        }
        foreach ([[4, 'more'], [6, '5']] as [$said, $found]) {
            $source = Content::fromIterable(['hello']);
            $upload = fn () => $client->attachments->upload($source, ['filename' => 'a', 'file_size' => $said]);
            $message = $this->thrown(ApiClientException::class, $upload)->getMessage();
            self::assertSame("attachments->upload: file_size is $said, but there are $found bytes", $message);
        }
        self::assertSame([], $this->server->requests);
    }
}
