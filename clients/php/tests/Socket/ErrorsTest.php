<?php

declare(strict_types=1);

namespace Protocol\Tests\Socket;

use Protocol\Exception;
use Protocol\Exception\ApiClientException;
use Protocol\Exception\ApiConnectionException;
use Protocol\Exception\ApiException;
use Protocol\Exception\BadRequestException;
use Protocol\Exception\UnexpectedAnswerException;
use Protocol\Tests\Support\Answers;
use Protocol\Tests\Support\SocketTestCase;
use Protocol\Types\ErrorCode;

final class ErrorsTest extends SocketTestCase
{
    private function failure(\Closure $given): ApiClientException
    {
        $client = $this->scripted([$given], ['maxRetries' => 0]);
        return $this->thrown(ApiClientException::class, fn () => $client->conversations->get(self::ID));
    }

    /** @dataProvider classes */
    public function testEachStatusHasItsClass(int $status, string $class): void
    {
        foreach (
            [
                Answers::error($status, 'some_code'),
                Answers::json($status, ['message' => 'Whatever']),
                Answers::of($status, '<html></html>', ['content-type' => 'text/html']),
                Answers::of($status),
            ] as $given
        ) {
            $error = $this->failure($given);
            self::assertSame($class, $error::class);
            self::assertInstanceOf(ApiException::class, $error);
            self::assertSame([$status, $status], [$error->status, $error->getCode()]);
            self::assertStringStartsWith("$class: {$error->getMessage()}", (string) $error);
        }
    }

    public function classes(): array
    {
        return [
            [400, BadRequestException::class],
            [401, Exception\AuthenticationException::class],
            [403, Exception\PermissionDeniedException::class],
            [404, Exception\NotFoundException::class],
            [405, ApiException::class],
            [409, Exception\ConflictException::class],
            [410, Exception\GoneException::class],
            [413, Exception\PayloadTooLargeException::class],
            [415, ApiException::class],
            [422, Exception\UnprocessableEntityException::class],
            [429, Exception\RateLimitException::class],
            [500, Exception\ServerException::class],
            [502, Exception\ServerException::class],
            [503, Exception\ServerException::class],
            [504, Exception\ServerException::class],
            [599, Exception\ServerException::class],
        ];
    }

    public function testAnErrorHasWhatTheApiSays(): void
    {
        $body = [
            'type' => 'invalid_request',
            'code' => ErrorCode::PARAMETER_INVALID,
            'message' => 'limit must be between 1 and 100.',
            'param' => 'limit',
            'documentation_url' => 'https://api.example.com/docs#parameter_invalid',
            'request_id' => '2f6f4bd1-3b36-4c0c-b4f2-5a5f0a7d3c55',
        ];
        $headers = ['x-request-id' => $body['request_id'], 'apigw-requestid' => 'gateway', 'retry-after' => '7'];
        $error = $this->failure(Answers::json(400, $body, $headers));
        foreach ($body as $name => $value) {
            self::assertSame($value, $error->$name);
            self::assertTrue(isset($error->$name));
        }
        self::assertSame('limit must be between 1 and 100.', $error->getMessage());
        self::assertSame('7', $error->headers->get('retry-after'));
    }

    public function testACodeAndATypeThatAreNewArePassedThrough(): void
    {
        $body = ['type' => 'teapot', 'code' => 'is_a_teapot', 'message' => 'No.', 'more' => [1]];
        $error = $this->failure(Answers::json(418, $body));
        self::assertSame(['teapot', 'is_a_teapot', 'No.'], [$error->type, $error->code, $error->message]);
    }

    public function testAnErrorOfTheGatewayHasItsMessageAndItsId(): void
    {
        $error = $this->failure(Answers::of(429, '{"message":"Too Many Requests"}', ['apigw-requestid' => 'gateway']));
        self::assertSame(['Too Many Requests', 'gateway'], [$error->message, $error->request_id]);
        self::assertSame([null, null, null], [$error->type, $error->code, $error->param]);
        self::assertFalse(isset($error->code));
    }

    public function testAnErrorInHtmlSaysWhatCameAndNotTooMuchOfIt(): void
    {
        $html = "<html>\n<h1>Bad   Gateway</h1>" . str_repeat('ü', 5000) . "\xff";
        $error = $this->failure(Answers::of(502, $html));
        $pattern = '~^GET http:.*/v1/conversations/\w+ was answered 502: <html> <h1>Bad Gateway</h1>ü+…$~u';
        self::assertMatchesRegularExpression($pattern, $error->message);
        self::assertLessThan(400, mb_strlen($error->message));
        self::assertIsString(json_encode($this->failure(Answers::of(502, "\xff\xfe")), JSON_THROW_ON_ERROR));
    }

    public function testAnErrorWhoseBodyIsStrange(): void
    {
        foreach (['null', '[]', '"text"', '5', '{"message":5,"code":{}}', '{', '{"\u0000a":1}'] as $body) {
            $error = $this->failure(Answers::of(400, $body));
            self::assertSame(BadRequestException::class, $error::class);
            self::assertStringContainsString('was answered 400', $error->message);
            self::assertNull($error->code);
        }
    }

    public function testASuccessWithoutJsonIsAnErrorAndNotTriedAgain(): void
    {
        foreach ([[200, '<html>Log in to this network</html>'], [200, ''], [201, '{"id":"x"']] as [$status, $body]) {
            $client = $this->scripted([Answers::of($status, $body, ['x-request-id' => 'r']), self::fine()]);
            $error = $this->thrown(ApiException::class, fn () => $client->conversations->get(self::ID));
            self::assertSame(UnexpectedAnswerException::class, $error::class);
            self::assertStringContainsString('without JSON', $error->message);
            self::assertSame(['r', 1], [$error->request_id, count($this->server->requests)]);
        }
    }

