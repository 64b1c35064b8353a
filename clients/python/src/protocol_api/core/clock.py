"""Time and chance, in one place so that tests need not wait for them."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Awaitable, Optional, TypeVar

if TYPE_CHECKING:
    import socket

T = TypeVar("T")

#: The longest that timers of all systems can, in seconds.
LONGEST = 2_000_000.0


class Clock:
    """The time of the machine."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since whenever: never back."""
        return time.monotonic()

    def random(self) -> float:
        """From 0 to 1."""
        return random.random()

    def start(self, timeout: Optional[float]) -> Deadline:
        """When something that begins now has to be over."""
        return Deadline(timeout)

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Waits, while others go on."""
        import asyncio

        await asyncio.sleep(seconds)

    def before_read(self, sock: socket.socket, deadline: Deadline) -> None:
        """Lets the next read of a socket wait until then, and no longer."""
        sock.settimeout(deadline.left())

    async def within(self, work: Awaitable[T], deadline: Deadline) -> T:
        """What the work gives, or TimeoutError. Work that takes too long, or is not wanted any more, is cancelled."""
        import asyncio

        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=deadline.left())
            if task.done():
                return task.result()
            raise TimeoutError
        finally:
            await cancel(task)


async def cancel(task: Awaitable[object]) -> None:
    """Cancels a task that is not done, and waits for its end."""
    import asyncio

    assert isinstance(task, asyncio.Future)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        # So that nobody is told of what it has raised in the meantime.
        if not task.cancelled():
            task.exception()


clock = Clock()


class Deadline:
    """The end of the time that something may take."""

    def __init__(self, timeout: Optional[float]) -> None:
        self._end = None if timeout is None else clock.monotonic() + timeout

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self._end is not None and self._end <= clock.monotonic()

    def left(self) -> Optional[float]:
        """How many seconds are left; None where there is no end. TimeoutError where it is over."""
        if self._end is None:
            return None
        if self.is_over:
            raise TimeoutError
        return min(max(self._end - clock.monotonic(), 0.001), LONGEST)
