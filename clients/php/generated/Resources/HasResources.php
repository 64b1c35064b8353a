<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Core;

/** The resources of the API, each an attribute of a client. */
trait HasResources
{
    /**
     * A conversation is shared by its participants, two people or the members of a group, and each sees it from their
     * own side. `contact_id` is the *other* person, or `group_id` the group. `is_pinned`, `is_muted`, `archived_at`,
     * `last_opened_at` and `unread_count` are the caller's own; `pinned_message_id`, `last_active_at` and `created_at`
     * are the same for all.
     */
    public readonly Conversations $conversations;
    /** What people wrote in a conversation, and their reactions to it. */
    public readonly Messages $messages;
    /**
     * The files of messages. A file is uploaded, and then sent with a message. Until then only its uploader sees it;
     * from then on everybody in the conversation does, and it goes with the message. A message can also forward a file
     * that the caller sees, or bring a sound of the catalogue; each is a new attachment, without an upload.
     */
    public readonly Attachments $attachments;
    /**
     * The caller's address book. A contact's id is the id of the person, the same as `contact_id` of a conversation.
     * Adding a contact is one-sided: the person's own address book stays as it is.
     */
    public readonly Contacts $contacts;
    /**
     * Up to 90 people with a name and one conversation. Whoever creates a group owns it and is a member; the owner
     * stays the same. Only the owner changes and deletes it, and says who is in it; the others can leave. To everybody
     * else it does not exist: a 404.
     */
    public readonly Groups $groups;
    /** The caller's own person. */
    public readonly Me $me;
    /**
     * A catalogue of sound effects that the operator imports, the same for every caller, who can read it only. Without
     * an import it is empty.
     */
    public readonly Sounds $sounds;
    /** Some of the sounds that belong together, as the operator arranged them. */
    public readonly Playlists $playlists;
    /** Subjects to which sounds and playlists belong. */
    public readonly Themes $themes;

    private function makeResources(Core $core): void
    {
        $this->conversations = new Conversations($core);
        $this->messages = new Messages($core);
        $this->attachments = new Attachments($core);
        $this->contacts = new Contacts($core);
        $this->groups = new Groups($core);
        $this->me = new Me($core);
        $this->sounds = new Sounds($core);
        $this->playlists = new Playlists($core);
        $this->themes = new Themes($core);
    }
}
