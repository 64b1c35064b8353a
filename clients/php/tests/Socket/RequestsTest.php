<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\AnsweredRequest;
use Protocol\ApiClient;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\OutgoingRequest;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\SocketTestCase;

final class RequestsTest extends SocketTestCase
{
    public function testTheCallsOfTheReference(): void
    {
        $fine = self::fine();
        $client = $this->scripted([Answers::page([]), $fine, $fine, $fine, Answers::of(204)]);
        $client->conversations->list();
        $client->conversations->create([ 'contact_id' => 'WAz8eIbvDR60rouK', ]);
        $client->conversations->get('xgQQXg3hrtjh7AvZ');
        $client->conversations->update('xgQQXg3hrtjh7AvZ', [ 'is_muted' => true, ]);
        $client->conversations->delete('xgQQXg3hrtjh7AvZ');
        self::assertSame([
            'GET /v1/conversations ',
            'POST /v1/conversations {"contact_id":"WAz8eIbvDR60rouK"}',
            'GET /v1/conversations/xgQQXg3hrtjh7AvZ ',
            'PUT /v1/conversations/xgQQXg3hrtjh7AvZ {"is_muted":true}',
            'DELETE /v1/conversations/xgQQXg3hrtjh7AvZ ',
        ], array_map(fn ($request) => "$request->method $request->path $request->body", $this->server->requests));
        self::assertSame([1, 1], $this->server->connections(), 'the connection is kept');
    }

    public function testWhatARequestCarries(): void
    {
        $client = $this->scripted([self::fine(), self::fine(), Answers::of(204)]);
        $client->conversations->get(self::ID);
        $client->messages->send(['conversation_id' => self::ID, 'message' => 'Merry Christmas 🎄']);
        $client->groups->leave(self::ID);
        $agent = 'protocol-api-php/' . ApiClient::VERSION . ' php/' . PHP_VERSION;
        self::assertSame(array_fill(0, 3, 'Bearer ' . self::TOKEN), $this->server->headers('authorization'));
        self::assertSame(array_fill(0, 3, 'application/json'), $this->server->headers('accept'));
        self::assertSame(array_fill(0, 3, $agent), $this->server->headers('user-agent'));
        self::assertSame([null, 'application/json', null], $this->server->headers('content-type'));
        self::assertSame('0', $this->server->headers('content-length')[2]);
        [, $post, $leave] = $this->server->requests;
        self::assertSame(['conversation_id' => self::ID, 'message' => 'Merry Christmas 🎄'], $post->json());
        self::assertSame('', $leave->body);
    }

    public function testNoParametersAreNoBodyAndNullIsSent(): void
    {
        $client = $this->scripted([self::fine(), self::fine()]);
        $client->conversations->update(self::ID, ['archived_at' => null]);
        $client->conversations->update(self::ID);
        self::assertSame('{"archived_at":null}', $this->server->requests[0]->body);
        self::assertSame('', $this->server->requests[1]->body);
        self::assertNull($this->server->requests[1]->headers['content-type'] ?? null);
    }

    public function testWhatTheClientDoesNotKnowIsPassedThrough(): void
    {
        $nested = ['enum_value' => 'unheard-of', 'list' => [1, null]];
        $strange = ['id' => self::ID, 'is_new' => true, 'nested' => $nested];
        $given = Answers::json(200, $strange);
        $client = $this->scripted([$given, $given, Answers::page([$strange])]);
        self::assertSame($strange, $client->conversations->get(self::ID)->toArray());
        self::assertTrue($client->conversations->update(self::ID, ['is_new' => 'yes'])->is_new);
        self::assertSame([1, null], $client->conversations->list(['is_new' => true])->data[0]->nested->list);
        self::assertSame(['is_new' => 'yes'], $this->server->requests[1]->json());
        self::assertSame('/v1/conversations?is_new=true', $this->server->requests[2]->path);
    }

