<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\AnsweredRequest;
use Protocol\ApiClient;
use Protocol\ApiObject;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiException;
use Protocol\Exception\NotFoundException;
use Protocol\Headers;
use Protocol\OutgoingRequest;
use Protocol\Page;
use Protocol\Response;

/**
 * Sends requests to the API. Only it knows the token.
 *
 * @internal
 */
final class Core
{
    public readonly Transport $transport;
    /** @var Secret<string> */
    private readonly Secret $token;
    private readonly Secrets $secrets;
    private readonly Options $options;

    /**
     * @param Secret<mixed> $token
     * @param Secret<array<string, mixed>> $options
     */
    public function __construct(Secret $token, Secret $options)
    {
        if (in_array($token->reveal(), [null, false, ''], true)) {
            throw new ApiClientException('new ApiClient($token): there is no token');
        }
        if (!is_string($token->reveal()) || preg_match('/^[\x21-\x7e]+$/D', $token->reveal()) !== 1) {
            throw new ApiClientException(
                'new ApiClient($token): the token is no string, or has characters, such as line breaks, that none has',
            );
        }
        $this->token = $token;
        $this->secrets = new Secrets($this->token);
        $this->options = new Options($options);
        $this->transport = new Transport($this->options->curlOptions);
    }

    public function __serialize(): array
    {
        throw new ApiClientException('A client cannot be serialized');
    }

    /**
     * The options of a call, with those of the client where it has none.
     *
     * @param array<string, mixed> $options
     */
    public function limits(array $options): CallOptions
    {
        return $this->options->ofCall($options);
    }

    /**
     * Makes a call that is answered with nothing or with one object.
     *
     * @param list<string> $path
     * @param array<string, mixed> $params
     * @param array<string, mixed> $options
     */
    public function call(Operation $operation, array $path, array $params, array $options): ?ApiObject
    {
        return $this->send(Call::of($operation, $path, $params), $options);
    }

    /**
     * Asks for the first page of a list.
     *
     * @param list<string> $path
     * @param array<string, mixed> $params
     * @param array<string, mixed> $options
     * @return Page<mixed>
     */
    public function list(Operation $operation, array $path, array $params, array $options): Page
    {
        $page = $this->send(Call::of($operation, $path, $params), $options);
        if (!$page instanceof Page) {
            throw new \LogicException("$operation->id is no list");
        }
        // The caller may change theirs, to which a reference leads, before the list is read.
        $params = array_map(fn (mixed $value) => $value, $params);
        $page->continueWith(new Continuation($this, $operation, $path, $params, $options));
        return $page;
    }

    /**
     * Sends a call, as often as it takes.
     *
     * @param array<string, mixed> $options
     */
    public function send(Call $call, array $options): ?ApiObject
    {
        $limits = $this->limits($options);
        $headers = $this->headersOf($call, $limits->key);
        $operation = $call->operation;
        $where = $this->options->baseUrl . preg_replace('/\?.*/', '', $call->path);
        $name = "$operation->method $where";
        $isDone = false;
        $tries = new Retries($limits->maxRetries);
        $try = function (int $tried) use ($call, $operation, $limits, $headers, $name, $tries, &$isDone): ?ApiObject {
            try {
                $answer = $this->attempt($call, $headers, $tried, $tries, new Limit($limits->timeout, $name), $name);
                if ($answer->isSuccess()) {
                    $data = Answers::data($operation, $answer, $name, $this->secrets);
                    return $data === null ? null : $this->result($operation, $data, $answer);
                }
                $error = Answers::error($answer, $name, $this->secrets);
                if (($isDone || $answer->isRepeated) && self::isDeleted($operation, $error)) {
                    return null;
                }
                throw $error;
            } catch (ApiClientException $error) {
                $isDone = $isDone || Retries::mayBeDone($error);
                throw $error;
            }
        };
        return $tries->run($try);
    }

    /** The error that the answer of a result is. */
    public function unexpected(?Response $response, string $message): ApiException
    {
        $answer = new Answer($response->status ?? 0, $response->headers ?? new Headers());
        return Answers::unexpected($answer, $message, $this->secrets);
    }

    /** A key for a call that was given none. */
    public static function newKey(): string
    {
        return bin2hex(random_bytes(16));
    }

    private function attempt(
        Call $call,
        Headers $given,
        int $attempt,
        Retries $tries,
        Limit $limit,
        string $name,
    ): Answer {
        $method = $call->operation->method;
        $url = $this->options->baseUrl . $call->path;
        $headers = clone $given;
        if ($this->options->onRequest !== null) {
            $outgoing = new OutgoingRequest($method, $url, $headers, $attempt);
            $tries->once(fn () => ($this->options->onRequest)($outgoing));
            $limit->left();
        }
        // How long the body is, curl tells.
        $own = ['content-length' => 1, 'transfer-encoding' => 1, 'authorization' => 1];
        $headers = array_diff_key($headers->toArray(), $own);
        $headers = new Secret($headers + ['authorization' => "Bearer {$this->token->reveal()}"]);
        $request = new Request($method, new Secret($url), $headers, $call->body, $name, $this->secrets);
        $start = Clock::get()->seconds();
        $exchange = $this->transport->begin($request, $limit);
        try {
            $answer = $exchange->answer();
        } finally {
            $exchange->close();
        }
        $duration = Clock::get()->seconds() - $start;
        $id = Answers::requestId($answer->headers);
        if ($this->options->onResponse !== null) {
            $theirs = clone $answer->headers;
            $answered = new AnsweredRequest($method, $url, $attempt, $answer->status, $theirs, $id, $duration);
            $tries->once(fn () => ($this->options->onResponse)($answered));
        }
        return $answer;
    }

    private function headersOf(Call $call, ?string $key): Headers
    {
        $headers = new Headers([
            'accept' => 'application/json',
            'user-agent' => 'protocol-api-php/' . ApiClient::VERSION . ' php/' . PHP_VERSION,
        ]);
        if ($call->contentType !== null) {
            $headers->set('content-type', $call->contentType);
        }
        if ($call->operation->method === 'POST') {
            $headers->set('idempotency-key', $key ?? self::newKey());
        }
        return $headers;
    }

    private function result(Operation $operation, \stdClass $data, Answer $answer): ApiObject
    {
        $class = $operation->answer ?? ApiObject::class;
        $result = is_a($class, Page::class, true) ? $class::ofItems($data, $operation->item) : $class::of($data);
        $id = Answers::requestId($answer->headers);
        return $result->answeredBy(new Response($answer->status, $answer->headers, $id));
    }

    private static function isDeleted(Operation $operation, ApiException $error): bool
    {
        return $operation->method === 'DELETE'
            && $error instanceof NotFoundException
            && $error->code === 'resource_missing';
    }
}
