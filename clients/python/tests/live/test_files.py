import asyncio
import io
import os

import pytest
from live.people import TOKENS, kate, kevin, made_bytes, other

from protocol_api import ApiError, AsyncApiClient, HttpTransport

LARGE = 5 * 1024 * 1024


def test_a_small_file(tmp_path):
    content = made_bytes(1000)
    path = tmp_path / 'Café "1".txt'
    path.write_bytes(content)
    for source in (path, content, io.BytesIO(content), iter([content])):
        uploaded = kate.attachments.upload(source, filename='Café "1".txt')
        assert (uploaded.filename, uploaded.file_size) == ('Café "1".txt', 1000)
        assert "upload" not in uploaded
        assert kate.attachments.open(uploaded.id).read() == content
        kate.attachments.delete(uploaded.id)


def test_a_large_file(tmp_path):
    content = made_bytes(LARGE)
    path = tmp_path / "large.bin"
    path.write_bytes(content)
    for source in (path, content, iter([content[:1000], content[1000:]])):
        uploaded = kate.attachments.upload(source, filename="large.bin", file_size=LARGE)
        assert uploaded.file_size == LARGE
        with kate.attachments.open(uploaded.id) as file:
            file.save_to(tmp_path / "saved.bin")
        assert (tmp_path / "saved.bin").read_bytes() == content
        assert sorted(os.listdir(tmp_path)) == ["large.bin", "saved.bin"]
        kate.attachments.delete(uploaded.id)


class Losing(HttpTransport):
    """Loses the answer to the first file that is sent."""

    lost = 0

    def send(self, request, timeout):
        response = super().send(request, timeout)
        if request.method == "PUT" and not self.lost:
            self.lost += 1
            response.close()
            raise ConnectionError("the answer is lost")
        return response


def test_a_large_upload_whose_answer_is_lost_is_stored_once():
    transport = Losing()
    client = other(TOKENS[0], transport=transport)
    uploaded = client.attachments.upload(bytes(LARGE), filename="a.bin")
    assert transport.lost == 1
    assert client.attachments.open(uploaded.id).read() == bytes(LARGE)
    client.attachments.delete(uploaded.id)
    transport.close()


class Repeating(HttpTransport):
    """Sends each file twice."""

    def send(self, request, timeout):
        if request.method == "PUT":
            super().send(request, timeout).close()
        return super().send(request, timeout)


def test_what_the_storage_has_is_not_exchanged():
    transport = Repeating()
    with pytest.raises(ApiError) as caught:
        other(TOKENS[0], transport=transport).attachments.upload(bytes(LARGE), filename="a.bin")
    assert caught.value.status == 412
    transport.close()


def test_an_attachment_that_is_announced_by_hand():
    created = kate.attachments.create(filename="a.txt", file_size=5)
    assert created.upload.method == "PUT"
    kate.attachments.delete(created.id)


def test_an_attachment_that_is_sent(group):
    here = {"conversation_id": group.conversation_id}
    attachment = kate.attachments.upload(b"hello", filename="a.txt")
    message = kate.messages.send(**here, message="see", attachments=[{"id": attachment.id}])
    assert len(message.attachments) == 1
    assert kate.attachments.update(attachment.id, filename="b.txt").filename == "b.txt"
    opened = kevin.attachments.open(attachment.id)
    assert (opened.filename, opened.file_size, opened.text()) == ("b.txt", 5, "hello")
    assert [item.id for item in kevin.attachments.list(**here)] == [attachment.id]
    assert kevin.attachments.get(attachment.id).message_id == message.id


def test_a_sound_as_a_file(tmp_path):
    found = kate.sounds.list(limit=1).collect(1)
    if not found:
        pytest.skip("there is none")
    with kate.sounds.open(found[0].id) as opened:
        assert (opened.file_type, opened.file_size) == (found[0].file_type, found[0].file_size)
        assert "." in opened.filename
        opened.save_to(tmp_path / opened.filename)
    assert (tmp_path / opened.filename).stat().st_size == found[0].file_size


def test_the_asynchronous_client(group, tmp_path):
    async def calls():
        async with AsyncApiClient(TOKENS[0]) as client:
            here = {"conversation_id": group.conversation_id}
            texts = [f"async {i}" for i in range(12)]
            for text in texts:
                await client.messages.send(**here, message=text)
            found = [item.message async for item in client.messages.list(**here, limit=5)]
            assert found[:12] == texts[::-1]
            assert len((await client.messages.list(**here, limit=5)).data) == 5
            everybody = await asyncio.gather(*[client.me.get() for _ in range(20)])
            assert len({person.id for person in everybody}) == 1

            async def pieces():
                yield bytes(LARGE - 5)
                yield b"hello"

            for source in (b"hello", pieces(), tmp_path / "saved"):
                size = 5 if isinstance(source, bytes) else LARGE
                uploaded = await client.attachments.upload(source, filename="a.bin", file_size=size)
                async with await client.attachments.open(uploaded.id) as file:
                    await file.save_to(tmp_path / "saved")
                assert (tmp_path / "saved").stat().st_size == size
                (tmp_path / "saved").write_bytes(bytes(LARGE))
                await client.attachments.delete(uploaded.id)

    asyncio.run(calls())
