<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\ApiObject;
use Protocol\Core\Core;
use Protocol\Core\Secret;
use Protocol\Response;

/**
 * Where a file is, and what is known about it.
 *
 * @internal
 */
final class Link
{
    /** @param Secret<string> $url */
    private function __construct(
        public readonly Secret $url,
        public readonly ?string $filename,
        public readonly ?string $file_type,
        public readonly ?int $file_size,
    ) {
    }

    /**
     * The link that an answer has in this attribute.
     *
     * @param Secret<ApiObject> $secret
     */
    public static function in(Core $core, Secret $secret, string $attribute): self
    {
        $answer = $secret->reveal();
        $text = fn (string $name) => is_string($answer[$name] ?? null) ? $answer[$name] : null;
        return new self(
            self::addressIn($core, $answer->getResponse(), new Secret($answer[$attribute] ?? null)),
            $text('filename'),
            $text('file_type'),
            is_int($answer['file_size'] ?? null) ? $answer['file_size'] : null,
        );
    }

    /**
     * An address of the storage that is in an answer, which must be a whole one.
     *
     * @param Secret<mixed> $secret
     * @return Secret<string>
     */
    public static function addressIn(Core $core, ?Response $response, Secret $secret): Secret
    {
        $url = $secret->reveal();
        $isAddress = is_string($url) && preg_match('#^https?://[^/?\#\s]+(?:[/?][\x21-\x7e]*)?$#Di', $url) === 1;
        // A port may be too large.
        if (!$isAddress || parse_url($url) === false) {
            throw $core->unexpected($response, 'The answer has no address of a file');
        }
        return $secret;
    }
}
