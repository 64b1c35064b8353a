<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\ApiClient;
use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\ApiException;
use Protocol\Exception\NotFoundException;
use Protocol\Exception\RateLimitException;
use Protocol\Exception\ServerException;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\SocketTestCase;

final class RetriesTest extends SocketTestCase
{
    private const NOW = 1893456000;

    /** @dataProvider passing */
    public function testEveryMethodIsTriedAgain(\Closure $bad): void
    {
        $calls = [
            'GET' => fn (ApiClient $client) => $client->conversations->get(self::ID)->id,
            'POST' => fn (ApiClient $client) => $client->conversations->create(['contact_id' => self::ID])->id,
            'PUT' => fn (ApiClient $client) => $client->conversations->update(self::ID, ['is_muted' => true])->id,
            'DELETE' => fn (ApiClient $client) => $client->conversations->delete(self::ID) ?? self::ID,
        ];
        foreach ($calls as $method => $call) {
            // A new client each time: on a kept connection, curl itself sends again what was not answered at all.
            $client = $this->scripted([$bad, $method === 'DELETE' ? Answers::of(204) : self::fine()]);
            self::assertSame(self::ID, $call($client));
            self::assertSame([$method, $method], array_column($this->server->requests, 'method'));
            self::assertEquals($this->server->requests[0], $this->server->requests[1]);
        }
        self::assertSame([0.5, 0.5, 0.5, 0.5], $this->clock->waits);
    }

    public function passing(): array
    {
        return [
            'a connection closed after the request' => [Answers::hangUp()],
            'half a body' => [Answers::halfBody()],
            'a time-out' => [Answers::timeOut()],
            '429 without a body' => [Answers::of(429)],
            '429 of the API' => [Answers::error(429, 'too_many_attempts')],
            '500' => [Answers::error(500, 'internal_error')],
            '502 in HTML' => [Answers::of(502, '<html><body>Bad Gateway</body></html>')],
            '503 of the gateway' => [Answers::json(503, ['message' => 'Service Unavailable'])],
            '504' => [Answers::of(504, 'Gateway Timeout')],
        ];
    }

    /** @dataProvider final */
    public function testOthersAreNotTriedAgain(int $status): void
    {
        $client = $this->scripted([Answers::error($status, 'whatever', ['retry-after' => '1']), self::fine()]);
        $error = $this->thrown(ApiException::class, fn () => $client->conversations->get(self::ID));
        self::assertSame([$status, 1], [$error->status, count($this->server->requests)]);
    }

    public function final(): array
    {
        return array_map(fn ($status) => [$status], [400, 401, 403, 404, 405, 410, 413, 415, 422, 501, 505]);
    }

    public function test409IsTriedAgainOnlyWhenItsCodeSaysThatTheKeyIsInUse(): void
    {
        $client = $this->scripted([
            Answers::error(409, 'username_taken', ['retry-after' => '1']),
            Answers::json(409, ['message' => 'Conflict']),
            Answers::error(409, 'idempotency_key_in_use'),
            self::fine(),
        ]);
        $call = fn () => $client->conversations->create(['contact_id' => self::ID]);
        self::assertSame('username_taken', $this->thrown(ApiException::class, $call)->code);
        self::assertNull($this->thrown(ApiException::class, $call)->code);
        self::assertSame(self::ID, $call()->id);
        self::assertCount(4, $this->server->requests);
    }

    public function testTwoRetriesByDefaultAsManyAsOneSaysAndThenTheLastError(): void
    {
        $client = $this->scripted(array_fill(0, 9, Answers::error(503, 'service_unavailable')));
        foreach ([[[], 3], [['maxRetries' => 0], 4], [['maxRetries' => 4], 9]] as [$options, $count]) {
            $this->thrown(ServerException::class, fn () => $client->conversations->get(self::ID, $options));
            self::assertCount($count, $this->server->requests);
        }
        self::assertCount(2 + 0 + 4, $this->clock->waits);
    }

    public function testMaxRetriesOfTheClientCountsForAllItsCalls(): void
    {
        $client = $this->scripted([Answers::hangUp(), self::fine()], ['maxRetries' => 0]);
        $this->thrown(ApiConnectionException::class, fn () => $client->conversations->get(self::ID));
        self::assertCount(1, $this->server->requests);
    }

    public function testPausesDoubleFromHalfASecondToEightWithFullJitter(): void
    {
        $client = $this->scripted(array_fill(0, 14, Answers::of(503)), ['maxRetries' => 6]);
        $this->thrown(ServerException::class, fn () => $client->conversations->get(self::ID));
        self::assertSame([0.5, 1.0, 2.0, 4.0, 8.0, 8.0], $this->clock->waits);
        $this->clock->waits = [];
        $this->clock->chances = [0, 0.25, 0.5, 0, 1, 0.125];
        $this->thrown(ServerException::class, fn () => $client->conversations->get(self::ID));
        self::assertSame([0.0, 0.25, 1.0, 0.0, 8.0, 1.0], $this->clock->waits);
    }

    /** @dataProvider retryAfter */
    public function testRetryAfter(string $value, float $expected): void
    {
        $this->clock->date = self::NOW;
        $busy = Answers::error(503, 'service_unavailable', ['retry-after' => $value]);
        $this->scripted([$busy, self::fine()])->conversations->get(self::ID);
        self::assertSame([$expected], $this->clock->waits);
    }

