"""A clock that the tests hold: nothing waits, and no time runs out before a test says so."""

import asyncio
import select

import pytest
from blocking import Blocking
from server import TOKEN, Server

import protocol_api
from protocol_api.core.clock import Deadline, cancel, clock


class HeldClock:
    """Writes down how long would have been waited, and how long each try might have taken."""

    def __init__(self, monkeypatch):
        self.waits, self.timeouts, self.time = [], [], 0.0
        monkeypatch.setattr(clock, "monotonic", lambda: self.time)
        monkeypatch.setattr(clock, "random", lambda: 1.0)
        monkeypatch.setattr(clock, "sleep", self.waits.append)
        monkeypatch.setattr(clock, "sleep_async", self._sleep)
        monkeypatch.setattr(clock, "start", self._start)
        monkeypatch.setattr(clock, "before_read", self._before_read)
        monkeypatch.setattr(clock, "within", self._within)

    def run_out(self, *_):
        """Lets the time of everything that is waited for run out."""
        self.time += 1e9

    async def _sleep(self, seconds):
        self.waits.append(seconds)

    def _start(self, timeout):
        self.timeouts.append(timeout)
        return Deadline(timeout)

    def _before_read(self, sock, deadline):
        while True:
            deadline.left()
            if select.select([sock], [], [], 0.002)[0]:
                return

    async def _within(self, work, deadline):
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                deadline.left()
                await asyncio.wait({task}, timeout=0.002)
            return task.result()
        finally:
            await cancel(task)


@pytest.fixture
def held(monkeypatch):
    return HeldClock(monkeypatch)


@pytest.fixture(params=["sync", "async"])
def kind(request):
    return request.param


@pytest.fixture
def new_client(kind, monkeypatch):
    """Makes clients of a kind, and closes them."""
    monkeypatch.delenv("PROTOCOL_API_URL", raising=False)
    loop = asyncio.new_event_loop()
    made = []

    def make(token=TOKEN, **options):
        if kind == "sync":
            client = protocol_api.ApiClient(token, **options)
        else:
            client = Blocking(protocol_api.AsyncApiClient(token, **options), loop)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


class Scripted:
    """A server, and a client of it."""

    def __init__(self, server, client, held):
        self.server, self.client, self.held = server, client, held
        self.requests, self.url, self.waits, self.timeouts = server.requests, server.url, held.waits, held.timeouts


@pytest.fixture
def scripted(held, new_client):
    """Makes a server that gives these answers, and a client of it."""
    servers = []

    def make(*answers, **options):
        server = Server(answers)
        servers.append(server)
        return Scripted(server, new_client(**{"base_url": server.url, **options}), held)

    yield make
    for server in servers:
        server.close()
