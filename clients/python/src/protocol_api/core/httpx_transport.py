"""The transport of `AsyncApiClient`, on httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple
from urllib.parse import urlsplit

from .connection import PORTS
from .errors import ApiClientError
from .headers import Headers
from .proxies import proxy_for
from .transport import TransportRequest

if TYPE_CHECKING:
    from ssl import SSLContext


class HttpxTransport:
    """
    Sends requests over connections that are kept for the next ones. Of the environment it takes the proxies
    (`HTTPS_PROXY`, `NO_PROXY`) and nothing else. It needs httpx: `pip install 'protocol-api[async]'`.
    """

    def __init__(self, *, ssl_context: Optional[SSLContext] = None) -> None:
        """With `ssl_context` it trusts, and shows, other certificates."""
        try:
            import httpx
        except ImportError:
            raise ApiClientError("AsyncApiClient needs httpx: pip install 'protocol-api[async]'") from None
        self._httpx: Any = httpx
        self._ssl_context = ssl_context
        self._loop: object = None
        #: By whether they use TLS, and the address of the proxy.
        self._ways: Dict[Tuple[bool, Optional[str]], Any] = {}

    async def send(self, request: TransportRequest) -> HttpxResponse:
        """As `AsyncTransport.send`."""
        headers = list(request.headers.items())
        made = self._httpx.Request(request.method, request.url, headers=headers, content=request.body)
        return HttpxResponse(await self._way(request.url).handle_async_request(made))

    def _way(self, url: str) -> Any:
        import asyncio

        # The connections of a loop that is over cannot be used, nor closed.
        if self._loop is not asyncio.get_running_loop():
            self._loop, self._ways = asyncio.get_running_loop(), {}
        parts = urlsplit(url)
        proxy = proxy_for(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])
        key = proxy.url.reveal() if proxy else None
        is_secure = "https" in (parts.scheme, proxy.scheme if proxy else "")
        if (is_secure, key) not in self._ways:
            tls = self._tls(is_secure)
            self._ways[is_secure, key] = self._httpx.AsyncHTTPTransport(verify=tls, trust_env=False, proxy=key)
        return self._ways[is_secure, key]

    def _tls(self, is_secure: bool) -> SSLContext:
        import ssl

        if not is_secure:
            # It is not used, and trusts nobody: those that a context trusts by default take long to load.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._ssl_context is None:
            self._ssl_context = ssl.create_default_context()
        return self._ssl_context

    async def close(self) -> None:
        """Lets all connections go."""
        ways, self._ways = self._ways, {}
        for way in ways.values():
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
