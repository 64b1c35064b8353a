<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A conversation as the caller sees it. Exactly one of `contact_id` and `group_id` is set.
 *
 * @property-read string $id Unique.
 * @property-read string|null $contact_id The other person of a one-to-one conversation.
 * @property-read string|null $group_id The group whose conversation it is.
 * @property-read string|null $pinned_message_id The pinned message, the same for all participants. Null while there
 *   is none.
 * @property-read bool $is_pinned Whether the caller pinned it.
 * @property-read bool $is_muted Whether the caller muted it.
 * @property-read int|null $last_active_at When the newest message was sent, the same for all participants. It never
 *   goes back, also when that message is deleted. Null while there was none.
 * @property-read int|null $last_opened_at When the caller last opened it. Null while that has not happened.
 * @property-read int $created_at When it was created, the same for all participants.
 * @property-read int|null $archived_at Since when the caller has it in the archive. Null while it is not there.
 * @property-read int $unread_count How many messages of others, after the last one that the caller marked read, still
 *   exist.
 */
class Conversation extends ApiObject
{
}
