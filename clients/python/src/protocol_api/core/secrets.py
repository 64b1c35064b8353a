"""What must not be seen in an error, a dump or the locals of a traceback: the token, signed links."""

from __future__ import annotations

from typing import Any, Callable, Generic, Iterable, Optional, Tuple, TypeVar

from .headers import Headers

T = TypeVar("T")
COVERED = "[secret]"


class Secret(Generic[T]):
    """Holds something that no dump shows. Only `reveal` gives it, to be used and not to be kept in a variable."""

    __slots__ = ("_reveal",)

    def __init__(self, value: T) -> None:
        self._reveal: Callable[[], T] = lambda: value

    def reveal(self) -> T:
        """The thing itself."""
        return self._reveal()

    def __repr__(self) -> str:
        return COVERED

    def __reduce__(self) -> Any:
        raise TypeError("a secret cannot be copied or pickled")


Secrets = Tuple[Secret[str], ...]


def cover(text: str, secrets: Iterable[Secret[str]]) -> str:
    """The text with the secrets covered."""
    for secret in secrets:
        # An empty one, such as the query of a link without any, would be everywhere.
        if secret.reveal():
            text = text.replace(secret.reveal(), COVERED)
    return text


def cover_headers(headers: Headers, secrets: Secrets) -> Headers:
    """The headers with the secrets covered."""
    return Headers((name, cover(value, secrets)) for name, value in headers.items())


class Cause(Exception):
    """What is worth keeping of an error that somebody else has raised. The error itself may hold the whole request."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}" if text else kind)
        #: The class of the error.
        self.kind = kind
        #: What the error says.
        self.text = text or kind

    def __reduce__(self) -> Any:
        return Exception, (str(self),)


def cover_error(error: BaseException, secrets: Secrets, depth: int = 0) -> Cause:
    """The name and the message of an error, and of those that led to it, with the secrets covered."""
    covered = Cause(type(error).__name__, cover(str(error), secrets))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < 5:
        covered.__cause__ = cover_error(cause, secrets, depth + 1)
    return covered


def origin_of(cause: Cause) -> Cause:
    """The first of the errors that led to it."""
    before: Optional[BaseException] = cause.__cause__
    return origin_of(before) if isinstance(before, Cause) else cause
