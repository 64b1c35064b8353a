<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Types\Person;

/** The caller's own person. */
final class Me extends Resource
{
    /**
     * Retrieve the caller.
     *
     * The person whose token it is.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(array $options = []): Person
    {
        return $this->core->call(new Operation(...Operations::GET_ME), [], [], $options);
    }

    /**
     * Update the caller.
     *
     * Changes the caller's phone number and avatar, for everybody who has the caller as a contact too. While the phone
     * number is null, nobody new can add the caller. The username never changes.
     *
     * @param array{
     *     phone_number?: string|null,
     *     avatar_url?: string|null,
     * } $params
     *   - `phone_number`: A new phone number. Null clears it.
     *   - `avatar_url`: A new picture. Null clears it.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function update(array $params = [], array $options = []): Person
    {
        return $this->core->call(new Operation(...Operations::UPDATE_ME), [], $params, $options);
    }
}
