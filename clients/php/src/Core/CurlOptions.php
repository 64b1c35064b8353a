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

    /**
     * @return array<int, mixed>
     * @throws ApiClientException where one is not allowed, or curl does not take its value
     */
    public static function checked(#[\SensitiveParameter] mixed $options): array
    {
        if (!is_array($options)) {
            throw new ApiClientException('curlOptions must be an array by constants such as CURLOPT_PROXY');
        }
        $names = array_filter(self::ALLOWED, fn (string $name) => defined("CURLOPT_$name"));
        $allowed = array_map(fn (string $name) => constant("CURLOPT_$name"), $names);
        foreach ($options as $option => $value) {
            if (!in_array($option, $allowed, true)) {
                throw new ApiClientException("curlOptions has $option, which is not one of the way to the API");
            }
            if (!self::isTaken($option, $value)) {
                throw new ApiClientException("curlOptions has a value for $option that curl does not take");
            }
        }
        return $options;
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
