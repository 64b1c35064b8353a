<?php

declare(strict_types=1);

namespace Protocol\Tests\Support;

/** Tests with files that are downloaded. */
abstract class DownloadTestCase extends UploadTestCase
{
    /** @param array<string, string> $headers */
    protected static function file(array $headers = []): \Closure
    {
        return Answers::of(200, Answers::FILE, [
            'content-type' => 'audio/wav; charset=binary',
            'content-disposition' =>
                'attachment; filename="Cafe.wav"; filename*=UTF-8\'\'Caf%C3%A9%20%28live%29.wav',
            ...$headers,
        ]);
    }

    protected static function half(): \Closure
    {
        return Answers::last("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\nMerry");
    }

    protected static function halfAndSilence(): \Closure
    {
        return Answers::raw("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\nMerry");
    }

    protected static function forbidden(): \Closure
    {
        return Answers::of(403, '<Error><Code>AccessDenied</Code><Message>X-Amz-Signature=hidden</Message></Error>');
    }
}
