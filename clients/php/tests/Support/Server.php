<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/**
 * A server on a bare socket, for answers that no good server gives: a test says, byte by byte, what each request meets.
 * It runs in the process of the test, whenever the client waits.
 */
final class Server
{
    public readonly string $url;
    /** @var list<Request> */
    public array $requests = [];
    /** @var list<Connection> */
    private array $connections = [];
    /** @var resource */
    private mixed $socket;

    /** @param list<\Closure(Connection, Request): mixed> $answers */
    public function __construct(private array $answers)
    {
        $this->socket = stream_socket_server('tcp://127.0.0.1:0') ?: throw new \RuntimeException('no server');
        stream_set_blocking($this->socket, false);
        $this->url = 'http://' . stream_socket_get_name($this->socket, false);
    }

    /** How many answers are left. */
    public function left(): int
    {
        return count($this->answers);
    }

    /** How many connections were made, and how many of them are open. */
    public function connections(): array
    {
        $open = array_filter($this->connections, fn (Connection $connection) => $connection->isOpen());
        return [count($this->connections), count($open)];
    }

    /** Does what there is to do. */
    public function work(): void
    {
        while ($socket = @stream_socket_accept($this->socket, 0)) {
            $this->connections[] = new Connection($socket);
        }
        foreach ($this->connections as $connection) {
            foreach ($connection->requests() as $request) {
                $this->requests[] = $request;
                $answer = array_shift($this->answers) ?? Answers::of(599, 'no further request was expected');
                $answer($connection, $request);
            }
            $connection->flush();
        }
    }

    public function close(): void
    {
        foreach ($this->connections as $connection) {
            $connection->destroy();
        }
        fclose($this->socket);
    }

    /** @return list<string> The paths of the requests, without their queries. */
    public function paths(): array
    {
        return array_map(fn (Request $request) => explode('?', $request->path)[0], $this->requests);
    }

    /** @return list<string> The queries of the requests, decoded. */
    public function queries(): array
    {
        return array_map(fn (Request $request) => urldecode(explode('?', $request->path)[1] ?? ''), $this->requests);
    }

    /** @return list<string|null> A header of each request. */
    public function headers(string $name): array
    {
        return array_map(fn (Request $request) => $request->headers[$name] ?? null, $this->requests);
    }
}
