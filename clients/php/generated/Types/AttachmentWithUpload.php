<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

/**
 * A file, and how to send it to the storage.
 *
 * @property-read Upload|null $upload How to send the file to the storage. Null where that is done.
 */
class AttachmentWithUpload extends Attachment
{
    protected const SHAPES = [
        ...parent::SHAPES,
        'upload' => Upload::class,
    ];
}
