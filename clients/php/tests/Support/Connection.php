<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/** A connection of a server. */
final class Connection
{
    private string $received = '';
    private string $waiting = '';
    private bool $isEnding = false;

    /** @param resource|null $socket */
    public function __construct(private mixed $socket)
    {
        stream_set_blocking($socket, false);
    }

    /** Sends bytes. */
    public function write(string $bytes): void
    {
        $this->waiting .= $bytes;
    }

    /** Sends bytes, and then the end of the connection. */
    public function end(string $bytes = ''): void
    {
        $this->waiting .= $bytes;
        $this->isEnding = true;
    }

    public function destroy(): void
    {
        if ($this->socket !== null) {
            // A child process may have it as well.
            @stream_socket_shutdown($this->socket, STREAM_SHUT_RDWR);
            fclose($this->socket);
            $this->socket = null;
        }
    }

    public function isOpen(): bool
    {
        return $this->socket !== null;
    }

    public function flush(): void
    {
        if ($this->socket === null) {
            return;
        }
        if ($this->waiting !== '') {
            $written = @fwrite($this->socket, substr($this->waiting, 0, 1 << 20));
            $this->waiting = substr($this->waiting, (int) $written);
        }
        if ($this->waiting === '' && $this->isEnding) {
            $this->destroy();
        }
    }

    /** @return \Generator<int, Request> The requests that are here. */
    public function requests(): \Generator
    {
        while ($this->socket !== null && ($piece = @fread($this->socket, 1 << 20)) !== false && $piece !== '') {
            $this->received .= $piece;
        }
        if ($this->socket !== null && feof($this->socket)) {
            $this->destroy();
        }
        while (($end = strpos($this->received, "\r\n\r\n")) !== false) {
            $lines = explode("\r\n", substr($this->received, 0, $end));
            [$method, $path] = explode(' ', array_shift($lines));
            $headers = [];
            foreach ($lines as $line) {
                [$name, $value] = explode(': ', $line, 2) + [1 => ''];
                $headers[strtolower(rtrim($name, ':'))] = $value;
            }
            $size = $end + 4 + (int) ($headers['content-length'] ?? 0);
            if (strlen($this->received) < $size) {
                return;
            }
            $body = substr($this->received, $end + 4, $size - $end - 4);
            $this->received = substr($this->received, $size);
            yield new Request($method, $path, $headers, $body);
        }
    }
}
