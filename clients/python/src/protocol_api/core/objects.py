"""What calls answer with: dictionaries whose keys are attributes as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, List, NamedTuple, Optional, Type, TypeVar

from .errors import ApiClientError
from .headers import Headers

Self = TypeVar("Self", bound="Object")


class Response(NamedTuple):
    """The answer that brought a result."""

    #: The status.
    status: int
    #: The headers.
    headers: Headers
    #: Names the request in the logs of the API.
    request_id: Optional[str]


class Object(Dict[str, Any]):
    """
    An object of the API: a dictionary, with its keys as attributes. It has all that the API says, also what this
    version of the client does not know.
    """

    __slots__ = ("_response",)

    #: The attributes that are objects, and what makes them: see `shaped`.
    _shapes: ClassVar[Dict[str, Any]] = {}
    _response: Response

    if not TYPE_CHECKING:
        # Hidden, so that type checkers tell an attribute that there is not.

        def __getattr__(self, name: str) -> Any:
            try:
                return self[name]
            except KeyError:
                raise AttributeError(f"{type(self).__name__} has no attribute {name}") from None

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"{name} cannot be set: update it with a call of the API")

        def __delattr__(self, name: str) -> None:
            raise AttributeError(f"{name} cannot be deleted: update it with a call of the API")

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *self})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.items())})"

    def __reduce__(self) -> Any:
        return type(self), (dict(self),)

    def copy(self: Self) -> Self:
        """A copy of the same class."""
        return type(self)(self)


def shaped(shape: Any, value: Any) -> Any:
    """
    A value of JSON with its objects as their classes say. A shape is a class, `[shape]` for a list, `{"": shape}` for a
    map, or None for what stays as it is. What is of another kind than its shape stays as it is, too.
    """
    if isinstance(shape, list):
        return [shaped(shape[0], item) for item in value] if isinstance(value, list) else value
    if not shape or not isinstance(value, dict):
        return value
    if isinstance(shape, dict):
        return {name: shaped(shape[""], item) for name, item in value.items()}
    return _object(shape, value)


def _object(shape: Type[Object], value: Dict[str, Any]) -> Object:
    made = shape(value)
    for name, inner in shape._shapes.items():
        if name in made:
            made[name] = shaped(inner, made[name])
    return made


def with_response(result: Any, response: Response) -> Any:
    """A result that knows what brought it."""
    if isinstance(result, Object):
        object.__setattr__(result, "_response", response)
    return result


def response_of(result: object) -> Response:
    """The answer that brought this result or page: its status, headers and request id."""
    response = getattr(result, "_response", None)
    if isinstance(response, Response):
        return response
    raise ApiClientError("response_of takes what a call has returned: a result or a page, no part or copy of it")
