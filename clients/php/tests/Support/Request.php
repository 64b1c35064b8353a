<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/** A request as a server got it. */
final class Request
{
    /** @param array<string, string> $headers */
    public function __construct(
        public readonly string $method,
        public readonly string $path,
        public readonly array $headers,
        public readonly string $body,
    ) {
    }

    public function json(): mixed
    {
        return json_decode($this->body, true, 512, JSON_THROW_ON_ERROR);
    }

    /** @return array{name: string, type: string, text: string} The one part of a form. */
    public function part(): array
    {
        $boundary = substr($this->headers['content-type'], strlen('multipart/form-data; boundary='));
        $pattern = "/^--$boundary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"([^\"\r\n]*)\"\r\n"
            . "content-type: ([^\r\n]*)\r\n\r\n(.*)\r\n--$boundary--\r\n$/Ds";
        preg_match($pattern, $this->body, $found) === 1 || throw new \RuntimeException("no form: $this->body");
        return ['name' => $found[1], 'type' => $found[2], 'text' => $found[3]];
    }
}
