"""Time-outs, and calls that are ended."""

import asyncio
import math
import threading

import pytest
from server import ID, TOKEN, Server, answer, json, raw, silence

import protocol_api
from protocol_api import ApiClient, ApiClientError, ApiConnectionError, ApiTimeoutError, AsyncApiClient
from protocol_api.core.clock import LONGEST, Deadline, clock
from protocol_api.core.engine import run

FINE = json(200, {"id": ID})
HEAD = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"


def transport_that(kind, held):
    """A transport with which the time runs out when the beginning of the answer is there."""
    if kind == "sync":

        class Ending(protocol_api.HttpTransport):
            def send(self, request, timeout):
                response = super().send(request, timeout)
                held.run_out()
                return response

        return Ending()

    class AsyncEnding(protocol_api.HttpxTransport):
        async def send(self, request):
            response = await super().send(request)
            held.run_out()
            return response

    return AsyncEnding()


@pytest.mark.parametrize("begun", ["", "HTTP/1.1 200 OK\r\ncont"])
def test_the_time_out_counts_for_the_beginning_of_an_answer(scripted, held, begun):
    def late(sock, request):
        sock.sendall(begun.encode())
        held.run_out()

    made = scripted(late, max_retries=0)
    with pytest.raises(ApiTimeoutError, match=r"^GET http:.* was not answered in full within 60 s$") as caught:
        made.client.conversations.get(ID)
    assert not isinstance(caught.value, ApiConnectionError)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("body", ["", "12345"])
def test_the_time_out_counts_for_the_body(scripted, held, kind, body):
    transport = transport_that(kind, held)
    made = scripted(raw(HEAD + body), max_retries=0, transport=transport)
    with pytest.raises(ApiTimeoutError):
        made.client.conversations.get(ID)
    close = transport.close()
    if kind == "async":
        made.client._loop.run_until_complete(close)


def test_an_answer_that_trickles_has_no_more_time(new_client):
    """The time runs by itself, whatever comes meanwhile."""
    stop = threading.Event()

    def trickle(sock, request):
        sock.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while not stop.wait(0.01):
            sock.sendall(b" ")

    server = Server([FINE, trickle])
    client = new_client(base_url=server.url, max_retries=0)
    # So that there is a connection.
    client.conversations.get(ID)
    with pytest.raises(ApiTimeoutError, match=r"0\.2 s"):
        client.conversations.get(ID, timeout=0.2)
    stop.set()
    server.close()


def test_the_time_runs_by_itself(new_client):
    server = Server([FINE, silence])
    client = new_client(base_url=server.url, max_retries=0)
    client.conversations.get(ID)
    with pytest.raises(ApiTimeoutError):
        client.conversations.get(ID, timeout=0.02)
    server.close()


def test_the_time_out_counts_for_each_try(scripted, held):
    made = scripted(held.run_out, held.run_out, FINE)
    assert made.client.conversations.get(ID).id == ID
    assert made.timeouts == [60, 60, 60]
    assert made.server.connections == 3


def test_the_time_out_holds_whatever_a_transport_does(held):
    class Stuck:
        async def send(self, request):
            held.run_out()
            await asyncio.Event().wait()

    async def calls():
        with pytest.raises(ApiTimeoutError):
            await AsyncApiClient(TOKEN, transport=Stuck(), max_retries=0).me.get()

    asyncio.run(calls())


@pytest.mark.parametrize("timeout", [None, math.inf, 1e12])
def test_a_time_out_without_end_is_possible(new_client, timeout):
    server = Server([FINE])
    assert new_client(base_url=server.url, timeout=timeout).conversations.get(ID).id == ID
    server.close()


def test_a_time_out_is_no_longer_than_timers_can():
    assert Deadline(1e12).left() == LONGEST
    assert Deadline(None).left() is None


