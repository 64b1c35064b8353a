<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\AnsweredRequest;
use Protocol\ApiClient;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiException;
use Protocol\OutgoingRequest;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\Dumps;
use Protocol\Tests\Support\SocketTestCase;

/** The token is nowhere that it could be read by accident. */
final class SecretsTest extends SocketTestCase
{
    private static function assertHidden(string $dump, string $token = self::TOKEN): void
    {
        self::assertStringNotContainsString(substr($token, 0, 24), $dump);
    }

    public function testTheDumpsOfTheseTestsShowEverything(): void
    {
        $holder = new class (self::TOKEN) {
            public function __construct(private string $token)
            {
            }
        };
        self::assertStringContainsString(self::TOKEN, Dumps::of($holder));
        self::assertStringContainsString(self::TOKEN, Dumps::ofError(new ApiClientException(self::TOKEN)));
        $error = $this->thrown(\ValueError::class, fn () => curl_setopt(curl_init(), CURLOPT_URL, self::TOKEN . "\0"));
        self::assertStringContainsString(self::TOKEN, Dumps::ofError($error), 'traces have arguments');
    }

    public function testNotInTheClientItsResourcesResultsAndPages(): void
    {
        $client = $this->scripted([self::fine(), Answers::page([['id' => 'a']], 'a')]);
        foreach ([$client, $client->conversations, $client->attachments, $client->me->get()] as $thing) {
            self::assertHidden(Dumps::of($thing));
        }
        self::assertHidden(Dumps::of($client->conversations->list()));
    }

    public function testNotInTheTraceOfAnOptionThatIsWrong(): void
    {
        $own = ['curlOptions' => [CURLOPT_PROXYPASSWORD => self::TOKEN]];
        foreach ([['timeout' => -1], ['retries' => 5], ['baseUrl' => 'ftp://x'], ['onRequest' => 5]] as $wrong) {
            $create = static fn () => new ApiClient(self::TOKEN, [...$own, ...$wrong]);
            self::assertHidden(Dumps::ofError($this->thrown(ApiClientException::class, $create)));
        }
    }

    public function testNeitherAClientNorAResourceCanBeSerialized(): void
    {
        $client = $this->scripted([]);
        foreach ([$client, $client->conversations] as $thing) {
            $this->thrown(ApiClientException::class, fn () => serialize($thing));
        }
    }

    /** @dataProvider echoes */
    public function testNotInWhatRepeatsTheRequest(\Closure $given): void
    {
        $client = $this->scripted([$given], ['maxRetries' => 0]);
        $call = fn () => $client->conversations->create(['contact_id' => 'x']);
        $error = $this->thrown(ApiClientException::class, $call);
        self::assertHidden(Dumps::ofError($error));
    }

    public function echoes(): array
    {
        $echo = ['x-echo' => 'Bearer ' . self::TOKEN];
        $html = '<pre>authorization: Bearer ' . self::TOKEN . '</pre>';
        $body = ['code' => 'token_invalid', 'message' => self::TOKEN . ' is unknown', 'param' => self::TOKEN];
        return [
            'an error that repeats the request' => [Answers::of(400, $html, $echo)],
            'an error of the API that repeats it' => [Answers::json(401, $body, $echo)],
            'a success that is none' => [Answers::of(200, $html, $echo)],
            'a redirection' => [Answers::of(302, '', ['location' => 'https://e.com/?t=' . self::TOKEN, ...$echo])],
            'a closed connection' => [Answers::hangUp()],
            'a time-out' => [Answers::timeOut()],
            'no HTTP' => [Answers::last(self::TOKEN)],
        ];
    }

    public function testNotInWhatTheHooksGetAndThrow(): void
    {
        $got = [];
        $keep = static function (OutgoingRequest|AnsweredRequest $request) use (&$got): void {
            $got[] = $request;
        };
        $echo = Answers::json(200, [], ['x-echo' => self::TOKEN, 'x-request-id' => self::TOKEN]);
        $client = $this->scripted([$echo], ['onRequest' => $keep, 'onResponse' => $keep]);
        $this->thrown(ApiException::class, fn () => $client->conversations->list());
        self::assertCount(2, $got);
        self::assertSame('[secret]', $got[1]->request_id);
        self::assertHidden(Dumps::of($got));
        foreach (['onRequest', 'onResponse'] as $hook) {
            $throw = static fn () => throw new \DomainException('no further');
            $client = $this->scripted([self::fine()], [$hook => $throw]);
            $error = $this->thrown(\DomainException::class, fn () => $client->groups->create(['name' => 'x']));
            self::assertHidden(Dumps::ofError($error));
        }
    }

    public function testNotInResponses(): void
    {
        $client = $this->scripted([Answers::json(200, ['id' => 'x'], ['x-echo' => self::TOKEN])]);
        self::assertSame('[secret]', $client->me->get()->getResponse()->headers->get('x-echo'));
    }

    /** @dataProvider written */
    public function testNotInWhateverWayItIsWritten(string $token, string $body): void
    {
        foreach ([200, 400] as $status) {
            $this->scripted([Answers::of($status, $body, ['x-request-id' => "id of $token"])]);
            $client = new ApiClient($token, ['baseUrl' => $this->server->url, 'maxRetries' => 0]);
            $error = $this->thrown(ApiException::class, fn () => $client->messages->list());
            self::assertSame('id of [secret]', $error->request_id);
            $dump = Dumps::ofError($error);
            foreach ([$token, substr(json_encode($token), 1, -1), self::escaped($token)] as $form) {
                self::assertStringNotContainsString($form, $dump);
            }
        }
    }

    public function written(): array
    {
        $cases = [];
        foreach (['ptc_a/b"c\\d-and-so-on-and-on', self::TOKEN] as $token) {
            $inJson = substr(json_encode($token), 1, -1);
            $cases[] = [$token, '{"message":"bad ' . self::escaped($token) . '"}'];
            $cases[] = [$token, json_encode(['message' => "bad $token", 'code' => $token, 'param' => $token])];
            $cases[] = [$token, "{\"error\":{\"$inJson\":[\"$inJson\"]}}"];
            $cases[] = [$token, "\"$inJson\""];
            $cases[] = [$token, "$token \xff"];
        }
        return $cases;
    }

    private static function escaped(string $token): string
    {
        return strtr($token, ['p' => '\\u0070', '/' => '\\/', '"' => '\\"', '\\' => '\\\\']);
    }

    public function testNothingIsLogged(): void
    {
        $client = $this->scripted([Answers::of(503), Answers::halfBody(), self::fine()]);
        $this->expectOutputString('');
        $log = sys_get_temp_dir() . '/client-' . bin2hex(random_bytes(8));
        $before = ini_set('error_log', $log);
        $client->conversations->get(self::ID);
        ini_set('error_log', (string) $before);
        self::assertFileDoesNotExist($log);
    }
}
