"""What can be uploaded."""

from __future__ import annotations

import io
import os
from types import TracebackType
from typing import (
    IO,
    Any,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Union,
)

from ..core.engine import Engine
from ..core.errors import ApiClientError
from ..core.not_given import NOT_GIVEN
from ..core.options import is_coroutine_function

#: What goes through the API in one call, in bytes. Larger files are sent to the storage.
SMALL = 4 * 1024 * 1024
#: How many bytes of a file are read at once.
PIECE = 256 * 1024
#: What comes after the last piece of an iterator.
END = object()

Bytes = Union[bytes, bytearray, memoryview]
#: The path of a file, bytes, a file that is open for reading bytes, an iterable of bytes.
UploadSource = Union[str, "os.PathLike[str]", Bytes, IO[bytes], Iterable[bytes]]
#: For the asynchronous client, an asynchronous iterable of bytes as well.
AsyncUploadSource = Union[UploadSource, AsyncIterable[bytes]]

Next = Callable[[], Awaitable[Optional[bytes]]]
Close = Callable[[], Awaitable[object]]


class About(NamedTuple):
    """What is told of a file."""

    filename: str
    file_type: str
    file_size: int


class Content:
    """What is in a file: bytes, or pieces of them."""

    def __init__(
        self,
        engine: Engine,
        size: int,
        *,
        name: str = "",
        data: Optional[bytes] = None,
        begin: Optional[Callable[[], Awaitable[Next]]] = None,
        close: Optional[Close] = None,
        is_repeatable: bool = True,
    ) -> None:
        self.size = size
        self.name = name
        #: All of it, if it is there.
        self.data = data
        #: Whether it can be sent more than once.
        self.is_repeatable = is_repeatable
        #: What the source has raised, which is raised as it is.
        self.failure: Optional[BaseException] = None
        #: Where it did, without the frames of whoever asked for it, which have a signed link.
        self.trace: Optional[TracebackType] = None
        self._engine = engine
        self._begin = begin
        self._close = close

    async def pieces(self) -> Next:
        """What gives the pieces from the first one on, and then None."""
        if self._begin is None:
            waiting = [self.data or b""]

            async def of_bytes() -> Optional[bytes]:
                return waiting.pop() if waiting else None

            return of_bytes
        # A piece waits for the next one: after the last byte, the request would be over before more could come.
        read = await self._watched(self._begin())
        state = _State(await self._watched(read()))

        async def checked() -> Optional[bytes]:
            piece = state.waiting
            if piece is None:
                return None
            state.count += len(piece)
            state.waiting = await self._watched(read())
            if state.count > self.size or (state.waiting is None and state.count < self.size):
                self.failure = other_size(self.size, "more" if state.count > self.size else str(state.count))
                raise self.failure
            if state.waiting is not None and state.count + len(state.waiting) > self.size:
                self.failure = other_size(self.size, "more")
                raise self.failure
            return piece

        return checked

    async def _watched(self, work: Awaitable[Any]) -> Any:
        try:
            return await work
        except Exception as error:
            self.failure, self.trace = error, error.__traceback__
            raise

    async def close(self) -> None:
        """Lets go of what it comes from."""
        if self._close:
            await self._close()


class _State:
    def __init__(self, waiting: Optional[bytes]) -> None:
        self.waiting = waiting
        self.count = 0


async def content_of(engine: Engine, source: object, size: object, is_async: bool) -> Content:
    """What there is to be sent. A content that is larger than it may be without its size is an error."""
    if size not in (None, NOT_GIVEN) and (isinstance(size, bool) or not isinstance(size, int) or size < 0):
        raise wrong("file_size must be a whole number from 0 on")
    expected = size if isinstance(size, int) else None
    content = await _opened(engine, source, expected, is_async)
    if expected is not None and content.size != expected:
        await content.close()
        raise other_size(expected, str(content.size))
    return content


async def _opened(engine: Engine, source: Any, size: Optional[int], is_async: bool) -> Content:
    if isinstance(source, (str, os.PathLike)):
        return await _of_path(engine, os.fspath(source))
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
        return Content(engine, len(data), data=data)
    if callable(getattr(source, "read", None)):
        return await _of_file(engine, source, size)
    if is_async and isinstance(source, AsyncIterable):
        return await _of_pieces(engine, _of_async_iterator(source.__aiter__()), size)
    if isinstance(source, Iterable):
        return await _of_pieces(engine, _of_iterator(engine, iter(source)), size)
    what = "an iterable or asynchronous iterable" if is_async else "an iterable"
    raise wrong(f"it needs a path, bytes, a file that is open for reading bytes, or {what} of bytes")


