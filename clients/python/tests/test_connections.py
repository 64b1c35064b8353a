"""What the transports do with connections: keep them, share them, lead them through proxies and TLS."""

import asyncio
import gc
import os
import socket
import ssl
import subprocess
import threading

import pytest
from server import ID, TOKEN, Server, answer, error, hang_up, json, read_request

import protocol_api
from protocol_api import ApiClient, ApiConnectionError, AsyncApiClient, PayloadTooLargeError

FINE = json(200, {"id": ID})


def test_a_connection_is_used_again(scripted):
    made = scripted(FINE, error(404, "resource_missing"), FINE)
    made.client.me.get()
    with pytest.raises(protocol_api.NotFoundError):
        made.client.me.get()
    made.client.me.get()
    assert made.server.connections == 1


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_connection_that_ends_with_its_answer_is_not(scripted, version):
    def closing(sock, request):
        close = "" if version == "1.0" else "connection: close\r\n"
        sock.sendall(f"HTTP/{version} 200 OK\r\n{close}content-length: 2\r\n\r\n{{}}".encode())
        hang_up(sock, request)

    made = scripted(closing, closing, max_retries=0)
    made.client.me.get()
    made.client.me.get()
    assert made.server.connections == 2


def test_a_connection_that_the_server_has_closed_is_no_failure(scripted):
    closed = threading.Event()

    def then_closed(sock, request):
        FINE(sock, request)
        hang_up(sock, request)
        closed.set()

    made = scripted(then_closed, FINE, max_retries=0)
    made.client.me.get()
    assert closed.wait(20)
    made.client.me.get()
    assert (len(made.requests), made.waits) == (2, [])


def test_a_request_that_cannot_be_sent_over_an_old_connection_goes_over_a_new_one(scripted, monkeypatch):
    made = scripted(FINE, FINE, max_retries=0)
    if not isinstance(made.client, ApiClient):
        pytest.skip("httpx has its own way")
    made.client.me.get()
    connection = protocol_api.core.connection.Connection
    monkeypatch.setattr(connection, "is_usable", lambda self: self.sock.shutdown(socket.SHUT_RDWR) is None)
    made.client.me.get()
    assert made.server.connections == 2
    assert len(made.requests) == 2


def test_a_connection_that_has_waited_too_long_is_not_used(scripted, held):
    made = scripted(FINE, FINE)
    made.client.me.get()
    held.run_out()
    made.client.me.get()
    assert made.server.connections == (2 if isinstance(made.client, ApiClient) else made.server.connections)


def test_threads_share_a_client(held):
    server = Server([FINE] * 40)
    found = []
    with ApiClient(TOKEN, base_url=server.url) as client:

        def calls():
            for _ in range(5):
                found.append(client.me.get().id)

        threads = [threading.Thread(target=calls) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [ID] * 40
    assert server.connections <= 8
    server.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_has_connections_of_its_own(held):
    server = Server([FINE, json(200, {"id": "child"}), FINE])
    with ApiClient(TOKEN, base_url=server.url) as client:
        client.me.get()
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if client.me.get().id == "child" else 1)
            finally:
                os._exit(2)
        assert os.waitpid(child, 0)[1] == 0
        assert client.me.get().id == ID
    assert server.connections == 2
    server.close()


@pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_asynchronous_client_survives_its_event_loop(held):
    server = Server([FINE, FINE])
    client = AsyncApiClient(TOKEN, base_url=server.url)

    async def call():
        return (await client.me.get()).id

    async def last():
        try:
            return (await client.me.get()).id
        finally:
            await client.close()

    assert asyncio.run(call()) == ID
    assert asyncio.run(last()) == ID
    server.close()
    # Python warns of the connection of the first loop, which that loop has not closed.
    gc.collect()


