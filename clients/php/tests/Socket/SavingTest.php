<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\FileException;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\DownloadTestCase;

final class SavingTest extends DownloadTestCase
{
    /** @return list<string> */
    private function files(): array
    {
        return array_values(array_diff(scandir($this->folder), ['.', '..']));
    }

    public function testItTakesThePlaceOfWhatIsThere(): void
    {
        file_put_contents("$this->folder/a.wav", 'old');
        $this->scripted([Answers::link(), self::file()])->sounds->open(self::ID)->saveTo("$this->folder/a.wav");
        self::assertStringEqualsFile("$this->folder/a.wav", Answers::FILE);
        self::assertSame(['a.wav'], $this->files());
    }

    public function testANameAsLongAsNamesCanBe(): void
    {
        $name = str_repeat('x', 255);
        $this->scripted([Answers::link(), self::file()])->sounds->open(self::ID)->saveTo("$this->folder/$name");
        self::assertSame([$name], $this->files());
    }

    public function testAContentThatBreaksOffIsWrittenOnceMore(): void
    {
        $client = $this->scripted([Answers::link(), self::half(), Answers::link(), self::file()]);
        $client->sounds->open(self::ID)->saveTo("$this->folder/a.wav");
        self::assertStringEqualsFile("$this->folder/a.wav", Answers::FILE);
    }

    public function testWhereTheConnectionEndsNothingIsHalfDone(): void
    {
        file_put_contents("$this->folder/a.wav", 'old');
        $client = $this->scripted(array_merge(...array_fill(0, 3, [Answers::link(), self::half()])));
        $sound = $client->sounds->open(self::ID);
        $this->thrown(ApiConnectionException::class, fn () => $sound->saveTo("$this->folder/a.wav"));
        self::assertStringEqualsFile("$this->folder/a.wav", 'old');
        self::assertSame(['a.wav'], $this->files());
        self::assertSame(0, $this->server->left());
    }

    public function testAFolderThatIsNotThereAndOneThatIsInTheWay(): void
    {
        foreach (["$this->folder/none/a.wav" => 'No such file', $this->folder => 'directory'] as $path => $said) {
            $client = $this->scripted([Answers::link(), self::halfAndSilence()]);
            $sound = $client->sounds->open(self::ID);
            $error = $this->thrown(FileException::class, fn () => $sound->saveTo($path));
            self::assertStringContainsStringIgnoringCase($said, $error->getMessage());
            $this->server->work();
            self::assertSame([1, 0], $this->server->connections(), 'the connection is let go');
        }
    }

    public function testItWritesThroughALinkAndKeepsTheMode(): void
    {
        file_put_contents("$this->folder/a.wav", 'old');
        chmod("$this->folder/a.wav", 0602);
        symlink('a.wav', "$this->folder/link.wav");
        $this->scripted([Answers::link(), self::file()])->sounds->open(self::ID)->saveTo("$this->folder/link.wav");
        clearstatcache();
        self::assertStringEqualsFile("$this->folder/a.wav", Answers::FILE);
        self::assertSame(0602, fileperms("$this->folder/a.wav") & 0777);
        self::assertTrue(is_link("$this->folder/link.wav"));
        self::assertSame(['a.wav', 'link.wav'], $this->files());
    }

    public function testItWritesToWhatIsNoFileAndDoesNotBeginAgain(): void
    {
        $fifo = "$this->folder/fifo";
        posix_mkfifo($fifo, 0600);
        $client = $this->scripted([Answers::link(), self::file(), Answers::link(), self::half(), Answers::link()]);
        $reader = popen('cat ' . escapeshellarg($fifo), 'r');
        $client->sounds->open(self::ID)->saveTo($fifo);
        self::assertSame(Answers::FILE, stream_get_contents($reader));
        $reader = popen('cat ' . escapeshellarg($fifo), 'r');
        $sound = $client->sounds->open(self::ID);
        $this->thrown(ApiConnectionException::class, fn () => $sound->saveTo($fifo));
        self::assertSame('Merry', stream_get_contents($reader));
        self::assertSame(1, $this->server->left());
        self::assertSame('fifo', filetype($fifo));
    }
}
