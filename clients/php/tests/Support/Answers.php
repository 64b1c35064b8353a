<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/** What a server does with a request. */
final class Answers
{
    public const FILE = 'Merry Christmas';
    private static int $addresses = 0;

    /**
     * An answer with a body. `$headers` stand in place of those that belong to it.
     *
     * @param array<string, string|int> $headers
     */
    public static function of(int $status, string $body = '', array $headers = []): \Closure
    {
        $all = [...($status === 204 || $status === 304 ? [] : ['content-length' => strlen($body)]), ...$headers];
        $lines = array_map(fn ($name, $value) => "$name: $value\r\n", array_keys($all), $all);
        return self::raw("HTTP/1.1 $status Whatever\r\n" . implode('', $lines) . "\r\n$body");
    }

    /** @param array<string, string|int> $headers */
    public static function json(int $status, mixed $value, array $headers = []): \Closure
    {
        $own = ['content-type' => 'application/json', 'x-request-id' => 'req', ...$headers];
        return self::of($status, json_encode($value, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION), $own);
    }

    /** @param array<string, string|int> $headers */
    public static function error(int $status, string $code, array $headers = []): \Closure
    {
        return self::json($status, [
            'type' => $status < 500 ? 'invalid_request' : 'api_error',
            'code' => $code,
            'message' => "It is $code.",
            'param' => null,
            'documentation_url' => "http://x/docs#$code",
            'request_id' => 'req',
        ], $headers);
    }

    /** @param list<mixed> $data */
    public static function page(array $data, ?string $cursor = null, ?bool $hasMore = null): \Closure
    {
        $page = ['has_more' => $hasMore ?? $cursor !== null, 'data' => $data, 'next_cursor' => $cursor];
        return self::json(200, $page);
    }

    public static function raw(string $bytes): \Closure
    {
        return fn (Connection $connection) => $connection->write($bytes);
    }

    /** Bytes, and then the end of the connection. */
    public static function last(string $bytes): \Closure
    {
        return fn (Connection $connection) => $connection->end($bytes);
    }

    public static function silence(): \Closure
    {
        return fn () => null;
    }

    public static function hangUp(): \Closure
    {
        return fn (Connection $connection) => $connection->destroy();
    }

    /** A part of a body, and then the end of the connection. */
    public static function halfBody(): \Closure
    {
        return self::last("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":");
    }

    /** Sends bytes, and lets the time of the try run out. */
    public static function timeOut(string $bytes = ''): \Closure
    {
        return function (Connection $connection) use ($bytes): void {
            $connection->write($bytes);
            HeldClock::current()->runOut();
        };
    }

    /** The answer with a link to the same server, each with another signature. */
    public static function link(): \Closure
    {
        return function (Connection $connection, Request $request): void {
            $url = self::address($request);
            $attachment = [
                'id' => 'L1oJgT5cVq2mKxRd',
                'file_url' => $url,
                'filename' => 'House.txt',
                'file_type' => 'text/plain',
                'file_size' => strlen(self::FILE),
            ];
            $isSound = str_ends_with($request->path, '/download');
            self::json(200, $isSound ? ['url' => $url, 'expires_at' => 1] : $attachment)($connection);
        };
    }

    /** The answer to an announcement, each with another address. */
    public static function upload(array $attachment): \Closure
    {
        return function (Connection $connection, Request $request) use ($attachment): void {
            ['file_type' => $type, 'file_size' => $size] = $request->json();
            $upload = [
                'method' => 'PUT',
                'url' => self::address($request),
                'headers' => ['content-type' => $type, 'content-length' => (string) $size, 'if-none-match' => '*'],
                'expires_at' => 1,
            ];
            self::json(201, [...$attachment, 'upload' => $upload])($connection);
        };
    }

    private static function address(Request $request): string
    {
        return "http://{$request->headers['host']}/files/x?X-Amz-Signature=hidden" . ++self::$addresses;
    }
}
