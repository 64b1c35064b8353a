<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\ApiObject;
use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Group;

/**
 * Up to 90 people with a name and one conversation. Whoever creates a group owns it and is a member; the owner stays
 * the same. Only the owner changes and deletes it, and says who is in it; the others can leave. To everybody else it
 * does not exist: a 404.
 */
final class Groups extends Resource
{
    /**
     * List groups.
     *
     * The groups that the caller is in, newest first, each with all its members. A page ends early at 4 MB of JSON: it
     * is not full then, and `has_more` is true.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     *     archived?: bool,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the group of this id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the group of this id. Not together with `starting_after`.
     *   - `archived`: `true`: only those that their owners have in the archive; `false`: only the others.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Group>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_GROUPS), [], $params, $options);
    }

    /**
     * Create a group.
     *
     * Creates a group of the caller, who owns it and is a member, and of `contacts`, with its conversation. Each of
     * `contacts` is one of the caller's contacts; any other is a 404 whose `param` is its place, such as `contacts[2]`,
     * and nothing is created. The caller need not be named and somebody named twice counts once. More than 90 members,
     * the caller included, are a 400 whose `param` is `contacts`.
     *
     * @param array{
     *     name: string,
     *     description?: string|null,
     *     avatar_url?: string|null,
     *     contacts?: list<string|array{
     *         id: string,
     *         username?: mixed,
     *         phone_number?: mixed,
     *         avatar_url?: mixed,
     *         display_name?: mixed,
     *         conversation_id?: mixed,
     *         last_active_at?: mixed,
     *         created_at?: mixed,
     *     }|ApiObject>|null,
     * } $params
     *   - `name`: What it is called.
     *   - `description`: What it is about.
     *   - `avatar_url`: A picture.
     *   - `contacts`: Who is in it beside the caller. Contacts of the caller. Null means nobody.
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function create(array $params, array $options = []): Group
    {
        return $this->core->call(new Operation(...Operations::CREATE_GROUP), [], $params, $options);
    }

    /**
     * Retrieve a group.
     *
     * One of the groups that the caller is in.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(string $id, array $options = []): Group
    {
        return $this->core->call(new Operation(...Operations::GET_GROUP), [$id], [], $options);
    }

    /**
     * Update a group.
     *
     * Changes a group, for its owner. The other members get a 403, also where nothing is given.
     *
     * @param array{
     *     name?: string,
     *     description?: string|null,
     *     avatar_url?: string|null,
     *     contacts?: list<string|array{
     *         id: string,
     *         username?: mixed,
     *         phone_number?: mixed,
     *         avatar_url?: mixed,
     *         display_name?: mixed,
     *         conversation_id?: mixed,
     *         last_active_at?: mixed,
     *         created_at?: mixed,
     *     }|ApiObject>|null,
     *     archived_at?: int|null,
     * } $params
     *   - `name`: A new name.
     *   - `description`: What it is about. Null clears it.
     *   - `avatar_url`: A new picture. Null clears it.
     *   - `contacts`: Who is in it from now on beside the owner. Contacts of the owner, or members already. Null or
     *     empty leaves nobody but the owner.
     *   - `archived_at`: In the archive since then. Null takes it out.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function update(string $id, array $params = [], array $options = []): Group
    {
        return $this->core->call(new Operation(...Operations::UPDATE_GROUP), [$id], $params, $options);
    }

    /**
     * Delete a group.
     *
     * Permanent, for all members, with its conversation and all that is in it. Only the owner may do it; the other
     * members get a 403.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function delete(string $id, array $options = []): void
    {
        $this->core->call(new Operation(...Operations::DELETE_GROUP), [$id], [], $options);
    }

    /**
     * Leave a group.
     *
     * Takes the caller out of a group: from the 204 on they read nothing of it. Their messages stay. The owner cannot
     * leave, which is a 403, but can delete the group. To leave again is a 404, for the caller is not in it any more;
     * with the same `Idempotency-Key` it is a 204 again, which leaves nothing a second time: also not where the owner
     * has let the caller in again since.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function leave(string $id, array $options = []): void
    {
        $this->core->call(new Operation(...Operations::LEAVE_GROUP), [$id], [], $options);
    }
}
