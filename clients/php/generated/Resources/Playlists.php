<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Playlist;
use Protocol\Types\PlaylistWithSounds;

/** Some of the sounds that belong together, as the operator arranged them. */
final class Playlists extends Resource
{
    /**
     * List playlists.
     *
     * The playlists of the catalogue, newest first.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the playlist of this id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the playlist of this id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Playlist>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_PLAYLISTS), [], $params, $options);
    }

    /**
     * Search playlists.
     *
     * The playlists that match `query`, the best first: by name, theme and description. Words match and leave out, and
     * ranks are, as in the search of sounds.
     *
     * @param array{
     *     query: string,
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `query`: What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol. `-word`
     *     leaves out what has the word, `-"some words"` what has them side by side, and of sounds `-tag:name` or
     *     `-tag:"a name"` what has the tag.
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows this playlist of the search, by its id. Not together with
     *     `ending_before`.
     *   - `ending_before`: Only what precedes this playlist of the search, by its id. Not together with
     *     `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Playlist>
     * @throws ApiClientException
     */
    public function search(array $params, array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::SEARCH_PLAYLISTS), [], $params, $options);
    }

    /**
     * Retrieve a playlist.
     *
     * A playlist beside a page of its sounds, which are newest first.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the sound of this id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the sound of this id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(string $id, array $params = [], array $options = []): PlaylistWithSounds
    {
        return $this->core->list(new Operation(...Operations::GET_PLAYLIST), [$id], $params, $options);
    }
}
