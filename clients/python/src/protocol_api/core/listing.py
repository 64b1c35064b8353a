"""How a list goes on."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Type, TypeVar

from .core import Core
from .objects import shaped
from .operation import Operation
from .options import Options
from .pages import AnyPage

P = TypeVar("P", bound=AnyPage[Any])


class Listing:
    """The call that asks for a list."""

    def __init__(
        self,
        core: Core,
        operation: Operation[Any],
        path: Sequence[str],
        params: Mapping[str, object],
        options: Options,
    ) -> None:
        self._core = core
        self._operation = operation
        self._path = path
        self._params = params
        self._options = options
        self._is_backwards = isinstance(params.get("ending_before"), str)
        self._parameter = "ending_before" if self._is_backwards else "starting_after"

    async def first(self, kind: Type[P]) -> P:
        """The page that it begins with."""
        return await self._page(kind, self._params)

    async def after(self, page: P) -> Optional[P]:
        """The page that comes after this one, or None."""
        if not page.has_more:
            return None
        position = self._before(page) if self._is_backwards else page.next_cursor
        if position is None:
            return None
        # Whoever asks for it again gets the same again.
        if position == page._asked or not isinstance(position, str):
            raise self._core.unexpected(
                page._answer, f"{self._operation.id}: the list does not go on from {self._parameter}"
            )
        return await self._page(type(page), {**self._params, self._parameter: position})

    async def _page(self, kind: Type[P], params: Mapping[str, object]) -> P:
        answered = await self._core.call(self._operation, self._path, params, self._options)
        return kind(answered, self, params.get(self._parameter))

    def items(self, values: Any) -> Any:
        """The items of an answer, as their class says."""
        return shaped([self._operation.shape], values)

    def in_direction(self, page: AnyPage[Any]) -> Sequence[Any]:
        """The items of a page in the direction of travel."""
        return page.data[::-1] if self._is_backwards else page.data

    def _before(self, page: AnyPage[Any]) -> object:
        # Only a search has empty pages with more to come, and then its cursor goes on in the direction of travel.
        if not page.data:
            return page.next_cursor
        first = page.data[0] if isinstance(page.data[0], dict) else {}
        # What has no id, such as a tag, is found by its name. Without either, the wrong end would be next.
        found = first.get("id")
        return found if found is not None else first.get("name", False)