    public function testWhatTheCallerChangesAfterwardsHasNoEffect(): void
    {
        $client = $this->scripted([Answers::page(self::items('a'), 'a'), Answers::page([])]);
        $limit = 1;
        $params = ['limit' => &$limit];
        $page = $client->conversations->list($params);
        $limit = 2;
        $page->collect();
        self::assertSame(['limit=1', 'limit=1&starting_after=a'], $this->server->queries());
    }

    /** @dataProvider wrongIds */
    public function testNoId(string $id): void
    {
        $client = $this->scripted([]);
        $this->thrown(ApiClientException::class, fn () => $client->conversations->delete($id));
        $this->thrown(ApiClientException::class, fn () => $client->messages->addReaction(self::ID, $id));
        self::assertSame([], $this->server->requests);
    }

    public function wrongIds(): array
    {
        return [[''], ['.'], ['..'], ["\xff"]];
    }

    public function testAnIdThatWouldLeadElsewhereIsCalledWhatItIs(): void
    {
        $this->expectExceptionMessage('id must not be empty, "." or ".."');
        $this->scripted([])->conversations->get('..');
    }

    public function testAPathHoldsWhateverAParameterSaysAsOnePiece(): void
    {
        $names = ['❤️', 'a/b', '../..', '?a=b', '#', '%2e%2e', 'ü ', '%'];
        $client = $this->scripted(array_map(fn () => self::fine(), $names));
        foreach ($names as $name) {
            $client->messages->addReaction(self::ID, $name);
        }
        $path = fn (string $name) => '/v1/messages/' . self::ID . '/reactions/' . rawurlencode($name);
        self::assertSame(array_map($path, $names), array_column($this->server->requests, 'path'));
    }

    /** @dataProvider wrongKeys */
    public function testNoIdempotencyKey(mixed $key): void
    {
        $client = $this->scripted([]);
        $call = fn () => $client->conversations->create(['contact_id' => self::ID], ['idempotencyKey' => $key]);
        $this->thrown(ApiClientException::class, $call);
        self::assertSame([], $this->server->requests);
    }

    public function wrongKeys(): array
    {
        return [[''], ['with space'], [str_repeat('x', 256)], ['ü'], ["a\nb"], ["a\n"], [5]];
    }

    public function testTheWholeAnswer(): void
    {
        $headers = ['x-request-id' => 'abc', 'idempotent-replayed' => 'true'];
        $client = $this->scripted([Answers::json(201, ['id' => self::ID], $headers), Answers::page([])]);
        $response = $client->conversations->create(['contact_id' => self::ID])->getResponse();
        self::assertSame([201, 'abc'], [$response->status, $response->request_id]);
        self::assertSame('true', $response->headers->get('Idempotent-Replayed'));
        self::assertSame(200, $client->contacts->list()->getResponse()->status);
    }

    public function testTheHooksSeeEachTryAndMayChangeItsHeaders(): void
    {
        $seen = [];
        $onRequest = function (OutgoingRequest $request) use (&$seen): void {
            $seen[] = [$request->method, $request->url, $request->attempt, array_keys($request->headers->toArray())];
            $request->headers->set('X-Trace', "trace-$request->attempt");
            $request->headers->set('123', 'a');
            $request->headers->set('authorization', 'Bearer of-the-hook');
        };
        $onResponse = function (AnsweredRequest $answered) use (&$seen): void {
            $seen[] = [$answered->method, $answered->url, $answered->attempt, $answered->status];
            $seen[] = [$answered->headers->get('content-type'), $answered->request_id, $answered->duration];
        };
        $client = $this->scripted(
            [Answers::error(503, 'service_unavailable', ['x-request-id' => 'one']), Answers::page([])],
            ['onRequest' => $onRequest, 'onResponse' => $onResponse],
        );
        $client->contacts->list(['limit' => 2]);
        $url = "{$this->server->url}/v1/contacts?limit=2";
        self::assertSame([
            ['GET', $url, 0, ['accept', 'user-agent']],
            ['GET', $url, 0, 503],
            ['application/json', 'one', 0.0],
            ['GET', $url, 1, ['accept', 'user-agent']],
            ['GET', $url, 1, 200],
            ['application/json', 'req', 0.0],
        ], $seen);
        // What one try is given, the next one is not.
        self::assertSame(['trace-0', 'trace-1'], $this->server->headers('x-trace'));
        self::assertSame(['a', 'a'], $this->server->headers('123'));
        self::assertSame(array_fill(0, 2, 'Bearer ' . self::TOKEN), $this->server->headers('authorization'));
    }