def test_what_interrupts_a_call_ends_it_and_lets_the_connection_go(scripted, monkeypatch):
    class Stop(BaseException):
        """As KeyboardInterrupt is."""

    gone = threading.Event()

    def watched(sock, request):
        if not sock.recv(1):
            gone.set()

    made = scripted(watched, FINE)
    if not isinstance(made.client, ApiClient):
        pytest.skip("the asynchronous client is cancelled instead")

    def interrupt(sock, deadline):
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(clock, "before_read", interrupt)
        with pytest.raises(Stop):
            made.client.me.get()
    assert gone.wait(20)
    assert len(made.requests) == 1


@pytest.mark.parametrize("begun", ["", HEAD + "12345"])
def test_a_call_that_is_cancelled_lets_the_connection_go_and_is_not_tried_again(begun):
    gone = threading.Event()

    async def calls():
        here = asyncio.Event()
        loop = asyncio.get_running_loop()

        def watched(sock, request):
            sock.sendall(begun.encode())
            loop.call_soon_threadsafe(here.set)
            if not sock.recv(1):
                gone.set()

        server = Server([watched, FINE])
        async with AsyncApiClient(TOKEN, base_url=server.url) as client:
            call = asyncio.ensure_future(client.me.get())
            await here.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert await asyncio.to_thread(gone.wait, 20)
            assert len(server.requests) == 1
        server.close()

    asyncio.run(calls())


def test_a_pause_that_is_cancelled_ends():
    async def calls():
        server = Server([answer(503, "", {"retry-after": "60"}), FINE])
        paused = asyncio.Event()

        async def on_response(_):
            paused.set()

        async with AsyncApiClient(TOKEN, base_url=server.url, on_response=on_response) as client:
            call = asyncio.ensure_future(client.me.get())
            await paused.wait()
            await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert len(server.requests) == 1
        server.close()

    asyncio.run(calls())


@pytest.mark.parametrize("name", ["on_request", "on_response"])
def test_hooks_are_within_the_time_out(scripted, held, kind, name):
    async def stuck(_):
        held.run_out()
        await asyncio.Event().wait()

    made = scripted(FINE, max_retries=0, **{name: held.run_out if kind == "sync" else stuck})
    with pytest.raises(ApiTimeoutError):
        made.client.conversations.get(ID)
    assert len(made.requests) == (name == "on_response")


def test_the_synchronous_client_never_waits_for_an_event_loop():
    class Waiting:
        def __await__(self):
            yield

    async def wait():
        await Waiting()

    with pytest.raises(RuntimeError, match="has waited"):
        run(wait())


def test_the_synchronous_client_works_where_an_event_loop_runs(held):
    server = Server([json(200, {"has_more": False, "data": [{"id": "a"}], "next_cursor": None})])

    async def calls():
        with ApiClient(TOKEN, base_url=server.url) as client:
            return [item.id for item in client.contacts.list()]

    assert asyncio.run(calls()) == ["a"]
    server.close()


def test_a_transport_of_ones_own_is_not_closed(held):
    closed = []

    class Own:
        def send(self, request, timeout):
            """Is not asked."""

        def close(self):
            closed.append(True)

    ApiClient(TOKEN, transport=Own()).close()
    assert closed == []


def test_the_asynchronous_client_says_what_it_needs(monkeypatch):
    for name in ("httpx", "httpx2"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ApiClientError, match=r"pip install '\./clients/python\[async\]'"):
        AsyncApiClient(TOKEN)


def test_the_asynchronous_client_needs_asyncio():
    for call in (AsyncApiClient(TOKEN).me.get(), AsyncApiClient(TOKEN).attachments.upload([b"a"], filename="a")):
        with pytest.raises(ApiClientError, match="needs asyncio"):
            call.send(None)


def test_as_many_calls_at_once_as_one_makes():
    together = threading.Barrier(120)

    def late(sock, request):
        together.wait(20)
        FINE(sock, request)

    async def calls():
        async with AsyncApiClient(TOKEN, base_url=server.url, max_retries=0) as client:
            return await asyncio.gather(*[client.me.get() for _ in range(120)])

    server = Server([])
    server.meets = late
    assert len(asyncio.run(calls())) == 120
    server.close()
