"""What the asynchronous client waits with: asyncio."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable, List, TypeVar

from .clock import Deadline, clock
from .errors import ApiClientError
from .transport import AsyncTransport, AsyncTransportResponse, TransportRequest

T = TypeVar("T")


class AsyncEngine:
    """Lets others go on while it waits. What is cancelled lets its connection go."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def send(self, request: TransportRequest, deadline: Deadline) -> Any:
        _check_loop()
        opened: List[AsyncTransportResponse] = []

        async def begin() -> None:
            opened.append(await self._transport.send(request))

        try:
            await clock.within(begin(), deadline)
        except BaseException:
            for response in opened:
                await response.close()
            raise
        return opened[0]

    async def read(self, response: Any, deadline: Deadline) -> bytes:
        try:
            piece: bytes = await clock.within(response.read(), deadline)
        except BaseException:
            await response.close()
            raise
        return piece

    async def let_go(self, response: Any) -> None:
        await response.close()

    async def hook(self, hook: Callable[[Any], Any], event: Any, deadline: Deadline) -> None:
        _check_loop()
        result = hook(event)
        if hasattr(result, "__await__"):
            await clock.within(result, deadline)
        deadline.left()

    async def sleep(self, seconds: float) -> None:
        await clock.sleep_async(seconds)

    async def work(self, function: Callable[..., T], *arguments: Any) -> T:
        import asyncio

        _check_loop()
        task = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            # A thread cannot be ended, and what it works with must not be taken away.
            while not task.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({task})
            if not task.cancelled():
                task.exception()
            raise

    async def close(self) -> None:
        await self._transport.close()


def _check_loop() -> None:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ApiClientError("AsyncApiClient needs asyncio: other event loops cannot run it") from None
