<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * Some sounds that belong together.
 *
 * @property-read string $id Unique, and the same in every version of the catalogue.
 * @property-read string $name What it is called.
 * @property-read string|null $description What it is about.
 * @property-read string|null $theme The name of the theme that it belongs to.
 * @property-read int $sound_count How many sounds are in it.
 * @property-read int $created_at When it was first imported.
 */
class Playlist extends ApiObject
{
}
