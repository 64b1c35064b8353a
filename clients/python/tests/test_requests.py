import asyncio
import math
import platform
from collections import UserDict, deque
from datetime import datetime
from urllib.parse import quote

import pytest
from server import ID, TOKEN, answer, error, json, page

import protocol_api
from protocol_api import ApiClient, ApiClientError, ApiError, AsyncApiClient, AsyncList, response_of

FINE = json(200, {"id": ID})


def test_the_calls_of_the_reference(scripted):
    made = scripted(page([]), FINE, FINE, FINE, answer(204))
    conversations = made.client.conversations
    conversations.list()
    conversations.create(contact_id="WAz8eIbvDR60rouK")
    conversations.get("xgQQXg3hrtjh7AvZ")
    conversations.update("xgQQXg3hrtjh7AvZ", is_muted=True)
    assert conversations.delete("xgQQXg3hrtjh7AvZ") is None
    assert [f"{request.method} {request.path} {request.body.decode()}" for request in made.requests] == [
        "GET /v1/conversations ",
        'POST /v1/conversations {"contact_id": "WAz8eIbvDR60rouK"}',
        "GET /v1/conversations/xgQQXg3hrtjh7AvZ ",
        'PUT /v1/conversations/xgQQXg3hrtjh7AvZ {"is_muted": true}',
        "DELETE /v1/conversations/xgQQXg3hrtjh7AvZ ",
    ]


def test_what_a_request_carries(scripted):
    made = scripted(FINE, FINE, FINE)
    made.client.conversations.get(ID)
    made.client.messages.send(conversation_id=ID, message="Merry Christmas 🎄")
    made.client.groups.leave(ID)
    get, post, leave = (request.headers for request in made.requests)
    agent = f"protocol-api-python/{protocol_api.__version__} python/{platform.python_version()}"
    for headers in (get, post, leave):
        assert headers["authorization"] == f"Bearer {TOKEN}"
        assert headers["accept"] == "application/json"
        assert headers["user-agent"] == agent
    assert "content-type" not in get
    assert post["content-type"] == "application/json"
    assert made.requests[1].json == {"conversation_id": ID, "message": "Merry Christmas 🎄"}
    assert "content-type" not in leave
    assert leave["content-length"] == "0"
    assert made.requests[2].body == b""
    assert set(get) <= {"accept", "authorization", "connection", "host", "user-agent"}


def test_send_is_create():
    messages = ApiClient(TOKEN).messages
    assert messages.send == messages.create


def test_what_is_not_given_is_left_out_and_none_is_sent(scripted):
    made = scripted(FINE, FINE, page([]), FINE)
    not_given = protocol_api.NOT_GIVEN
    made.client.conversations.update(ID, archived_at=None, is_muted=not_given)
    made.client.conversations.update(ID, is_muted=not_given)
    made.client.conversations.list(muted=not_given, limit=5)
    assert made.requests[0].body == b'{"archived_at": null}'
    assert made.requests[1].body == b""
    assert made.requests[2].path == "/v1/conversations?limit=5"


def test_what_the_client_does_not_know_is_passed_through(scripted):
    strange = {"id": ID, "type": "new", "is_new": True, "nested": {"enum_value": "unheard-of", "list": [1, None]}}
    made = scripted(json(200, strange), json(200, strange), page([strange]))
    assert made.client.conversations.get(ID) == strange
    assert made.client.conversations.update(ID, extra_params={"is_new": "yes"}) == strange
    assert made.client.conversations.list(extra_params={"is_new": True}).data == [strange]
    assert made.requests[1].json == {"is_new": "yes"}
    assert made.requests[2].path == "/v1/conversations?is_new=true"


def test_sequences_and_mappings_of_every_kind_are_sent(scripted):
    made = scripted(FINE, FINE)
    made.client.groups.create(name="x", contacts=deque_of_tuples())
    made.client.messages.update(ID, reactions=UserDict({"❤️": ("kate",)}))
    assert made.requests[0].json == {"name": "x", "contacts": ["a", {"id": "b"}]}
    assert made.requests[1].json == {"reactions": {"❤️": ["kate"]}}


