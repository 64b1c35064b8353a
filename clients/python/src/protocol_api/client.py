"""The synchronous client."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Optional, Type

from .core.core import Core
from .core.engine import SyncEngine, run
from .core.options import (
    RequestHook,
    ResponseHook,
    checked_base_url,
    checked_hook,
    checked_limits,
    checked_token,
    checked_transport,
)
from .core.secrets import Secret
from .core.transport import Transport
from .files.resources import Attachments, Sounds
from .generated.resources import Resources


class ApiClient(Resources):
    """
    A client of the API for one person: the one to whom the token belongs. Threads may share it. `close`, or the end of
    a `with` block, lets its connections go.
    """

    attachments: Attachments
    sounds: Sounds

    def __init__(
        self,
        token: str,
        *,
        base_url: Optional[str] = None,
        allow_http: bool = False,
        timeout: Optional[float] = 60.0,
        max_retries: int = 2,
        transport: Optional[Transport] = None,
        on_request: Optional[RequestHook] = None,
        on_response: Optional[ResponseHook] = None,
    ) -> None:
        """
        Checks the token and the options, and sends nothing.

        Args:
            base_url: The address of the API, with or without a path in front of `/v1`. By default `PROTOCOL_API_URL` of
                the environment, else `http://127.0.0.1:9000`.
            allow_http: Lets the token travel over plain `http` to another machine, where others can read it.
            timeout: How many seconds each try of a call may take to the end of the answer. None: without end.
            max_retries: How often a call is tried again.
            transport: Sends the requests in place of an `HttpTransport`. The client does not close it.
            on_request: Called before each try of a call. What it raises ends the call. Not for file storage.
            on_response: Called after each answer to a call, errors as well. What it raises ends the call.
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
            transport = _LateTransport()
        checked_transport(transport, is_async=False)
        self._core = Core(SyncEngine(transport), secret, address, limits, *hooks)
        super().__init__(self._core)
        self.attachments = Attachments(self._core)
        self.sounds = Sounds(self._core)

    def close(self) -> None:
        """Lets all connections go. Afterwards it makes no calls."""
        run(self._core.close(self._owns_transport))

    def __enter__(self) -> ApiClient:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __reduce__(self) -> Any:
        return self._core.__reduce__()


class _LateTransport:
    """An `HttpTransport` that is made when it is needed: it takes long to import."""

    def __init__(self) -> None:
        self._made: Optional[Transport] = None

    def send(self, request: Any, timeout: Optional[float]) -> Any:
        if self._made is None:
            from .core.http_transport import HttpTransport

            self._made = HttpTransport()
        return self._made.send(request, timeout)

    def close(self) -> None:
        if self._made is not None:
            self._made.close()
