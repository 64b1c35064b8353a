"""What an upload may be made from, and what it lets go."""

import io
import math

import pytest
from files import BYTES, CREATED, LARGE, STORED, address
from server import error, hang_up, silence

from protocol_api import ApiClientError, ApiConnectionError, ApiError, PermissionDeniedError


class Watched:
    """An iterable of bytes that knows whether it has been closed."""

    def __init__(self, *pieces):
        self.is_closed = False
        self._pieces = pieces

    def __iter__(self):
        try:
            yield from self._pieces
        finally:
            self.is_closed = True


def begun(watched):
    """Closing a generator that has not begun runs nothing."""
    steps = iter(watched)
    original = steps.close

    class Steps:
        def __iter__(self):
            return self

        def __next__(self):
            return next(steps)

        def close(self):
            original()
            watched.is_closed = True

    return Steps()


def fails(made, error_class, watched, **options):
    with pytest.raises(error_class) as caught:
        made.client.attachments.upload(begun(watched), **options)
    assert watched.is_closed
    return caught.value


def test_a_stream_that_is_not_wanted_is_closed(scripted):
    made = scripted(error(403, "upload_quota"))
    fails(made, PermissionDeniedError, Watched(BYTES), filename="a", file_size=LARGE)


def test_a_large_stream_needs_its_size_and_is_closed(scripted):
    made = scripted()
    caught = fails(made, ApiClientError, Watched(BYTES), filename="a")
    assert "file_size" in caught.message
    assert made.requests == []


def test_a_stream_is_closed_when_the_storage_fails(scripted):
    fails(scripted(address, hang_up), ApiConnectionError, Watched(BYTES), filename="a", file_size=LARGE)


def test_a_stream_without_a_name_is_closed(scripted):
    caught = fails(scripted(), ApiClientError, Watched(BYTES), file_size=LARGE)
    assert "filename is missing" in caught.message


def test_a_stream_that_has_been_sent_is_closed(scripted):
    made = scripted(address, STORED)
    watched = Watched(BYTES)
    made.client.attachments.upload(begun(watched), filename="a", file_size=LARGE)
    assert watched.is_closed


@pytest.mark.parametrize(
    ("size", "pieces", "message"),
    [
        (LARGE + 1, [BYTES], "file_size is 4194306, but there are 4194305 bytes"),
        (LARGE, [BYTES[:-1], b"xx"], "file_size is 4194305, but there are more bytes"),
        (LARGE, [BYTES, BYTES], "file_size is 4194305, but there are more bytes"),
        (6, [b"hello"], "file_size is 6, but there are 5 bytes"),
        (4, [b"hello"], "file_size is 4, but there are more bytes"),
    ],
)
def test_a_stream_of_another_size_than_was_said(scripted, size, pieces, message):
    made = scripted(address, silence)
    caught = fails(made, ApiClientError, Watched(*pieces), filename="a", file_size=size)
    assert caught.message == f"attachments.upload: {message}"
    assert all(request.method == "POST" for request in made.requests), "the storage got all of a request"


def test_bytes_of_another_size_than_was_said(scripted):
    made = scripted()
    for source in (b"hello", io.BytesIO(b"hello")):
        with pytest.raises(ApiClientError, match="file_size is 4, but there are 5 bytes"):
            made.client.attachments.upload(source, filename="a", file_size=4)


def test_what_a_source_raises_is_raised_as_it_is(scripted):
    class OwnError(Exception):
        """Of the caller."""

    def pieces(first):
        yield first
        raise OwnError

    made = scripted(address, silence)
    for first, size in ((b"hello", {}), (BYTES[:-1], {"file_size": LARGE})):
        with pytest.raises(OwnError):
            made.client.attachments.upload(pieces(first), filename="a", **size)


def test_what_cannot_be_uploaded(scripted, tmp_path):
    made = scripted()
    upload = made.client.attachments.upload
    for source in (None, 5, {"a": 1}, [1], ["hello"], io.StringIO("hello"), object(), b"/path".decode):
        with pytest.raises(ApiClientError) as caught:
            upload(source, filename="a")
        assert not isinstance(caught.value, ApiError)
    with pytest.raises(ApiClientError, match="filename"):
        upload(b"hello")
    with pytest.raises(ApiClientError, match="not that of a file"):
        upload(tmp_path)
    with pytest.raises(FileNotFoundError):
        upload(tmp_path / "none")
    for name in ({"filename": "\ud800"}, {"filename": "a", "file_type": "a\r\nb"}, {"filename": "a", "file_type": 5}):
        with pytest.raises(ApiClientError):
            upload(b"hello", **name)
    with pytest.raises(TypeError):
        upload(b"hello", name="a")
    assert made.requests == []


@pytest.mark.parametrize("size", ["20", math.inf, math.nan, -1, 1.5, True])
def test_no_size(scripted, size):
    made = scripted(CREATED)
    with pytest.raises(ApiClientError, match="file_size must be a whole number"):
        made.client.attachments.upload(bytes(20), filename="a", file_size=size)
    assert made.requests == []
