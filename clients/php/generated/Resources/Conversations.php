<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Conversation;

/**
 * A conversation is shared by its participants, two people or the members of a group, and each sees it from their own
 * side. `contact_id` is the *other* person, or `group_id` the group. `is_pinned`, `is_muted`, `archived_at`,
 * `last_opened_at` and `unread_count` are the caller's own; `pinned_message_id`, `last_active_at` and `created_at` are
 * the same for all.
 */
final class Conversations extends Resource
{
    /**
     * List conversations.
     *
     * The caller's conversations, most recently active first. A new one counts from its creation; pins do not reorder,
     * and a new message does not unarchive. A conversation just made or moved shows in its new place within about a
     * second; a deleted one never shows.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     *     muted?: bool,
     *     archived?: bool,
     *     pinned?: bool,
     *     group_id?: string,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows this position: a conversation's id, or the `next_cursor` of a page. Not
     *     together with `ending_before`.
     *   - `ending_before`: Only what precedes this position: a conversation's id, or the `next_cursor` of a page. Not
     *     together with `starting_after`.
     *   - `muted`: `true`: only those that the caller muted; `false`: only the others.
     *   - `archived`: `true`: only those in the caller's archive; `false`: only the others.
     *   - `pinned`: `true`: only those that the caller pinned; `false`: only the others.
     *   - `group_id`: Only the conversation of this group. Where the caller is in no such group, the page is empty.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Conversation>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_CONVERSATIONS), [], $params, $options);
    }

    /**
     * Create a conversation.
     *
     * The conversation with a contact, or of a group: the one that exists, or a new one. There is one for each pair of
     * people and for each group, however many callers race: 201 for the one that made it, 200 with the same id for the
     * rest.
     *
     * @param array{
     *     contact_id?: string|null,
     *     group_id?: string|null,
     * } $params
     *   - `contact_id`: One of the caller's contacts; a 404 otherwise.
     *   - `group_id`: A group that the caller is in; a 404 otherwise.
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function create(array $params, array $options = []): Conversation
    {
        return $this->core->call(new Operation(...Operations::CREATE_CONVERSATION), [], $params, $options);
    }

    /**
     * Retrieve a conversation.
     *
     * One of the caller's conversations, as the caller sees it. Reading it marks nothing as read.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(string $id, array $options = []): Conversation
    {
        return $this->core->call(new Operation(...Operations::GET_CONVERSATION), [$id], [], $options);
    }

    /**
     * Update a conversation.
     *
     * Changes the caller's side of a conversation, and the pinned message for all participants. A pinned message must
     * be one of this conversation's; any other is a 404 whose `param` is `pinned_message_id`, and nothing is changed.
     *
     * @param array{
     *     pinned_message_id?: string|null,
     *     is_pinned?: bool,
     *     is_muted?: bool,
     *     archived_at?: int|null,
     * } $params
     *   - `pinned_message_id`: One of this conversation's messages, pinned for all participants. Null unpins.
     *   - `is_pinned`: Pinned for the caller.
     *   - `is_muted`: Muted for the caller.
     *   - `archived_at`: In the caller's archive since then. Null takes it out.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function update(string $id, array $params = [], array $options = []): Conversation
    {
        return $this->core->call(new Operation(...Operations::UPDATE_CONVERSATION), [$id], $params, $options);
    }

    /**
     * Delete a conversation.
     *
     * Permanent, for all participants, with all that is in it. Either person of a one-to-one conversation may do it; of
     * a group only its owner, and the other members get a 403. From the 204 on nothing of it can be read or written,
     * and a new one can be created. The contacts or the group stay; their `conversation_id` is null until then.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function delete(string $id, array $options = []): void
    {
        $this->core->call(new Operation(...Operations::DELETE_CONVERSATION), [$id], [], $options);
    }

    /**
     * Mark a conversation as read.
     *
     * Opens a conversation: sets the caller's `last_opened_at`, and marks what others sent as read, up to a message, or
     * without `message_id` up to the newest one. What was marked stays so: an earlier message takes nothing back.
     * Answers with the conversation, and always with 200, for nothing is created.
     *
     * @param array{
     *     message_id?: string|null,
     * } $params
     *   - `message_id`: One of the conversation's messages. The newest one where it is left out or null.
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function markRead(string $id, array $params = [], array $options = []): Conversation
    {
        return $this->core->call(new Operation(...Operations::MARK_CONVERSATION_READ), [$id], $params, $options);
    }
}
