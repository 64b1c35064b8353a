"""What the transports do with connections: keep them, share them, end them."""

import asyncio
import gc
import os
import socket
import threading

import pytest
from server import ID, TOKEN, Server, answer, error, hang_up, json

import protocol_api
from protocol_api import ApiClient, AsyncApiClient, PayloadTooLargeError

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


def test_an_empty_answer_and_one_without_a_length(scripted):
    def endless(sock, request):
        sock.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"id": "x"}')
        hang_up(sock, request)

    made = scripted(answer(204), endless)
    assert made.client.groups.leave(ID) is None
    assert made.client.me.get().id == "x"


def test_event_loops_share_a_client_each_with_connections_of_its_own(held):
    server = Server([FINE] * 40)
    client = AsyncApiClient(TOKEN, base_url=server.url, max_retries=0)
    found = []
    together = threading.Barrier(4)

    async def calls():
        for _ in range(10):
            together.wait(20)
            found.append((await client.me.get()).id)
        await client._core.engine.close()

    threads = [threading.Thread(target=lambda: asyncio.run(calls())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ID] * 40
    assert server.connections == 4
    asyncio.run(client.close())
    server.close()
