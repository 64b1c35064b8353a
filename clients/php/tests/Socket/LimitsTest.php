<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\ApiClient;
use Protocol\Core\Clock;
use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\ApiTimeoutException;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\SocketTestCase;

final class LimitsTest extends SocketTestCase
{
    private const HEAD = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";

    public function testTheTimeOutCountsThroughTheBody(): void
    {
        foreach (['', "HTTP/1.1 200 OK\r\ncont", self::HEAD, self::HEAD . '12345'] as $bytes) {
            $client = $this->scripted([Answers::timeOut($bytes)], ['maxRetries' => 0]);
            $error = $this->thrown(ApiTimeoutException::class, fn () => $client->conversations->get(self::ID));
            self::assertNotInstanceOf(ApiConnectionException::class, $error);
            $pattern = '/^GET http:.* was not answered in full within 60 s$/';
            self::assertMatchesRegularExpression($pattern, $error->getMessage());
        }
    }

    public function testTheTimeRunsByItself(): void
    {
        $server = $this->serve([]);
        Clock::$current = new Clock();
        $client = new ApiClient(self::TOKEN, ['baseUrl' => $server->url, 'maxRetries' => 0, 'timeout' => 0.02]);
        $this->thrown(ApiTimeoutException::class, fn () => $client->conversations->get(self::ID));
    }

    public function testTheTimeOutCountsForEachTry(): void
    {
        $client = $this->scripted([Answers::timeOut(), Answers::timeOut(), self::fine()]);
        self::assertSame(self::ID, $client->conversations->get(self::ID)->id);
        self::assertSame([60.0, 60.0, 60.0], $this->clock->timeouts);
        self::assertSame([0.5, 1.0], $this->clock->waits);
    }

    public function testATryThatIsOverClosesItsConnection(): void
    {
        $client = $this->scripted([Answers::timeOut(), self::fine()]);
        $client->conversations->get(self::ID);
        self::assertSame([2, 1], $this->server->connections());
    }

    public function testATimeOutWithoutEndIsPossible(): void
    {
        $client = $this->scripted([self::fine()], ['timeout' => INF]);
        self::assertSame(self::ID, $client->conversations->get(self::ID)->id);
        self::assertSame([INF], $this->clock->timeouts);
    }

    public function testTheHookIsWithinTheTimeOut(): void
    {
        $client = $this->scripted([], ['onRequest' => fn () => $this->clock->runOut(), 'maxRetries' => 0]);
        $this->thrown(ApiTimeoutException::class, fn () => $client->conversations->get(self::ID));
        self::assertSame([], $this->server->requests);
    }

    public function testTheClockOfAllClientsGoes(): void
    {
        $clock = new Clock();
        $start = $clock->seconds();
        $clock->sleep(0.002);
        self::assertGreaterThanOrEqual($start + 0.002, $clock->seconds());
        self::assertEqualsWithDelta(time(), $clock->now(), 2);
        self::assertTrue($clock->random() >= 0 && $clock->random() <= 1);
        self::assertGreaterThan($start + 5, $clock->deadline(5));
    }
}
