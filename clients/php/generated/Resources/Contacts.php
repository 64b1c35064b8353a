<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Contact;

/**
 * The caller's address book. A contact's id is the id of the person, the same as `contact_id` of a conversation. Adding
 * a contact is one-sided: the person's own address book stays as it is.
 */
final class Contacts extends Resource
{
    /**
     * List contacts.
     *
     * The caller's contacts, ordered by id: the newest *person* first, whenever the contact was added.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the person of this id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the person of this id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Contact>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_CONTACTS), [], $params, $options);
    }

    /**
     * Add a contact.
     *
     * Adds a person to the caller's contacts, and creates the conversation of the two with it where there is none.
     *
     * @param array{
     *     username: string,
     *     phone_number: string,
     *     avatar_url?: string|null,
     *     display_name?: string|null,
     * } $params
     *   - `username`: Finds the person, without regard to case, or names a new one.
     *   - `phone_number`: Must be the person's, where the person exists.
     *   - `avatar_url`: The picture of a new person; without effect on one that exists.
     *   - `display_name`: What the caller calls the person.
     * @param array{timeout?: int|float|null, maxRetries?: int|null, idempotencyKey?: string|null} $options
     * @throws ApiClientException
     */
    public function create(array $params, array $options = []): Contact
    {
        return $this->core->call(new Operation(...Operations::CREATE_CONTACT), [], $params, $options);
    }

    /**
     * Retrieve a contact.
     *
     * One of the caller's contacts.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(string $id, array $options = []): Contact
    {
        return $this->core->call(new Operation(...Operations::GET_CONTACT), [$id], [], $options);
    }

    /**
     * Update a contact.
     *
     * Changes what the caller calls the contact. Everything else belongs to the person, who changes it with `PUT
     * /v1/me`.
     *
     * @param array{
     *     display_name?: string|null,
     * } $params
     *   - `display_name`: What the caller calls the person. Null clears it.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function update(string $id, array $params = [], array $options = []): Contact
    {
        return $this->core->call(new Operation(...Operations::UPDATE_CONTACT), [$id], $params, $options);
    }

    /**
     * Delete a contact.
     *
     * Removes the contact from the caller's address book, and deletes the conversation of the two, for both of them.
     * The person stays.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function delete(string $id, array $options = []): void
    {
        $this->core->call(new Operation(...Operations::DELETE_CONTACT), [$id], [], $options);
    }
}
