<?php

declare(strict_types=1);

namespace Protocol\Files;

use Protocol\Exception\ApiClientException;
use Protocol\FileDownload;

/** The content of sounds. */
trait SoundFiles
{
    /**
     * Begins to download the original file of a sound.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException where it cannot be had
     */
    public function open(string $id, array $options = []): FileDownload
    {
        return Download::open($this->core, fn () => $this->download($id, $options), 'url', $options);
    }
}
