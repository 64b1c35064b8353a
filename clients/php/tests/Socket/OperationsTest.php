<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\ApiClient;
use Protocol\Page;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\Contract;
use Protocol\Tests\Support\SocketTestCase;

/** Every operation of the API's description is a method of the client that sends what the description says. */
final class OperationsTest extends SocketTestCase
{
    public function testTheDescriptionHasOperations(): void
    {
        self::assertGreaterThanOrEqual(41, count(Contract::operations()));
    }

    /** @dataProvider operations */
    public function testAnOperationIsAMethod(array $operation, string $name): void
    {
        $answer = ['has_more' => false, 'data' => [], 'next_cursor' => null];
        $this->server = $this->serve([Answers::json(200, $answer)]);
        $client = new ApiClient(self::TOKEN, ['baseUrl' => "{$this->server->url}/prefix"]);
        $params = [];
        foreach ([...$operation['inQuery'], ...$operation['inBody']] as $key) {
            $params[$key] = "its-$key";
        }
        $arguments = array_map(fn (string $parameter) => "value-of-$parameter", $operation['inPath']);
        $arguments = [...$arguments, ...($params === [] ? [] : [$params]), ['idempotencyKey' => 'key-of-the-call']];
        $result = $client->{$operation['resource']}->$name(...$arguments);
        self::assertCount(1, $this->server->requests);
        [$request] = $this->server->requests;
        self::assertSame($operation['method'], $request->method);
        $path = preg_replace('/\{(\w+)\}/', 'value-of-$1', $operation['path']);
        self::assertSame("/prefix$path", explode('?', $request->path)[0]);
        $query = array_map(fn (string $key) => "$key=its-$key", $operation['inQuery']);
        self::assertSame(implode('&', $query), $this->server->queries()[0]);
        $body = array_diff_key($params, array_flip($operation['inQuery']));
        self::assertSame($body, $request->body === '' ? [] : $request->json());
        $key = $operation['method'] === 'POST' ? 'key-of-the-call' : null;
        self::assertSame($key, $request->headers['idempotency-key'] ?? null, 'options are the last argument');
        self::assertSame($operation['isList'], $result instanceof Page);
    }

    public function operations(): iterable
    {
        foreach (Contract::operations() as $id => $operation) {
            foreach ($operation['names'] as $name) {
                yield "$id is {$operation['resource']}.$name" => [$operation, $name];
            }
        }
    }

    public function testTheClientHasNoMethodThatIsNoOperation(): void
    {
        $known = ['attachments.upload', 'attachments.open', 'sounds.open'];
        foreach (Contract::operations() as $operation) {
            foreach ($operation['names'] as $name) {
                $known[] = "{$operation['resource']}.$name";
            }
        }
        $found = [];
        foreach (get_object_vars(new ApiClient(self::TOKEN)) as $resource => $its) {
            foreach (array_diff(get_class_methods($its), ['__construct']) as $method) {
                $found[] = "$resource.$method";
            }
        }
        self::assertEqualsCanonicalizing($known, $found);
    }
}
