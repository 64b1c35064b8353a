<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\ApiClient;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiException;
use Protocol\Exception\NotFoundException;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\Dumps;
use Protocol\Tests\Support\Server;
use Protocol\Tests\Support\SocketTestCase;

final class ProxiesTest extends SocketTestCase
{
    private const VARIABLES = ['http_proxy', 'ALL_PROXY', 'all_proxy'];

    protected function tearDown(): void
    {
        array_map('putenv', self::VARIABLES);
        parent::tearDown();
    }

    /** @param array<int, mixed> $curlOptions */
    private static function behind(Server $proxy, array $curlOptions = []): ApiClient
    {
        return new ApiClient(self::TOKEN, [
            'baseUrl' => 'http://api.example.com',
            'allowHttp' => true,
            'curlOptions' => $curlOptions + [CURLOPT_PROXY => $proxy->url, CURLOPT_PROXYUSERPWD => 'user:hidden'],
        ]);
    }

    private static function whoAreYou(): \Closure
    {
        $headers = ['proxy-authenticate' => 'Digest realm="x", nonce="abc", qop="auth"', 'x-request-id' => 'proxy'];
        return Answers::of(407, 'denied', $headers);
    }

    public function testAProxyIsUsed(): void
    {
        $proxy = $this->serve([self::fine()]);
        $client = self::behind($proxy);
        self::assertSame(self::ID, $client->me->get()->id);
        self::assertSame(['http://api.example.com/v1/me'], $proxy->paths());
        self::assertStringNotContainsString('hidden', Dumps::of($client));
    }

    public function testWhatStaysOnThisMachineGoesToNoProxyOfTheEnvironment(): void
    {
        $proxy = $this->serve([]);
        foreach (self::VARIABLES as $variable) {
            putenv("$variable=$proxy->url");
            $client = $this->scripted([self::fine(), Answers::link(), Answers::of(200, Answers::FILE)]);
            $client->me->get();
            self::assertSame(Answers::FILE, $client->attachments->open(self::ID)->read());
            putenv($variable);
        }
        self::assertSame([], $proxy->requests);
    }

    public function testWhatIsForAnotherMachineGoesToTheProxyOfTheEnvironment(): void
    {
        $proxy = $this->serve([self::fine()]);
        putenv("http_proxy=$proxy->url");
        (new ApiClient(self::TOKEN, ['baseUrl' => 'http://api.example.com', 'allowHttp' => true]))->me->get();
        self::assertSame(['http://api.example.com/v1/me'], $proxy->paths());
    }

    public function testAProxyThatCouldReadTheTokenNeedsAllowHttp(): void
    {
        $proxy = $this->serve([self::fine()]);
        foreach ([CURLOPT_PROXY => $proxy->url, CURLOPT_PRE_PROXY => 'socks5://127.0.0.1'] as $option => $value) {
            $options = ['baseUrl' => 'http://127.0.0.1:9', 'curlOptions' => [$option => $value]];
            $error = $this->thrown(ApiClientException::class, fn () => new ApiClient(self::TOKEN, $options));
            self::assertStringContainsString('allowHttp', $error->getMessage());
            new ApiClient(self::TOKEN, ['baseUrl' => 'https://127.0.0.1', ...$options, 'allowHttp' => true]);
        }
        $options = ['baseUrl' => 'http://127.0.0.1:9', 'curlOptions' => [CURLOPT_PROXY => $proxy->url]];
        self::assertSame(self::ID, (new ApiClient(self::TOKEN, [...$options, 'allowHttp' => true]))->me->get()->id);
    }

    public function testTheStorageGetsTheProxyAndNotTheOtherOptions(): void
    {
        $link = Answers::json(200, ['file_url' => 'http://files.example.com/x', 'file_size' => 4]);
        $proxy = $this->serve([$link, Answers::of(200, 'file')]);
        $client = self::behind($proxy);
        self::assertSame('file', $client->attachments->open(self::ID)->read());
        self::assertSame(['http://api.example.com', 'http://files.example.com'], array_map(
            fn (string $path) => substr($path, 0, (int) strpos($path, '/', 8)),
            $proxy->paths(),
        ));

        $storage = $this->serve([Answers::of(200, Answers::FILE)]);
        $link = Answers::json(200, ['file_url' => "$storage->url/x"]);
        $this->server = $this->serve([$link, Answers::of(200, 'not from here')]);
        $to = '::' . substr($this->server->url, strlen('http://'));
        $options = ['baseUrl' => 'http://localhost', 'curlOptions' => [CURLOPT_CONNECT_TO => [$to]]];
        $file = (new ApiClient(self::TOKEN, $options))->attachments->open(self::ID);
        self::assertSame(Answers::FILE, $file->read());
    }

    public function testTheAnswerAfterThatOfAProxyThatAsksWhoItIs(): void
    {
        $digest = [CURLOPT_PROXYAUTH => CURLAUTH_DIGEST];
        $proxy = $this->serve([self::whoAreYou(), self::fine()]);
        $response = self::behind($proxy, $digest)->me->get()->getResponse();
        self::assertSame([200, 'req'], [$response->status, $response->request_id]);
        self::assertFalse($response->headers->has('proxy-authenticate'));

        $proxy = $this->serve([self::whoAreYou(), Answers::error(404, 'resource_missing')]);
        $client = self::behind($proxy, $digest);
        $error = $this->thrown(NotFoundException::class, fn () => $client->messages->delete(self::ID));
        self::assertSame('req', $error->request_id);

        $link = Answers::json(200, ['file_url' => 'http://files.example.com/x']);
        $file = Answers::of(200, 'hello', ['content-type' => 'audio/wav']);
        $proxy = $this->serve([self::whoAreYou(), $link, self::whoAreYou(), $file]);
        $sound = self::behind($proxy, $digest)->attachments->open(self::ID);
        self::assertSame(['audio/wav', 5, 'hello'], [$sound->file_type, $sound->file_size, $sound->read()]);
    }

    public function testTheLastAnswerOfAProxyThatAsksWhoItIs(): void
    {
        foreach ([Answers::of(407), self::whoAreYou()] as $answer) {
            $client = self::behind($this->serve([$answer]));
            $error = $this->thrown(ApiException::class, fn () => $client->me->get());
            self::assertSame(407, $error->status);
        }
    }

    public function testWhatLooksLikeAHeadAfterTheHeadIsNone(): void
    {
        $head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        $trailer = "0\r\nHTTP/1.1 500 x: y\r\nx-late: 1\r\n\r\n";
        $empty = Answers::raw($head . $trailer);
        $client = $this->scripted([Answers::raw("{$head}2\r\n{}\r\n$trailer"), Answers::link(), $empty]);
        $response = $client->me->get()->getResponse();
        self::assertSame([200, null], [$response->status, $response->headers->get('x-late')]);
        self::assertSame('', $client->sounds->open(self::ID)->read());
    }
}
