import threading
import traceback

import pytest
from files import CONTENT, HALF, file, half, link, refused, watched
from server import ID, answer, error, hang_up, json, raw_end

from protocol_api import (
    ApiClientError,
    ApiConnectionError,
    ApiTimeoutError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    UnexpectedAnswerError,
)

FORBIDDEN = refused(403, "AccessDenied")


def paths(made):
    return [request.path.split("?")[0] for request in made.requests]


def test_a_sound_has_the_name_the_type_and_the_size_that_the_storage_tells(scripted):
    made = scripted(link, file())
    sound = made.client.sounds.open(ID)
    assert (sound.filename, sound.file_type, sound.file_size) == ("Café (live).wav", "audio/wav", len(CONTENT))
    assert sound.text() == CONTENT
    assert paths(made) == [f"/v1/sounds/{ID}/download", "/files/x"]


def test_an_attachment_has_the_name_the_type_and_the_size_that_the_api_tells(scripted):
    made = scripted(link, file())
    attachment = made.client.attachments.open(ID)
    assert (attachment.filename, attachment.file_type, attachment.file_size) == ("House.txt", "text/plain", 15)
    assert attachment.read() == CONTENT.encode()
    assert paths(made) == [f"/v1/attachments/{ID}", "/files/x"]


def test_the_storage_gets_neither_the_token_nor_what_the_hooks_add(scripted):
    hooked = []

    def on_request(request):
        hooked.append(request)
        request.headers["x-own"] = "1"

    made = scripted(link, file(), on_request=on_request, on_response=hooked.append)
    made.client.sounds.open(ID).read()
    assert set(made.requests[1].headers) <= {"host", "connection"}
    assert len(hooked) == 2


DISPOSITIONS = {
    'attachment; filename="a b.wav"': "a b.wav",
    "attachment; filename=plain.wav": "plain.wav",
    "attachment; filename=\"x\"; filename*=UTF-8''%E6%9D%B1.wav": "東.wav",
    "attachment; filename=\"x.wav\"; filename*=UTF-8''%E6%9": "x.wav",
    'attachment; filename="../../etc/passwd"': "passwd",
    "attachment; filename*=UTF-8''..%2F..%5Cx.wav": "x.wav",
    'attachment; filename=".."': "file",
    "attachment": "file",
}


@pytest.mark.parametrize("disposition", DISPOSITIONS)
def test_the_name_of_a_file(scripted, disposition):
    made = scripted(link, file(content_disposition=disposition))
    sound = made.client.sounds.open(ID)
    assert sound.filename == DISPOSITIONS[disposition]
    sound.close()


def test_what_the_storage_does_not_tell(scripted):
    made = scripted(link, raw_end(f"HTTP/1.1 200 OK\r\n\r\n{CONTENT}"))
    sound = made.client.sounds.open(ID)
    assert (sound.filename, sound.file_type, sound.file_size) == ("file", "application/octet-stream", None)
    assert sound.text() == CONTENT


def test_its_pieces(scripted):
    made = scripted(link, file())
    assert b"".join(made.client.sounds.open(ID)) == CONTENT.encode()


def test_a_file_is_read_once(scripted, tmp_path):
    made = scripted(link, file())
    sound = made.client.sounds.open(ID)
    sound.read()
    for again in (sound.read, sound.text, lambda: sound.save_to(tmp_path / "x"), lambda: list(sound)):
        with pytest.raises(ApiClientError, match="open it once more"):
            again()


def test_a_with_block_lets_the_connection_go(scripted, kind):
    gone = threading.Event()
    made = scripted(link, watched(gone, HALF))
    sound = made.client.sounds.open(ID)
    if kind == "sync":
        with sound as entered:
            assert entered is sound
    else:
        inner = sound.inner

        async def entering():
            async with inner as entered:
                assert entered is inner

        made.client._loop.run_until_complete(entering())
    assert gone.wait(20)
    with pytest.raises(ApiClientError):
        sound.read()


def test_a_loop_that_is_left_lets_the_connection_go(scripted):
    gone = threading.Event()
    made = scripted(link, watched(gone, HALF))
    pieces = iter(made.client.sounds.open(ID))
    assert next(pieces) == b"Merry"
    pieces.close()
    assert gone.wait(20)


def test_close_does_nothing_where_there_is_nothing_to_let_go(scripted):
    made = scripted(link, file(), link, file())
    sound = made.client.sounds.open(ID)
    sound.read()
    sound.close()
    other = made.client.sounds.open(ID)
    other.close()
    other.close()
    with pytest.raises(ApiClientError):
        other.read()


BAD = {"a link that is over": FORBIDDEN, "a closed connection": hang_up, "503": answer(503)}


@pytest.mark.parametrize("name", [*BAD, "no answer"])
def test_once_more_with_a_new_link(scripted, held, name):
    made = scripted(link, BAD.get(name, held.run_out), link, file())
    assert made.client.attachments.open(ID).text() == CONTENT
    assert made.requests[1].path != made.requests[3].path


@pytest.mark.parametrize("name", [*BAD, "no answer"])
def test_as_often_as_one_says_with_pauses(scripted, held, name):
    made = scripted(*[link, BAD.get(name, held.run_out)] * 8)
    with pytest.raises(ApiClientError):
        made.client.attachments.open(ID)
    assert (len(made.requests), made.waits) == (6, [0.5, 1])
    with pytest.raises(ApiClientError):
        made.client.attachments.open(ID, max_retries=1)
    assert len(made.requests) == 10


