"""Every operation of the API's description is a method of both clients that sends what the description says."""

import inspect
import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from server import TOKEN

from protocol_api import ApiClient, AsyncApiClient, Headers
from protocol_api.generated import operations as generated

DOCUMENT = json.loads((Path(__file__).parents[3] / "reference" / "openapi.json").read_text())
METHODS = ("get", "post", "put", "delete")
# Made of other operations, by hand.
BY_HAND = {"attachments.upload", "attachments.open", "sounds.open"}


def resolved(thing):
    while thing and "$ref" in thing:
        keys, thing = thing["$ref"][2:].split("/"), DOCUMENT
        for key in keys:
            thing = thing[key]
    return thing or {}


def snake(text):
    return re.sub(r"\W+|(?<=[a-z])(?=[A-Z])", "_", text).lower()


class Described:
    """An operation of the description."""

    def __init__(self, path, method, item):
        node = item[method]
        parameters = [resolved(one) for one in [*item.get("parameters", []), *node.get("parameters", [])]]
        self.id, self.path, self.method = node["operationId"], path, method.upper()
        self.resource = snake(node["tags"][0])
        words = snake(self.id).split("_")
        of_tag = {word for name in self.resource.split("_") for word in (name, re.sub("s$", "", name))}
        name = "_".join([words[0], *(word for word in words[1:] if word not in of_tag)])
        self.names = [name, *(snake(alias) for alias in node.get("x-aliases", []))]
        self.in_path = re.findall(r"\{(\w+)\}", path)
        self.in_query = [one["name"] for one in parameters if one["in"] == "query"]
        body = resolved(resolved(node.get("requestBody")).get("content", {}).get("application/json", {}).get("schema"))
        self.in_body = list(body.get("properties", {}))


OPERATIONS = [
    Described(path, method, item) for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item
]
CALLS = [(operation, name) for operation in OPERATIONS for name in operation.names]


class Answering:
    """A transport that answers whatever is asked, in both ways."""

    def __init__(self):
        self.requests = []

    def send(self, request, timeout=NotImplemented):
        self.requests.append(request)
        answer = Answer(timeout is NotImplemented)
        return answer if timeout is not NotImplemented else later(answer)

    def close(self):
        """Has nothing to close."""


class Answer:
    status, headers = 200, Headers()

    def __init__(self, is_async):
        self._pieces, self._is_async = [b'{"has_more": false, "data": [], "next_cursor": null}'], is_async

    def read(self, timeout=None):
        piece = self._pieces.pop() if self._pieces else b""
        return later(piece) if self._is_async else piece

    def close(self):
        return later(None) if self._is_async else None


async def later(value):
    return value


def test_the_description_has_operations():
    assert len(OPERATIONS) >= 41


@pytest.mark.parametrize(("operation", "name"), CALLS, ids=[f"{one.id}-{name}" for one, name in CALLS])
def test_an_operation_is_a_method(new_client, operation, name):
    transport = Answering()
    client = new_client(base_url="https://api.example.com/prefix", transport=transport)
    values = [f"value-of-{parameter}" for parameter in operation.in_path]
    given = {key: f"its-{key}" for key in [*operation.in_query, *operation.in_body]}
    is_post = operation.method == "POST"
    options = {"timeout": 5, "max_retries": 0, **({"idempotency_key": "key-of-the-call"} if is_post else {})}
    getattr(getattr(client, operation.resource), name)(*values, **given, **options)
    (request,) = transport.requests
    url = urlsplit(request.url)
    assert request.method == operation.method
    assert url.path == "/prefix" + re.sub(r"\{(\w+)\}", r"value-of-\1", operation.path)
    assert parse_qsl(url.query) == [(key, f"its-{key}") for key in operation.in_query]
    body = json.loads(request.body) if request.body else None
    assert body == ({key: f"its-{key}" for key in operation.in_body} or None)
    assert request.headers.get("idempotency-key") == ("key-of-the-call" if is_post else None)


def public(thing):
    return {name for name in dir(thing) if not name.startswith("_")}


@pytest.mark.parametrize("client", [ApiClient(TOKEN), AsyncApiClient(TOKEN)], ids=["sync", "async"])
def test_the_client_has_no_method_that_is_no_operation(client):
    resources = public(client) - {"close"}
    assert resources == {operation.resource for operation in OPERATIONS}
    found = {f"{resource}.{name}" for resource in resources for name in public(getattr(client, resource))}
    assert found == {f"{operation.resource}.{name}" for operation, name in CALLS} | BY_HAND


def test_both_clients_have_the_same_methods_with_the_same_parameters():
    for operation, name in CALLS:
        sync, other = (
            inspect.signature(getattr(getattr(client(TOKEN), operation.resource), name))
            for client in (ApiClient, AsyncApiClient)
        )
        assert sync.parameters == other.parameters


def test_each_method_says_what_it_does_and_what_it_takes():
    for operation, name in CALLS:
        method = getattr(getattr(ApiClient(TOKEN), operation.resource), name)
        assert method.__doc__
        assert all(f"{key}: " in method.__doc__ for key in [*operation.in_query, *operation.in_body])


def test_the_generated_operations_are_those_of_the_description():
    constants = {value.id for name, value in vars(generated).items() if name.isupper()}
    assert constants == {operation.id for operation in OPERATIONS}
