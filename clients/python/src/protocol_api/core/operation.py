"""What the client knows of an operation of the API."""

from __future__ import annotations

from typing import Any, Generic, Tuple, TypeVar

T = TypeVar("T")


class Operation(Generic[T]):
    """An operation of the API that answers with a `T`, or lists them."""

    __slots__ = ("id", "is_list", "method", "path", "query", "shape")

    def __init__(self, id: str, method: str, path: str, *, query: Tuple[str, ...], is_list: bool, shape: Any) -> None:
        #: Its name in the API's description.
        self.id = id
        self.method = method
        #: With the names of its parameters in braces, in the order in which a call gives them.
        self.path = path
        #: Which parameters stand in the query. All others stand in the body.
        self.query = query
        #: Whether it answers with a page of a list.
        self.is_list = is_list
        #: What makes the answer, or an item of it: see `shaped`.
        self.shape = shape

    @property
    def has_body(self) -> bool:
        """Whether parameters may stand in a body."""
        return self.method in ("POST", "PUT")
