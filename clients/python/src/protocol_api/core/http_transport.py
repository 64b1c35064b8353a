"""The transport of `ApiClient`, on `http.client` of the standard library."""

from __future__ import annotations

import os
import socket
import threading
from http.client import HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from .clock import Deadline, clock
from .connection import PIECE, Connection, Stale, Target
from .headers import Headers
from .proxies import proxy_for
from .transport import TransportRequest

if TYPE_CHECKING:
    from ssl import SSLContext

#: How many connections wait for the next request to a server, and how many seconds.
MOST_IDLE = 10
LONGEST_IDLE = 60.0

Key = Tuple[str, str, int, Optional[str]]


class HttpTransport:
    """
    Sends requests over connections that are kept for the next ones, by threads and after forks as well. Proxies are
    those of the environment (`HTTPS_PROXY`, `NO_PROXY`). The name of a host is looked up without a time-out.
    """

    def __init__(self, *, ssl_context: Optional[SSLContext] = None) -> None:
        """With `ssl_context` it trusts, and shows, other certificates."""
        self._ssl_context = ssl_context
        self._lock = threading.Lock()
        self._idle: Dict[Key, List[Tuple[float, Connection]]] = {}
        self._process = os.getpid()
        self._is_closed = False

    def send(self, request: TransportRequest, timeout: Optional[float]) -> HttpResponse:
        """As `Transport.send`."""
        try:
            return self._send(request, Target(request.url), Deadline(timeout))
        except (TimeoutError, socket.timeout) as error:
            failure = _timed_out(error)
        except BaseException as error:
            # Without the frames that had the request in their hands.
            failure = error.with_traceback(None)
        raise failure

    def _send(self, request: TransportRequest, target: Target, deadline: Deadline) -> HttpResponse:
        proxy = proxy_for(target.scheme, target.host, target.port)
        key = (target.scheme, target.host, target.port, proxy.host if proxy else None)
        while True:
            connection = self._take(key) or Connection(target, proxy, deadline, self._tls)
            connection.deadline = deadline
            try:
                return HttpResponse(connection.send(request, target), connection, self, key)
            except Stale:
                connection.close()
            except BaseException:
                connection.close()
                raise

    def _tls(self) -> SSLContext:
        with self._own_lock():
            if self._ssl_context is None:
                # Late, for it takes long to import.
                import ssl

                self._ssl_context = ssl.create_default_context()
                self._ssl_context.set_alpn_protocols(["http/1.1"])
            return self._ssl_context

    def _take(self, key: Key) -> Optional[Connection]:
        while True:
            with self._own_lock():
                idle = self._idle.get(key)
                if not idle:
                    return None
                since, connection = idle.pop()
            if clock.monotonic() - since < LONGEST_IDLE and connection.is_usable():
                return connection
            connection.close()

    def give_back(self, key: Key, connection: Connection) -> None:
        """Keeps a connection for the next request."""
        connection.is_new = False
        with self._own_lock():
            idle = self._idle.setdefault(key, [])
            idle.append((clock.monotonic(), connection))
            old = idle.pop(0) if len(idle) > MOST_IDLE or self._is_closed else None
        if old:
            old[1].close()

    def _own_lock(self) -> threading.Lock:
        # After a fork, the connections are those of the parent, and a thread of the parent may have had its lock.
        if self._process != os.getpid():
            self._process, self._lock, self._idle = os.getpid(), threading.Lock(), {}
        return self._lock

    def close(self) -> None:
        """Lets all connections go that are not in use. Afterwards none is kept."""
        with self._own_lock():
            self._is_closed = True
            idle, self._idle = self._idle, {}
        for _, connection in (one for of_key in idle.values() for one in of_key):
            connection.close()

    def __del__(self) -> None:
        if hasattr(self, "_idle"):
            self.close()


class HttpResponse:
    """An answer whose body has yet to be read."""

    def __init__(self, response: HTTPResponse, connection: Connection, transport: HttpTransport, key: Key) -> None:
        self._response = response
        self._connection: Optional[Connection] = connection
        self._transport = transport
        self._key = key
        self._keeps = not response.will_close and response.status >= 200
        self.status = response.status
        self.headers = Headers(response.getheaders())

    def read(self, timeout: Optional[float]) -> bytes:
        """As `TransportResponse.read`."""
        if self._connection is None:
            return b""
        try:
            self._connection.deadline = Deadline(timeout)
            piece = self._response.read1(PIECE)
            if not piece:
                self._end()
            return piece
        except (TimeoutError, socket.timeout) as error:
            failure = _timed_out(error)
        except BaseException as error:
            failure = error.with_traceback(None)
        self.close()
        raise failure

    def _end(self) -> None:
        # `read1` tells nothing of it.
        if self._response.length:
            raise IncompleteRead(b"", self._response.length)
        connection, self._connection = self._connection, None
        # Not all versions of Python do it by themselves.
        self._response.close()
        if connection and self._keeps and not connection.has_surplus:
            self._transport.give_back(self._key, connection)
        elif connection:
            connection.close()

    def close(self) -> None:
        """As `TransportResponse.close`."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        if hasattr(self, "_connection"):
            self.close()


def _timed_out(error: OSError) -> BaseException:
    """The system has a time-out of its own, which is a failure of the connection."""
    return TimeoutError() if error.errno is None else ConnectionError(*error.args)
