"""The way to a server: through proxies and TLS."""

import socket
import ssl
import subprocess
import threading

import pytest
from server import ID, TOKEN, json, read_request

import protocol_api
from protocol_api import ApiClientError, ApiConnectionError, ApiTimeoutError

FINE = json(200, {"id": ID})


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


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_to_this_machine_there_is_no_proxy_which_would_read_the_token(scripted, monkeypatch, host):
    clear_proxies(monkeypatch)
    made = scripted(FINE)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    client = scripted(base_url=made.url.replace("127.0.0.1", host), max_retries=0).client
    assert client.me.get().id == ID
    assert made.requests[0].path == "/v1/me"
    for other in ("127.8.9.1", "::1"):
        assert protocol_api.core.proxies.proxy_for("http", other, 80) is None


def test_a_proxy_that_speaks_tls_itself(new_client, kind, certificate, monkeypatch):
    clear_proxies(monkeypatch)
    proxy = Tunnel(certificate, None)
    monkeypatch.setenv("https_proxy", f"https://localhost:{proxy.port}")
    made = transport(kind, certificate)
    client = new_client(base_url="https://api.example.com", transport=made, max_retries=0, timeout=0.5)
    if kind == "sync":
        with pytest.raises(ApiClientError, match="http://"):
            client.me.get()
        socket.create_connection(("127.0.0.1", proxy.port)).close()
    else:
        # It trusts the certificate, and gets what is no tunnel.
        with pytest.raises((ApiConnectionError, ApiTimeoutError)):
            client.me.get()
        assert [request.method for request in proxy.requests] == ["CONNECT"]
    close(kind, client, made)
    proxy.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    openssl = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,DNS:api.example.com"]
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
            except (OSError, ValueError):
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
    client = new_client(base_url=f"https://localhost:{server.port}")
    # Not tried again: the server would refuse the connection.
    with pytest.raises(ApiConnectionError, match=r"CERTIFICATE_VERIFY_FAILED|certificate verify failed"):
        client.me.get()
    server.close()
    assert server.requests == []


def test_a_proxy_leads_to_https_through_a_tunnel(new_client, kind, certificate, monkeypatch):
    clear_proxies(monkeypatch)
    proxy = Tunnel(certificate, "200 OK")
    monkeypatch.setenv("https_proxy", f"http://user:hidden@127.0.0.1:{proxy.port}")
    made = transport(kind, certificate)
    client = new_client(base_url="https://api.example.com:7443", transport=made)
    assert client.me.get().id == ID
    close(kind, client, made)
    proxy.close()
    (connect,) = proxy.connects
    assert (connect.method, connect.path) == ("CONNECT", "api.example.com:7443")
    assert connect.headers["proxy-authorization"] == "Basic dXNlcjpoaWRkZW4="
    assert "authorization" not in connect.headers
    assert proxy.requests[0].path == "/v1/me"


def test_a_proxy_that_refuses_a_tunnel(new_client, certificate, monkeypatch):
    clear_proxies(monkeypatch)
    proxy = Tunnel(certificate, "407 Who are you?")
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy.port}")
    with pytest.raises(ApiConnectionError, match="407"):
        new_client(base_url="https://api.example.com:7443", max_retries=0).me.get()
    proxy.close()
