"""What the types allow, and what they do not: checked by mypy, and not run. A missing error is one as well."""

import os
from typing import Any, Dict, Iterator, List, Optional

from typing_extensions import assert_type

from protocol_api import (
    AnsweredRequest,
    ApiClient,
    ApiClientError,
    ApiError,
    AsyncApiClient,
    AsyncFileDownload,
    AsyncList,
    AsyncPage,
    FileDownload,
    HttpTransport,
    HttpxTransport,
    NotFoundError,
    OutgoingRequest,
    Page,
    Response,
    response_of,
)
from protocol_api.types import (
    AsyncPlaylistWithSounds,
    Attachment,
    AttachmentRef,
    Contact,
    Conversation,
    ErrorCode,
    Message,
    Person,
    PlaylistWithSounds,
    Sound,
)


def calls(token: str) -> None:
    client = ApiClient(token)
    client.conversations.list()
    client.conversations.create(contact_id="WAz8eIbvDR60rouK")
    client.conversations.get("xgQQXg3hrtjh7AvZ")
    client.conversations.update("xgQQXg3hrtjh7AvZ", is_muted=True)
    client.conversations.delete("xgQQXg3hrtjh7AvZ")

    conversation = client.conversations.get("xgQQXg3hrtjh7AvZ")
    assert_type(conversation, Conversation)
    assert_type(conversation.archived_at, Optional[int])
    sent = client.messages.send(conversation_id=conversation.id, message="hello")
    assert_type(sent, Message)
    assert_type(sent.contact, Person)
    assert_type(sent.attachments, List[Attachment])
    assert_type(sent.reactions, List[Dict[str, List[str]]])
    assert_type(response_of(sent), Response)
    as_dict: Dict[str, Any] = sent
    client.messages.update(sent.id, reactions=sent.reactions)
    client.messages.update(sent.id, attachments=sent.attachments)  # type: ignore[arg-type]
    reference: AttachmentRef = {"sound_id": as_dict["id"]}
    client.messages.update(sent.id, reactions={"❤️": ["kate"]}, attachments=[reference, "id"])

    page = client.conversations.list(limit=5, muted=False, timeout=None)
    assert_type(page, Page[Conversation])
    assert_type(page.next_cursor, Optional[str])
    assert_type(page.collect(10), List[Conversation])
    assert_type(page.pages(), Iterator[Page[Conversation]])
    for item in page:
        assert_type(item, Conversation)
    playlist = client.playlists.get("L1rXcGu2Qa6NzRwe")
    assert_type(playlist, PlaylistWithSounds)
    assert_type(playlist.name, str)
    for sound in playlist:
        assert_type(sound, Sound)

    contact = client.contacts.create(username="a", phone_number="1", avatar_url=None)
    assert_type(contact, Contact)
    client.groups.create(name="a", contacts=[contact.id, contact, {"id": contact.id}])
    client.attachments.upload("photo.jpg")
    assert_type(client.attachments.upload(b"a", filename="a", idempotency_key="k"), Attachment)
    with open("photo.jpg", "rb") as file:
        client.attachments.upload(file, file_type="image/jpeg")
    with client.sounds.open("L1rXcFq0Zt7MdKxa") as download:
        assert_type(download, FileDownload)
        assert_type(download.read(), bytes)
        download.save_to(os.path.join("a", "b"))
        client.attachments.upload(download, filename="a", file_size=5)


async def asynchronous_calls(token: str) -> None:
    async with AsyncApiClient(token) as client:
        conversation = await client.conversations.get("xgQQXg3hrtjh7AvZ")
        assert_type(conversation, Conversation)
        found = client.conversations.list(limit=5)
        assert_type(found, AsyncList[Conversation, AsyncPage[Conversation]])
        assert_type(await found, AsyncPage[Conversation])
        assert_type(await found.collect(10), List[Conversation])
        async for item in found:
            assert_type(item, Conversation)
        async for page in found.pages():
            assert_type(page.data, List[Conversation])
        playlist = await client.playlists.get("L1rXcGu2Qa6NzRwe")
        assert_type(playlist, AsyncPlaylistWithSounds)
        assert_type(playlist.name, str)
        async with await client.sounds.open("L1rXcFq0Zt7MdKxa") as download:
            assert_type(download, AsyncFileDownload)
            await client.attachments.upload(download, filename="a", file_size=5)


def options(token: str) -> None:
    def on_request(request: OutgoingRequest) -> None:
        request.headers["x-attempt"] = str(request.attempt)

    async def on_response(response: AnsweredRequest) -> None:
        print(response.status, response.duration)

    transport = HttpTransport(ssl_context=None)
    ApiClient(token, base_url=None, allow_http=True, timeout=5, transport=transport, on_request=on_request)
    AsyncApiClient(token, max_retries=0, transport=HttpxTransport(), on_request=on_request, on_response=on_response)


def errors(error: Exception) -> Optional[str]:
    code: ErrorCode = "resource_missing"
    if isinstance(error, NotFoundError):
        return error.code if error.code == code else None
    if isinstance(error, ApiError):
        return f"{error.status:d} {error.headers.get('retry-after')} {error.param}"
    return error.message if isinstance(error, ApiClientError) else None


def refused(client: ApiClient, other: AsyncApiClient) -> None:
    ApiClient()  # type: ignore[call-arg]
    ApiClient("token", baseUrl="https://api.example.com")  # type: ignore[call-arg]
    client.me.get(timeout="5")  # type: ignore[arg-type]
    client.conversations.get()  # type: ignore[call-arg]
    client.conversations.get(5)  # type: ignore[arg-type]
    client.conversations.get(id="5")  # type: ignore[call-arg]
    client.messages.create(conversation_id="xgQQXg3hrtjh7AvZ")  # type: ignore[call-arg]
    client.conversations.update("xgQQXg3hrtjh7AvZ", isMuted=True)  # type: ignore[call-arg]
    client.conversations.list(muted="yes")  # type: ignore[arg-type]
    client.conversations.get("x", idempotency_key="k")  # type: ignore[call-arg]
    client.me.delete()  # type: ignore[attr-defined]
    client.conversations.list().collect()  # type: ignore[call-arg]
    len(client.conversations.list())  # type: ignore[arg-type]
    for _ in client.conversations.list().data[0].archived_at:  # type: ignore[union-attr]
        pass
    client.attachments.upload(5)  # type: ignore[arg-type]
    print(client.conversations.get("x").is_mutde)  # type: ignore[attr-defined]
    print(client.playlists.get("x").nothing)  # type: ignore[attr-defined]
    client.groups.create(name="x", contacts=[{"name": "y"}])  # type: ignore[list-item]
    print(other.conversations.get("x").id)  # type: ignore[attr-defined]
    list(other.conversations.list())  # type: ignore[call-overload]


async def hook(request: OutgoingRequest) -> None:
    """For a client that does not wait."""


ApiClient("token", on_request=hook)  # type: ignore[arg-type]