    public function retryAfter(): array
    {
        $date = fn (int $seconds) => gmdate('D, d M Y H:i:s', self::NOW + $seconds) . ' GMT';
        return [
            ['1', 1.0],
            ['60', 60.0],
            ['1.5', 1.5],
            [$date(30), 30.0],
            [$date(60), 60.0],
            [$date(-30), 0.5],
            ['0', 0.5],
            ['-5', 0.5],
            ['soon', 0.5],
            ['', 0.5],
        ];
    }

    public function testARetryAfterThatIsTooLongToWaitFor(): void
    {
        $this->clock->date = self::NOW;
        foreach (['61', '3600', gmdate('D, d M Y H:i:s', self::NOW + 61) . ' GMT'] as $value) {
            $busy = Answers::error(429, 'too_many_attempts', ['retry-after' => $value]);
            $client = $this->scripted([$busy, self::fine()]);
            $error = $this->thrown(RateLimitException::class, fn () => $client->conversations->get(self::ID));
            self::assertSame($value, $error->headers->get('retry-after'));
            self::assertCount(1, $this->server->requests);
        }
        self::assertSame([], $this->clock->waits);
    }

    public function testAPostHasOneKeyForAllItsTriesAndTheNextCallAnother(): void
    {
        $client = $this->scripted([Answers::hangUp(), Answers::of(500), self::fine(), self::fine()]);
        $client->conversations->create(['contact_id' => self::ID]);
        $client->conversations->create(['contact_id' => self::ID]);
        $keys = $this->server->headers('idempotency-key');
        self::assertMatchesRegularExpression('/^[0-9a-f]{32}$/', $keys[0]);
        self::assertSame(array_fill(0, 3, $keys[0]), array_slice($keys, 0, 3));
        self::assertNotSame($keys[0], $keys[3]);
    }

    public function testAPostHasTheKeyThatTheCallerGivesIt(): void
    {
        $client = $this->scripted([Answers::hangUp(), self::fine()]);
        $client->conversations->create(['contact_id' => self::ID], ['idempotencyKey' => 'my-own-key']);
        self::assertSame(['my-own-key', 'my-own-key'], $this->server->headers('idempotency-key'));
    }

    public function testOnlyAPostHasAKey(): void
    {
        $client = $this->scripted([self::fine(), self::fine(), Answers::of(204)]);
        $client->conversations->get(self::ID, ['idempotencyKey' => 'k']);
        $client->conversations->update(self::ID, ['is_muted' => true]);
        $client->conversations->delete(self::ID);
        self::assertSame([null, null, null], $this->server->headers('idempotency-key'));
    }

    public function testADeleteThatMeets404AfterNoAnswerHasSucceeded(): void
    {
        $half = Answers::last('HTTP/1.1 204 No Con');
        foreach ([Answers::hangUp(), $half, Answers::of(503), Answers::timeOut()] as $lost) {
            $this->scripted([$lost, Answers::error(404, 'resource_missing')])->conversations->delete(self::ID);
            self::assertSame(0, $this->server->left());
        }
    }

    public function testADeleteThatCurlItselfSendsAgainHasSucceeded(): void
    {
        // On a connection that was kept, which ends without an answer.
        $client = $this->scripted([self::fine(), Answers::hangUp(), Answers::error(404, 'resource_missing')]);
        $client->conversations->get(self::ID);
        $client->conversations->delete(self::ID);
        self::assertSame(['GET', 'DELETE', 'DELETE'], array_column($this->server->requests, 'method'));
    }

    public function testADeleteThatMeets404AtOnceOrAfter429OrBecauseTheAddressIsWrongHasFailed(): void
    {
        $missing = Answers::error(404, 'resource_missing');
        $wrong = Answers::error(404, 'route_missing');
        foreach (
            [
                [$missing],
                [Answers::of(429), $missing],
                [Answers::hangUp(), $wrong],
                [Answers::hangUp(), Answers::of(404)],
            ] as $answers
        ) {
            $client = $this->scripted($answers);
            $this->thrown(NotFoundException::class, fn () => $client->conversations->delete(self::ID));
        }
    }

    public function testADeleteOnAKeptConnectionThatMeets404AtOnceHasFailed(): void
    {
        $client = $this->scripted([self::fine(), Answers::error(404, 'resource_missing')]);
        $client->conversations->get(self::ID);
        $this->thrown(NotFoundException::class, fn () => $client->conversations->delete(self::ID));
        self::assertSame([1, 1], $this->server->connections());
    }

    public function testOtherMethodsThatMeet404AfterNoAnswerHaveFailed(): void
    {
        $calls = [
            fn (ApiClient $client) => $client->conversations->get(self::ID),
            fn (ApiClient $client) => $client->conversations->update(self::ID),
            fn (ApiClient $client) => $client->conversations->markRead(self::ID),
            fn (ApiClient $client) => $client->groups->leave(self::ID),
        ];
        foreach ($calls as $call) {
            $client = $this->scripted([Answers::hangUp(), Answers::error(404, 'resource_missing')]);
            $this->thrown(NotFoundException::class, fn () => $call($client));
        }
    }
}
