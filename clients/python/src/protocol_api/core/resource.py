"""What the API has operations on: all that generated code needs to make calls."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Sequence, Type, TypeVar

from .core import Core
from .engine import run
from .errors import ApiClientError
from .listing import Listing
from .operation import Operation
from .options import Options
from .pages import AsyncList, AsyncPage, Page
from .url import copied

__all__ = ["AsyncResource", "Core", "Resource"]

T = TypeVar("T")
SyncP = TypeVar("SyncP", bound=Page[Any])
AsyncP = TypeVar("AsyncP", bound=AsyncPage[Any])


class Resource:
    """A resource of the synchronous client."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def _call(
        self,
        operation: Operation[T],
        path: Sequence[str],
        params: Mapping[str, object],
        options: Options,
        extra_params: Optional[Mapping[str, object]],
    ) -> T:
        answered = run(self._core.call(operation, path, _all(params, extra_params), options))
        result: T = answered.data
        return result

    def _list(
        self,
        kind: Type[SyncP],
        operation: Operation[Any],
        path: Sequence[str],
        params: Mapping[str, object],
        options: Options,
        extra_params: Optional[Mapping[str, object]],
    ) -> SyncP:
        listing = Listing(self._core, operation, path, _all(params, extra_params), options)
        return run(listing.first(kind))


class AsyncResource:
    """A resource of the asynchronous client."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def _call(
        self,
        operation: Operation[T],
        path: Sequence[str],
        params: Mapping[str, object],
        options: Options,
        extra_params: Optional[Mapping[str, object]],
    ) -> T:
        answered = await self._core.call(operation, path, _all(params, extra_params), options)
        result: T = answered.data
        return result

    def _list(
        self,
        kind: Type[AsyncP],
        operation: Operation[T],
        path: Sequence[str],
        params: Mapping[str, object],
        options: Options,
        extra_params: Optional[Mapping[str, object]],
    ) -> AsyncList[T, AsyncP]:
        return AsyncList(kind, Listing(self._core, operation, path, _all(params, extra_params), options))


def _all(params: Mapping[str, object], extra_params: Optional[Mapping[str, object]]) -> Dict[str, object]:
    """The parameters with those that this version of the client does not know."""
    if extra_params is not None and not isinstance(extra_params, Mapping):
        raise ApiClientError("extra_params must be a mapping of names to values")
    try:
        result: Dict[str, object] = copied({**params, **(extra_params or {})})
    except RecursionError:
        raise ApiClientError("the parameters hold themselves") from None
    return result
