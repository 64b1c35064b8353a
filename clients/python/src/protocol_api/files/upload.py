"""Uploads."""

from __future__ import annotations

from typing import Any, AsyncIterator, Iterator, List, Optional

from ..core.core import Answered, Core, new_key
from ..core.engine import run
from ..core.errors import ApiClientError, ApiError
from ..core.headers import Headers
from ..core.objects import Object, response_of, shaped, with_response
from ..core.options import Options
from ..core.retry import Retries, is_passing, may_be_done
from ..core.secrets import Secret
from ..core.transport import Body
from ..core.url import Call
from ..generated.operations import CREATE_ATTACHMENT
from ..generated.types import Attachment
from .source import SMALL, About, Content, Next, content_of, wrong
from .storage import address_in, send_file

#: The slowest connection that a time-out leaves time for, in bytes a second.
SLOWEST = 65_536


async def upload(
    core: Core,
    source: object,
    filename: Optional[str],
    file_type: Optional[str],
    file_size: object,
    options: Options,
    *,
    is_async: bool,
) -> Attachment:
    """Uploads a file: a small one in one call, a larger one by an announcement and a request to the storage."""
    content = await content_of(core.engine, source, file_size, is_async)
    try:
        about = _about(content, filename, file_type)
        if content.data is not None and content.size <= SMALL:
            answered = await core.send(CREATE_ATTACHMENT, _form(about, content.data), options)
        else:
            answered = await _announced(core, about, content, options, is_async)
        return _attachment(core, answered)
    finally:
        await content.close()


def _about(content: Content, filename: Optional[str], file_type: Optional[str]) -> About:
    name = filename or content.name
    if not isinstance(name, str) or not name:
        raise wrong("filename is missing")
    if file_type is not None and not isinstance(file_type, str):
        raise wrong("file_type must be a string")
    if file_type and not (file_type.isascii() and file_type.isprintable()):
        raise wrong("file_type must be one line of ASCII characters")
    return About(name, file_type or "application/octet-stream", content.size)


def _attachment(core: Core, answered: Answered) -> Attachment:
    created: Any = answered.data
    if not isinstance(created, Object):
        raise core.unexpected(answered.answer, "The answer has no attachment")
    values = {name: value for name, value in created.items() if name != "upload"}
    attachment: Attachment = with_response(shaped(Attachment, values), response_of(created))
    return attachment


def _form(about: About, data: bytes) -> Call:
    """A form with the file in it."""
    boundary = new_key()
    for letter, code in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
        about = about._replace(filename=about.filename.replace(letter, code))
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{about.filename}"\r\n'
        f"Content-Type: {about.file_type}\r\n\r\n"
    )
    try:
        body = b"".join([head.encode(), data, f"\r\n--{boundary}--\r\n".encode()])
    except UnicodeEncodeError:
        raise wrong("filename and file_type must be valid Unicode") from None
    return Call(CREATE_ATTACHMENT.method, CREATE_ATTACHMENT.path, body, f"multipart/form-data; boundary={boundary}")


async def _announced(core: Core, about: About, content: Content, options: Options, is_async: bool) -> Answered:
    timeout, max_retries, key = core.limits(options)
    # With the same key it is the same attachment, with a new address as long as the storage has nothing.
    own = options._replace(idempotency_key=key or new_key())
    # Whether the storage may have it, as far as anybody knows. Another call with the caller's key may have sent it.
    stored: List[bool] = [key is not None]
    # 409 is that of an earlier try that the storage has not finished.
    tries = Retries(
        core.engine,
        max_retries if content.is_repeatable else 0,
        lambda error: is_passing(error) or _is(409, error),
    )
    longer = None if timeout is None else timeout + content.size / SLOWEST

    async def once(_: int) -> Answered:
        answered = await tries.once(core.call(CREATE_ATTACHMENT, (), about._asdict(), own))
        way = Secret(_upload_of(core, answered))
        if way.reveal() is None:
            return answered
        url = address_in(core, answered.answer, Secret(way.reveal()["url"]))
        method, headers = way.reveal()["method"], Secret(Headers(way.reveal()["headers"]))
        try:
            body = await _body(content, is_async)
            await send_file(core.engine, method, url, headers, body, longer)
        except Exception as error:
            failure: Exception = error
        else:
            return answered
        if content.failure is not None:
            # In place of the failure of a connection, which it has led to.
            raise content.failure.with_traceback(content.trace)
        # What is stored cannot be exchanged, and it is ours.
        if stored[0] and _is(412, failure):
            return answered
        if isinstance(failure, ApiClientError) and may_be_done(failure):
            stored[0] = True
        raise failure

    return await tries.run(once)


def _upload_of(core: Core, answered: Answered) -> Any:
    if not isinstance(answered.data, Object):
        raise core.unexpected(answered.answer, "The answer has no attachment")
    way = answered.data.get("upload")
    is_whole = isinstance(way, dict) and isinstance(way.get("method"), str) and isinstance(way.get("headers"), dict)
    if way is None or (is_whole and "url" in way):
        return way
    raise core.unexpected(answered.answer, "The answer does not say how to send the file")


async def _body(content: Content, is_async: bool) -> Body:
    if content.data is not None:
        return content.data
    pieces = await content.pieces()
    return _async_body(pieces) if is_async else _sync_body(pieces)


def _sync_body(pieces: Next) -> Iterator[bytes]:
    while True:
        piece = run(_awaited(pieces))
        if piece is None:
            return
        yield piece


async def _async_body(pieces: Next) -> AsyncIterator[bytes]:
    while True:
        piece = await pieces()
        if piece is None:
            return
        yield piece


async def _awaited(pieces: Next) -> Optional[bytes]:
    return await pieces()


def _is(status: int, error: Exception) -> bool:
    return isinstance(error, ApiError) and error.status == status
