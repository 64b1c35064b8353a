<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * Somebody in this deployment.
 *
 * @property-read string $id Unique, and the id of every contact entry for this person.
 * @property-read string $username Never changes.
 * @property-read string|null $phone_number Null where the person was created without one, or cleared it.
 * @property-read string|null $avatar_url A picture.
 * @property-read int|null $last_active_at When the person last sent a message, up to some seconds late. Null while
 *   that has not happened.
 * @property-read int $created_at When the person was created.
 */
class Person extends ApiObject
{
}
