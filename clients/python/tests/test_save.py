"""Files that are written."""

import os
import subprocess
import sys
import threading

import pytest
from files import CONTENT, HALF, file, half, link, watched
from server import ID, TOKEN, Server, json

from protocol_api import ApiClientError, ApiConnectionError

PIECES = 1024
PIECE = bytes(64 * 1024)


def test_it_takes_the_place_of_what_is_there(scripted, tmp_path):
    made = scripted(link, file())
    (tmp_path / "a.wav").write_text("old")
    made.client.sounds.open(ID).save_to(str(tmp_path / "a.wav"))
    assert (tmp_path / "a.wav").read_text() == CONTENT
    assert os.listdir(tmp_path) == ["a.wav"]


def test_a_name_as_long_as_names_can_be(scripted, tmp_path):
    scripted(link, file()).client.sounds.open(ID).save_to(tmp_path / ("x" * 255))
    assert len(os.listdir(tmp_path)[0]) == 255


def test_where_the_connection_ends_nothing_is_half_done(scripted, tmp_path):
    made = scripted(*[link, half] * 3)
    (tmp_path / "a.wav").write_text("old")
    sound = made.client.sounds.open(ID)
    with pytest.raises(ApiConnectionError):
        sound.save_to(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_text() == "old"
    assert os.listdir(tmp_path) == ["a.wav"]
    assert len(made.requests) == 6


def test_a_folder_that_is_not_there(scripted, tmp_path):
    gone = threading.Event()
    made = scripted(link, watched(gone, HALF))
    sound = made.client.sounds.open(ID)
    with pytest.raises(FileNotFoundError):
        sound.save_to(tmp_path / "none" / "a.wav")
    assert gone.wait(20), "the connection is let go"


def test_no_path(scripted):
    sound = scripted(link, file()).client.sounds.open(ID)
    with pytest.raises(ApiClientError):
        sound.save_to(b"a.wav")
    with pytest.raises(TypeError):
        sound.save_to(None)
    sound.close()


def test_it_writes_through_a_link_and_keeps_the_mode(scripted, tmp_path):
    made = scripted(link, file())
    target = tmp_path / "a.wav"
    target.write_text("old")
    target.chmod(0o602)
    (tmp_path / "link.wav").symlink_to("a.wav")
    made.client.sounds.open(ID).save_to(tmp_path / "link.wav")
    assert target.read_text() == CONTENT
    assert target.stat().st_mode & 0o777 == 0o602
    assert (tmp_path / "link.wav").is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["a.wav", "link.wav"]


def test_it_writes_to_what_is_no_file_and_does_not_begin_again(scripted, tmp_path):
    made = scripted(link, file(), link, half, link, file())
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read = []

    def reading():
        thread = threading.Thread(target=lambda: read.append(fifo.read_text()))
        thread.start()
        return thread

    thread = reading()
    made.client.sounds.open(ID).save_to(fifo)
    thread.join()
    thread = reading()
    sound = made.client.sounds.open(ID)
    with pytest.raises(ApiConnectionError):
        sound.save_to(fifo)
    thread.join()
    assert read[0] == CONTENT
    assert "Merry".startswith(read[1])
    assert len(made.requests) == 4
    assert fifo.is_fifo()


def test_what_interrupts_it_leaves_nothing(scripted, tmp_path, monkeypatch):
    made = scripted(link, file())
    sound = made.client.sounds.open(ID)

    class Stop(BaseException):
        """As KeyboardInterrupt, which asyncio lets through."""

    def interrupt(*_):
        raise Stop

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(Stop):
        sound.save_to(tmp_path / "a.wav")
    assert os.listdir(tmp_path) == []


PROGRAM = """
import asyncio, resource, sys, protocol_api
kind, url, token, path = sys.argv[1:]
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
async def calls():
    async with protocol_api.AsyncApiClient(token, base_url=url) as client:
        await client.me.get()
        before = peak()
        await (await client.sounds.open("x")).save_to(path)
        await client.attachments.upload(path)
        print(peak() - before)
if kind == "async":
    asyncio.run(calls())
else:
    with protocol_api.ApiClient(token, base_url=url) as client:
        client.me.get()
        before = peak()
        client.sounds.open("x").save_to(path)
        client.attachments.upload(path)
        print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory otherwise")
def test_a_large_file_takes_no_memory(kind, tmp_path):
    size = PIECES * len(PIECE)

    def large(sock, request):
        sock.sendall(f"HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n".encode())
        for _ in range(PIECES):
            sock.sendall(PIECE)

    def announced(sock, request):
        url = f"http://{request.headers['host']}/files/x"
        upload = {"method": "PUT", "url": url, "headers": {"content-length": str(size)}, "expires_at": 1}
        json(201, {"id": ID, "upload": upload})(sock, request)

    server = Server([json(200, {}), link, large, announced, json(200, {})])
    command = [sys.executable, "-c", PROGRAM, kind, server.url, TOKEN, str(tmp_path / "large")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    server.close()
    assert (tmp_path / "large").stat().st_size == len(server.requests[-1].body) == size
    assert int(done.stdout) < size / 4
