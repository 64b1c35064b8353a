<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\Headers;

/**
 * An answer as it came.
 *
 * @internal
 */
final class Answer
{
    /** @var Secret<string> It may repeat the request. */
    private readonly Secret $text;

    /**
     * @param Headers $headers With the secrets covered.
     * @param bool $isRepeated Whether curl has sent the request again by itself, for a kept connection was dead.
     */
    public function __construct(
        public readonly int $status,
        public readonly Headers $headers,
        #[\SensitiveParameter] string $text = '',
        public readonly bool $isRepeated = false,
    ) {
        $this->text = new Secret($text);
    }

    /** The whole body. */
    public function text(): string
    {
        return $this->text->reveal();
    }

    /** Whether it is a success. */
    public function isSuccess(): bool
    {
        return $this->status >= 200 && $this->status < 300;
    }
}
