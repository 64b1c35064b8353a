<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\ApiTimeoutException;
use Protocol\Exception\NotFoundException;
use Protocol\Exception\PermissionDeniedException;
use Protocol\Exception\ServerException;
use Protocol\Exception\UnexpectedAnswerException;
use Protocol\OutgoingRequest;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\DownloadTestCase;
use Protocol\Tests\Support\Dumps;

final class DownloadsTest extends DownloadTestCase
{
    public function testASoundHasTheNameTheTypeAndTheSizeThatTheStorageTells(): void
    {
        $sound = $this->scripted([Answers::link(), self::file()])->sounds->open(self::ID);
        $expected = ['Café (live).wav', 'audio/wav', 15];
        self::assertSame($expected, [$sound->filename, $sound->file_type, $sound->file_size]);
        self::assertSame(Answers::FILE, $sound->read());
        self::assertSame(['/v1/sounds/' . self::ID . '/download', '/files/x'], $this->server->paths());
    }

    public function testAnAttachmentHasTheNameTheTypeAndTheSizeThatTheApiTells(): void
    {
        $file = $this->scripted([Answers::link(), self::file()])->attachments->open(self::ID);
        self::assertSame(['House.txt', 'text/plain', 15], [$file->filename, $file->file_type, $file->file_size]);
        self::assertSame(Answers::FILE, $file->read());
        self::assertSame(['/v1/attachments/' . self::ID, '/files/x'], $this->server->paths());
    }

    public function testTheStorageGetsNeitherTheTokenNorWhatTheHooksAdd(): void
    {
        $hooked = 0;
        $hook = function (OutgoingRequest $request) use (&$hooked): void {
            $hooked++;
            $request->headers->set('x-own', '1');
        };
        $this->scripted([Answers::link(), self::file()], ['onRequest' => $hook])->sounds->open(self::ID)->read();
        self::assertSame([1, ['host']], [$hooked, array_keys($this->server->requests[1]->headers)]);
    }

    /** @dataProvider dispositions */
    public function testTheName(string $disposition, string $expected): void
    {
        $client = $this->scripted([Answers::link(), self::file(['content-disposition' => $disposition])]);
        self::assertSame($expected, $client->sounds->open(self::ID)->filename);
    }

    public function dispositions(): array
    {
        return [
            ['attachment; filename="a b.wav"', 'a b.wav'],
            ['attachment; filename=plain.wav', 'plain.wav'],
            ['attachment; filename="x"; filename*=UTF-8\'\'%E6%9D%B1.wav', '東.wav'],
            ['attachment; filename="x.wav"; filename*=UTF-8\'\'%E6%9', 'x.wav'],
            ['attachment; filename="../../etc/passwd"', 'passwd'],
            ["attachment; filename*=UTF-8''..%2F..%5Cx.wav", 'x.wav'],
            ['attachment; filename=".."', 'file'],
            ['attachment', 'file'],
        ];
    }

    public function testWhatTheStorageDoesNotTell(): void
    {
        $bare = Answers::last("HTTP/1.1 200 OK\r\n\r\n" . Answers::FILE);
        $sound = $this->scripted([Answers::link(), $bare])->sounds->open(self::ID);
        $expected = ['file', 'application/octet-stream', null];
        self::assertSame($expected, [$sound->filename, $sound->file_type, $sound->file_size]);
        self::assertSame(Answers::FILE, $sound->read());
    }

    public function testAFileIsReadOnceInPiecesOrAsAWhole(): void
    {
        $sound = $this->scripted([Answers::link(), self::file()])->sounds->open(self::ID);
        self::assertSame(Answers::FILE, implode('', iterator_to_array($sound->pieces())));
        foreach ([fn () => $sound->pieces(), fn () => $sound->read(), fn () => $sound->saveTo('x')] as $again) {
            $this->thrown(ApiClientException::class, $again);
        }
    }

    /** @dataProvider passing */
    public function testOnceMoreWithANewLinkAsOftenAsOneSaysWithPauses(\Closure $bad): void
    {
        $client = $this->scripted([Answers::link(), $bad, Answers::link(), self::file()]);
        self::assertSame(Answers::FILE, $client->attachments->open(self::ID)->read());
        self::assertNotSame($this->server->requests[1]->path, $this->server->requests[3]->path);
        $this->clock->waits = [];
        $client = $this->scripted(array_merge(...array_fill(0, 8, [Answers::link(), $bad])));
        $this->thrown(ApiClientException::class, fn () => $client->attachments->open(self::ID));
        self::assertSame([6, [0.5, 1.0]], [count($this->server->requests), $this->clock->waits]);
        $call = fn () => $client->attachments->open(self::ID, ['maxRetries' => 1]);
        $this->thrown(ApiClientException::class, $call);
        self::assertCount(10, $this->server->requests);
    }

