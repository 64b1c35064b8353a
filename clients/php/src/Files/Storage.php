<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Core\Answer;
use Protocol\Core\Answers;
use Protocol\Core\Body;
use Protocol\Core\Exchange;
use Protocol\Core\Limit;
use Protocol\Core\Request;
use Protocol\Core\Secret;
use Protocol\Core\Secrets;
use Protocol\Core\Transport;

/**
 * The storage of files, which is asked with signed addresses. The token is not needed there, and not sent.
 *
 * @internal
 */
final class Storage
{
    /** Of a query that is covered in errors, in bytes. */
    private const SHORTEST = 8;

    public function __construct(private readonly Transport $transport)
    {
    }

    /**
     * Begins to get a file.
     *
     * @param Secret<string> $url
     * @param float $timeout Of the beginning, and of each further piece, in seconds.
     */
    public function open(Secret $url, float $timeout): Opened
    {
        $request = self::request('GET', $url, [], null);
        $limit = new Limit($timeout, $request->name);
        return new Opened($this->ask($request, $limit), $limit);
    }

    /**
     * Sends a file.
     *
     * @param Secret<string> $url
     * @param array<string, string> $headers
     * @param float $timeout In seconds.
     */
    public function send(string $method, Secret $url, array $headers, Body $body, float $timeout): void
    {
        $request = self::request($method, $url, $headers, $body);
        $exchange = $this->ask($request, new Limit($timeout, $request->name));
        try {
            $exchange->answer();
        } finally {
            $exchange->close();
        }
    }

    private function ask(Request $request, Limit $limit): Exchange
    {
        $exchange = $this->transport->begin($request, $limit);
        try {
            $exchange->begin();
            if ($exchange->status() >= 200 && $exchange->status() < 300) {
                return $exchange;
            }
            $text = $exchange->answer()->text();
            // The rest of what the storage says may hold signatures.
            $code = preg_match('/<Code>(\w+)<\/Code>/', $text, $found) === 1 ? $found[1] : '';
            $answer = new Answer($exchange->status(), $exchange->headers(), $code);
            throw Answers::error($answer, $request->name, $request->secrets);
        } catch (\Throwable $error) {
            $exchange->close();
            throw $error;
        }
    }

    /**
     * @param Secret<string> $url
     * @param array<string, string> $headers
     */
    private static function request(string $method, Secret $url, array $headers, ?Body $body): Request
    {
        $parts = parse_url($url->reveal());
        $origin = "{$parts['scheme']}://{$parts['host']}" . (isset($parts['port']) ? ":{$parts['port']}" : '');
        // A shorter one is no signature, and may be in any word.
        $query = new Secret(strlen($parts['query'] ?? '') < self::SHORTEST ? '' : $parts['query']);
        return new Request(
            $method,
            $url,
            new Secret($headers),
            $body,
            "$method $origin",
            new Secrets($url, $query),
            isForStorage: true,
        );
    }
}
