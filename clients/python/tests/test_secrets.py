"""The token is nowhere that it could be read by accident."""

import asyncio
import copy
import http.client
import json as json_module
import logging
import pickle
import traceback

import pytest
from server import ID, TOKEN, Server, answer, hang_up, json, page

import protocol_api
from protocol_api import ApiClient, ApiClientError, ApiError, AsyncApiClient, Headers
from protocol_api.core.secrets import Secret

PART = TOKEN[:30]


def dump(value, seen=None):
    """All that a dump could show of something."""
    seen = {} if seen is None else seen
    if id(value) in seen or isinstance(value, type):
        return ""
    seen[id(value)] = value
    texts, inner = [repr(value), str(value)], []
    # What others have made, such as modules and event loops, leads everywhere.
    if type(value).__module__.startswith(("protocol_api", __name__)) or isinstance(value, BaseException):
        inner += getattr(value, "__dict__", {}).values()
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        inner += [getattr(value, name, None) for name in slots]
    if isinstance(value, dict):
        inner += [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set)):
        inner += list(value)
    if isinstance(value, BaseException):
        inner += [value.args, value.__cause__, value.__context__]
        shown = traceback.TracebackException.from_exception(value, capture_locals=True)
        texts += shown.format()
    return "\n".join([*texts, *(dump(item, seen) for item in inner)])


def assert_hidden(value, *secrets):
    shown = dump(value)
    for secret in (PART, *secrets):
        assert secret not in shown


def test_the_dump_shows_what_there_is():
    class Thing:
        __slots__ = ("inner",)

    thing = Thing()
    thing.inner = {"a": [ValueError(TOKEN)]}
    assert PART in dump(thing)

    def fails():
        local = TOKEN
        raise ValueError(len(local))

    with pytest.raises(ValueError, match="54") as caught:
        fails()
    assert PART in dump(caught.value)


def test_not_in_the_client_its_resources_calls_and_pages(scripted):
    made = scripted(json(200, {"id": ID}), page([{"id": ID}]))
    client = getattr(made.client, "inner", made.client)
    found = made.client.conversations.get(ID), made.client.conversations.list()
    for value in (client, client.conversations, client.attachments, found[0], getattr(found[1], "inner", found[1])):
        assert_hidden(value)
    for again in (pickle.dumps, copy.deepcopy):
        for value in (client, client.conversations, Secret(TOKEN)):
            with pytest.raises(TypeError) as caught:
                again(value)
            # `value` of this test's own frame is a client, which shows nothing.
            assert_hidden(caught.value)


ECHO = {"content-type": "text/html", "x-echo": f"Bearer {TOKEN}"}
FAILURES = {
    "an error that repeats the request": answer(400, f"<pre>authorization: Bearer {TOKEN}</pre>", ECHO),
    "an error of the API that repeats it": json(
        401, {"code": "token_invalid", "message": f"{TOKEN} is unknown", "param": TOKEN}, ECHO
    ),
    "a success that is none": answer(200, f"<pre>authorization: Bearer {TOKEN}</pre>", ECHO),
    "a redirection": answer(302, "", {"location": f"https://example.com/?token={TOKEN}", **ECHO}),
    "what is no HTTP": lambda sock, request: hang_up(sock.sendall(f"{TOKEN}\r\n".encode()) or sock, request),
    "a closed connection": hang_up,
}


@pytest.mark.parametrize("name", FAILURES)
def test_not_in_a_failure(scripted, name):
    made = scripted(FAILURES[name], max_retries=0)
    with pytest.raises(ApiClientError) as caught:
        made.client.conversations.get(ID)
    assert_hidden(caught.value)


def test_not_in_a_time_out(scripted, held):
    made = scripted(held.run_out, max_retries=0)
    with pytest.raises(ApiClientError) as caught:
        made.client.conversations.get(ID)
    assert_hidden(caught.value)


def test_not_in_what_interrupts_a_call(scripted, monkeypatch):
    made = scripted()
    if not isinstance(made.client, ApiClient):
        pytest.skip("the asynchronous client is cancelled instead")

    def interrupt(*_):
        raise KeyboardInterrupt

    for name in ("before_read", "start"):
        with monkeypatch.context() as patch:
            patch.setattr(protocol_api.core.clock.clock, name, interrupt)
            with pytest.raises(KeyboardInterrupt) as caught:
                made.client.conversations.get(ID)
            assert_hidden(caught.value)


