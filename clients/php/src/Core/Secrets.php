<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Headers;

/**
 * What must not be seen in an error: the token, signed links.
 *
 * @internal
 */
final class Secrets
{
    /** @var list<Secret<string>> */
    private readonly array $secrets;

    /** @param Secret<string> ...$secrets */
    public function __construct(Secret ...$secrets)
    {
        $this->secrets = array_values($secrets);
    }

    /** The text with the secrets covered. */
    public function cover(#[\SensitiveParameter] string $text): string
    {
        foreach ($this->secrets as $secret) {
            $text = self::without($text, $secret->reveal());
        }
        return $text;
    }

    /** The same for a text in JSON, where a secret may be escaped. */
    public function coverJson(#[\SensitiveParameter] string $text): string
    {
        foreach ($this->secrets as $secret) {
            $text = self::without($text, substr(Json::encode($secret->reveal()), 1, -1));
        }
        return $this->cover($text);
    }

    /** The headers with the secrets covered. */
    public function coverHeaders(#[\SensitiveParameter] Headers $headers): Headers
    {
        return new Headers(array_map(fn (#[\SensitiveParameter] $value) => $this->cover($value), $headers->toArray()));
    }

    private static function without(
        #[\SensitiveParameter] string $text,
        #[\SensitiveParameter] string $secret,
    ): string {
        // An empty one, such as the query of a link without any, would be everywhere.
        return $secret === '' ? $text : str_replace($secret, '[secret]', $text);
    }
}