async def _of_path(engine: Engine, path: Union[str, bytes]) -> Content:
    if not isinstance(path, str):
        raise wrong("a path must be a string")
    if not await engine.work(os.path.isfile, path):
        # What there is not is an error of the file system.
        await engine.work(os.stat, path)
        raise wrong("the path is not that of a file")
    file: IO[bytes] = await engine.work(open, path, "rb")
    try:
        about = os.fstat(file.fileno())
        if about.st_size <= SMALL:
            # A small one may change while it is sent.
            data = await engine.work(file.read)
            file.close()
            return Content(engine, len(data), name=os.path.basename(path), data=data)
    except BaseException:
        file.close()
        raise

    async def begin() -> Next:
        now = os.fstat(file.fileno())
        if (now.st_size, now.st_mtime_ns) != (about.st_size, about.st_mtime_ns):
            raise ApiClientError("The file has changed since it was opened")
        file.seek(0)
        return _reader(engine, file)

    async def close() -> None:
        file.close()

    return Content(engine, about.st_size, name=os.path.basename(path), begin=begin, close=close)


async def _of_file(engine: Engine, file: Any, size: Optional[int]) -> Content:
    if isinstance(file, io.TextIOBase) or is_coroutine_function(file.read):
        raise wrong("a file must be open for reading bytes, by a plain read: give its path, or its pieces")
    name = getattr(file, "name", "")
    name = os.path.basename(name) if isinstance(name, str) else ""
    seekable = getattr(file, "seekable", None)
    if not (callable(seekable) and seekable()):
        content = await _of_pieces(engine, (_reader(engine, file), None), size)
        content.name = name
        return content
    start = file.tell()
    found = await engine.work(file.seek, 0, os.SEEK_END) - start
    file.seek(start)
    if found <= SMALL:
        data = _bytes(await engine.work(file.read))
        return Content(engine, len(data), name=name, data=data)

    async def begin() -> Next:
        file.seek(start)
        return _reader(engine, file)

    return Content(engine, found, name=name, begin=begin)


def _reader(engine: Engine, file: Any) -> Next:
    async def read() -> Optional[bytes]:
        return _bytes(await engine.work(file.read, PIECE)) or None

    return read


def _of_iterator(engine: Engine, pieces: Iterator[Any]) -> Tuple[Next, Close]:
    async def read() -> Optional[bytes]:
        piece = await engine.work(next, pieces, END)
        return None if piece is END else _bytes(piece)

    async def close() -> None:
        await engine.work(getattr(pieces, "close", lambda: None))

    return read, close


def _of_async_iterator(pieces: AsyncIterator[Any]) -> Tuple[Next, Close]:
    async def read() -> Optional[bytes]:
        try:
            return _bytes(await pieces.__anext__())
        except StopAsyncIteration:
            return None

    async def close() -> None:
        ended = getattr(pieces, "aclose", None)
        if ended:
            await ended()

    return read, close


async def _of_pieces(engine: Engine, ends: Tuple[Next, Optional[Close]], size: Optional[int]) -> Content:
    read, close = ends
    if size is not None and size > SMALL:

        async def begin() -> Next:
            return read

        return Content(engine, size, begin=begin, close=close, is_repeatable=False)
    found: List[bytes] = []
    count = 0
    try:
        while True:
            piece = await read()
            if piece is None:
                break
            found.append(piece)
            count += len(piece)
            if size is not None and count > size:
                raise other_size(size, "more")
            if count > SMALL:
                raise wrong("a stream of more than 4 MiB needs its file_size")
    finally:
        if close:
            await close()
    return Content(engine, count, data=b"".join(found))


def _bytes(piece: object) -> bytes:
    if not isinstance(piece, (bytes, bytearray, memoryview)):
        raise wrong("what is uploaded must be bytes")
    return bytes(piece)


def other_size(size: int, found: str) -> ApiClientError:
    """The error of a content of another size than was said."""
    return wrong(f"file_size is {size}, but there are {found} bytes")


def wrong(message: str) -> ApiClientError:
    """The error of an upload that cannot be made."""
    return ApiClientError(f"attachments.upload: {message}")
