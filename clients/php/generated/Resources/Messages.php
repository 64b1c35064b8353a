<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Message;

/** What people wrote in a conversation, and their reactions to it. */
final class Messages extends Resource
{
    /**
     * List messages.
     *
     * The messages of a conversation, newest first; without `conversation_id` those of all the caller's conversations,
     * merged by id. A page ends early at 4 MB of JSON: it is not full then, and `has_more` is true.
     *
     * @param array{
     *     conversation_id?: string,
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     *     mark_read?: bool,
     * } $params
     *   - `conversation_id`: Only the messages of this conversation. One that the caller is not in is a 404.
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows this position: a message's id, or the `next_cursor` of a page of the same
     *     list. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes this position, the messages nearest to it: a message's id, or the
     *     `next_cursor` of a page of the same list. Not together with `starting_after`.
     *   - `mark_read`: `false`: the conversation is not opened by this. Without effect on pages that open nothing.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Message>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_MESSAGES), [], $params, $options);
    }

    /**
     * Send a message.
     *
     * Sends a message to one of the caller's conversations, which becomes the most recently active one of all its
     * participants. It marks nothing as read, and takes the conversation out of nobody's archive.
     *
     * @param array{
     *     conversation_id: string,
     *     message: string|null,
     *     attachments?: list<string|array{
     *         id?: string|null,
     *         forward_id?: string|null,
     *         sound_id?: string|null,
     *     }>|null,
     * } $params
     *   - `conversation_id`: One of the caller's conversations; a 404 otherwise.
     *   - `message`: The text. Empty or null only with an attachment.
     *   - `attachments`: What goes with it. Null means nothing.
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function create(array $params, array $options = []): Message
    {
        return $this->core->call(new Operation(...Operations::CREATE_MESSAGE), [], $params, $options);
    }

    /**
     * The same as `create`.
     *
     * @param array{
     *     conversation_id: string,
     *     message: string|null,
     *     attachments?: list<string|array{
     *         id?: string|null,
     *         forward_id?: string|null,
     *         sound_id?: string|null,
     *     }>|null,
     * } $params
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function send(array $params, array $options = []): Message
    {
        return $this->create($params, $options);
    }

    /**
     * Search messages.
     *
     * The messages in which every piece of `query` is, newest first: of a conversation; without `conversation_id` of
     * all the caller's conversations, archived ones too. `contact_id`, `after` and `before` narrow it, and a search of
     * an old year reads only that year. It opens nothing and marks nothing as read. What was sent, changed or deleted
     * counts from the moment of the answer to it; in the search of all conversations, what somebody else has just sent
     * may show a second later.
     *
     * @param array{
     *     query: string,
     *     conversation_id?: string,
     *     contact_id?: string,
     *     after?: int,
     *     before?: int,
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `query`: What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol such as
     *     an emoji.
     *   - `conversation_id`: Only the messages of this conversation. One that the caller is not in is a 404.
     *   - `contact_id`: Only what this person has sent; the caller's own id is one as well.
     *   - `after`: Only what was sent at this time or later.
     *   - `before`: Only what was sent before this time. Later than `after`.
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows this position: a message's id, or the `next_cursor` of a page of the same
     *     search. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes this position, the messages nearest to it: a message's id, or the
     *     `next_cursor` of a page of the same search. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Message>
     * @throws ApiClientException
     */
    public function search(array $params, array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::SEARCH_MESSAGES), [], $params, $options);
    }

    /**
     * Retrieve a message.
     *
     * A message of one of the caller's conversations. Reading it marks nothing as read.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(string $id, array $options = []): Message
    {
        return $this->core->call(new Operation(...Operations::GET_MESSAGE), [$id], [], $options);
    }

    /**
     * Update a message.
     *
     * The sender changes the text and the attachments. Anybody else who gives one of these gets a 403, and nothing is
     * changed.
     *
     * @param array{
     *     message?: string|null,
     *     reactions?: list<array<string, list<string>>>|array<string, list<string>>|null,
     *     attachments?: list<string|array{
     *         id?: string|null,
     *         forward_id?: string|null,
     *         sound_id?: string|null,
     *     }>|null,
     * } $params
     *   - `message`: A new text. Only the sender may give it. Empty or null only where an attachment is left.
     *   - `reactions`: As in the message, or one map. The caller ends up with exactly the reactions whose lists hold
     *     the caller's username. Null or empty takes all of the caller's back.
     *   - `attachments`: What goes with it from now on, in this order. Only the sender may give it. Null means nothing.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function update(string $id, array $params = [], array $options = []): Message
    {
        return $this->core->call(new Operation(...Operations::UPDATE_MESSAGE), [$id], $params, $options);
    }

    /**
     * Delete a message.
     *
     * Permanent, for all participants, with its reactions and attachments. The sender may do it, and in a group its
     * owner; anybody else in the conversation gets a 403. Where it is pinned, it is unpinned; who has not read it has
     * one message less to read.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function delete(string $id, array $options = []): void
    {
        $this->core->call(new Operation(...Operations::DELETE_MESSAGE), [$id], [], $options);
    }

    /**
     * React to a message.
     *
     * Adds the caller's reaction of this name; one that is there stays where it is. A message has at most 20 different
     * names, of which one person has at most 10; one more is a 400 whose `param` is `name`.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function addReaction(string $id, string $name, array $options = []): Message
    {
        return $this->core->call(new Operation(...Operations::ADD_REACTION), [$id, $name], [], $options);
    }

    /**
     * Take a reaction back.
     *
     * Removes the caller's reaction of this name. Also a 204 where there was none.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function removeReaction(string $id, string $name, array $options = []): void
    {
        $this->core->call(new Operation(...Operations::REMOVE_REACTION), [$id, $name], [], $options);
    }
}
