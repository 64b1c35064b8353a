<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\Content;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\ApiException;
use Protocol\Exception\FileException;
use Protocol\Exception\PermissionDeniedException;
use Protocol\Exception\ServerException;
use Protocol\Exception\UnexpectedAnswerException;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\Dumps;
use Protocol\Tests\Support\UploadTestCase;
use Protocol\Types\Attachment;

/** Files that are sent to the storage, and what cannot be sent. */
final class LargeUploadsTest extends UploadTestCase
{
    /** @dataProvider sources */
    public function testMoreThan4MiBIsAnnouncedAndSentToTheStorage(\Closure $source): void
    {
        $client = $this->scripted([$this->address(), Answers::of(200)]);
        $params = ['filename' => 'a.bin', 'file_type' => 'video/mp4', 'file_size' => self::LARGE];
        $attachment = $client->attachments->upload($source($this), $params);
        self::assertSame(Attachment::class, $attachment::class);
        self::assertSame(self::ABOUT, $attachment->toArray());
        [$announced, $sent] = $this->server->requests;
        self::assertSame($params, $announced->json());
        self::assertSame(['PUT', '/files/x'], [$sent->method, $this->server->paths()[1]]);
        self::assertTrue($sent->body === $this->large());
        $expected = ['content-type' => 'video/mp4', 'content-length' => (string) self::LARGE, 'if-none-match' => '*'];
        self::assertEquals($expected, array_diff_key($sent->headers, ['host' => 1]));
    }

    public function sources(): array
    {
        return [
            'bytes' => [fn (self $test) => Content::fromString($test->large())],
            'a path' => [fn (self $test) => $test->path()],
            'a file' => [fn (self $test) => new \SplFileInfo($test->path())],
            'a stream' => [fn (self $test) => fopen($test->path(), 'rb')],
            'a pipe' => [fn (self $test) => $test->pipe()],
            'pieces' => [fn (self $test) => Content::fromIterable([$test->large()])],
        ];
    }

    public function testSentAgainToANewAddressAfterTheAnnouncementWithTheSameKey(): void
    {
        $sources = [Content::fromString($this->large()), $this->path(), fopen($this->path(), 'rb')];
        foreach ($sources as $source) {
            $this->clock->waits = [];
            $client = $this->scripted([
                $this->address(),
                Answers::hangUp(),
                $this->address(),
                Answers::of(503),
                $this->address(),
                Answers::of(200),
            ]);
            $client->attachments->upload($source, ['filename' => 'a']);
            self::assertCount(1, array_unique(array_filter($this->server->headers('idempotency-key'))));
            $puts = array_filter($this->server->requests, fn ($request) => $request->method === 'PUT');
            self::assertCount(3, array_unique(array_column($puts, 'path')));
            foreach ($puts as $put) {
                self::assertTrue($put->body === $this->large());
            }
            self::assertSame([0.5, 1.0], $this->clock->waits);
        }
    }

    public function testTheKeyOfTheCallerIsThatOfTheAnnouncement(): void
    {
        $client = $this->scripted([$this->address(), Answers::hangUp(), $this->address(), Answers::of(200)]);
        $client->attachments->upload($this->path(), [], ['idempotencyKey' => 'mine']);
        self::assertSame(['mine', null, 'mine', null], $this->server->headers('idempotency-key'));
    }

    public function testWhatTurnsOutToBeStoredIsDone(): void
    {
        $exists = self::refusal(412, 'PreconditionFailed');
        $conflict = self::refusal(409, 'ConditionalRequestConflict');
        foreach (
            [
                [$this->address(), Answers::hangUp(), self::created()],
                [$this->address(), Answers::hangUp(), $this->address(), $exists],
                [$this->address(), Answers::timeOut(), $this->address(), $exists],
                [$this->address(), Answers::of(500), $this->address(), $exists],
                [$this->address(), Answers::hangUp(), $this->address(), $conflict, self::created()],
            ] as $answers
        ) {
            $attachment = $this->scripted($answers)->attachments->upload($this->path());
            self::assertSame(self::ABOUT, $attachment->toArray());
            self::assertSame(0, $this->server->left());
        }
        $client = $this->scripted([$this->address(), $exists]);
        $client->attachments->upload($this->path(), [], ['idempotencyKey' => 'mine']);
        self::assertSame(0, $this->server->left(), 'another call with the key has stored it');
    }