def test_a_server_may_refuse_a_body_that_it_does_not_read(held):
    """As storage does: it answers and closes, while the body is on its way."""
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse():
        sock, _ = listener.accept()
        with sock:
            sock.recv(100)
            sock.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            sock.shutdown(socket.SHUT_WR)
            # Until the other side is done: the rest of the body would reset the connection.
            while sock.recv(65_536):
                pass

    thread = threading.Thread(target=refuse)
    thread.start()
    with ApiClient(TOKEN, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
        refused = pytest.raises(PayloadTooLargeError)
        with refused:
            client.attachments.upload(bytes(3_000_000), filename="a")
    thread.join()
    listener.close()


def clear_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_proxy_of_the_environment_gets_requests_over_http(scripted, monkeypatch):
    clear_proxies(monkeypatch)
    made = scripted(FINE, FINE, base_url="http://api.example.com", allow_http=True)
    monkeypatch.setenv("http_proxy", made.url.replace("//", "//user:p%40ss@"))
    made.client.me.get()
    assert made.requests[0].path == "http://api.example.com/v1/me"
    assert made.requests[0].headers["host"] == "api.example.com"
    assert made.requests[0].headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"
    monkeypatch.setenv("no_proxy", "example.com")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: (_ for _ in ()).throw(socket.gaierror("no such name")))
    with pytest.raises(ApiConnectionError, match=r"no such name|attempts failed"):
        made.client.me.get(max_retries=0)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    openssl = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command = [*openssl.split(), *names, "-out", str(files[0]), "-keyout", str(files[1])]
    subprocess.run(command, check=True, capture_output=True)
    return files


class Tunnel:
    """A proxy that leads to a server with TLS, both of which answer once for each connection."""

    def __init__(self, certificate, tunnels):
        self.connects, self.requests = [], []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(tunnels,))
        self._thread.start()

    def _serve(self, tunnels):
        sock, _ = self._listener.accept()
        with sock:
            if tunnels is not None:
                with sock.makefile("rb", buffering=0) as reader:
                    self.connects.append(read_request(reader))
                sock.sendall(f"HTTP/1.1 {tunnels}\r\n\r\n".encode())
                if tunnels != "200 OK":
                    return
            try:
                with self._context.wrap_socket(sock, server_side=True) as secure, secure.makefile("rb") as reader:
                    while request := read_request(reader):
                        self.requests.append(request)
                        FINE(secure, request)
            except OSError:
                """The client trusts it not, or is done."""

    def close(self):
        self._thread.join()
        self._listener.close()


def transport(kind, certificate):
    context = ssl.create_default_context(cafile=certificate[0]) if certificate else None
    made = protocol_api.HttpTransport if kind == "sync" else protocol_api.HttpxTransport
    return made(ssl_context=context)


def close(kind, client, made):
    closing = made.close()
    if kind == "async":
        client._loop.run_until_complete(closing)


def test_tls_with_certificates_of_ones_own(new_client, kind, certificate, monkeypatch):
    clear_proxies(monkeypatch)
    server = Tunnel(certificate, None)
    made = transport(kind, certificate)
    client = new_client(base_url=f"https://localhost:{server.port}", transport=made)
    assert client.me.get().id == client.me.get().id == ID
    close(kind, client, made)
    server.close()
    assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert len(server.requests) == 2


def test_tls_with_certificates_that_nobody_knows(new_client, certificate, monkeypatch):
    clear_proxies(monkeypatch)
    server = Tunnel(certificate, None)
    client = new_client(base_url=f"https://localhost:{server.port}", max_retries=0)
    with pytest.raises(ApiConnectionError, match=r"CERTIFICATE_VERIFY_FAILED|certificate verify failed"):
        client.me.get()
    server.close()
    assert server.requests == []


def test_a_proxy_leads_to_https_through_a_tunnel(new_client, kind, certificate, monkeypatch):
    clear_proxies(monkeypatch)
    proxy = Tunnel(certificate, "200 OK")
    monkeypatch.setenv("https_proxy", f"http://user:hidden@127.0.0.1:{proxy.port}")
    made = transport(kind, certificate)
    client = new_client(base_url="https://localhost:7443", transport=made)
    assert client.me.get().id == ID
    close(kind, client, made)
    proxy.close()
    (connect,) = proxy.connects
    assert (connect.method, connect.path) == ("CONNECT", "localhost:7443")
    assert connect.headers["proxy-authorization"] == "Basic dXNlcjpoaWRkZW4="
    assert "authorization" not in connect.headers
    assert proxy.requests[0].path == "/v1/me"


def test_a_proxy_that_refuses_a_tunnel(new_client, certificate, monkeypatch):
    clear_proxies(monkeypatch)
    proxy = Tunnel(certificate, "407 Who are you?")
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy.port}")
    with pytest.raises(ApiConnectionError, match="407"):
        new_client(base_url="https://localhost:7443", max_retries=0).me.get()
    proxy.close()


def test_an_empty_answer_and_one_without_a_length(scripted):
    def endless(sock, request):
        sock.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"id": "x"}')
        hang_up(sock, request)

    made = scripted(answer(204), endless)
    assert made.client.groups.leave(ID) is None
    assert made.client.me.get().id == "x"
