<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\Headers;

/**
 * A request on its way, and its answer, which is read piece by piece.
 *
 * @internal
 */
final class Exchange
{
    /** How long it waits at most before it looks at the time. */
    private const LONGEST_WAIT = 1.0;

    private ?\CurlHandle $curl;
    private int $status = 0;
    private Headers $headers;
    private bool $hasHead = false;
    private string $piece = '';
    private bool $isOver = false;
    private int $sent = 0;
    private ?\Throwable $failureOfBody = null;
    private ?ApiConnectionException $failure = null;

    /** @param Secret<array<int, mixed>> $curlOptions */
    public function __construct(
        private readonly Transport $transport,
        private readonly \CurlMultiHandle $multi,
        Secret $curlOptions,
        private readonly Request $request,
        private readonly Limit $limit,
    ) {
        $this->headers = new Headers();
        $this->curl = curl_init();
        // What was dropped has to close its connection, so nothing that curl holds may hold it.
        $weak = \WeakReference::create($this);
        $own = [
            CURLOPT_URL => $request->url->reveal(),
            CURLOPT_CUSTOMREQUEST => $request->method,
            CURLOPT_HTTPHEADER => self::lines($request->headers->reveal()),
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_PATH_AS_IS => true,
            CURLOPT_SUPPRESS_CONNECT_HEADERS => true,
            CURLOPT_NOSIGNAL => true,
            CURLINFO_HEADER_OUT => true,
            CURLOPT_HEADERFUNCTION => static fn ($_, string $line) => $weak->get()?->takeHeader($line) ?? 0,
            CURLOPT_WRITEFUNCTION => static fn ($_, string $piece) => $weak->get()?->takePiece($piece) ?? 0,
        ];
        if ($request->body instanceof Body) {
            $own[CURLOPT_UPLOAD] = true;
            $own[CURLOPT_INFILESIZE] = $request->body->size();
            $own[CURLOPT_READFUNCTION] = static fn ($_, $__, int $length) => $weak->get()?->givePiece($length) ?? '';
            // curl could not send it again where a kept connection turns out to be dead.
            $own[CURLOPT_FRESH_CONNECT] = true;
        } elseif ($request->method !== 'GET' && $request->method !== 'DELETE') {
            $own[CURLOPT_POSTFIELDS] = $request->body ?? '';
        }
        curl_setopt_array($this->curl, CurlOptions::of($curlOptions, $request));
        curl_setopt_array($this->curl, $own);
        curl_multi_add_handle($multi, $this->curl);
    }

    public function __destruct()
    {
        $this->close();
    }

    /** Waits for the beginning of the answer. */
    public function begin(): void
    {
        while (!$this->isOver && $this->awaitsHead()) {
            $this->step();
        }
        if (!$this->hasHead) {
            // To curl, an answer may end in its head.
            throw $this->failure ?? $this->broken(CURLE_GOT_NOTHING);
        }
    }

    /** The status of the answer. */
    public function status(): int
    {
        return $this->status;
    }

    /** The headers of the answer, with the secrets covered. */
    public function headers(): Headers
    {
        return $this->request->secrets->coverHeaders($this->headers);
    }

    /** The next piece of the body, or an empty text at its end. */
    public function read(): string
    {
        while ($this->piece === '' && !$this->isOver) {
            $this->step();
        }
        if ($this->piece === '' && $this->failure !== null) {
            throw $this->failure;
        }
        $piece = $this->piece;
        $this->piece = '';
        return $piece;
    }

    /** The whole answer. */
    public function answer(): Answer
    {
        $this->begin();
        $text = '';
        while (($piece = $this->read()) !== '') {
            $text .= $piece;
        }
        // What was sent also has the request for a tunnel, which is shorter.
        $size = curl_getinfo($this->curl, CURLINFO_REQUEST_SIZE);
        $isRepeated = $this->sent > 0 && $size >= 2 * $this->sent;
        return new Answer($this->status, $this->headers(), $text, $isRepeated);
    }

    /** Lets the connection go, whether all has been read or not. */
    public function close(): void
    {
        if ($this->curl !== null) {
            curl_multi_remove_handle($this->multi, $this->curl);
            $this->curl = null;
            $this->isOver = true;
            $this->transport->keep($this->multi);
        }
    }

    private function step(): void
    {
        $left = $this->limit->left();
        curl_multi_exec($this->multi, $running);
        if ($this->failureOfBody !== null) {
            throw $this->failureOfBody;
        }
        while ($message = curl_multi_info_read($this->multi)) {
            $this->isOver = true;
            // What came before can be read nevertheless.
            $this->failure = $message['result'] === CURLE_OK ? null : $this->broken($message['result']);
        }
        if (!$this->isOver && $this->piece === '') {
            Clock::get()->select($this->multi, min($left, self::LONGEST_WAIT));
        }
    }

    private function broken(int $error): ApiConnectionException
    {
        $why = $this->request->secrets->cover(curl_error($this->curl) ?: (string) curl_strerror($error));
        return new ApiConnectionException("{$this->request->name} was not answered in full: $why", $error);
    }

    private function awaitsHead(): bool
    {
        // A proxy that asks who it is may have been told by curl, unless it lets the body through.
        return !$this->hasHead || ($this->status === 407 && $this->piece === '');
    }

    private function takeHeader(#[\SensitiveParameter] string $line): int
    {
        $text = trim($line);
        if ($this->awaitsHead() && preg_match('/^HTTP\/\S+ (\d{3})/', $text, $found) === 1) {
            $this->hasHead = false;
            $this->status = (int) $found[1];
            $this->headers = new Headers();
        } elseif ($text === '') {
            // 1xx comes before the answer.
            $this->hasHead = $this->status >= 200;
            // That of a DELETE has no body.
            $this->sent = strlen((string) curl_getinfo($this->curl, CURLINFO_HEADER_OUT));
        } elseif (!$this->hasHead && str_contains($text, ':')) {
            [$name, $value] = array_map(trim(...), explode(':', $text, 2));
            $this->addHeader($name, (string) preg_replace('/[\x00-\x1f\x7f]/', ' ', $value));
        }
        return strlen($line);
    }

    private function addHeader(string $name, #[\SensitiveParameter] string $value): void
    {
        $before = $this->headers->get($name);
        try {
            $this->headers->set($name, $before === null ? $value : "$before, $value");
        } catch (ApiClientException) {
            // What no header can be called says nothing.
        }
    }

    private function takePiece(#[\SensitiveParameter] string $piece): int
    {
        $this->piece .= $piece;
        return strlen($piece);
    }

    private function givePiece(int $length): string
    {
        try {
            return $this->request->body instanceof Body ? $this->request->body->read($length) : '';
        } catch (\Throwable $error) {
            // Not through curl, which would call once more. The connection is closed when this is thrown.
            $this->failureOfBody = $error;
            return '';
        }
    }

    /**
     * @param array<string, string> $headers
     * @return list<string>
     */
    private static function lines(#[\SensitiveParameter] array $headers): array
    {
        // Without these, curl would wait for leave to send what is large, and name a type that it is not.
        $lines = ['expect:'];
        foreach ($headers + ['content-type' => '', 'accept' => ''] as $name => $value) {
            $lines[] = $value === '' ? "$name:" : "$name: $value";
        }
        return $lines;
    }
}
