"""Downloads."""

from __future__ import annotations

import os
import re
from types import TracebackType
from typing import (
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
)
from urllib.parse import unquote

from ..core.core import Answered, Core
from ..core.engine import Engine, run
from ..core.errors import ApiClientError, ApiConnectionError, ApiError
from ..core.headers import Headers
from ..core.options import Options
from ..core.retry import Retries, is_passing
from ..core.secrets import Secret
from .save import Read, save
from .storage import Opened, address_in, open_file

T = TypeVar("T")


class Link(NamedTuple):
    """Where a file is, and what the API says about it."""

    url: object
    filename: Optional[str] = None
    file_type: Optional[str] = None
    file_size: Optional[int] = None


class Content:
    """The content of a file, which has yet to be read, once."""

    def __init__(
        self, engine: Engine, link: Secret[Link], opened: Opened, tries: Retries, again: Callable[[], Awaitable[Opened]]
    ) -> None:
        headers, about = opened.headers, link.reveal()
        self.filename = _without_folder(about.filename or _name_in(headers.get("content-disposition", "")))
        told = headers.get("content-type", "").split(";")[0].strip()
        self.file_type = about.file_type or told or "application/octet-stream"
        self.file_size = about.file_size if about.file_size is not None else _size_in(headers)
        self._engine = engine
        self._opened: Optional[Opened] = opened
        #: What is being iterated over.
        self._taken: Optional[Opened] = None
        self._tries = tries
        self._again = again

    def pieces(self) -> Tuple[Opened, Read]:
        """What is to be closed, and what gives the pieces as they come. It fails where the file ends too early."""
        self._taken = self._take()
        return self._taken, self._read(self._taken)

    async def read(self) -> bytes:
        """All of it."""

        async def collect(read: Read) -> bytes:
            pieces: List[bytes] = []
            while True:
                piece = await read()
                if not piece:
                    return b"".join(pieces)
                pieces.append(piece)

        return await self._whole(collect)

    async def save_to(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes it to a file."""
        target = os.fspath(path)
        if not isinstance(target, str):
            raise ApiClientError("save_to needs the path of a file")
        await self._whole(lambda read: save(self._engine, target, read, self._tries.once))

    async def close(self) -> None:
        """Lets it go."""
        opened, self._opened = self._opened or self._taken, None
        if opened:
            opened.is_closed = True
            await opened.close()

    def _take(self) -> Opened:
        opened, self._opened = self._opened, None
        if opened is None:
            raise ApiClientError("This file has been read or closed: open it once more")
        return opened

    async def _whole(self, use: Callable[[Read], Awaitable[T]]) -> T:
        waiting = [self._take()]

        # Again from its beginning where it breaks off.
        async def once(_: int) -> T:
            opened = waiting.pop() if waiting else await self._again()
            try:
                return await use(self._read(opened))
            finally:
                await opened.close()

        return await self._tries.run(once)

    def _read(self, opened: Opened) -> Read:
        counted = [0]
        size = self.file_size

        async def read() -> bytes:
            if opened.is_closed:
                raise ApiClientError("This file has been closed: open it once more")
            piece = await opened.read()
            counted[0] += len(piece)
            if size is not None and counted[0] > size:
                raise ApiConnectionError(f"The file has more than {size} bytes")
            if size is not None and not piece and counted[0] < size:
                raise ApiConnectionError(f"The file ended after {counted[0]} of {size} bytes")
            return piece

        return read


async def download(
    core: Core, ask: Callable[[], Awaitable[Answered]], link_in: Callable[[Any], Link], options: Options
) -> Content:
    """Begins to get the file to which a link leads. What fails and may pass is tried again with a new link."""
    timeout, max_retries, _ = core.limits(options)

    # 403 is that of a link which is over.
    def may_pass(error: ApiClientError) -> bool:
        return is_passing(error) or (isinstance(error, ApiError) and error.status == 403)

    tries = Retries(core.engine, max_retries, may_pass)
    links: List[Secret[Link]] = []

    async def begin() -> Opened:
        answered = await tries.once(ask())
        link = Secret(link_in(answered.data))
        opened = await open_file(core.engine, address_in(core, answered.answer, Secret(link.reveal().url)), timeout)
        links.append(link)
        return opened

    opened = await tries.run(lambda _: begin())
    return Content(core.engine, links[0], opened, tries, begin)


class FileDownload:
    """
    A file whose content has yet to be read, once: by `read`, `text`, `save_to` or by iterating over its pieces. Until
    then it holds its connection, unless `close` lets it go, or the end of a `with` block. The time-out is that of the
    beginning of the answer, and of each further piece.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        #: What it is called. It has no folder.
        self.filename = content.filename
        #: Its media type, without parameters.
        self.file_type = content.file_type
        #: Its size in bytes, where it is known.
        self.file_size = content.file_size

    def read(self) -> bytes:
        """The content."""
        return run(self._content.read())

    def text(self) -> str:
        """The content as text in UTF-8."""
        return self.read().decode(errors="replace")

    def save_to(self, path: Union[str, os.PathLike[str]]) -> None:
        """
        Writes the content to a file, in place of one that is there, and all of it or nothing: first to a file beside
        it, `.….part`, which stays when the program is killed. What is no plain file, such as a pipe, is written to as
        it comes. Errors of the file system are raised as they are.
        """
        run(self._content.save_to(path))

    def __iter__(self) -> Iterator[bytes]:
        """The content as it comes, once. It fails where the file ends too early."""
        opened, read = self._content.pieces()
        return _pieces(opened, read)

    def close(self) -> None:
        """Lets the content go, where it is not wanted."""
        run(self._content.close())

    def __enter__(self) -> FileDownload:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"FileDownload({self.filename!r}, {self.file_type!r}, {self.file_size!r})"


def _pieces(opened: Opened, read: Read) -> Iterator[bytes]:
    async def next_piece() -> bytes:
        return await read()

    try:
        while True:
            piece = run(next_piece())
            if not piece:
                return
            yield piece
    finally:
        run(opened.close())


class AsyncFileDownload:
    """A file whose content has yet to be read, once: as a `FileDownload`, with `async with`, `await`, `async for`."""

    def __init__(self, content: Content) -> None:
        self._content = content
        #: What it is called. It has no folder.
        self.filename = content.filename
        #: Its media type, without parameters.
        self.file_type = content.file_type
        #: Its size in bytes, where it is known.
        self.file_size = content.file_size

    async def read(self) -> bytes:
        """The content."""
        return await self._content.read()

    async def text(self) -> str:
        """The content as text in UTF-8."""
        return (await self.read()).decode(errors="replace")

    async def save_to(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes the content to a file, as `FileDownload.save_to`, in a thread of its own."""
        await self._content.save_to(path)

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The content as it comes, once. It fails where the file ends too early."""
        opened, read = self._content.pieces()
        return _async_pieces(opened, read)

    async def close(self) -> None:
        """Lets the content go, where it is not wanted."""
        await self._content.close()

    async def __aenter__(self) -> AsyncFileDownload:
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncFileDownload({self.filename!r}, {self.file_type!r}, {self.file_size!r})"


async def _async_pieces(opened: Opened, read: Read) -> AsyncIterator[bytes]:
    try:
        while True:
            piece = await read()
            if not piece:
                return
            yield piece
    finally:
        await opened.close()


# Such as `attachment; filename="Cafe.wav"; filename*=UTF-8''Caf%C3%A9.wav`.
def _name_in(disposition: str) -> str:
    extended = re.search(r"filename\*=UTF-8''([^;]+)", disposition, re.IGNORECASE)
    if extended:
        try:
            return unquote(extended[1], errors="strict")
        except UnicodeDecodeError:
            # Then there is the plain one.
            pass
    plain = re.search(r'filename="?([^";]+)', disposition, re.IGNORECASE)
    return plain[1] if plain else ""


def _without_folder(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    return "file" if last in ("", ".", "..") else last


def _size_in(headers: Headers) -> Optional[int]:
    length = headers.get("content-length", "")
    return int(length) if length.isdigit() else None
