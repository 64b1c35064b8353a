"""A request that is tried once."""

from __future__ import annotations

from typing import Awaitable, NamedTuple, Optional, TypeVar

from .clock import clock
from .errors import ApiClientError, ApiConnectionError, ApiTimeoutError
from .secrets import Secrets, cover_error, origin_of

T = TypeVar("T")
SHOWN = 200


class Attempt(NamedTuple):
    """What is to be tried."""

    #: In seconds; None: without end.
    timeout: Optional[float]
    #: What errors call the request.
    name: str
    secrets: Secrets


class Limit:
    """What ends a try: the time. Each try has one of its own."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self.deadline = clock.start(attempt.timeout)

    def restart(self) -> None:
        """Gives it the whole time again."""
        self.deadline = clock.start(self._attempt.timeout)

    async def connected(self, work: Awaitable[T]) -> T:
        """What the work with the connection gives. Errors of others are no part of those that it raises."""
        try:
            return await work
        except ApiClientError:
            raise
        except TimeoutError:
            failure = self._timed_out()
        except Exception as error:
            failure = self._failure(error)
        raise failure

    async def hooked(self, work: Awaitable[None]) -> None:
        """The work of a hook, whose errors are raised as they are."""
        try:
            return await work
        except TimeoutError:
            if not self.deadline.is_over:
                raise
        raise self._timed_out()

    def _timed_out(self) -> ApiClientError:
        name, timeout = self._attempt.name, self._attempt.timeout
        within = "" if timeout is None else f" within {timeout:g} s"
        return ApiTimeoutError(f"{name} was not answered in full{within}")

    def _failure(self, error: Exception) -> ApiClientError:
        cause = cover_error(error, self._attempt.secrets)
        failure = ApiConnectionError(f"{self._attempt.name} was not answered in full: {origin_of(cause).text[:SHOWN]}")
        failure.__cause__ = cause
        return failure
