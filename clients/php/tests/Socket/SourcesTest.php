<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\Content;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\FileException;
use Protocol\Exception\UnexpectedAnswerException;
use Protocol\Files\Path;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\Dumps;
use Protocol\Tests\Support\Trickle;
use Protocol\Tests\Support\UploadTestCase;

/** What files are read from, and what cannot be read. */
final class SourcesTest extends UploadTestCase
{
    /** @dataProvider noPaths */
    public function testWhatPhpWouldTakeForAnotherThingThanAPath(string $path, string $said): void
    {
        $client = $this->scripted([Answers::link(), Answers::of(200, Answers::FILE)]);
        $sound = $client->sounds->open(self::ID);
        foreach ([fn () => $client->attachments->upload($path), fn () => $sound->saveTo($path)] as $call) {
            $error = $this->thrown(ApiClientException::class, $call);
            self::assertSame(ApiClientException::class, $error::class);
            self::assertStringContainsString($said, $error->getMessage());
        }
        self::assertSame(Answers::FILE, $sound->read(), 'nothing was done');
        self::assertCount(2, $this->server->requests);
    }

    public function noPaths(): array
    {
        $paths = ['http://x/y', 'HTTPS://x/y', 'compress.zlib://x', 'data:text/plain,x', 'data://text/plain,x',
            'phar://x.phar/y', 'php://filter/resource=/etc/hostname', 'php://memory', 'ftp://x/y', 'ssh2.sftp://x/y'];
        $cases = array_map(fn (string $path) => [$path, 'open stream'], $paths);
        return [...$cases, ["\xff\xd8\0JFIF", 'Content::fromString'], ["a\0", 'Content::fromString']];
    }

    public function testPathsThatAreSome(): void
    {
        foreach (['C:\\file', 'c:/file', '/tmp/http://x', './data:x', 'a:b', '', 'file:///tmp/x'] as $path) {
            Path::check($path);
        }
        file_put_contents("$this->folder/hello", 'hello');
        $this->scripted([self::created()])->attachments->upload("file://$this->folder/hello");
        self::assertSame('hello', $this->server->requests[0]->part()['text']);
    }

    public function testAFileOfPhpThatHasNoPathIsRefused(): void
    {
        foreach ([new \SplTempFileObject(), new \SplFileObject('php://memory', 'w+')] as $file) {
            $file->fwrite('hello');
            $upload = fn () => $this->scripted([])->attachments->upload($file, ['filename' => 'a']);
            $error = $this->thrown(ApiClientException::class, $upload);
            self::assertStringContainsString('open stream', $error->getMessage());
        }
    }

    public function testAPipeIsNoFileAndNobodyWaitsForItsWriter(): void
    {
        posix_mkfifo("$this->folder/fifo", 0600);
        $upload = fn () => $this->scripted([])->attachments->upload("$this->folder/fifo");
        $error = $this->thrown(ApiClientException::class, $upload);
        self::assertStringContainsString('not that of a file', $error->getMessage());
    }

    public function testAFileThatCannotBeReadSaysWhyWhateverElseWentWrong(): void
    {
        $client = $this->scripted([]);
        @file_get_contents("$this->folder/another");
        $stream = fopen("$this->folder/write-only", 'wb');
        $uploads = [
            'No such file' => fn () => $client->attachments->upload("$this->folder/none"),
            'Bad file descriptor' => fn () => $client->attachments->upload($stream, ['filename' => 'a']),
        ];
        set_error_handler(fn (int $_, string $message) => throw new \ErrorException($message));
        try {
            foreach ($uploads as $said => $upload) {
                $error = $this->thrown(FileException::class, $upload);
                self::assertStringContainsString($said, $error->getMessage());
                self::assertStringNotContainsString('another', $error->getMessage());
            }
        } finally {
            restore_error_handler();
        }
    }

    public function testAStreamThatDoesNotBlockIsWaitedFor(): void
    {
        $stream = Trickle::open('sleep 0.2; printf hello');
        $this->scripted([self::created()])->attachments->upload($stream, ['filename' => 'a']);
        self::assertSame('hello', $this->server->requests[0]->part()['text']);
        self::assertLessThan(20, Trickle::$reads);
    }

    public function testAStreamWhoseTimeIsOver(): void
    {
        [$stream, $other] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        stream_set_timeout($stream, 0, 1000);
        $upload = fn () => $this->scripted([])->attachments->upload($stream, ['filename' => 'a']);
        @file_get_contents("$this->folder/another");
        $error = $this->thrown(FileException::class, $upload);
        self::assertSame('The file could not be read or written', $error->getMessage());
        fclose($other);
    }

    public function testAGeneratorThatIsOver(): void
    {
        $pieces = (fn () => yield 'hello')();
        iterator_to_array($pieces);
        $source = Content::fromIterable($pieces);
        $upload = fn () => $this->scripted([])->attachments->upload($source, ['filename' => 'a']);
        self::assertStringContainsString('is over', $this->thrown(ApiClientException::class, $upload)->getMessage());
    }

    public function testNamesThatNoFormCanHold(): void
    {
        $client = $this->scripted([]);
        file_put_contents("$this->folder/\xff", 'hello');
        $this->thrown(ApiClientException::class, fn () => $client->attachments->upload("$this->folder/\xff"));
        foreach (['filename', 'file_type'] as $name) {
            $params = ['filename' => 'a', $name => "a\0b"];
            $upload = fn () => $client->attachments->upload(Content::fromString('x'), $params);
            $this->thrown(ApiClientException::class, $upload);
        }
        self::assertSame([], $this->server->requests);
    }

    /** @dataProvider strangeUploads */
    public function testAnUploadThatNoRequestCanBe(array $upload): void
    {
        $upload = ['url' => 'http://127.0.0.1:9/hidden', 'method' => 'PUT', 'headers' => [], ...$upload];
        $client = $this->scripted([Answers::json(201, [...self::ABOUT, 'upload' => $upload])]);
        $error = $this->thrown(
            UnexpectedAnswerException::class,
            fn () => $client->attachments->upload($this->path(), [], ['maxRetries' => 0]),
        );
        self::assertSame(201, $error->status);
        self::assertStringNotContainsString('hidden', Dumps::ofError($error));
    }

    public function strangeUploads(): array
    {
        return [
            [['method' => "PUT\0"]],
            [['method' => "PUT / HTTP/1.1\r\nx: y\r\n\r\n"]],
            [['method' => 5]],
            [['headers' => ['x' => "a\r\nb: c"]]],
            [['headers' => ['x' => "a\0"]]],
            [['headers' => ["x\r\ny" => 'a']]],
            [['url' => 'http://127.0.0.1:99999/hidden']],
        ];
    }
}
