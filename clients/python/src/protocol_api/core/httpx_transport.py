"""The transport of `AsyncApiClient`, on httpx2 or httpx."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple
from urllib.parse import urlsplit

from .connection import PORTS
from .errors import ApiClientError
from .headers import Headers
from .proxies import Proxy, proxy_for
from .transport import TransportRequest

if TYPE_CHECKING:
    from ssl import SSLContext


def _imported() -> Any:
    """httpx2, or httpx, which it goes on from: for versions of Python that only this one supports."""
    for name in ("httpx2", "httpx"):
        with suppress(ImportError):
            return import_module(name)
    raise ApiClientError(
        "AsyncApiClient needs httpx2 (before Python 3.11: httpx): install this client with its extra, as in "
        "pip install './clients/python[async]'"
    )


class HttpxTransport:
    """
    Sends requests over connections that are kept for the next ones, by several event loops, each with its own. Of the
    environment it takes the proxies (`HTTPS_PROXY`, `NO_PROXY`) and nothing else. It needs httpx2, or httpx.
    """

    def __init__(self, *, ssl_context: Optional[SSLContext] = None) -> None:
        """With `ssl_context` it trusts, and shows, other certificates."""
        self._httpx = _imported()
        self._ssl_context = ssl_context
        #: By the event loop, by whether they use TLS, and the address of the proxy.
        self._ways: Dict[Any, Dict[Tuple[bool, Optional[str]], Any]] = {}

    async def send(self, request: TransportRequest) -> HttpxResponse:
        """As `AsyncTransport.send`."""
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
        made = self._httpx.Request(request.method, request.url, headers=headers, content=request.body)
        return HttpxResponse(await self._way(request.url).handle_async_request(made))

    def _way(self, url: str) -> Any:
        import asyncio

        # The connections of a loop that is over cannot be used, nor closed.
        for loop in [loop for loop in list(self._ways) if loop.is_closed()]:
            self._ways.pop(loop, None)
        ways = self._ways.setdefault(asyncio.get_running_loop(), {})
        parts = urlsplit(url)
        proxy = proxy_for(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])
        is_secure = "https" in (parts.scheme, proxy.scheme if proxy else "")
        key = is_secure, proxy.url.reveal() if proxy else None
        if key not in ways:
            ways[key] = self._new_way(proxy, self._tls(is_secure))
        return ways[key]

    def _new_way(self, proxy: Optional[Proxy], tls: SSLContext) -> Any:
        through = None
        if proxy:
            own = tls if proxy.scheme == "https" else None
            through = self._httpx.Proxy(proxy.url.reveal(), ssl_context=own)
        # As many calls at once as the caller makes: the time-out of a call that waited would run.
        limits = self._httpx.Limits(max_connections=None, max_keepalive_connections=20)
        return self._httpx.AsyncHTTPTransport(verify=tls, trust_env=False, proxy=through, limits=limits)

    def _tls(self, is_secure: bool) -> SSLContext:
        import ssl

        if not is_secure:
            # It is not used, and trusts nobody: those that a context trusts by default take long to load.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._ssl_context is None:
            self._ssl_context = ssl.create_default_context()
        return self._ssl_context

    async def close(self) -> None:
        """Lets all connections of this event loop go. Those of others end with them."""
        import asyncio

        for way in self._ways.pop(asyncio.get_running_loop(), {}).values():
            await way.aclose()


class HttpxResponse:
    """An answer whose body has yet to be read."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self._pieces: Any = None
        self.status: int = response.status_code
        self.headers = Headers(response.headers.multi_items())

    async def read(self) -> bytes:
        """As `AsyncTransportResponse.read`."""
        if self._pieces is None:
            self._pieces = self._response.stream.__aiter__()
        try:
            while True:
                piece: bytes = await self._pieces.__anext__()
                if piece:
                    return piece
        except StopAsyncIteration:
            return b""

    async def close(self) -> None:
        """As `AsyncTransportResponse.close`."""
        await self._response.stream.aclose()
