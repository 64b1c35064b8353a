<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiException;
use Protocol\Exception\AuthenticationException;
use Protocol\Exception\BadRequestException;
use Protocol\Exception\ConflictException;
use Protocol\Exception\GoneException;
use Protocol\Exception\NotFoundException;
use Protocol\Exception\PayloadTooLargeException;
use Protocol\Exception\PermissionDeniedException;
use Protocol\Exception\RateLimitException;
use Protocol\Exception\ServerException;
use Protocol\Exception\UnexpectedAnswerException;
use Protocol\Exception\UnprocessableEntityException;
use Protocol\Headers;

/**
 * What answers say.
 *
 * @internal
 */
final class Answers
{
    private const SHOWN = 200;
    private const CLASSES = [
        400 => BadRequestException::class,
        401 => AuthenticationException::class,
        403 => PermissionDeniedException::class,
        404 => NotFoundException::class,
        409 => ConflictException::class,
        410 => GoneException::class,
        413 => PayloadTooLargeException::class,
        422 => UnprocessableEntityException::class,
        429 => RateLimitException::class,
    ];

    /** Names the request in the logs of the API, or in those of the gateway in front of it, or of the storage. */
    public static function requestId(Headers $headers): ?string
    {
        return $headers->get('x-request-id') ?? $headers->get('apigw-requestid') ?? $headers->get('x-amz-request-id');
    }

    /**
     * The data of a success. What the client does not know of it is passed through. Null is a success without any.
     *
     * @param string $name What errors call the request.
     */
    public static function data(Operation $operation, Answer $answer, string $name, Secrets $secrets): ?\stdClass
    {
        if ($answer->status === 204 && $operation->answer === null) {
            return null;
        }
        $body = Json::object($answer->text());
        if ($body !== null && (!$operation->isList() || is_array($body->data ?? null))) {
            return $body;
        }
        $lacks = $operation->isList() ? 'the data of a list' : 'an object';
        $lacks = Json::isValid($answer->text()) ? $lacks : 'JSON';
        $shown = self::shown($answer->text(), $secrets);
        throw self::unexpected($answer, "$name was answered $answer->status without $lacks: $shown", $secrets);
    }

    /** The error that an answer is. */
    public static function error(Answer $answer, string $name, Secrets $secrets): ApiException
    {
        $status = $answer->status;
        if ($status < 400 && $status !== 304) {
            $where = self::where($answer->headers->get('location') ?? '');
            return self::unexpected($answer, "$name was redirected$where. Is baseUrl right?", $secrets);
        }
        $class = $status < 400 ? UnexpectedAnswerException::class : self::CLASSES[$status] ?? null;
        $class ??= $status >= 500 ? ServerException::class : ApiException::class;
        $shown = self::shown($answer->text(), $secrets);
        $body = new Secret(Json::object($answer->text()));
        return self::make($class, $answer, $body, "$name was answered $status: $shown", $secrets);
    }

    /** The error that a success is. */
    public static function unexpected(Answer $answer, string $message, Secrets $secrets): ApiException
    {
        return self::make(UnexpectedAnswerException::class, $answer, new Secret(null), $message, $secrets);
    }

    /**
     * @param class-string<ApiException> $class
     * @param Secret<\stdClass|null> $body Neither it nor what is in it stands in the trace of the error.
     */
    private static function make(
        string $class,
        Answer $answer,
        Secret $body,
        #[\SensitiveParameter] string $message,
        Secrets $secrets,
    ): ApiException {
        // Covered now, not in the text, where a secret may be written in other ways.
        $said = function (string $name) use ($body, $secrets): ?string {
            $value = $body->reveal()?->$name ?? null;
            return is_string($value) ? $secrets->cover($value) : null;
        };
        return new $class(
            $answer->status,
            ($said('message') ?? '') ?: $secrets->cover($message),
            $said('type'),
            $said('code'),
            $said('param'),
            $said('documentation_url'),
            $answer->headers->get('x-request-id') ?? $said('request_id') ?? self::requestId($answer->headers),
            $answer->headers,
        );
    }

    /** The path and the query of where it leads may hold secrets. */
    private static function where(#[\SensitiveParameter] string $location): string
    {
        $parts = parse_url($location);
        if (!isset($parts['scheme'], $parts['host'])) {
            return '';
        }
        return " to {$parts['scheme']}://{$parts['host']}" . (isset($parts['port']) ? ":{$parts['port']}" : '');
    }

    private static function shown(#[\SensitiveParameter] string $text, Secrets $secrets): string
    {
        // JSON has many ways to write a secret, and this is the one that is covered. What is no UTF-8 becomes so.
        $text = Json::isValid($text) ? Json::encode(Json::decode($text)) : json_decode(Json::encode($text));
        $line = trim((string) preg_replace('/\s+/', ' ', $secrets->coverJson($text)));
        if ($line === '') {
            return 'no body';
        }
        return preg_match('/^.{' . self::SHOWN . '}(?=.)/us', $line, $start) === 1 ? "$start[0]…" : $line;
    }
}
