<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\Page;

/**
 * A playlist with a page of its sounds, newest first.
 *
 * @extends Page<Sound>
 * @property-read string $id Unique, and the same in every version of the catalogue.
 * @property-read string $name What it is called.
 * @property-read string|null $description What it is about.
 * @property-read string|null $theme The name of the theme that it belongs to.
 * @property-read int $sound_count How many sounds are in it.
 * @property-read int $created_at When it was first imported.
 * @property-read bool $has_more Whether there is more in the direction of travel.
 * @property-read list<Sound> $data The sounds.
 * @property-read string|null $next_cursor The position after the page, or null where nothing follows.
 */
class PlaylistWithSounds extends Page
{
    protected const SHAPES = [
        'data' => ['list', Sound::class],
    ];
}
