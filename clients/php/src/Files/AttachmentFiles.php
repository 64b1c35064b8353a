<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Content;
use Protocol\Exception\ApiClientException;
use Protocol\FileDownload;
use Protocol\Types\Attachment;

/** The content of attachments. */
trait AttachmentFiles
{
    /**
     * Uploads a file: up to 4 MiB in one call, a larger one to the storage. Send it with a message by its `id`.
     *
     * It is tried again like every call, unless it is more than 4 MiB of a stream that cannot go back, or of
     * `Content::fromIterable()`. For what goes to the storage the time-out is longer by a second for each 64 KiB.
     *
     * @param string|\SplFileInfo|resource|Content $source The path of a file; a stream, which is read from where it is
     *   and stays open; or what there is no file of yet.
     * @param array{filename?: string|null, file_type?: string|null, file_size?: int|null} $params
     *   - `filename`: what it is called. By default the last part of the path; needed for all else.
     *   - `file_type`: its media type, by default `application/octet-stream`; the API goes by the bytes.
     *   - `file_size`: its size in bytes. Only what has more than 4 MiB and does not tell its size needs it.
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException where it cannot be uploaded, or the file cannot be read
     */
    public function upload(mixed $source, array $params = [], array $options = []): Attachment
    {
        $uploaded = (new Upload($this->core))->upload(Source::of($source, $params), $options);
        $json = $uploaded->jsonSerialize();
        unset($json->upload);
        return Attachment::of($json)->answeredBy($uploaded->getResponse());
    }

    /**
     * Begins to download the file of an attachment.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException where it cannot be had
     */
    public function open(string $id, array $options = []): FileDownload
    {
        return Download::open($this->core, fn () => $this->get($id, $options), 'file_url', $options);
    }
}
