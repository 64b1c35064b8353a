<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;

/**
 * The address in front of `/v1`.
 *
 * @internal
 */
final class BaseUrl
{
    /**
     * The address as requests use it, without a slash at its end.
     *
     * @param Secret<mixed> $secret What was given: an address that is refused may have a password.
     */
    public static function of(Secret $secret, bool $isHttpAllowed): string
    {
        $given = $secret->reveal();
        // What is not plain ASCII, and a backslash, are read in different ways.
        $isPlain = is_string($given) && preg_match('/^[\x21-\x5b\x5d-\x7e]+$/D', $given) === 1;
        $parts = $isPlain ? parse_url($given) : false;
        if (!is_array($parts) || !isset($parts['scheme'], $parts['host'])) {
            throw new ApiClientException('baseUrl is not an address such as https://api.example.com');
        }
        $scheme = strtolower($parts['scheme']);
        $host = strtolower($parts['host']);
        if ($scheme !== 'https' && $scheme !== 'http') {
            throw new ApiClientException('baseUrl must begin with https:// or http://');
        }
        if (strpbrk($given, '@?#') !== false) {
            throw new ApiClientException('baseUrl has a user, a query or a fragment, which no address of the API has');
        }
        if (preg_match('/^(\[[0-9a-f:.]+\]|[0-9a-z._-]+)$/D', $host) !== 1) {
            throw new ApiClientException('baseUrl has a host that is none; one with other letters is written xn--…');
        }
        if ($scheme === 'http' && !self::isThisMachine($host) && !$isHttpAllowed) {
            throw new ApiClientException(
                "The token would travel to $host where others can read it: use https, or allowHttp",
            );
        }
        $port = isset($parts['port']) ? ":{$parts['port']}" : '';
        return "$scheme://$host$port" . rtrim($parts['path'] ?? '', '/');
    }

    /** Whether it is this machine that has this name, in small letters. */
    public static function isThisMachine(string $host): bool
    {
        $isIpv4 = filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) !== false;
        return $host === 'localhost' || $host === '[::1]' || ($isIpv4 && str_starts_with($host, '127.'));
    }
}