def deque_of_tuples():
    return deque(["a", UserDict({"id": "b"})])


def test_what_the_caller_changes_afterwards_has_no_effect(scripted):
    made = scripted(page([{"id": "a"}], "a"), page([]))
    extra = {"is_new": 1}
    listed = made.client.conversations.list(limit=1, extra_params=extra)
    extra["is_new"] = 2
    list(listed)
    assert [request.path for request in made.requests] == [
        "/v1/conversations?limit=1&is_new=1",
        "/v1/conversations?limit=1&starting_after=a&is_new=1",
    ]


@pytest.mark.parametrize("id", [None, "", ".", "..", 5, {}, "\ud800"])
def test_no_id(scripted, id):
    made = scripted()
    with pytest.raises(ApiClientError):
        made.client.conversations.delete(id)
    with pytest.raises(ApiClientError):
        made.client.messages.add_reaction(ID, id)
    assert made.requests == []


def test_an_id_that_would_lead_elsewhere_is_called_what_it_is():
    with pytest.raises(ApiClientError, match=r'id must be a string, and not empty, "\." or "\.\."'):
        ApiClient(TOKEN).conversations.get("..")


def test_a_path_holds_whatever_a_parameter_says_as_one_piece(scripted):
    names = ["❤️", "a/b", "../..", "?a=b", "#", "%2e%2e", "ü ", "%"]
    made = scripted(*[FINE] * len(names))
    for name in names:
        made.client.messages.add_reaction(ID, name)
    paths = [request.path for request in made.requests]
    assert paths == [f"/v1/messages/{ID}/reactions/{quote(name, safe='')}" for name in names]


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "ü", "a\nb", "a\n", None, 5])
def test_no_idempotency_key(scripted, key):
    made = scripted()
    with pytest.raises(ApiClientError, match="idempotency_key"):
        made.client.conversations.create(contact_id=ID, idempotency_key=key)
    assert made.requests == []


def test_the_whole_answer(scripted):
    headers = {"x-request-id": "abc", "idempotent-replayed": "true"}
    made = scripted(json(201, {"id": ID}, headers), page([]))
    created = made.client.conversations.create(contact_id=ID)
    response = response_of(created)
    assert (created.id, response.status, response.request_id) == (ID, 201, "abc")
    assert response.headers["Idempotent-Replayed"] == "true"
    listed = made.client.contacts.list()
    assert response_of(getattr(listed, "inner", listed)).status == 200
    for other in (None, {}, created.copy()):
        with pytest.raises(ApiClientError):
            response_of(other)


def test_an_asynchronous_call_is_sent_when_it_is_awaited():
    async def calls():
        client = AsyncApiClient(TOKEN)
        call = client.conversations.get("")
        assert asyncio.iscoroutine(call)
        with pytest.raises(ApiClientError):
            await call
        assert isinstance(client.conversations.list(), AsyncList)
        await client.close()

    asyncio.run(calls())


def test_the_hooks_see_each_try_and_may_change_its_headers(scripted, kind):
    seen = []

    def on_request(request):
        method, url, headers, attempt = request
        seen.append((method, url, attempt, list(headers)))
        headers["X-Trace"] = f"trace-{attempt}"
        headers["authorization"] = "Bearer of-the-hook"

    def on_response(response):
        seen.append((*response[:4], response.headers["content-type"], response.request_id, response.duration >= 0))

    async def waiting_request(request):
        await asyncio.sleep(0)
        on_request(request)

    async def waiting_response(response):
        await asyncio.sleep(0)
        on_response(response)

    hooks = (on_request, on_response) if kind == "sync" else (waiting_request, waiting_response)
    unavailable = error(503, "service_unavailable", {"x-request-id": "one"})
    made = scripted(unavailable, page([]), on_request=hooks[0], on_response=hooks[1])
    made.client.contacts.list(limit=2)
    url = f"{made.url}/v1/contacts?limit=2"
    assert seen == [
        ("GET", url, 0, ["accept", "user-agent"]),
        ("GET", url, 0, 503, "application/json", "one", True),
        ("GET", url, 1, ["accept", "user-agent"]),
        ("GET", url, 1, 200, "application/json", "req", True),
    ]
    assert [request.headers["x-trace"] for request in made.requests] == ["trace-0", "trace-1"]
    # What one try is given, the next one is not.
    assert all(request.headers["authorization"] == f"Bearer {TOKEN}" for request in made.requests)


