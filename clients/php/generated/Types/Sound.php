<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A sound, the same for all callers but for its link.
 *
 * @property-read string $id Unique, and the same in every version of the catalogue.
 * @property-read string $title What it is called.
 * @property-read string|null $description What can be heard.
 * @property-read string|null $category The one category that it belongs to.
 * @property-read list<string> $tags What it is tagged with.
 * @property-read list<string> $themes The names of the themes that it belongs to.
 * @property-read int $duration_ms How long it is, in milliseconds.
 * @property-read int $sample_rate Samples a second.
 * @property-read int $channels How many channels it has: 1 is mono, 2 is stereo.
 * @property-read string $file_type The media type of the original file.
 * @property-read int $file_size The size of the original file, in bytes.
 * @property-read string $preview_url A short version to listen to. Signed anew in every answer, and valid for an
 *   hour.
 * @property-read list<int|float> $waveform The loudest moment of each hundredth of the sound, from 0, silence, to 1,
 *   full scale.
 * @property-read int $created_at When it was first imported.
 */
class Sound extends ApiObject
{
}