def test_a_content_that_breaks_off_is_read_once_more_with_a_new_link_as_a_whole(scripted, tmp_path):
    made = scripted(link, half, link, file(), link, half, link, file())
    assert made.client.sounds.open(ID).text() == CONTENT
    made.client.sounds.open(ID).save_to(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_text() == CONTENT
    assert len(made.requests) == 8


def test_to_open_and_to_read_have_their_retries_together(scripted):
    made = scripted(link, hang_up, link, half, link, half, link, file())
    sound = made.client.sounds.open(ID)
    with pytest.raises(ApiConnectionError):
        sound.read()
    assert (len(made.requests), made.waits) == (6, [0.5, 1])


def test_the_storage_is_tried_again_as_the_api_is(scripted):
    made = scripted(link, answer(404), link, answer(503, "", {"retry-after": "7"}), link, file())
    with pytest.raises(NotFoundError):
        made.client.sounds.open(ID)
    assert len(made.requests) == 2
    made.client.sounds.open(ID).close()
    assert made.waits == [7]


def test_no_new_link_where_nothing_is_to_be_tried_again(scripted):
    made = scripted(link, hang_up, link, half, max_retries=0)
    with pytest.raises(ApiConnectionError):
        made.client.sounds.open(ID)
    sound = made.client.sounds.open(ID)
    with pytest.raises(ApiConnectionError):
        sound.read()
    assert len(made.requests) == 4


def test_what_the_api_refuses_is_no_matter_of_the_link(scripted):
    made = scripted(error(404, "resource_missing"), link)
    with pytest.raises(NotFoundError):
        made.client.sounds.open(ID)
    assert len(made.requests) == 1
    twice = scripted(*[error(503, "service_unavailable")] * 9)
    with pytest.raises(ServerError):
        twice.client.sounds.open(ID)
    assert len(twice.requests) == 3


def test_a_stream_that_breaks_off_fails(scripted):
    pieces = iter(scripted(link, half).client.sounds.open(ID))
    assert next(pieces) == b"Merry"
    with pytest.raises(ApiConnectionError):
        next(pieces)


@pytest.mark.parametrize(("content", "message"), [("Merry", "after 5 of 15 bytes"), (CONTENT + "!", "more than 15")])
def test_a_content_of_another_size_than_the_file_has_is_an_error(scripted, content, message):
    made = scripted(link, raw_end(f"HTTP/1.1 200 OK\r\n\r\n{content}"))
    with pytest.raises(ApiConnectionError, match=message):
        made.client.attachments.open(ID, max_retries=0).read()


def test_the_time_out_is_that_of_the_beginning_and_of_each_piece_and_does_not_run_while_nobody_reads(scripted, held):
    made = scripted(link, lambda sock, request: sock.sendall(HALF.encode()), timeout=100)
    sound = made.client.sounds.open(ID)
    held.run_out()
    pieces = iter(sound)
    held.run_out()
    assert next(pieces) == b"Merry"
    held.run_out()
    late = threading.Timer(0.05, held.run_out)
    late.start()
    with pytest.raises(ApiTimeoutError):
        next(pieces)
    late.join()
    # Of the link, the beginning, and two pieces.
    assert made.timeouts == [100] * 4


def test_an_error_of_the_storage_has_its_code_and_nothing_of_the_link(scripted):
    made = scripted(link, FORBIDDEN, max_retries=0)
    with pytest.raises(PermissionDeniedError) as caught:
        made.client.sounds.open(ID)
    assert caught.value.message == f"GET {made.url} was answered 403: AccessDenied"
    assert "hidden" not in shown(caught.value)


@pytest.mark.parametrize("bad", [hang_up, half, raw_end("X-Amz-Signature=hid"), refused(412, "PreconditionFailed")])
def test_nothing_of_a_link_is_in_the_locals_of_a_failure(scripted, bad):
    made = scripted(link, bad, max_retries=0)
    with pytest.raises(ApiClientError) as caught:
        made.client.attachments.open(ID).read()
    assert "hidden" not in shown(caught.value)


def shown(error):
    """As a tracker of errors shows it, without the frame of the test."""
    error = error.with_traceback(error.__traceback__.tb_next)
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(frames.format())


@pytest.mark.parametrize("url", [None, 5, "", "/files/x", "files/x", "file:///etc/passwd", "http://", "http://x y/"])
def test_no_address_of_a_file(scripted, url):
    made = scripted(json(200, {"url": url}), json(200, {"file_url": url}))
    for resource in (made.client.sounds, made.client.attachments):
        with pytest.raises(UnexpectedAnswerError):
            resource.open(ID)
    assert len(made.requests) == 2


def test_a_link_without_a_query_spoils_no_message(scripted):
    def bare(sock, request):
        json(200, {"url": f"http://{request.headers['host']}/files/x"})(sock, request)

    made = scripted(bare, refused(404, "NoSuchKey"))
    with pytest.raises(NotFoundError) as caught:
        made.client.sounds.open(ID)
    assert caught.value.message == f"GET {made.url} was answered 404: NoSuchKey"
