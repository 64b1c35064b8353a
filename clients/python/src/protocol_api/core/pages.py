"""Lists, and their pages."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterator,
    ClassVar,
    Dict,
    Generator,
    Generic,
    Iterator,
    List,
    Optional,
    Type,
    TypeVar,
)

from .errors import ApiClientError
from .objects import shaped

if TYPE_CHECKING:
    from .core import Answered
    from .listing import Listing

Item = TypeVar("Item")
P = TypeVar("P", bound="AnyPage[Any]")
SyncP = TypeVar("SyncP", bound="Page[Any]")
AsyncP = TypeVar("AsyncP", bound="AsyncPage[Any]")


class AnyPage(Generic[Item]):
    """A page of a list, as the API answers it: its attributes, which are keys as well."""

    #: The items, in the order of the list.
    data: List[Item]
    #: Whether there is more in the direction of travel.
    has_more: bool
    #: The position after the page, or None where nothing follows.
    next_cursor: Optional[str]

    #: The attributes that are objects, and what makes them.
    _shapes: ClassVar[Dict[str, Any]] = {}
    _values: Dict[str, Any]
    _answer: Any
    _response: Any
    _listing: Listing
    _asked: object

    def __init__(self, answered: Answered, listing: Listing, asked: object) -> None:
        values = {name: shaped(self._shapes.get(name), value) for name, value in answered.data.items()}
        values["data"] = listing.items(answered.data["data"])
        vars(self).update(
            _values=values, _answer=answered.answer, _response=answered.response, _listing=listing, _asked=asked
        )

    if not TYPE_CHECKING:
        # Hidden, so that type checkers tell an attribute that there is not.

        def __getattr__(self, name: str) -> Any:
            try:
                return self.__dict__["_values"][name]
            except KeyError:
                raise AttributeError(f"{type(self).__name__} has no attribute {name}") from None

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"{name} of a page cannot be set")

        def __delattr__(self, name: str) -> None:
            raise AttributeError(f"{name} of a page cannot be deleted")

    def __getitem__(self, name: str) -> Any:
        if isinstance(name, (int, slice)):
            raise TypeError("a page has names, and its items are in page.data")
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            raise TypeError("a page has names, and its items are in page.data")
        return name in self._values

    def keys(self) -> List[str]:
        """The names of its attributes: `dict(page)` has all of them."""
        return list(self._values)

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *self._values})

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, AnyPage) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"

    def __reduce__(self) -> Any:
        raise TypeError("a page cannot be copied or pickled, for it goes on: copy its data, or dict(page)")


class Page(AnyPage[Item]):
    """
    A page of a list. Iterated over, it goes through the items from its own on to the end of the list, and asks for a
    further page only when the items of the last one have been taken.

    With `ending_before` a list goes backwards: pages are as the API gives them, items come in the direction of travel,
    the one next to the position first.
    """

    def pages(self: SyncP) -> Iterator[SyncP]:
        """The pages, from this one to the end of the list."""
        from .engine import run

        page: Optional[SyncP] = self
        while page is not None:
            yield page
            page = run(page._listing.after(page))

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from page._listing.in_direction(page)

    def collect(self, limit: int) -> List[Item]:
        """The items from those of this page on, at most `limit`. How many a page has, the list's own `limit` says."""
        items: List[Item] = []
        if checked_limit(limit):
            for item in self:
                items.append(item)
                if len(items) == limit:
                    break
        return items


class AsyncPage(AnyPage[Item]):
    """A page of a list of the asynchronous client: as a `Page`, with `async for`."""

    async def pages(self: AsyncP) -> AsyncIterator[AsyncP]:
        """The pages, from this one to the end of the list."""
        page: Optional[AsyncP] = self
        while page is not None:
            yield page
            page = await page._listing.after(page)

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in page._listing.in_direction(page):
                yield item

    async def collect(self, limit: int) -> List[Item]:
        """The items from those of this page on, at most `limit`. How many a page has, the list's own `limit` says."""
        items: List[Item] = []
        if checked_limit(limit):
            async for item in self:
                items.append(item)
                if len(items) == limit:
                    break
        return items


class AsyncList(Generic[Item, AsyncP]):
    """
    A list. Await it for one page, or iterate over it with `async for`, to its end. Nothing is asked for before, and a
    further page only when the items of the last one have been taken. Backwards it is as a `Page`.
    """

    def __init__(self, kind: Type[AsyncP], listing: Listing) -> None:
        self._kind = kind
        self._listing = listing
        self._first: List[AsyncP] = []
        self._lock: List[Any] = []

    async def _page(self) -> AsyncP:
        import asyncio

        if not self._lock:
            self._lock.append(asyncio.Lock())
        async with self._lock[0]:
            if not self._first:
                self._first.append(await self._listing.first(self._kind))
        return self._first[0]

    def __await__(self) -> Generator[Any, None, AsyncP]:
        return self._page().__await__()

    async def pages(self) -> AsyncIterator[AsyncP]:
        """The pages, from the first one to the end of the list."""
        async for page in (await self._page()).pages():
            yield page

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for item in await self._page():
            yield item

    async def collect(self, limit: int) -> List[Item]:
        """The items from the first one on, at most `limit`. How many a page has, the list's own `limit` says."""
        return await (await self._page()).collect(limit) if checked_limit(limit) else []


def checked_limit(limit: object) -> int:
    """How many items may be collected."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ApiClientError("collect needs a limit: how many items it may collect")
    return limit
