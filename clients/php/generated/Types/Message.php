<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Types;

use Protocol\ApiObject;

/**
 * A message, the same for all participants.
 *
 * @property-read string $id Unique. Within a conversation ids are in the order of sending.
 * @property-read string $conversation_id The conversation that it was sent to.
 * @property-read Person $contact Who sent it, as they are now.
 * @property-read string $message What it says. Empty only where it has an attachment.
 * @property-read list<array<string, list<string>>> $reactions How people reacted, in the order in which the names
 *   were first used.
 * @property-read list<Attachment> $attachments What goes with it, in the order in which the sender gave it.
 * @property-read int|null $read_at When somebody other than the sender first opened the conversation up to it; in a
 *   group, any other member. Null while that has not happened; once set it never changes.
 * @property-read int $created_at When it was sent.
 * @property-read int|null $updated_at When the sender last changed its text or attachments. Null if never; reactions
 *   do not count.
 */
class Message extends ApiObject
{
    protected const SHAPES = [
        'contact' => Person::class,
        'reactions' => ['list', ['map', null]],
        'attachments' => ['list', Attachment::class],
    ];
}
