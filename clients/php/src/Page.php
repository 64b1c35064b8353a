<?php

declare(strict_types=1);

namespace Protocol;

use Protocol\Core\Continuation;
use Protocol\Core\Secret;
use Protocol\Exception\ApiClientException;

/**
 * A page of a list, as the API answers it. To iterate over it is to go from it through all further pages to the end of
 * the list; a page is asked for only when the items of the last one have been taken.
 *
 * With `ending_before` a list goes backwards: pages are as the API gives them, items come in the direction of travel,
 * the one next to the position first.
 *
 * @template TItem
 * @property-read bool $has_more Whether there is more in the direction of travel.
 * @property-read list<TItem> $data The items of this page, in the order of the list.
 * @property-read string|null $next_cursor The position after the page, or null where nothing follows.
 */
class Page extends ApiObject
{
    /** @internal */
    public static function ofItems(\stdClass $json, mixed $item): static
    {
        return static::of($json, ['data' => ['list', $item]]);
    }

    /** @internal */
    public function continueWith(Continuation $continuation): void
    {
        $this->origin = new Secret([$this->getResponse(), $continuation]);
    }

    /**
     * The pages, from this one to the end of the list.
     *
     * @return \Generator<int, static>
     * @throws ApiClientException where a further page cannot be had
     */
    public function pages(): \Generator
    {
        for ($page = $this; $page !== null; $page = $page->next()) {
            yield $page;
        }
    }

    /**
     * The items, from the first one of this page to the end of the list.
     *
     * @return \Generator<int, TItem>
     * @throws ApiClientException where a further page cannot be had
     */
    public function getIterator(): \Generator
    {
        foreach ($this->pages() as $page) {
            foreach ($page->isBackwards() ? array_reverse($page->data) : $page->data as $item) {
                yield $item;
            }
        }
    }

    /**
     * The items from the first one of this page on, at most so many, or all.
     *
     * @return list<TItem>
     * @throws ApiClientException where the limit is less than 0, or a further page cannot be had
     */
    public function collect(?int $limit = null): array
    {
        if ($limit !== null && $limit < 0) {
            throw new ApiClientException('the limit of collect must be 0 or more');
        }
        $items = [];
        if ($limit === 0) {
            return $items;
        }
        foreach ($this as $item) {
            $items[] = $item;
            if (count($items) === $limit) {
                break;
            }
        }
        return $items;
    }

    private function isBackwards(): bool
    {
        return $this->origin->reveal()[1]?->isBackwards() ?? false;
    }

    private function next(): ?static
    {
        if (($this['has_more'] ?? null) !== true) {
            return null;
        }
        $continuation = $this->origin->reveal()[1]
            ?? throw new ApiClientException('A page that was serialized does not know how its list goes on');
        return $continuation->after($this);
    }
}