@pytest.mark.parametrize("error_class", [RuntimeError, TimeoutError, KeyboardInterrupt])
def test_what_a_hook_raises_ends_the_call(scripted, error_class):
    stop = error_class("no further")

    def hook(_):
        raise stop

    before = scripted(on_request=hook)
    with pytest.raises(error_class) as caught:
        before.client.me.get()
    assert caught.value is stop
    assert before.requests == []
    after = scripted(answer(503), FINE, on_response=hook)
    with pytest.raises(error_class) as caught:
        after.client.me.get()
    assert caught.value is stop
    assert len(after.requests) == 1


@pytest.mark.parametrize(("name", "value"), [("x-a", "b\r\nc: d"), ("x-a", "😀"), ("x a", "b"), ("", "b"), ("x-a", 5)])
def test_what_a_hook_makes_must_be_headers(scripted, name, value):
    made = scripted(on_request=lambda request: request.headers.update({name: value}))
    with pytest.raises(ApiClientError, match="on_request"):
        made.client.me.get()


def test_the_synchronous_client_takes_no_asynchronous_hook():
    async def hook(_):
        """Would not be awaited."""

    with pytest.raises(ApiClientError, match="AsyncApiClient"):
        ApiClient(TOKEN, on_request=hook).me.get()


def test_a_minute_for_each_try_unless_one_says_otherwise(scripted, new_client):
    made = scripted(answer(503), FINE, FINE, FINE, FINE)
    made.client.me.get()
    impatient = new_client(base_url=made.url, timeout=1.25)
    impatient.me.get()
    impatient.me.get(timeout=99)
    impatient.me.get(timeout=None)
    assert made.timeouts == [60, 60, 1.25, 99, None]


def test_an_option_that_there_is_not_is_refused_for_it_may_be_the_address():
    for client in (ApiClient, AsyncApiClient):
        with pytest.raises(TypeError, match="baseUrl"):
            client(TOKEN, baseUrl="https://api.example.com")
        with pytest.raises(TypeError, match="timeOut"):
            client(TOKEN).me.get(timeOut=5)
        with pytest.raises(TypeError, match="contact"):
            client(TOKEN).conversations.create(contact="x")


CYCLIC = {}
CYCLIC["cyclic"] = CYCLIC
WRONG = {
    "a set": lambda client: client.groups.create(name="x", contacts={"a"}),
    "a circle": lambda client: client.groups.create(name=CYCLIC),
    "no number": lambda client: client.conversations.update(ID, archived_at=math.nan),
    "no number in an object": lambda client: client.conversations.update(ID, extra_params={"a": {"b": [math.inf]}}),
    "a date": lambda client: client.conversations.update(ID, archived_at=datetime.now()),
    "bytes": lambda client: client.groups.create(name=b"x"),
    "nothing in a list": lambda client: client.groups.create(name="x", contacts=[protocol_api.NOT_GIVEN]),
    "no Unicode": lambda client: client.groups.create(name="\ud800"),
    "no number in a query": lambda client: client.conversations.list(limit=math.nan),
    "a date in a query": lambda client: client.messages.search(query="x", after=datetime.now()),
    "no Unicode in a query": lambda client: client.messages.search(query="\ud800"),
    "no parameters": lambda client: client.conversations.create(extra_params=[ID]),
    "a name that is none": lambda client: client.conversations.create(extra_params={5: ID}),
    "no retries": lambda client: client.conversations.get(ID, max_retries=None),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_a_call_is_an_error_of_the_client(scripted, name):
    made = scripted()
    with pytest.raises(ApiClientError) as caught:
        WRONG[name](made.client)
    assert not isinstance(caught.value, ApiError)
    assert made.requests == []


def test_a_closed_client_makes_no_calls(scripted):
    made = scripted(FINE)
    made.client.me.get()
    made.client.close()
    with pytest.raises(ApiClientError, match="closed"):
        made.client.me.get()
