"""What is closed, cancelled or broken off ends, and shows no link."""

import asyncio
import os
import threading
import traceback
from enum import IntEnum

import pytest
from files import BYTES, LARGE, address, file, link
from server import ID, TOKEN, json, page, silence

from protocol_api import ApiClientError, ApiConnectionError, AsyncApiClient, ServerError
from protocol_api.core.errors import ErrorDetails
from protocol_api.core.headers import Headers
from protocol_api.core.url import query_of

FINE = json(200, {"id": ID})


@pytest.mark.parametrize("error", [BrokenPipeError("own"), ConnectionResetError("own"), ValueError("own")])
def test_what_a_source_raises_ends_an_upload_and_shows_no_link(scripted, error):
    def pieces():
        yield BYTES[:-1]
        raise error

    made = scripted(address, silence)
    with pytest.raises(type(error), match="own") as caught:
        made.client.attachments.upload(pieces(), filename="a", file_size=LARGE)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "hidden" not in "".join(shown.format())


@pytest.mark.parametrize("first", [b"hello", BYTES], ids=["small", "large"])
def test_a_piece_that_is_none_is_not_the_end(scripted, first):
    size = {"file_size": LARGE} if first is BYTES else {}
    made = scripted(address, silence)
    with pytest.raises(ApiClientError, match="bytes"):
        made.client.attachments.upload(iter([first, None, b"x"]), filename="a", **size)


def test_a_link_that_is_none_is_not_shown(scripted):
    made = scripted(json(200, {"id": ID, "file_url": "http://h:bad/?hidden"}))
    with pytest.raises(ApiClientError) as caught:
        made.client.attachments.open(ID)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "?hidden" not in shown.replace(repr(made.server._rest), "")


def test_close_ends_a_download_that_is_being_iterated_over(scripted):
    made = scripted(link, file())
    download = made.client.attachments.open(ID)
    pieces = iter(download)
    next(pieces)
    download.close()
    with pytest.raises(ApiClientError, match="closed"):
        next(pieces)


@pytest.mark.parametrize("name", ["on_request", "on_response"])
@pytest.mark.parametrize(
    "error", [ApiConnectionError("mine"), ServerError(500, ErrorDetails("mine"), Headers())], ids=["no", "500"]
)
def test_an_error_of_ours_that_a_hook_raises_ends_the_call(scripted, name, error):
    def hook(_):
        raise error

    made = scripted(FINE, FINE, **{name: hook})
    with pytest.raises(type(error), match="mine"):
        made.client.conversations.create(contact_id=ID)
    assert len(made.requests) == (name == "on_response")


def test_a_call_that_is_cancelled_twice_is_cancelled():
    begun, go_on = threading.Event(), threading.Event()

    def pieces():
        begun.set()
        go_on.wait(20)
        yield b"x"

    async def calls():
        async with AsyncApiClient(TOKEN) as client:
            call = asyncio.ensure_future(client.attachments.upload(pieces(), filename="a"))
            await asyncio.to_thread(begun.wait, 20)
            for _ in range(2):
                call.cancel()
                await asyncio.sleep(0)
            go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await call

    asyncio.run(calls())


@pytest.mark.parametrize("name", ["content-length", "Host", "transfer-encoding", "x(a)", "ü"])
def test_headers_that_no_hook_may_make(scripted, name):
    made = scripted(on_request=lambda request: request.headers.update({name: "5"}))
    with pytest.raises(ApiClientError, match="on_request"):
        made.client.me.get()


def test_headers_that_a_hook_makes_are_the_same_in_both_clients(scripted):
    values = iter([" b", "b\x7f", "ü"])
    made = scripted(FINE, on_request=lambda request: request.headers.update({"x-a": next(values)}))
    for _ in range(2):
        with pytest.raises(ApiClientError, match="on_request"):
            made.client.me.get()
    made.client.me.get()
    assert made.requests[0].headers["x-a"] == "ü"


def test_a_page_has_names(scripted):
    found = scripted(page([{"id": "a"}], "a")).client.contacts.list()
    found = getattr(found, "inner", found)
    assert ("data" in found, "x" in found) == (True, False)
    for wrong in (lambda: found[0], lambda: found[:2], lambda: {} in found):
        with pytest.raises(TypeError, match=r"page\.data"):
            wrong()
    with pytest.raises(AttributeError, match="cannot be set"):
        found.data = []


def test_numbers_of_a_query_are_written_as_numbers_and_circles_refused(scripted):
    class Number(IntEnum):
        """As a caller may have."""

        FIVE = 5

    class Own(float):
        def __repr__(self):
            return "Own"

    assert query_of({"a": Number.FIVE, "b": Own(1.5)}) == "?a=5&b=1.5"
    circle = []
    circle.append(circle)
    made = scripted()
    for wrong in ({"a": circle}, {"a": {1: "x", "1": "y"}}):
        with pytest.raises(ApiClientError):
            made.client.conversations.list(extra_params=wrong)
    with pytest.raises(ApiClientError):
        query_of({"a": circle})


def test_parameters_are_those_of_the_call(scripted):
    made = scripted(page([{"id": "a"}], "a"), page([]))
    tags = ["x"]
    found = made.client.conversations.list(extra_params={"tags": tags})
    tags.append("y")
    list(found)
    assert "y" not in made.requests[1].path


def test_a_file_is_saved_through_a_link_to_nothing_and_errors_name_the_path(scripted, tmp_path):
    made = scripted(link, file(), link, file())
    (tmp_path / "link").symlink_to("target")
    made.client.sounds.open(ID).save_to(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert os.path.getsize(tmp_path / "target")
    with pytest.raises(FileNotFoundError) as caught:
        made.client.sounds.open(ID).save_to(tmp_path / "none" / "a")
    assert caught.value.filename == str(tmp_path / "none" / "a")


@pytest.mark.parametrize("file_type", ["a\nb", "ü/x"])
def test_a_type_or_a_file_that_cannot_be_sent_is_refused_before_it_is_announced(scripted, file_type, tmp_path):
    made = scripted()
    with pytest.raises(ApiClientError, match="file_type"):
        made.client.attachments.upload(BYTES, filename="a", file_type=file_type)
    (tmp_path / "a").write_bytes(BYTES)
    with (tmp_path / "a").open() as text, pytest.raises(ApiClientError, match="open for reading bytes"):
        made.client.attachments.upload(text)
    assert made.requests == []
