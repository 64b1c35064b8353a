"""What sends requests: an own transport needs no more than these protocols say."""

from __future__ import annotations

from typing import AsyncIterable, Iterable, Optional, Protocol, Union
from urllib.parse import urlsplit

from .headers import Headers
from .secrets import Secret

Body = Union[bytes, Iterable[bytes], AsyncIterable[bytes], None]


class TransportRequest:
    """A request as it is sent. It holds the token or a signed link, neither of which its `repr` shows."""

    __slots__ = ("_headers", "_url", "body", "method")

    def __init__(self, method: str, url: Secret[str], headers: Secret[Headers], body: Body) -> None:
        #: `GET` and the like.
        self.method = method
        #: None, bytes, or an iterable of bytes, which is asynchronous for an `AsyncTransport`. With an iterable,
        #: `content-length` is among the headers.
        self.body = body
        self._url = url
        self._headers = headers

    @property
    def url(self) -> str:
        """The whole address, with the query."""
        return self._url.reveal()

    @property
    def headers(self) -> Headers:
        """All headers but `host`, `connection` and the `content-length` of bytes."""
        return Headers(self._headers.reveal())

    @property
    def origin(self) -> str:
        """The beginning of the address, which is no secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def __repr__(self) -> str:
        return f"<TransportRequest {self.method} {self.origin}>"


class TransportResponse(Protocol):
    """An answer whose body has yet to be read."""

    @property
    def status(self) -> int:
        """The status."""

    @property
    def headers(self) -> Headers:
        """The headers."""

    def read(self, timeout: Optional[float]) -> bytes:
        """The next piece of the body, or no bytes at its end, within so many seconds. Raises as `Transport.send`."""

    def close(self) -> None:
        """Lets the connection go, whether all has been read or not."""


class Transport(Protocol):
    """Sends the requests of an `ApiClient`. It is used by several threads at once where the client is."""

    def send(self, request: TransportRequest, timeout: Optional[float]) -> TransportResponse:
        """
        Sends a request and gives the beginning of the answer, within so many seconds (None: without end). It follows no
        redirection and tries nothing again. Raises TimeoutError when the time is over, anything else when the
        connection fails.
        """

    def close(self) -> None:
        """Lets all connections go."""


class AsyncTransportResponse(Protocol):
    """An answer whose body has yet to be read, of an `AsyncTransport`."""

    @property
    def status(self) -> int:
        """The status."""

    @property
    def headers(self) -> Headers:
        """The headers."""

    async def read(self) -> bytes:
        """The next piece of the body, or no bytes at its end. It is cancelled when the time is over."""

    async def close(self) -> None:
        """Lets the connection go, whether all has been read or not."""


class AsyncTransport(Protocol):
    """Sends the requests of an `AsyncApiClient`."""

    async def send(self, request: TransportRequest) -> AsyncTransportResponse:
        """
        Sends a request and gives the beginning of the answer. It follows no redirection and tries nothing again. It is
        cancelled when the time is over, and raises whatever it likes when the connection fails.
        """

    async def close(self) -> None:
        """Lets all connections go."""
