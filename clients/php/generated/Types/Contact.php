<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A person as an entry of the caller's address book.
 *
 * @property-read string $id The id of the person.
 * @property-read string $username The person's username.
 * @property-read string|null $phone_number The person's phone number, as the person wrote it.
 * @property-read string|null $avatar_url The person's picture.
 * @property-read string|null $display_name What the caller calls the person.
 * @property-read string|null $conversation_id The conversation of the two. Null while there is none.
 * @property-read int|null $last_active_at When the person last sent a message, up to some seconds late. Null while
 *   that has not happened.
 * @property-read int $created_at When the person was created, not when the contact was added.
 */
class Contact extends ApiObject
{
}
