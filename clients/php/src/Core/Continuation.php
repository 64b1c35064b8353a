<?php

declare(strict_types=1);

namespace Protocol\Core;

use Protocol\ApiObject;
use Protocol\Page;

/**
 * How a list goes on.
 *
 * @internal
 */
final class Continuation
{
    /**
     * @param list<string> $path
     * @param array<string, mixed> $params
     * @param array<string, mixed> $options
     */
    public function __construct(
        private readonly Core $core,
        private readonly Operation $operation,
        private readonly array $path,
        private readonly array $params,
        private readonly array $options,
    ) {
    }

    /** Whether it goes backwards: pages are as the API gives them, items in the direction of travel. */
    public function isBackwards(): bool
    {
        return isset($this->params['ending_before']);
    }

    /**
     * The page after this one, which has more, or null where nothing follows.
     *
     * @param Page<mixed> $page
     * @return Page<mixed>|null
     */
    public function after(Page $page): ?Page
    {
        $parameter = $this->isBackwards() ? 'ending_before' : 'starting_after';
        $position = $this->isBackwards() ? self::before($page) : $page['next_cursor'] ?? null;
        if ($position === null) {
            return null;
        }
        // Whoever asks for it again gets the same again.
        if ($position === ($this->params[$parameter] ?? null) || !is_string($position)) {
            $message = "{$this->operation->id}: the list does not go on from $parameter";
            throw $this->core->unexpected($page->getResponse(), $message);
        }
        $params = [...$this->params, $parameter => $position];
        return $this->core->list($this->operation, $this->path, $params, $this->options);
    }

    /**
     * What to ask for next. Null where nothing follows.
     *
     * @param Page<mixed> $page
     */
    private static function before(Page $page): mixed
    {
        $data = $page['data'];
        // Only a search has empty pages with more to come, and then its cursor goes on in the direction of travel.
        if ($data === []) {
            return $page['next_cursor'] ?? null;
        }
        // What has no id, such as a tag, is found by its name. Without either, the wrong end would be next.
        return $data[0] instanceof ApiObject ? $data[0]['id'] ?? $data[0]['name'] ?? false : false;
    }
}
