"""A server on a bare socket, for answers that no good server gives: a test says what each request meets."""

import contextlib
import json as json_module
import socket
import threading

TOKEN = "ptc_L1raKAxEGpqUeDGxuRzxSecretSecretSecretSecret123456"
ID = "L1oJX5jtSTjvjYv7"


class Request:
    """A request as it came."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    @property
    def json(self):
        return json_module.loads(self.body)


def answer(status, body=b"", headers=None):
    """An answer with a body. `headers` stand in place of those that belong to it."""
    body = body.encode() if isinstance(body, str) else body
    lines = {"content-length": len(body), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    data = f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode("latin-1") + body
    return lambda sock, request: sock.sendall(data)


def json(status, value, headers=None):
    headers = {"content-type": "application/json", "x-request-id": "req", **(headers or {})}
    return answer(status, json_module.dumps(value), headers)


def error(status, code, headers=None):
    body = {
        "type": "invalid_request" if status < 500 else "api_error",
        "code": code,
        "message": f"It is {code}.",
        "param": None,
        "documentation_url": f"http://x/docs#{code}",
        "request_id": "req",
    }
    return json(status, body, headers)


def page(data, next_cursor=None, has_more=None):
    has_more = next_cursor is not None if has_more is None else has_more
    return json(200, {"has_more": has_more, "data": data, "next_cursor": next_cursor})


def silence(sock, request):
    """Says nothing."""


def hang_up(sock, request):
    """Ends the connection, which the thread that reads from it still holds."""
    sock.shutdown(socket.SHUT_RDWR)
    sock.close()


def raw(text):
    return lambda sock, request: sock.sendall(text.encode())


def raw_end(text):
    """Some bytes, and then the end of the connection."""

    def end(sock, request):
        sock.sendall(text.encode())
        hang_up(sock, request)

    return end


half_body = raw_end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":')


class Server:
    """Serves the answers one after the other, one for each request, and remembers the requests."""

    def __init__(self, answers):
        self.requests = []
        self.connections = 0
        self._rest = list(answers)
        #: Answers each further request.
        self.meets = answer(599, "no further request was expected")
        self._lock = threading.Lock()
        self._sockets = []
        self._threads = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._start(self._accept)

    def left(self):
        return len(self._rest)

    def _start(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._sockets.append(sock)
            self._start(self._serve, sock)

    def _serve(self, sock):
        with contextlib.suppress(OSError, ValueError):
            reader = sock.makefile("rb")
            try:
                while request := read_request(reader):
                    with self._lock:
                        self.requests.append(request)
                        meets = self._rest.pop(0) if self._rest else self.meets
                    meets(sock, request)
                    if sock.fileno() < 0:
                        return
            finally:
                reader.close()

    def close(self):
        # A thread that waits for a connection is not told when its socket is closed.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        # It may be taking a connection right now, which has to be closed as well.
        accepting, *_ = self._threads
        accepting.join()
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in self._sockets:
            sock.close()


def read_request(reader):
    first = reader.readline().decode("latin-1").split()
    if len(first) < 2:
        return None
    headers = {}
    while line := reader.readline().decode("latin-1").rstrip("\r\n"):
        name, value = line.split(": ", 1)
        headers[name.lower()] = value
    length = int(headers.get("content-length", 0))
    body = reader.read(length)
    return Request(first[0], first[1], headers, body) if len(body) == length else None
