"""
What the client waits with. All of it is written once, as coroutines: those of a synchronous client never wait for an
event loop, and are run by hand.
"""

from __future__ import annotations

from typing import Any, Callable, Coroutine, Protocol, TypeVar

from .clock import Deadline, clock
from .errors import ApiClientError
from .transport import Transport, TransportRequest

T = TypeVar("T")


class Engine(Protocol):
    """Does what takes time, until a deadline: then it raises TimeoutError."""

    async def send(self, request: TransportRequest, deadline: Deadline) -> Any:
        """Sends a request, and gives the beginning of the answer."""

    async def read(self, response: Any, deadline: Deadline) -> bytes:
        """The next piece of an answer, or no bytes at its end."""

    async def let_go(self, response: Any) -> None:
        """Lets the connection of an answer go."""

    async def hook(self, hook: Callable[[Any], Any], event: Any, deadline: Deadline) -> None:
        """Calls a hook."""

    async def sleep(self, seconds: float) -> None:
        """Waits."""

    async def work(self, function: Callable[..., T], *arguments: Any) -> T:
        """Calls what reads and writes files."""

    async def close(self) -> None:
        """Lets all connections go."""


class SyncEngine:
    """Waits by itself. Its coroutines end without a pause."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, request: TransportRequest, deadline: Deadline) -> Any:
        return self._transport.send(request, deadline.left())

    async def read(self, response: Any, deadline: Deadline) -> bytes:
        try:
            piece: bytes = response.read(deadline.left())
        except BaseException:
            response.close()
            raise
        return piece

    async def let_go(self, response: Any) -> None:
        response.close()

    async def hook(self, hook: Callable[[Any], Any], event: Any, deadline: Deadline) -> None:
        result = hook(event)
        if hasattr(result, "__await__"):
            getattr(result, "close", lambda: None)()
            raise ApiClientError("a hook of ApiClient cannot be asynchronous: use AsyncApiClient")
        # A hook that has begun cannot be ended.
        deadline.left()

    async def sleep(self, seconds: float) -> None:
        clock.sleep(seconds)

    async def work(self, function: Callable[..., T], *arguments: Any) -> T:
        return function(*arguments)

    async def close(self) -> None:
        self._transport.close()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that uses a `SyncEngine`: it never waits for anybody else."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise RuntimeError("a coroutine of the synchronous client has waited")
