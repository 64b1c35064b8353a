import io
import re
from email.parser import BytesParser

import pytest
from files import ABOUT, BYTES, CREATED, LARGE, SMALL, STORED, address, refused
from server import answer, error, hang_up, json

from protocol_api import (
    ApiClientError,
    ApiConnectionError,
    ApiError,
    PermissionDeniedError,
    ServerError,
    UnexpectedAnswerError,
    response_of,
)
from protocol_api.types import Attachment


@pytest.fixture
def large_path(tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(BYTES)
    return path


def part(request):
    """The one part of a form: its name, its type and its content."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    (found,) = BytesParser().parsebytes(head + request.body).get_payload()
    disposition = found["content-disposition"]
    name = re.fullmatch('form-data; name="file"; filename="(.*)"', str(disposition))[1]
    return name, found.get_content_type(), found.get_payload(decode=True)


def pieces(*given):
    yield from given


async def async_pieces(*given):
    for piece in given:
        yield piece


class Stream(io.RawIOBase):
    """A file that can be read once, as a pipe."""

    def __init__(self, content):
        self._inner = io.BytesIO(content)

    def read(self, size=-1):
        return self._inner.read(size)


SOURCES = {
    "bytes": lambda: b"hello",
    "a bytearray": lambda: bytearray(b"hello"),
    "a part of a buffer": lambda: memoryview(b"xxhelloxx")[2:7],
    "a file": lambda: io.BytesIO(b"hello"),
    "a file without seek": lambda: Stream(b"hello"),
    "a list": lambda: [b"hel", b"lo"],
    "a generator": lambda: pieces(b"hel", b"", b"lo"),
    "an asynchronous generator": lambda: async_pieces(b"hel", b"lo"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_small_one_goes_in_one_call(scripted, kind, name):
    made = scripted(CREATED)
    source = SOURCES[name]()
    if kind == "sync" and "asynchronous" in name:
        with pytest.raises(ApiClientError, match="it needs a path"):
            made.client.attachments.upload(source, filename="a")
        return
    attachment = made.client.attachments.upload(source, filename="greeting.txt", file_type="text/plain")
    assert attachment == ABOUT
    assert type(attachment) is Attachment
    assert response_of(attachment).status == 201
    (request,) = made.requests
    assert (request.method, request.path) == ("POST", "/v1/attachments")
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert re.fullmatch("[0-9a-f]{32}", request.headers["idempotency-key"])
    assert part(request) == ("greeting.txt", "text/plain", b"hello")


def test_names_and_types_that_are_not_given(scripted, tmp_path):
    made = scripted(*[CREATED] * 5)
    path = tmp_path / 'ü "b".txt'
    path.write_text("hello")
    upload = made.client.attachments.upload
    upload(path)
    upload(str(path))
    with path.open("rb") as file:
        upload(file)
        assert not file.closed
    upload(b"hello", filename="e")
    upload(path, filename="a\r\nb")
    names = [re.search(rb'filename="(.*?)"', request.body)[1].decode() for request in made.requests]
    assert names == ["ü %22b%22.txt"] * 3 + ["e", "a%0D%0Ab"]
    assert all(b"Content-Type: application/octet-stream\r\n" in request.body for request in made.requests)


def test_a_file_is_sent_from_where_it_stands(scripted):
    made = scripted(CREATED, address, hang_up, address, STORED)
    small, large = io.BytesIO(b"xxhello"), io.BytesIO(b"xx" + BYTES)
    for file in (small, large):
        file.seek(2)
        made.client.attachments.upload(file, filename="a")
    assert part(made.requests[0])[2] == b"hello"
    assert made.requests[2].body == made.requests[4].body == BYTES


def test_a_small_upload_is_tried_again_with_the_same_key_and_content(scripted):
    made = scripted(hang_up, answer(503), CREATED)
    made.client.attachments.upload(pieces(b"hello"), filename="a")
    assert len({request.headers["idempotency-key"] for request in made.requests}) == 1
    assert [part(request)[2] for request in made.requests] == [b"hello"] * 3


def in_pieces():
    return pieces(BYTES[:1_000_000], BYTES[1_000_000:])


LARGE_SOURCES = {
    "bytes": lambda path: BYTES,
    "a path": lambda path: path,
    "a file": lambda path: io.BytesIO(BYTES),
    "a file without seek": lambda path: Stream(BYTES),
    "a generator": lambda path: in_pieces(),
    "an asynchronous generator": lambda path: async_pieces(BYTES[:1_000_000], BYTES[1_000_000:]),
}


@pytest.mark.parametrize("name", LARGE_SOURCES)
def test_one_of_more_than_4_mib_is_announced_and_sent_to_the_storage(scripted, kind, name, large_path):
    if kind == "sync" and "asynchronous" in name:
        pytest.skip("it is refused")
    made = scripted(address, STORED)
    source = LARGE_SOURCES[name](large_path)
    attachment = made.client.attachments.upload(source, filename="a.bin", file_type="video/mp4", file_size=LARGE)
    assert attachment == ABOUT
    announced, sent = made.requests
    assert announced.json == {"filename": "a.bin", "file_type": "video/mp4", "file_size": LARGE}
    assert (sent.method, sent.path.split("?")[0]) == ("PUT", "/files/x")
    assert sent.body == BYTES
    assert sent.headers["content-length"] == str(LARGE)
    assert (sent.headers["content-type"], sent.headers["if-none-match"]) == ("video/mp4", "*")
    assert "transfer-encoding" not in sent.headers
    assert "authorization" not in sent.headers


def test_4_mib_are_small(scripted):
    made = scripted(CREATED, CREATED)
    made.client.attachments.upload(bytes(SMALL), filename="a")
    made.client.attachments.upload(pieces(bytes(SMALL)), filename="a", file_size=SMALL)
    assert all(request.headers["content-type"].startswith("multipart/") for request in made.requests)


@pytest.mark.parametrize("name", ["bytes", "a path", "a file"])
def test_it_is_sent_again_to_a_new_address_after_the_announcement_with_the_same_key(scripted, name, large_path):
    made = scripted(address, hang_up, address, answer(503), address, STORED)
    made.client.attachments.upload(LARGE_SOURCES[name](large_path), filename="a")
    announcements = [request for request in made.requests if request.method == "POST"]
    assert len({request.headers["idempotency-key"] for request in announcements}) == 1
    puts = [request for request in made.requests if request.method == "PUT"]
    assert len({request.path for request in puts}) == 3
    assert all(request.body == BYTES for request in puts)
    assert made.waits == [0.5, 1]


def test_the_key_of_the_caller_is_that_of_the_announcement(scripted):
    made = scripted(address, hang_up, address, STORED)
    made.client.attachments.upload(BYTES, filename="a", idempotency_key="mine")
    assert [request.headers.get("idempotency-key") for request in made.requests] == ["mine", None, "mine", None]


def test_what_turns_out_to_be_stored_after_a_lost_answer_is_done(scripted):
    made = scripted(address, hang_up, CREATED)
    assert made.client.attachments.upload(BYTES, filename="a") == ABOUT
    assert len(made.requests) == 3


EXISTS = refused(412, "PreconditionFailed")


@pytest.mark.parametrize("lost", [hang_up, answer(500)])
def test_412_after_a_lost_answer_means_that_our_own_try_has_stored_it(scripted, lost):
    made = scripted(address, lost, address, EXISTS)
    assert made.client.attachments.upload(BYTES, filename="a") == ABOUT
    assert len(made.requests) == 4


def test_409_of_the_storage_where_an_earlier_try_is_not_over_is_tried_again(scripted):
    made = scripted(address, hang_up, address, refused(409, "ConditionalRequestConflict"), CREATED)
    assert made.client.attachments.upload(BYTES, filename="a") == ABOUT


def test_412_where_the_caller_gave_the_key_another_call_with_it_has_stored_the_file(scripted):
    made = scripted(address, EXISTS)
    assert made.client.attachments.upload(BYTES, filename="a", idempotency_key="mine") == ABOUT


def test_412_at_once_is_an_error_and_so_is_what_the_storage_refuses(scripted):
    made = scripted(address, EXISTS, address, refused(403, "AccessDenied"))
    with pytest.raises(ApiError) as caught:
        made.client.attachments.upload(BYTES, filename="a")
    assert caught.value.status == 412
    with pytest.raises(PermissionDeniedError) as caught:
        made.client.attachments.upload(BYTES, filename="a")
    assert caught.value.message == f"PUT {made.url} was answered 403: AccessDenied"
    assert len(made.requests) == 4


def test_what_the_api_refuses_is_not_announced_again_beyond_its_own_retries(scripted):
    made = scripted(*[error(503, "service_unavailable")] * 9)
    with pytest.raises(ServerError):
        made.client.attachments.upload(BYTES, filename="a")
    assert len(made.requests) == 3


def test_no_more_tries_than_one_says(scripted):
    made = scripted(address, hang_up, address, hang_up, address)
    with pytest.raises(ApiConnectionError):
        made.client.attachments.upload(BYTES, filename="a", max_retries=1)
    assert len(made.requests) == 4


@pytest.mark.parametrize("bad", [hang_up, answer(503)])
def test_a_streamed_upload_is_not_tried_again(scripted, bad):
    made = scripted(address, bad, address, STORED)
    with pytest.raises(ApiClientError):
        made.client.attachments.upload(in_pieces(), filename="a", file_size=LARGE)
    assert len(made.requests) == 2


def test_the_announcement_of_a_streamed_upload_is_tried_again(scripted):
    made = scripted(hang_up, answer(503), address, STORED)
    made.client.attachments.upload(in_pieces(), filename="a", file_size=LARGE)
    assert len(made.requests) == 4


def test_the_storage_has_more_time_for_more_bytes(scripted):
    made = scripted(address, STORED, address, STORED, timeout=1)
    made.client.attachments.upload(BYTES, filename="a")
    assert [round(timeout, 3) for timeout in made.timeouts] == [1, 65]
    made.timeouts.clear()
    made.client.attachments.upload(BYTES, filename="a", timeout=None)
    assert made.timeouts == [None, None]


def test_an_answer_without_an_attachment_or_without_an_address(scripted):
    for upload in ({"method": "PUT", "url": "/files/x", "headers": {}}, {"url": "http://x"}, 5, {}):
        made = scripted(json(201, {**ABOUT, "upload": upload}))
        with pytest.raises(UnexpectedAnswerError):
            made.client.attachments.upload(BYTES, filename="a")
    made = scripted(answer(204), answer(204), json(201, None))
    for content in (b"hello", BYTES, b"hello"):
        with pytest.raises(UnexpectedAnswerError):
            made.client.attachments.upload(content, filename="a")


def test_a_file_that_changes_meanwhile_is_announced_once(scripted, large_path):
    def change(sock, request):
        large_path.write_bytes(b"other")
        address(sock, request)

    made = scripted(*[change] * 3)
    with pytest.raises(ApiClientError, match="has changed") as caught:
        made.client.attachments.upload(large_path)
    assert type(caught.value) is ApiClientError
    assert [request.method for request in made.requests] == ["POST"]