    public function testWhatIsNoWholeAnswerIsAConnectionErrorThatTellsWhy(): void
    {
        foreach (
            [
                Answers::hangUp(),
                Answers::halfBody(),
                Answers::last("SSH-2.0-OpenSSH_9.6\r\n"),
                Answers::last("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}"),
                Answers::last("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\""),
            ] as $given
        ) {
            $error = $this->failure($given);
            self::assertSame(ApiConnectionException::class, $error::class);
            self::assertMatchesRegularExpression('/^GET http:.* was not answered in full: ./', $error->getMessage());
            self::assertGreaterThan(0, $error->getCode());
        }
    }

    public function testNobodyListens(): void
    {
        $client = $this->scripted([], ['baseUrl' => 'http://127.0.0.1:1', 'maxRetries' => 0]);
        $error = $this->thrown(ApiConnectionException::class, fn () => $client->conversations->get(self::ID));
        self::assertSame(CURLE_COULDNT_CONNECT, $error->getCode());
    }

    public function testARedirectionIsNotFollowedWhetherToAnotherOriginOrNot(): void
    {
        foreach ([301, 302, 303, 307, 308] as $status) {
            $other = $this->serve([]);
            $client = $this->scripted([
                Answers::of($status, '', ['location' => "$other->url/elsewhere?secret=1"]),
                Answers::of($status, '', ['location' => '/v2']),
            ]);
            foreach ([" to $other->url.", 'redirected.'] as $shown) {
                $call = fn () => $client->conversations->create(['contact_id' => self::ID]);
                $error = $this->thrown(UnexpectedAnswerException::class, $call);
                self::assertSame($status, $error->status);
                self::assertStringContainsString($shown, $error->message);
                self::assertStringNotContainsString('secret', $error->message);
            }
            self::assertCount(2, $this->server->requests);
            self::assertSame([], $other->requests);
        }
    }

    public function testASuccessThatIsNoObjectIsAnError(): void
    {
        foreach ([null, [], [['a' => 1]], 'text', 5] as $body) {
            $client = $this->scripted([Answers::json(200, $body), Answers::json(201, $body)]);
            $this->thrown(UnexpectedAnswerException::class, fn () => $client->conversations->get(self::ID));
            $call = fn () => $client->conversations->create(['contact_id' => self::ID]);
            $this->thrown(UnexpectedAnswerException::class, $call);
        }
    }

    public function testWhatIsAskedForAndNotThereIsAnError(): void
    {
        $client = $this->scripted([Answers::of(204), Answers::of(204), Answers::of(204)]);
        $this->thrown(UnexpectedAnswerException::class, fn () => $client->conversations->get(self::ID));
        $this->thrown(UnexpectedAnswerException::class, fn () => $client->conversations->update(self::ID));
        $client->groups->leave(self::ID);
        self::assertSame(0, $this->server->left());
    }

    public function test304LeadsNowhere(): void
    {
        $error = $this->failure(Answers::of(304));
        self::assertSame(UnexpectedAnswerException::class, $error::class);
        self::assertStringEndsWith('was answered 304: no body', $error->message);
    }

    public function testAnInformationBeforeTheAnswerIsNone(): void
    {
        $bytes = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nx-a: 1\r\nX-A: 2\r\n"
            . "content-length: 2\r\n\r\n{}";
        $headers = $this->scripted([Answers::raw($bytes)])->me->get()->getResponse()->headers->toArray();
        self::assertSame(['x-a' => '1, 2', 'content-length' => '2'], $headers);
    }

    public function testAnErrorInJsonHasAllThatItSays(): void
    {
        $error = $this->failure(Answers::error(404, 'resource_missing', ['retry-after' => '7']));
        $json = json_decode(json_encode($error, JSON_THROW_ON_ERROR), true);
        self::assertSame('NotFoundException', $json['name']);
        self::assertSame('It is resource_missing.', $json['message']);
        self::assertSame([404, 'resource_missing', 'req'], [$json['status'], $json['code'], $json['request_id']]);
        self::assertSame('7', $json['headers']['retry-after']);
        $wrong = new ApiClientException('wrong');
        self::assertSame('{"name":"ApiClientException","message":"wrong"}', json_encode($wrong));
    }

    public function testAnErrorCanBeSerialized(): void
    {
        $answer = Answers::error(404, 'resource_missing', ['x-a' => 'b']);
        $errors = [$this->failure($answer), $this->failure(Answers::of(204)), new Exception\FileException('no', 5)];
        foreach ($errors as $error) {
            $copy = unserialize(serialize($error));
            self::assertSame($error::class, $copy::class);
            self::assertSame(json_encode($error), json_encode($copy));
            self::assertSame([$error->getCode(), $error->getLine()], [$copy->getCode(), $copy->getLine()]);
        }
    }

    public function testJsonThatIsNotQuiteJson(): void
    {
        $texts = ["\xef\xbb\xbf{\"id\":\"a\"}", "{\"id\":\"a\xff\"}"];
        $client = $this->scripted(array_map(fn (string $text) => Answers::of(200, $text), $texts));
        self::assertSame('a', $client->me->get()->id);
        self::assertSame("a\u{fffd}", $client->me->get()->id);
    }

    public function testAnErrorHasNoOtherAttributesAndCannotBeChanged(): void
    {
        $error = $this->failure(Answers::error(404, 'resource_missing'));
        $this->thrown(\PHPUnit\Framework\Error\Warning::class, fn () => $error->nothing);
        $this->thrown(\Error::class, fn () => $error->status = 5);
        $this->thrown(\Error::class, fn () => $error->code = 'other');
    }
}
