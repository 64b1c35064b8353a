<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Exception\ApiClientException;

/**
 * The options of curl that a caller may set: those of the way to the API. All others are the client's own, or would
 * show or send what nobody wants.
 *
 * @internal
 */
final class CurlOptions
{
    /** Without `CURLOPT_`. A curl that is older does not have all of them. */
    private const ALLOWED = [
        'CAINFO', 'CAINFO_BLOB', 'CAPATH', 'CONNECT_TO', 'CONNECTTIMEOUT', 'CONNECTTIMEOUT_MS', 'CRLFILE',
        'DNS_CACHE_TIMEOUT', 'DNS_INTERFACE', 'DNS_LOCAL_IP4', 'DNS_LOCAL_IP6', 'DNS_SERVERS', 'DOH_URL',
        'HTTP_VERSION', 'HTTPPROXYTUNNEL', 'INTERFACE', 'IPRESOLVE', 'ISSUERCERT', 'KEYPASSWD', 'LOCALPORT',
        'LOCALPORTRANGE', 'NOPROXY', 'PINNEDPUBLICKEY', 'PRE_PROXY', 'PROXY', 'PROXY_CAINFO', 'PROXY_CAINFO_BLOB',
        'PROXY_CAPATH', 'PROXY_CRLFILE', 'PROXY_ISSUERCERT', 'PROXY_KEYPASSWD', 'PROXY_PINNEDPUBLICKEY',
        'PROXY_SSL_CIPHER_LIST', 'PROXY_SSL_OPTIONS', 'PROXY_SSL_VERIFYHOST', 'PROXY_SSL_VERIFYPEER', 'PROXY_SSLCERT',
        'PROXY_SSLCERTTYPE', 'PROXY_SSLKEY', 'PROXY_SSLKEYTYPE', 'PROXY_SSLVERSION', 'PROXYAUTH', 'PROXYPASSWORD',
        'PROXYPORT', 'PROXYTYPE', 'PROXYUSERNAME', 'PROXYUSERPWD', 'RESOLVE', 'SOCKS5_AUTH', 'SSL_CIPHER_LIST',
        'SSL_EC_CURVES', 'SSL_OPTIONS', 'SSL_SESSIONID_CACHE', 'SSL_VERIFYHOST', 'SSL_VERIFYPEER',
        'SSL_VERIFYSTATUS', 'SSLCERT', 'SSLCERTPASSWD', 'SSLCERTTYPE', 'SSLENGINE', 'SSLKEY', 'SSLKEYPASSWD',
        'SSLKEYTYPE', 'SSLVERSION', 'TCP_FASTOPEN', 'TCP_KEEPALIVE', 'TCP_KEEPIDLE', 'TCP_KEEPINTVL', 'TCP_NODELAY',
        'TLS13_CIPHERS', 'UNIX_SOCKET_PATH',
    ];

    /** What begins so counts for the storage of files, too: proxies, and whose certificates are trusted. */
    private const OF_STORAGE = '/^(PROXY|PRE_PROXY$|NOPROXY$|HTTPPROXYTUNNEL$|SOCKS5_AUTH$|CA|CRLFILE$|SSL_OPTIONS$)/';

    /**
     * @param Secret<mixed> $secret
     * @throws ApiClientException where one is not allowed, or curl does not take its value
     */
    public static function check(Secret $secret): void
    {
        $options = $secret->reveal();
        if (!is_array($options)) {
            throw new ApiClientException('curlOptions must be an array by constants such as CURLOPT_PROXY');
        }
        $allowed = self::constants(self::ALLOWED);
        foreach ($options as $option => $value) {
            if (!in_array($option, $allowed, true)) {
                throw new ApiClientException("curlOptions has $option, which is not one of the way to the API");
            }
            if (!self::isTaken($option, $value)) {
                throw new ApiClientException("curlOptions has a value for $option that curl does not take");
            }
        }
    }

    /**
     * Those for a request.
     *
     * @param Secret<array<int, mixed>> $secret
     * @return array<int, mixed>
     */
    public static function of(Secret $secret, Request $request): array
    {
        $options = $secret->reveal();
        if ($request->isForStorage) {
            $names = preg_grep(self::OF_STORAGE, self::ALLOWED) ?: [];
            $options = array_intersect_key($options, array_flip(self::constants($names)));
        }
        $url = parse_url($request->url->reveal());
        $isThisMachine = BaseUrl::isThisMachine(strtolower($url['host'] ?? ''));
        if (strtolower($url['scheme'] ?? '') === 'http' && $isThisMachine && !self::hasProxy($secret)) {
            // A proxy of the environment would be sent what must not leave this machine.
            $options[CURLOPT_NOPROXY] = '*';
        }
        return $options;
    }

    /**
     * Whether there is a proxy among them.
     *
     * @param Secret<array<int, mixed>> $secret
     */
    public static function hasProxy(Secret $secret): bool
    {
        $options = $secret->reveal();
        return ($options[CURLOPT_PROXY] ?? '') !== '' || ($options[CURLOPT_PRE_PROXY] ?? '') !== '';
    }

    /**
     * @param array<string> $names
     * @return array<int>
     */
    private static function constants(array $names): array
    {
        $known = array_filter($names, fn (string $name) => defined("CURLOPT_$name"));
        return array_map(fn (string $name) => constant("CURLOPT_$name"), $known);
    }

    private static function isTaken(int $option, #[\SensitiveParameter] mixed $value): bool
    {
        try {
            // An array would become the word.
            $isList = $option === CURLOPT_RESOLVE || $option === CURLOPT_CONNECT_TO;
            return is_array($value) === $isList && @curl_setopt(curl_init(), $option, $value);
        } catch (\TypeError | \ValueError) {
            // Their traces may have the value.
            return false;
        }
    }
}