    public function passing(): array
    {
        return [
            'a link that is over' => [self::forbidden()],
            // On a new connection, for curl itself asks again on one that was kept.
            'half a head' => [Answers::last("HTTP/1.1 200 OK\r\ncont")],
            'no answer' => [Answers::timeOut()],
            '503' => [Answers::of(503)],
        ];
    }

    public function testAContentThatBreaksOffIsReadOnceMoreWithANewLinkAsAWhole(): void
    {
        $client = $this->scripted([Answers::link(), self::half(), Answers::link(), self::file()]);
        self::assertSame(Answers::FILE, $client->sounds->open(self::ID)->read());
        self::assertCount(4, $this->server->requests);
    }

    public function testToOpenAndToReadHaveTheirRetriesTogether(): void
    {
        $link = Answers::link();
        $client = $this->scripted([$link, Answers::of(503), $link, self::half(), $link, self::half(), $link]);
        $sound = $client->sounds->open(self::ID);
        $this->thrown(ApiConnectionException::class, fn () => $sound->read());
        self::assertSame([6, [0.5, 1.0]], [count($this->server->requests), $this->clock->waits]);
    }

    public function testTheStorageIsTriedAgainAsTheApiIs(): void
    {
        $late = Answers::of(503, '', ['retry-after' => '7']);
        $link = Answers::link();
        $client = $this->scripted([$link, Answers::of(404), $link, $late, $link, self::file()]);
        $this->thrown(NotFoundException::class, fn () => $client->sounds->open(self::ID));
        self::assertCount(2, $this->server->requests);
        $client->sounds->open(self::ID)->close();
        self::assertSame([7.0], $this->clock->waits);
    }

    public function testNoNewLinkWhereNothingIsToBeTriedAgain(): void
    {
        $answers = [Answers::link(), Answers::halfBody(), Answers::link(), self::half()];
        $client = $this->scripted($answers, ['maxRetries' => 0]);
        $this->thrown(ApiConnectionException::class, fn () => $client->sounds->open(self::ID)->read());
        $this->thrown(ApiConnectionException::class, fn () => $client->sounds->open(self::ID)->read());
        self::assertCount(4, $this->server->requests);
    }

    public function testWhatTheApiRefusesIsNoMatterOfTheLink(): void
    {
        $client = $this->scripted([Answers::error(404, 'resource_missing'), Answers::link()]);
        $this->thrown(NotFoundException::class, fn () => $client->sounds->open(self::ID));
        self::assertCount(1, $this->server->requests);
        $client = $this->scripted(array_fill(0, 9, Answers::error(503, 'service_unavailable')));
        $this->thrown(ServerException::class, fn () => $client->sounds->open(self::ID));
        self::assertCount(3, $this->server->requests);
    }

    public function testPiecesThatBreakOffFail(): void
    {
        $pieces = $this->scripted([Answers::link(), self::half()])->sounds->open(self::ID)->pieces();
        self::assertSame('Merry', $pieces->current());
        $this->thrown(ApiConnectionException::class, fn () => $pieces->next());
    }

    public function testAContentOfAnotherSizeThanTheFileHasIsAnError(): void
    {
        foreach ([['Merry', '5 of 15 bytes'], [Answers::FILE . '!', 'more than 15 bytes']] as [$content, $said]) {
            $client = $this->scripted([Answers::link(), Answers::last("HTTP/1.1 200 OK\r\n\r\n$content")]);
            $file = $client->attachments->open(self::ID, ['maxRetries' => 0]);
            $error = $this->thrown(ApiConnectionException::class, fn () => $file->read());
            self::assertStringContainsString($said, $error->getMessage());
        }
    }

