<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A group, the same for all members.
 *
 * @property-read string $id Unique.
 * @property-read string $name What it is called.
 * @property-read string|null $description What it is about.
 * @property-read string|null $avatar_url A picture.
 * @property-read string|null $conversation_id The conversation of its members. Null while there is none.
 * @property-read list<Person> $contacts The members, as they are now. First the owner, then the others in the order
 *   in which they joined.
 * @property-read int $created_at When it was created.
 * @property-read int|null $archived_at Since when its owner has it in the archive. Null while it is not there.
 */
class Group extends ApiObject
{
    protected const SHAPES = [
        'contacts' => ['list', Person::class],
    ];
}