    public function test412AtOnceIsAnErrorAndSoIsWhatTheStorageRefuses(): void
    {
        $client = $this->scripted([
            $this->address(),
            self::refusal(412, 'PreconditionFailed'),
            $this->address(),
            self::refusal(403, 'AccessDenied'),
        ]);
        $upload = fn () => $client->attachments->upload($this->path());
        self::assertSame(412, $this->thrown(ApiException::class, $upload)->status);
        $error = $this->thrown(PermissionDeniedException::class, $upload);
        self::assertSame("PUT {$this->server->url} was answered 403: AccessDenied", $error->message);
        self::assertStringNotContainsString('hidden', Dumps::ofError($error));
        self::assertCount(4, $this->server->requests);
    }

    public function testWhatTheApiRefusesIsNotAnnouncedAgainBeyondItsOwnRetries(): void
    {
        $client = $this->scripted(array_fill(0, 9, Answers::error(503, 'service_unavailable')));
        $this->thrown(ServerException::class, fn () => $client->attachments->upload($this->path()));
        self::assertCount(3, $this->server->requests);
    }

    public function testNoMoreTriesThanOneSays(): void
    {
        $answers = [$this->address(), Answers::hangUp(), $this->address(), Answers::hangUp(), $this->address()];
        $client = $this->scripted($answers);
        $upload = fn () => $client->attachments->upload($this->path(), [], ['maxRetries' => 1]);
        $this->thrown(ApiConnectionException::class, $upload);
        self::assertCount(4, $this->server->requests);
    }

    public function testWhatCannotBeReadTwiceIsNotTriedAgainButItsAnnouncementIs(): void
    {
        $params = ['filename' => 'a', 'file_size' => self::LARGE];
        foreach ([Answers::hangUp(), Answers::of(503)] as $bad) {
            $client = $this->scripted([$this->address(), $bad, $this->address(), Answers::of(200)]);
            $upload = fn () => $client->attachments->upload($this->pipe(), $params);
            $this->thrown(ApiClientException::class, $upload);
            self::assertCount(2, $this->server->requests);
        }
        $client = $this->scripted([Answers::hangUp(), Answers::of(503), $this->address(), Answers::of(200)]);
        $client->attachments->upload($this->pipe(), $params);
        self::assertSame(0, $this->server->left());
    }

    public function testAStreamOfTheCallerStaysOpen(): void
    {
        $stream = fopen($this->path(), 'rb');
        $client = $this->scripted([Answers::error(403, 'upload_quota')]);
        $upload = fn () => $client->attachments->upload($stream, ['filename' => 'a']);
        $this->thrown(PermissionDeniedException::class, $upload);
        self::assertIsResource($stream);
    }

    public function testAPipeOfMoreThan4MiBNeedsItsSize(): void
    {
        $client = $this->scripted([]);
        $upload = fn () => $client->attachments->upload($this->pipe(), ['filename' => 'a']);
        self::assertStringContainsString('file_size', $this->thrown(ApiClientException::class, $upload)->getMessage());
    }

