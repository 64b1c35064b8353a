"""What comes before, or after, the answer to a request."""

import pytest
from server import ID, json, raw

from protocol_api import ApiClient, ApiClientError, ApiConnectionError

FINE = json(200, {"id": ID})


@pytest.mark.parametrize("status", [100, 102, 103, 199])
def test_an_interim_answer_is_not_that_of_a_call_nor_of_the_next_one(scripted, status):
    def early(sock, request):
        sock.sendall(f"HTTP/1.1 {status} Early\r\nlink: </x>\r\n\r\n".encode() * 2)
        json(200, {"id": request.path})(sock, request)

    made = scripted(early, FINE, max_retries=0)
    assert made.client.conversations.get("first").id == "/v1/conversations/first"
    assert made.client.conversations.get("second").id == ID
    assert made.server.connections == 1


def test_a_connection_that_has_become_another_one_is_not_used_again(scripted):
    made = scripted(raw("HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n"), FINE, max_retries=0)
    if not isinstance(made.client, ApiClient):
        pytest.skip("httpx has its own way")
    with pytest.raises(ApiClientError):
        made.client.me.get()
    assert made.client.me.get().id == ID
    assert made.server.connections == 2


@pytest.mark.parametrize("surplus", ["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "HTTP"])
def test_what_comes_after_an_answer_belongs_to_nobody(scripted, surplus):
    made = scripted(raw('HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{"id": "1"}' + surplus), FINE, max_retries=0)
    if not isinstance(made.client, ApiClient):
        pytest.skip("httpx has its own way")
    assert made.client.me.get().id == "1"
    assert made.client.me.get().id == ID
    assert made.server.connections == 2


@pytest.mark.parametrize("length", ["+2", "-2", "0x2", "2_0", "2\r\ncontent-length: 3"])
def test_a_length_that_is_none(scripted, length):
    made = scripted(raw(f"HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{{}}"), max_retries=0)
    with pytest.raises(ApiConnectionError):
        made.client.me.get()


def test_a_connection_is_not_kept_when_its_client_is_closed_meanwhile(scripted):
    def closing(sock, request):
        made.client.close()
        FINE(sock, request)

    made = scripted(closing)
    if not isinstance(made.client, ApiClient):
        pytest.skip("its event loop closes it")
    assert made.client.me.get().id == ID
    assert made.client._core.engine._transport._made._idle.popitem()[1] == []