def test_not_in_a_call_that_is_cancelled():
    async def calls():
        here = asyncio.Event()
        loop = asyncio.get_running_loop()
        server = Server([lambda *_: loop.call_soon_threadsafe(here.set)])
        async with AsyncApiClient(TOKEN, base_url=server.url) as client:
            call = asyncio.ensure_future(client.me.get())
            await here.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await call
            assert_hidden(caught.value)
        server.close()

    asyncio.run(calls())


class Failing:
    """A transport of somebody else that fails with all that it knows."""

    def send(self, request, timeout=None):
        def fails():
            error = RuntimeError("request failed")
            error.request = {"token": request.headers["authorization"]}
            raise error from ConnectionError(f"sent {request.headers['authorization']}")

        async def fails_later():
            fails()

        return fails() if timeout is not None else fails_later()


def test_not_in_what_a_transport_of_the_caller_raises(new_client):
    with pytest.raises(ApiClientError, match=r"sent Bearer \[secret\]") as caught:
        new_client(transport=Failing(), max_retries=0).me.get()
    assert_hidden(caught.value)
    assert str(caught.value.__cause__) == "RuntimeError: request failed"
    assert str(caught.value.__cause__.__cause__) == "ConnectionError: sent Bearer [secret]"


def test_not_in_what_a_transport_gets(new_client):
    got = []

    class Keeping:
        def send(self, request, timeout=None):
            got.append(request)
            raise OSError("no")

    with pytest.raises(ApiClientError):
        new_client(transport=Keeping(), max_retries=0).me.get()
    assert repr(got[0]) == "<TransportRequest GET http://127.0.0.1:9000>"
    assert_hidden(got)


def test_not_in_what_the_hooks_get(scripted):
    got = []
    repeated = json(200, {}, {**ECHO, "x-request-id": TOKEN})
    made = scripted(repeated, on_request=got.append, on_response=got.append)
    made.client.conversations.get(ID)
    assert len(got) == 2
    assert got[1].request_id == "[secret]"
    assert_hidden(got)
    assert made.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_not_in_the_response_of_a_result(scripted):
    made = scripted(json(200, {}, ECHO))
    response = protocol_api.response_of(made.client.me.get())
    assert response.headers["x-echo"] == "Bearer [secret]"


def test_nothing_is_printed_or_logged(scripted, capfd, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    made = scripted(hang_up, answer(503), json(200, {}))
    made.client.conversations.get(ID)
    assert capfd.readouterr() == ("", "")
    assert PART not in caplog.text


TOKENS = ['ptc_a/b"c\\d-and-so-on-and-on', TOKEN]
FORMS = {
    "in another way": lambda token, escaped, in_json: f'{{"message":"bad {escaped}"}}',
    "as JSON writes it": lambda token, escaped, in_json: json_module.dumps(
        {"message": f"bad {token}", "code": token, "param": token, "type": token}
    ),
    "where nothing of it is an attribute of ours": lambda token, escaped, in_json: (
        f'{{"error":{{"{in_json}":["{in_json}"]}}}}'
    ),
    "as text": lambda token, escaped, in_json: f'"{in_json}"',
}


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("status", [200, 400])
def test_not_when_an_answer_repeats_it(scripted, new_client, token, form, status):
    in_json = json_module.dumps(token)[1:-1]
    escaped = in_json.replace("p", "\\u0070").replace("d-", "\\u0064-")
    made = scripted(answer(status, FORMS[form](token, escaped, in_json), {"x-request-id": f"id of {token}"}))
    client = new_client(token, base_url=made.url, max_retries=0)
    with pytest.raises(ApiError) as caught:
        client.messages.list()
    assert caught.value.request_id == "id of [secret]"
    # Without this test's own frame, which has the token.
    error = caught.value.with_traceback(None)
    shown = dump(error)
    assert not any(secret in shown for secret in (token, in_json, escaped))


def test_headers_are_a_mapping():
    headers = Headers([("A", "1"), ("a", "2"), ("B", "3")])
    assert dict(headers) == {"a": "1, 2", "b": "3"}
    assert ("A" in headers, 5 in headers, len(headers), headers.get("c")) == (True, False, 2, None)
    del headers["A"]
    assert headers == Headers({"b": "3"})