    public function testAStreamOfAnotherSizeThanWasSaid(): void
    {
        $large = $this->large();
        foreach ([[[$large], self::LARGE + 1, self::LARGE], [[$large, $large], self::LARGE, 'more']] as $case) {
            [$pieces, $said, $found] = $case;
            $client = $this->scripted([$this->address(), Answers::silence()]);
            $source = Content::fromIterable($pieces);
            $upload = fn () => $client->attachments->upload($source, ['filename' => 'a', 'file_size' => $said]);
            $message = $this->thrown(ApiClientException::class, $upload)->getMessage();
            self::assertSame("attachments->upload: file_size is $said, but there are $found bytes", $message);
            self::assertSame(['POST'], array_column($this->server->requests, 'method'), 'the storage got all of it');
        }
    }

    public function testPiecesThatThrow(): void
    {
        $stop = new \DomainException('no further');
        $pieces = (function () use ($stop): \Generator {
            yield substr($this->large(), 0, 100000);
            throw $stop;
        })();
        $client = $this->scripted([$this->address(), Answers::silence()]);
        $params = ['filename' => 'a', 'file_size' => self::LARGE];
        $upload = fn () => $client->attachments->upload(Content::fromIterable($pieces), $params);
        self::assertSame($stop, $this->thrown(\DomainException::class, $upload));
        self::assertSame(['POST'], array_column($this->server->requests, 'method'));
    }

    public function testAFileThatChangesMeanwhileIsAnnouncedOnce(): void
    {
        $path = "$this->folder/changing.bin";
        file_put_contents($path, $this->large());
        $change = function ($connection, $request) use ($path): void {
            file_put_contents($path, 'other');
            $this->address()($connection, $request);
        };
        $client = $this->scripted([$change, Answers::silence(), $change, Answers::silence()]);
        $upload = fn () => $client->attachments->upload($path);
        $message = $this->thrown(ApiClientException::class, $upload)->getMessage();
        self::assertStringContainsString('has changed', $message);
        self::assertCount(1, $this->server->requests);
    }

    public function testTheStorageHasMoreTimeForMoreBytes(): void
    {
        $client = $this->scripted([$this->address(), Answers::of(200)], ['timeout' => 1]);
        $client->attachments->upload($this->path());
        self::assertSame([1.0, 65.0], array_map('round', $this->clock->timeouts));
    }

    public function testAnAnswerWithoutAnAttachmentOrWithoutAnAddress(): void
    {
        $wrong = ['method' => 'PUT', 'url' => '/files/x', 'headers' => []];
        $client = $this->scripted([
            Answers::of(204),
            Answers::json(201, null),
            Answers::json(201, [...self::ABOUT, 'upload' => $wrong]),
        ]);
        foreach ([Content::fromString('x'), Content::fromString('x'), $this->path()] as $source) {
            $upload = fn () => $client->attachments->upload($source, ['filename' => 'a']);
            $this->thrown(UnexpectedAnswerException::class, $upload);
        }
    }

    public function testWhatCannotBeUploaded(): void
    {
        $client = $this->scripted([]);
        foreach ([null, 5, new \stdClass(), [1], curl_init(), stream_context_create()] as $source) {
            $upload = fn () => $client->attachments->upload($source, ['filename' => 'a']);
            $this->thrown(ApiClientException::class, $upload);
        }
        foreach (['20', INF, -1, 1.5] as $size) {
            $params = ['filename' => 'a', 'file_size' => $size];
            $upload = fn () => $client->attachments->upload(Content::fromString('x'), $params);
            $this->thrown(ApiClientException::class, $upload);
        }
        $upload = fn () => $client->attachments->upload(Content::fromString('x'));
        self::assertStringContainsString('filename', $this->thrown(ApiClientException::class, $upload)->getMessage());
        $upload = fn () => $client->attachments->upload(Content::fromIterable([5]), ['filename' => 'a']);
        $this->thrown(ApiClientException::class, $upload);
        $this->thrown(ApiClientException::class, fn () => $client->attachments->upload($this->folder));
        $error = $this->thrown(FileException::class, fn () => $client->attachments->upload("$this->folder/none"));
        self::assertStringContainsString('No such file', $error->getMessage());
        self::assertSame([], $this->server->requests);
    }
}
