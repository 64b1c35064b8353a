<?php

declare(strict_types=1);

namespace Protocol;

use Protocol\Core\Continuation;
use Protocol\Exception\ApiClientException;

/**
 * A page of a list, as the API answers it. To iterate over it is to go from it through all further pages to the end of
 * the list; a page is asked for only when the items of the last one have been taken.
 *
 * With `ending_before` a list goes backwards: pages are as the API gives them, items come in the direction of travel,
 * the one next to the position first.
 *
 * @template TItem
 * @implements \IteratorAggregate<int, TItem>
 * @property-read bool $has_more Whether there is more in the direction of travel.
 * @property-read list<TItem> $data The items of this page, in the order of the list.
 * @property-read string|null $next_cursor The position after the page, or null where nothing follows.
 */
class Page extends ApiObject implements \IteratorAggregate
{
    /** @var \WeakMap<self<mixed>, Continuation>|null */
    private static ?\WeakMap $continuations = null;

    /** @internal */
    public static function ofItems(\stdClass $json, mixed $item): static
    {
        return static::of($json, ['data' => ['list', $item]]);
    }

    /** @internal */
    public function continueWith(Continuation $continuation): void
    {
        self::$continuations ??= new \WeakMap();
        self::$continuations[$this] = $continuation;
    }

    /**
     * The pages, from this one to the end of the list.
     *
     * @return \Generator<int, static>
     * @throws ApiClientException where a further page cannot be had
     */
    public function pages(): \Generator
    {
        for ($page = $this; $page !== null; $page = $page->continuation()->after($page)) {
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
        return isset(self::$continuations[$this]) && self::$continuations[$this]->isBackwards();
    }

    private function continuation(): Continuation
    {
        return self::$continuations[$this]
            ?? throw new ApiClientException('A copy of a page does not know how its list goes on');
    }
}