    public function testWhatAHookThrowsEndsTheCall(): void
    {
        foreach ([['onRequest', 0], ['onResponse', 1]] as [$hook, $requests]) {
            $stop = new \DomainException('no further');
            $client = $this->scripted([Answers::of(503), self::fine()], [$hook => fn () => throw $stop]);
            self::assertSame($stop, $this->thrown(\DomainException::class, fn () => $client->me->get()));
            self::assertCount($requests, $this->server->requests);
        }
    }

    public function testWhatAHookThrowsIsNotTriedAgainWhateverItIs(): void
    {
        foreach ([['onRequest', 0], ['onResponse', 1]] as [$hook, $requests]) {
            $stop = new ApiConnectionException('of the hook');
            $client = $this->scripted([self::fine(), self::fine()], [$hook => fn () => throw $stop]);
            self::assertSame($stop, $this->thrown(ApiConnectionException::class, fn () => $client->me->get()));
            self::assertCount($requests, $this->server->requests);
            self::assertSame([], $this->clock->waits);
        }
    }

    public function testAHookMayCallTheSameClient(): void
    {
        $client = null;
        $hook = function (OutgoingRequest $request) use (&$client): void {
            if (str_ends_with($request->url, '/v1/me')) {
                $client->themes->list();
            }
        };
        $client = $this->scripted([Answers::page([]), self::fine()], ['onRequest' => $hook]);
        self::assertSame(self::ID, $client->me->get()->id);
        self::assertSame(['/v1/themes', '/v1/me'], $this->server->paths());
    }

    public function testAHookCannotBreakARequest(): void
    {
        $hook = function (OutgoingRequest $request): void {
            $request->headers->set('content-length', '1');
            $request->headers->set('transfer-encoding', 'chunked');
            foreach ([['a b', 'x'], ['x', "a\r\nb: c"], ['', 'x']] as [$name, $value]) {
                $this->thrown(ApiClientException::class, fn () => $request->headers->set($name, $value));
            }
        };
        $client = $this->scripted([self::fine()], ['onRequest' => $hook]);
        $client->conversations->update(self::ID, ['is_muted' => true]);
        self::assertSame('{"is_muted":true}', $this->server->requests[0]->body);
    }

    public function testAMinuteForEachTryUnlessOneSaysOtherwise(): void
    {
        $client = $this->scripted([Answers::of(503), self::fine(), self::fine(), self::fine()]);
        $client->me->get();
        $impatient = new ApiClient(self::TOKEN, ['baseUrl' => $this->server->url, 'timeout' => 1.5]);
        $impatient->me->get();
        $impatient->me->get(['timeout' => 9]);
        self::assertSame([60.0, 60.0, 1.5, 9.0], $this->clock->timeouts);
    }

    public function testAConnectionThatTheServerHasClosedIsNoError(): void
    {
        $closing = function ($connection) {
            $connection->end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        };
        $client = $this->scripted([$closing, $closing, self::fine()]);
        $client->me->get();
        $client->me->update(['avatar_url' => null]);
        $client->me->get();
        self::assertSame([], $this->clock->waits);
    }

    public function testAnOptionThatThereIsNotIsRefusedForItMayBeTheAddress(): void
    {
        $url = ['baseURL' => 'https://api.example.com'];
        $wrong = $this->thrown(ApiClientException::class, fn () => new ApiClient(self::TOKEN, $url));
        self::assertMatchesRegularExpression('/baseURL.*baseUrl/', $wrong->getMessage());
        $client = $this->scripted([]);
        $wrong = $this->thrown(ApiClientException::class, fn () => $client->me->get(['timeOut' => 5]));
        self::assertMatchesRegularExpression('/timeOut.*timeout/', $wrong->getMessage());
    }
}
