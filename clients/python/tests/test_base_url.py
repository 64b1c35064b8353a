import math
import traceback

import pytest
from server import ID, TOKEN

from protocol_api import ApiClient, ApiClientError, AsyncApiClient, Headers


class Recording:
    """A transport that answers whatever is asked, and keeps the addresses."""

    def __init__(self):
        self.urls = []

    def send(self, request, timeout):
        self.urls.append(request.url)
        return Empty()

    def close(self):
        """Has nothing to close."""


class Empty:
    status, headers = 200, Headers()

    def __init__(self):
        self._pieces = [b"{}"]

    def read(self, timeout):
        return self._pieces.pop() if self._pieces else b""

    def close(self):
        """Has nothing to close."""


def sent_to(**options):
    """Where a client sends a call."""
    transport = Recording()
    ApiClient(TOKEN, transport=transport, **options).conversations.get(ID)
    return transport.urls[0].replace(f"/v1/conversations/{ID}", "")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    monkeypatch.delenv("PROTOCOL_API_URL", raising=False)


def test_the_option_comes_first_then_the_environment_then_this_machine(monkeypatch):
    assert sent_to() == "http://127.0.0.1:9000"
    monkeypatch.setenv("PROTOCOL_API_URL", "")
    assert sent_to() == "http://127.0.0.1:9000"
    monkeypatch.setenv("PROTOCOL_API_URL", "https://env.example.com")
    assert sent_to() == "https://env.example.com"
    assert sent_to(base_url=None) == "https://env.example.com"
    assert sent_to(base_url="https://option.example.com") == "https://option.example.com"


def test_the_environment_is_held_to_the_same_rules(monkeypatch):
    monkeypatch.setenv("PROTOCOL_API_URL", "http://env.example.com")
    for client in (ApiClient, AsyncApiClient):
        with pytest.raises(ApiClientError, match="travel"):
            client(TOKEN)


ADDRESSES = {
    "https://api.example.com": "https://api.example.com",
    "https://api.example.com/": "https://api.example.com",
    "https://api.example.com//": "https://api.example.com",
    "https://api.example.com:443": "https://api.example.com",
    "https://api.example.com:8443": "https://api.example.com:8443",
    "https://example.com/protocol": "https://example.com/protocol",
    "https://example.com/protocol/": "https://example.com/protocol",
    "https://example.com/a/b/": "https://example.com/a/b",
    "https://example.com/ä": "https://example.com/%C3%A4",
    "https://bücher.example.com": "https://xn--bcher-kva.example.com",
    "HTTPS://EXAMPLE.com": "https://example.com",
}


@pytest.mark.parametrize("given", ADDRESSES)
def test_addresses(given):
    assert sent_to(base_url=given) == ADDRESSES[given]


HERE = [
    "http://127.0.0.1",
    "http://127.0.0.1:9000/x",
    "http://127.8.9.1",
    "http://localhost:1",
    "http://[::1]:9000",
]


@pytest.mark.parametrize("base_url", HERE)
def test_plain_http_to_this_machine(base_url):
    assert sent_to(base_url=base_url) == base_url


ELSEWHERE = [
    "http://api.example.com",
    "http://10.0.0.1",
    "http://128.0.0.1",
    "http://127.999.999.999",
    "http://127.1",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://[::2]",
    "http://0.0.0.0",
]


@pytest.mark.parametrize("base_url", ELSEWHERE)
def test_plain_http_to_another_machine(base_url):
    for options in ({}, {"allow_http": False}):
        with pytest.raises(ApiClientError):
            ApiClient(TOKEN, base_url=base_url, **options)
    assert sent_to(base_url=base_url, allow_http=True) == base_url


WRONG = [
    "",
    "api.example.com",
    "ftp://example.com",
    "https://",
    "https://u:p@example.com",
    "https://u@example.com",
    "https://@example.com",
    "https://e.com?a=1",
    "https://e.com?",
    "https://e.com#a",
    "https://e.com:port",
    "https://e.com:99999",
    "https://e.com\\@other.com",
    "https://e.com\n",
    "https://e .com",
    "https://e.com/a b",
    "https://[::1",
    "/v1",
    5,
    b"https://example.com",
]


@pytest.mark.parametrize("base_url", WRONG)
def test_no_address(base_url):
    for client in (ApiClient, AsyncApiClient):
        with pytest.raises(ApiClientError):
            client(TOKEN, base_url=base_url)


def test_what_a_wrong_address_holds_is_not_shown():
    with pytest.raises(ApiClientError) as caught:
        ApiClient(TOKEN, base_url="https://user:" + "hid" + "den@example.com")
    assert "hidden" not in shown(caught.value)


@pytest.mark.parametrize("token", [None, "", " ", 42, "ptc_hid" + "den\n", "ptc_hid" + "den ü", "Bearer hid" + "den"])
def test_no_token(token):
    for client in (ApiClient, AsyncApiClient):
        with pytest.raises(ApiClientError) as caught:
            client(token)
        assert "hidden" not in shown(caught.value)


def shown(error):
    # Without the frame of the test itself, which knows what is hidden.
    error = error.with_traceback(error.__traceback__.tb_next)
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.parametrize(
    "options", [{"base_url": "ftp://x/hid" + "den"}, {"timeout": -1}, {"on_request": 5}, {"transport": 5}]
)
def test_neither_token_nor_address_is_in_the_locals_of_a_constructor(options):
    for client in (ApiClient, AsyncApiClient):
        with pytest.raises(ApiClientError) as caught:
            client("ptc_hid" + "den", **options)
        assert "hidden" not in shown(caught.value)


def test_a_transport_of_the_other_client_and_a_hook_that_is_none():
    class Other:
        async def send(self, request):
            """As that of an AsyncTransport."""

    for client, transport in ((ApiClient, Other()), (AsyncApiClient, Recording()), (ApiClient, object())):
        with pytest.raises(ApiClientError, match="transport must"):
            client(TOKEN, transport=transport)
    for client in (ApiClient, AsyncApiClient):
        for name in ("on_request", "on_response"):
            with pytest.raises(ApiClientError, match=f"{name} must be a function"):
                client(TOKEN, **{name: "x"})


OPTIONS = [
    {"timeout": 0},
    {"timeout": -1},
    {"timeout": math.nan},
    {"timeout": "5"},
    {"timeout": True},
    {"max_retries": -1},
    {"max_retries": 1.5},
    {"max_retries": None},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_options_that_make_no_sense(new_client, options):
    for client in (ApiClient, AsyncApiClient):
        with pytest.raises(ApiClientError):
            client(TOKEN, **options)
    with pytest.raises(ApiClientError):
        new_client().me.get(**options)
