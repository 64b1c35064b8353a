<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A file, the same for all who see it but for its links.
 *
 * @property-read string $id Unique.
 * @property-read string|null $message_id The message that it was sent with. Null until then.
 * @property-read string $filename What it is called. Of a sound, by its title.
 * @property-read string $file_url The file, to be saved under this name. Until its bytes are stored, the link leads
 *   to nothing.
 * @property-read string $file_type The media type that its bytes show, wherever they tell. Until the file is looked
 *   at, and where they do not tell, the one that was announced, or `application/octet-stream`.
 * @property-read int $file_size Its size in bytes.
 * @property-read int|null $width Of an image, in pixels. Null where it is none, is not yet looked at, or does not
 *   tell.
 * @property-read int|null $height As `width`.
 * @property-read string|null $preview_url The same file, to be shown inline; of a sound, a short version of it. Null
 *   where it is no image, audio or video by its bytes, or is not yet looked at.
 * @property-read string|null $sound_id The sound of the catalogue that it is. Null where it is none.
 * @property-read int $expires_at Until when the links are valid.
 * @property-read int $created_at When it was uploaded, forwarded, or taken from the catalogue.
 */
class Attachment extends ApiObject
{
}
