"""A connection to a server over which requests go one after the other."""

from __future__ import annotations

import io
import re
import select
import socket
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any, AsyncIterable, Callable, Iterable, Optional
from urllib.parse import urlsplit

from .clock import Deadline, clock
from .errors import ApiClientError
from .proxies import Proxy
from .secrets import Secret
from .transport import TransportRequest

if TYPE_CHECKING:
    from ssl import SSLContext

PORTS = {"http": 80, "https": 443}
#: How many bytes are read at once.
PIECE = 65_536
#: Of what a proxy says before a tunnel.
LONGEST_HEAD = 65_536


class Target:
    """Where a request goes. What stands behind the host may be a secret."""

    __slots__ = ("host", "netloc", "path", "port", "scheme")

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.scheme = parts.scheme
        self.netloc = parts.netloc
        self.host = parts.hostname or ""
        self.port = parts.port or PORTS[parts.scheme]
        self.path = Secret((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


class Connection:
    """A connection whose every step ends with a deadline."""

    def __init__(
        self, target: Target, proxy: Optional[Proxy], deadline: Deadline, tls: Callable[[], SSLContext]
    ) -> None:
        if proxy and proxy.scheme == target.scheme == "https":
            raise ApiClientError("A proxy with https:// leads to no https:// here: name it with http://")
        #: The proxy that passes requests on, rather than bytes.
        self._forwarder = proxy if target.scheme == "http" else None
        self.is_new = True
        #: Whether more has come than the answer.
        self.has_surplus = False
        self.deadline = deadline
        self.sock: Any = _connected((proxy or target).host, (proxy or target).port, deadline)
        try:
            if proxy and proxy.scheme == "https":
                self._secure(proxy.host, tls())
            if proxy and target.scheme == "https":
                host = f"[{target.host}]" if ":" in target.host else target.host
                self._tunnel(f"{host}:{target.port}", proxy)
            if target.scheme == "https":
                self._secure(target.host, tls())
        except BaseException:
            self.close()
            raise

    def _secure(self, host: str, tls: SSLContext) -> None:
        self.sock.settimeout(self.deadline.left())
        self.sock = tls.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def _tunnel(self, target: str, proxy: Proxy) -> None:
        start = f"CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n"
        self._send(Secret(f"{start}{_authorization(proxy).reveal()}\r\n".encode()))
        said, byte = b"", bytearray(1)
        # One by one: what follows is not the proxy's.
        while b"\r\n\r\n" not in said:
            count = self.receive(memoryview(byte))
            said += byte
            if not count or len(said) > LONGEST_HEAD:
                raise OSError("the proxy did not answer")
        status = said.split(b"\r\n")[0].decode("latin-1").split(" ", 1)[-1]
        if not status.startswith("2"):
            raise OSError(f"the proxy refused a tunnel: {status}")

    def receive(self, buffer: memoryview) -> int:
        """Reads some bytes, at most as many as the buffer has, and says how many."""
        clock.before_read(self.sock, self.deadline)
        count: int = self.sock.recv_into(buffer)
        return count

    def _send(self, data: Secret[bytes]) -> None:
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(data.reveal())

    def is_usable(self) -> bool:
        """Whether nothing has come since the last answer: neither the end of the connection nor anything else."""
        try:
            if hasattr(select, "poll"):
                poll = select.poll()
                poll.register(self.sock, select.POLLIN)
                return not poll.poll(0)
            return not select.select([self.sock], [], [], 0)[0]
        except (OSError, ValueError):
            return False

    def send(self, request: TransportRequest, target: Target) -> HTTPResponse:
        """Sends a request, and reads the beginning of the answer."""
        body, head = request.body, _head(request, target, self._forwarder)
        if body is None or isinstance(body, bytes):
            self._begin(Secret(head.reveal() + (body or b"")))
        elif isinstance(body, AsyncIterable):
            raise TypeError("an asynchronous body needs an asynchronous transport")
        else:
            self._begin(head)
            self._send_pieces(body)
        return self._answer(request)

    def _begin(self, data: Secret[bytes]) -> None:
        try:
            self._send(data)
        except (BrokenPipeError, ConnectionError) as error:
            if self.is_new:
                raise
            refused = Stale(type(error).__name__)
        else:
            return
        raise refused

    def _send_pieces(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self.sock.settimeout(self.deadline.left())
            try:
                self.sock.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                # A server that refuses a large body may say so, and close.
                return

    def _answer(self, request: TransportRequest) -> HTTPResponse:
        reader = _Reader(self)
        while True:
            response = HTTPResponse(_Readable(reader), method=request.method)  # type: ignore[arg-type]
            response.begin()
            if response.status == 101 or response.status >= 200:
                return _with_length(response)
            # What follows is read from where this one ends.
            response.fp = None  # type: ignore[assignment]

    def close(self) -> None:
        """Ends it."""
        self.sock.close()


class Stale(Exception):
    """The server has closed a connection before it got all of the next request, which it cannot have done."""


class _Readable:
    """What `HTTPResponse` takes for a socket."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def makefile(self, mode: str) -> io.BufferedReader:
        return self._reader


class _Reader(io.BufferedReader):
    """Reads an answer. At its end it tells the connection whether more has come, which belongs to no request."""

    def __init__(self, connection: Connection) -> None:
        self._pieces = _Pieces(connection)
        self._connection = connection
        super().__init__(self._pieces, PIECE)

    def flush(self) -> None:
        """Has nothing to write: an answer does this when it is closed, be it after its reader."""

    def close(self) -> None:
        if not self.closed:
            # So that only what has come already is looked at.
            self._pieces.is_over = True
            self._connection.has_surplus = bool(self.peek(1))
        super().close()


class _Pieces(io.RawIOBase):
    """Each read of which ends with the deadline of the connection. To close it leaves the connection open."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return 0 if self.is_over else self._connection.receive(memoryview(buffer))


def _with_length(response: HTTPResponse) -> HTTPResponse:
    """The answer, if others read the same length of it: `http.client` takes what is no number of bytes."""
    told = set(response.headers.get_all("content-length", []))
    if not response.chunked and (len(told) > 1 or not all(re.fullmatch("[0-9]+", length) for length in told)):
        raise OSError("the answer has a content-length that is no number of bytes")
    return response


def _connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure = OSError(f"there is no address of {host}")
    for index, (family, kind, protocol, _, target) in enumerate(found):
        sock = socket.socket(family, kind, protocol)
        left = deadline.left()
        try:
            # The last address has time as well, where an earlier one is silent.
            sock.settimeout(None if left is None else left / (len(found) - index))
            sock.connect(target)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
    deadline.left()
    raise failure


def _head(request: TransportRequest, target: Target, forwarder: Optional[Proxy]) -> Secret[bytes]:
    headers = Secret(request.headers)
    if isinstance(request.body, bytes):
        headers.reveal()["content-length"] = str(len(request.body))
    elif request.body is None and request.method in ("POST", "PUT"):
        headers.reveal()["content-length"] = "0"
    lines = Secret([f"{name}: {value}\r\n" for name, value in headers.reveal().items()])
    begin = Secret(f"{target.scheme}://{target.netloc}{target.path.reveal()}" if forwarder else target.path.reveal())
    first = Secret(f"{request.method} {begin.reveal()} HTTP/1.1\r\nhost: {target.netloc}\r\n")
    own = _authorization(forwarder) if forwarder else Secret("")
    return Secret(f"{first.reveal()}{own.reveal()}{''.join(lines.reveal())}\r\n".encode("latin-1"))


def _authorization(proxy: Proxy) -> Secret[str]:
    """The line that a proxy may want."""
    return Secret(f"proxy-authorization: {proxy.authorization.reveal()}\r\n" if proxy.authorization else "")
