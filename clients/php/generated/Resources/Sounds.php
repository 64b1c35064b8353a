<?php

// Made from openapi.yaml by codegen, like its neighbours: `UPDATE=1 cargo test -p functions --test one_source`.

declare(strict_types=1);

namespace Protocol\Resources;

use Protocol\Core\Operation;
use Protocol\Core\Resource;
use Protocol\Exception\ApiClientException;
use Protocol\Files\SoundFiles;
use Protocol\Operations;
use Protocol\Page;
use Protocol\Types\Download;
use Protocol\Types\SimilarSound;
use Protocol\Types\Sound;
use Protocol\Types\TagCount;

/**
 * A catalogue of sound effects that the operator imports, the same for every caller, who can read it only. Without an
 * import it is empty.
 */
final class Sounds extends Resource
{
    use SoundFiles;

    /**
     * List sounds.
     *
     * The sounds of the catalogue, newest first. Each of `tag`, `theme` and `category` leaves those that have it; of
     * several all must hold. A label that no sound has leaves none.
     *
     * @param array{
     *     tag?: string,
     *     theme?: string,
     *     category?: string,
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `tag`: Only sounds with this tag, in any case, with any accents and any separators of words.
     *   - `theme`: Only sounds of the theme with this name, in any case, with any accents and any separators of words.
     *   - `category`: Only sounds of this category, in any case, with any accents and any separators of words.
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the sound of this id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the sound of this id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Sound>
     * @throws ApiClientException
     */
    public function list(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_SOUNDS), [], $params, $options);
    }

    /**
     * Search sounds.
     *
     * The sounds that match `query`, the best first.
     *
     * @param array{
     *     query: string,
     *     tag?: string,
     *     theme?: string,
     *     category?: string,
     *     min_duration_ms?: int,
     *     max_duration_ms?: int,
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `query`: What to search for: 1 to 200 characters, at least one of them a letter, a digit or a symbol. `-word`
     *     leaves out what has the word, `-"some words"` what has them side by side, and of sounds `-tag:name` or
     *     `-tag:"a name"` what has the tag.
     *   - `tag`: Only sounds with this tag, in any case, with any accents and any separators of words.
     *   - `theme`: Only sounds of the theme with this name, in any case, with any accents and any separators of words.
     *   - `category`: Only sounds of this category, in any case, with any accents and any separators of words.
     *   - `min_duration_ms`: Only sounds that are at least so long, in milliseconds.
     *   - `max_duration_ms`: Only sounds that are at most so long, in milliseconds. Not less than `min_duration_ms`.
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows this sound of the search, by its id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes this sound of the search, by its id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<Sound>
     * @throws ApiClientException
     */
    public function search(array $params, array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::SEARCH_SOUNDS), [], $params, $options);
    }

    /**
     * List tags.
     *
     * The tags of the catalogue's sounds, the most used first; equally used ones stand in the order of their names.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows the tag of this name. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes the tag of this name. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<TagCount>
     * @throws ApiClientException
     */
    public function listTags(array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_SOUND_TAGS), [], $params, $options);
    }

    /**
     * Retrieve a sound.
     *
     * A sound of the catalogue.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function get(string $id, array $options = []): Sound
    {
        return $this->core->call(new Operation(...Operations::GET_SOUND), [$id], [], $options);
    }

    /**
     * List similar sounds.
     *
     * The sounds that sound most like this one, the nearest first, without the sound itself: at most 100. How near two
     * sounds are is computed from what can be heard (timbre, loudness and its course, noise), not from their titles and
     * tags.
     *
     * @param array{
     *     limit?: int,
     *     starting_after?: string,
     *     ending_before?: string,
     * } $params
     *   - `limit`: How many items a page has at most.
     *   - `starting_after`: Only what follows this sound of the list, by its id. Not together with `ending_before`.
     *   - `ending_before`: Only what precedes this sound of the list, by its id. Not together with `starting_after`.
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @return Page<SimilarSound>
     * @throws ApiClientException
     */
    public function listSimilar(string $id, array $params = [], array $options = []): Page
    {
        return $this->core->list(new Operation(...Operations::LIST_SIMILAR_SOUNDS), [$id], $params, $options);
    }

    /**
     * Download a sound.
     *
     * A link to the original file, byte for byte as it was imported. A browser that follows it saves the file under the
     * sound's title.
     *
     * @param array{timeout?: int|float|null, maxRetries?: int|null} $options
     * @throws ApiClientException
     */
    public function download(string $id, array $options = []): Download
    {
        return $this->core->call(new Operation(...Operations::DOWNLOAD_SOUND), [$id], [], $options);
    }
}
