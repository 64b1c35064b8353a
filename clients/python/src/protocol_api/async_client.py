"""The asynchronous client."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Optional, Type

from .core.async_engine import AsyncEngine
from .core.core import Core
from .core.options import (
    AsyncRequestHook,
    AsyncResponseHook,
    checked_base_url,
    checked_hook,
    checked_limits,
    checked_token,
    checked_transport,
)
from .core.secrets import Secret
from .core.transport import AsyncTransport
from .files.resources import AsyncAttachments, AsyncSounds
from .generated.async_resources import AsyncResources


class AsyncApiClient(AsyncResources):
    """
    An `ApiClient` for asyncio. `close`, or the end of an `async with` block, lets its connections go. A call that is
    cancelled lets its connection go, too.
    """

    attachments: AsyncAttachments
    sounds: AsyncSounds

    def __init__(
        self,
        token: str,
        *,
        base_url: Optional[str] = None,
        allow_http: bool = False,
        timeout: Optional[float] = 60.0,
        max_retries: int = 2,
        transport: Optional[AsyncTransport] = None,
        on_request: Optional[AsyncRequestHook] = None,
        on_response: Optional[AsyncResponseHook] = None,
    ) -> None:
        """
        Checks the token and the options, and sends nothing. Needs httpx, unless it is given a transport.

        Args:
            base_url: The address of the API, with or without a path in front of `/v1`. By default `PROTOCOL_API_URL` of
                the environment, else `http://127.0.0.1:9000`.
            allow_http: Lets the token travel over plain `http` to another machine, where others can read it.
            timeout: How many seconds each try of a call may take to the end of the answer. None: without end.
            max_retries: How often a call is tried again.
            transport: Sends the requests in place of an `HttpxTransport`. The client does not close it.
            on_request: Called, and awaited if need be, before each try of a call, and within its time-out. What it
                raises ends the call. Not for file storage.
            on_response: The same after each answer to a call, errors as well.
        """
        # What a wrong one holds is not to be seen in a traceback either.
        secret, given = Secret(token), Secret(base_url)
        del token, base_url
        limits = checked_limits(timeout, max_retries)
        secret = checked_token(secret)
        address = checked_base_url(given, allow_http)
        hooks = checked_hook("on_request", on_request), checked_hook("on_response", on_response)
        self._owns_transport = transport is None
        if transport is None:
            from .core.httpx_transport import HttpxTransport

            transport = HttpxTransport()
        checked_transport(transport, is_async=True)
        self._core = Core(AsyncEngine(transport), secret, address, limits, *hooks)
        super().__init__(self._core)
        self.attachments = AsyncAttachments(self._core)
        self.sounds = AsyncSounds(self._core)

    async def close(self) -> None:
        """Lets all connections go. Afterwards it makes no calls."""
        await self._core.close(self._owns_transport)

    async def __aenter__(self) -> AsyncApiClient:
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.close()

    def __reduce__(self) -> Any:
        return self._core.__reduce__()