    public function testTheTimeOutIsThatOfTheBeginningAndOfEachPieceAndDoesNotRunWhileNobodyReads(): void
    {
        $slow = Answers::raw("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\nMerry");
        $client = $this->scripted([Answers::link(), $slow], ['timeout' => 9]);
        $sound = $client->sounds->open(self::ID);
        $this->clock->runOut();
        $pieces = $sound->pieces();
        self::assertSame('Merry', $pieces->current());
        $this->clock->runOut();
        $this->clock->onSelect = fn () => $this->clock->runOut();
        $this->thrown(ApiTimeoutException::class, fn () => $pieces->next());
        self::assertSame([9.0, 9.0, 9.0, 9.0], $this->clock->timeouts);
    }

    public function testWhoDoesNotWantTheContentLetsTheConnectionGo(): void
    {
        $drops = [
            fn ($file) => $file->close(),
            fn ($file) => $file->pieces()->current(),
            fn ($file) => $file->pieces(),
            fn ($file) => null,
        ];
        foreach ($drops as $drop) {
            $client = $this->scripted([Answers::link(), self::halfAndSilence()]);
            $drop($client->sounds->open(self::ID));
            $this->server->work();
            self::assertSame([1, 0], $this->server->connections());
        }
    }

    public function testCloseDoesNothingWhereThereIsNothingToLetGo(): void
    {
        $client = $this->scripted([Answers::link(), self::file()]);
        $sound = $client->sounds->open(self::ID);
        $sound->close();
        $sound->close();
        $this->thrown(ApiClientException::class, fn () => $sound->read());
    }

    public function testOtherCallsGoOnWhileAFileIsRead(): void
    {
        $client = $this->scripted([Answers::link(), self::halfAndSilence(), self::fine()]);
        $pieces = $client->sounds->open(self::ID)->pieces();
        self::assertSame('Merry', $pieces->current());
        self::assertSame(self::ID, $client->me->get()->id);
    }

    public function testAnErrorOfTheStorageHasItsCodeAndNothingOfTheLink(): void
    {
        $client = $this->scripted([Answers::link(), self::forbidden()], ['maxRetries' => 0]);
        $error = $this->thrown(PermissionDeniedException::class, fn () => $client->sounds->open(self::ID));
        self::assertSame("GET {$this->server->url} was answered 403: AccessDenied", $error->message);
        self::assertStringNotContainsString('hidden', Dumps::ofError($error));
        foreach ([Answers::halfBody(), Answers::timeOut(), Answers::last("HTTP/1.1 302 F\r\n\r\n")] as $bad) {
            $client = $this->scripted([Answers::link(), $bad], ['maxRetries' => 0]);
            $error = $this->thrown(ApiClientException::class, fn () => $client->sounds->open(self::ID)->read());
            self::assertStringNotContainsString('hidden', Dumps::ofError($error));
        }
        $client = $this->scripted([Answers::link(), self::halfAndSilence()]);
        self::assertStringNotContainsString('hidden', Dumps::of($client->sounds->open(self::ID)));
    }

    public function testALinkWithoutAQuerySpoilsNoMessage(): void
    {
        $bare = fn ($connection, $request) =>
            Answers::json(200, ['url' => "http://{$request->headers['host']}/files/x"])($connection);
        $client = $this->scripted([$bare, Answers::of(404, '<Code>NoSuchKey</Code>')]);
        $error = $this->thrown(NotFoundException::class, fn () => $client->sounds->open(self::ID));
        self::assertSame("GET {$this->server->url} was answered 404: NoSuchKey", $error->message);
    }

    public function testAShortQueryOfALinkSpoilsNoMessage(): void
    {
        $client = $this->scripted([Answers::json(200, ['url' => 'http://127.0.0.1:1/x?e', 'expires_at' => 1])]);
        $open = fn () => $client->sounds->open(self::ID, ['maxRetries' => 0]);
        $error = $this->thrown(ApiConnectionException::class, $open);
        self::assertStringNotContainsString('secret', $error->getMessage());
    }

    public function testNoAddressOfAFile(): void
    {
        foreach ([null, 5, '', '/files/x', 'files/x', 'file:///etc/passwd', "http://x\r\n/", 'http://'] as $url) {
            $client = $this->scripted([Answers::json(200, ['url' => $url]), Answers::json(200, ['file_url' => $url])]);
            $this->thrown(UnexpectedAnswerException::class, fn () => $client->sounds->open(self::ID));
            $this->thrown(UnexpectedAnswerException::class, fn () => $client->attachments->open(self::ID));
            self::assertSame(0, $this->server->left());
        }
    }
}
