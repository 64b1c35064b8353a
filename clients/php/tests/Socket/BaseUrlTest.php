<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\ApiClient;
use Protocol\Exception\ApiClientException;
use Protocol\OutgoingRequest;
use Protocol\Tests\Support\Dumps;
use Protocol\Tests\Support\SocketTestCase;

final class BaseUrlTest extends SocketTestCase
{
    /** Where a client would send a call. */
    private function sentTo(array $options): string
    {
        $url = '';
        $onRequest = function (OutgoingRequest $request) use (&$url): void {
            $url = $request->url;
            throw new \DomainException('it is enough');
        };
        $client = new ApiClient(self::TOKEN, [...$options, 'onRequest' => $onRequest]);
        $this->thrown(\DomainException::class, fn () => $client->conversations->get(self::ID));
        return str_replace('/v1/conversations/' . self::ID, '', $url);
    }

    public function testTheOptionComesFirstThenTheEnvironmentThenThisMachine(): void
    {
        self::assertSame('http://127.0.0.1:9000', $this->sentTo([]));
        putenv('PROTOCOL_API_URL=');
        self::assertSame('http://127.0.0.1:9000', $this->sentTo([]));
        putenv('PROTOCOL_API_URL=https://env.example.com');
        self::assertSame('https://env.example.com', $this->sentTo([]));
        self::assertSame('https://env.example.com', $this->sentTo(['baseUrl' => null]));
        self::assertSame('https://option.example.com', $this->sentTo(['baseUrl' => 'https://option.example.com']));
        putenv('PROTOCOL_API_URL=http://env.example.com');
        self::assertStringContainsString('travel', $this->refused([])->getMessage());
    }

    /** @dataProvider right */
    public function testBaseUrl(string $given, string $expected): void
    {
        self::assertSame($expected, $this->sentTo(['baseUrl' => $given]));
    }

    public function right(): array
    {
        return [
            ['https://api.example.com', 'https://api.example.com'],
            ['https://api.example.com/', 'https://api.example.com'],
            ['https://api.example.com//', 'https://api.example.com'],
            ['https://api.example.com:8443', 'https://api.example.com:8443'],
            ['https://example.com/protocol', 'https://example.com/protocol'],
            ['https://example.com/a/b/', 'https://example.com/a/b'],
            ['HTTPS://EXAMPLE.com', 'https://example.com'],
            ['http://127.0.0.1', 'http://127.0.0.1'],
            ['http://127.0.0.1:9000/x', 'http://127.0.0.1:9000/x'],
            ['http://127.8.9.1', 'http://127.8.9.1'],
            ['http://localhost:1', 'http://localhost:1'],
            ['http://[::1]:9000', 'http://[::1]:9000'],
        ];
    }

    /** @dataProvider otherMachines */
    public function testPlainHttpToAnotherMachine(string $url): void
    {
        $this->refused(['baseUrl' => $url]);
        $this->refused(['baseUrl' => $url, 'allowHttp' => false]);
        self::assertSame($url, $this->sentTo(['baseUrl' => $url, 'allowHttp' => true]));
    }

    public function otherMachines(): array
    {
        return array_map(fn ($url) => ["http://$url"], [
            'api.example.com',
            '10.0.0.1',
            '128.0.0.1',
            '127.0.0.1.example.com',
            '127.999.0.1',
            '127.1',
            'localhost.example.com',
            '[::2]',
            '0.0.0.0',
        ]);
    }

    /** @dataProvider wrong */
    public function testNoBaseUrl(mixed $url): void
    {
        $error = $this->refused(['baseUrl' => $url, 'allowHttp' => true]);
        self::assertStringNotContainsString('hidden', Dumps::ofError($error));
    }

    public function wrong(): array
    {
        return array_map(fn ($url) => [$url], [
            '',
            5,
            'api.example.com',
            'ftp://example.com',
            'file:///etc/hidden',
            'https://user:hidden@example.com',
            'https://hidden@example.com',
            'https://e.com?a=1',
            'https://e.com#a',
            '/v1',
            'https://',
            'https://e.com:x',
            'http://127.0.0.1\\@e.com',
            "https://e.com\n",
            'https://e.com /',
            'https://ü.com',
            'https://e%2fcom',
        ]);
    }

    /** @dataProvider wrongTokens */
    public function testNoToken(mixed $token): void
    {
        $error = $this->thrown(ApiClientException::class, fn () => new ApiClient($token));
        self::assertStringNotContainsString('hidden', Dumps::ofError($error));
    }

    public function wrongTokens(): array
    {
        $strings = [[''], [' '], ["ptc_hidden\n"], ['ptc_hidden ü'], ['Bearer hidden']];
        return [...$strings, [null], [false], [true], [5], [['hidden']]];
    }

    public function testAClientHasNoOtherAttributes(): void
    {
        $client = new ApiClient(self::TOKEN);
        $this->thrown(\Error::class, fn () => $client->timeout = 5);
        $this->thrown(\Error::class, fn () => $client->me = 5);
    }

    /** @dataProvider senseless */
    public function testOptionsThatMakeNoSense(array $options): void
    {
        $this->refused($options);
        if (in_array(array_key_first($options), ['timeout', 'maxRetries'], true)) {
            $client = new ApiClient(self::TOKEN);
            $this->thrown(ApiClientException::class, fn () => $client->me->get($options));
        }
    }

    public function senseless(): array
    {
        return [
            [['timeout' => 0]],
            [['timeout' => -1]],
            [['timeout' => NAN]],
            [['timeout' => '5']],
            [['maxRetries' => -1]],
            [['maxRetries' => 1.5]],
            [['allowHttp' => 'yes']],
            [['onRequest' => 'no function']],
            [['onResponse' => 5]],
            [['curlOptions' => 5]],
            [[5]],
        ];
    }

    /** @dataProvider ownCurlOptions */
    public function testCurlOptionsThatAreTheClientsOwn(int|string $option, mixed $value): void
    {
        $error = $this->refused(['curlOptions' => [$option => $value]]);
        self::assertStringNotContainsString('hidden', Dumps::ofError($error));
    }

    public function ownCurlOptions(): array
    {
        return [
            [CURLOPT_URL, 'https://hidden.example.com'],
            [CURLOPT_FOLLOWLOCATION, true],
            [CURLOPT_HTTPHEADER, ['x: hidden']],
            [CURLOPT_VERBOSE, true],
            [CURLOPT_STDERR, STDERR],
            [CURLOPT_HEADER, true],
            [CURLOPT_TIMEOUT, 1],
            [CURLOPT_COOKIE, 'hidden'],
            [CURLOPT_PROTOCOLS, CURLPROTO_ALL],
            ['proxy', 'hidden'],
            [CURLOPT_PROXY, ['hidden']],
            [CURLOPT_RESOLVE, 'hidden'],
        ];
    }

    private function refused(array $options): ApiClientException
    {
        return $this->thrown(ApiClientException::class, fn () => new ApiClient(self::TOKEN, $options));
    }
}
