<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A subject of sounds and playlists.
 *
 * @property-read string $id Unique, and the same in every version of the catalogue.
 * @property-read string $name What it is called.
 * @property-read int $playlist_count How many playlists it has.
 * @property-read int $sound_count How many sounds it has.
 */
class Theme extends ApiObject
{
}
