<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

use PHPUnit\Framework\TestCase;
use Protocol\ApiClient;
use Protocol\Core\Clock;

/** Tests with servers on bare sockets, and a clock that they hold. */
abstract class SocketTestCase extends TestCase
{
    protected const TOKEN = 'ptc_L1raKAxEGpqUeDGxuRzxSecretSecretSecretSecret123456';
    protected const ID = 'L1oJX5jtSTjvjYv7';

    protected HeldClock $clock;
    protected Server $server;
    private string|false $url;

    protected function setUp(): void
    {
        $this->clock = new HeldClock();
        Clock::$current = $this->clock;
        $this->url = getenv('PROTOCOL_API_URL');
        putenv('PROTOCOL_API_URL');
    }

    protected function tearDown(): void
    {
        foreach ($this->clock->servers as $server) {
            $server->close();
        }
        Clock::$current = null;
        putenv($this->url === false ? 'PROTOCOL_API_URL' : "PROTOCOL_API_URL=$this->url");
    }

    /** @param list<\Closure> $answers For one request each, in this order. */
    protected function serve(array $answers): Server
    {
        return $this->clock->servers[] = new Server($answers);
    }

    /**
     * A client of a new server.
     *
     * @param list<\Closure> $answers
     * @param array<string, mixed> $options
     */
    protected function scripted(array $answers, array $options = []): ApiClient
    {
        $this->server = $this->serve($answers);
        return new ApiClient(self::TOKEN, ['baseUrl' => $this->server->url, ...$options]);
    }

    /**
     * What a call throws, which must be of this class.
     *
     * @template T of \Throwable
     * @param class-string<T> $class
     * @return T
     */
    protected function thrown(string $class, \Closure $call): \Throwable
    {
        try {
            $call();
        } catch (\Throwable $error) {
            self::assertInstanceOf($class, $error, "$error");
            return $error;
        }
        self::fail("$class was not thrown");
    }

    protected static function fine(): \Closure
    {
        return Answers::json(200, ['id' => self::ID]);
    }

    /** @return list<array<string, string>> */
    protected static function items(string ...$ids): array
    {
        return array_map(fn (string $id) => ['id' => $id], $ids);
    }

    /**
     * @param iterable<mixed> $things
     * @return list<string>
     */
    protected static function ids(iterable $things): array
    {
        $ids = [];
        foreach ($things as $thing) {
            $ids[] = $thing['id'];
        }
        return $ids;
    }
}
