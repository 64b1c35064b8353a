<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Theme;

/** Subjects to which sounds and playlists belong. */
final class Themes extends Resource
{
    /**
     * List themes.
     *
     * The themes of the catalogue, newest first.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the theme of this id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the theme of this id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Theme>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_THEMES), [], $params, $options);
    }
}
