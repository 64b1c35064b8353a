"""The resources that have files, of both clients."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Coroutine, Optional, Tuple, Union

from ..core.core import Answered, Core
from ..core.engine import run
from ..core.not_given import NOT_GIVEN, NotGiven
from ..core.operation import Operation
from ..core.options import Options
from ..generated import async_resources, resources
from ..generated.operations import DOWNLOAD_SOUND, GET_ATTACHMENT
from ..generated.types import Attachment
from .download import AsyncFileDownload, Content, FileDownload, Link, download
from .source import AsyncUploadSource, UploadSource
from .upload import upload


def _open_attachment(core: Core, id: str, options: Options) -> Coroutine[Any, Any, Content]:
    return download(core, _asking(core, GET_ATTACHMENT, (id,), options), _link_of_attachment, options)


def _open_sound(core: Core, id: str, options: Options) -> Coroutine[Any, Any, Content]:
    return download(core, _asking(core, DOWNLOAD_SOUND, (id,), options), lambda data: Link(data.get("url")), options)


def _asking(
    core: Core, operation: Operation[Any], path: Tuple[str, ...], options: Options
) -> Callable[[], Awaitable[Answered]]:
    return lambda: core.call(operation, path, {}, options)


def _link_of_attachment(data: Any) -> Link:
    return Link(data.get("file_url"), data.get("filename"), data.get("file_type"), data.get("file_size"))


class Attachments(resources.Attachments):
    """The files of messages: what the API has for them, and their content."""

    def upload(
        self,
        source: UploadSource,
        /,
        *,
        filename: Optional[str] = None,
        file_type: Optional[str] = None,
        file_size: Union[int, None, NotGiven] = None,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
    ) -> Attachment:
        """
        Uploads a file: up to 4 MiB in one call, a larger one to the storage. Send it with a message by its `id`.

        It is tried again like every call, unless it is an iterable, or a file without `seek`, of more than 4 MiB. For
        what goes to the storage the time-out is longer by a second for each 64 KiB. A file that was given stays open.

        Args:
            source: The path of a file, bytes, a file that is open for reading bytes, an iterable of bytes.
            filename: What it is called. By default the last part of the path; needed for bytes and iterables.
            file_type: Its media type. By default `application/octet-stream`; the API goes by the bytes.
            file_size: Its size in bytes. Only an iterable of more than 4 MiB needs it.
        """
        options = Options(timeout, max_retries, idempotency_key)
        return run(upload(self._core, source, filename, file_type, file_size, options, is_async=False))

    def open(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
    ) -> FileDownload:
        """Begins to download the file of an attachment."""
        return FileDownload(run(_open_attachment(self._core, id, Options(timeout, max_retries))))


class Sounds(resources.Sounds):
    """The catalogue of sounds: what the API has for them, and their content."""

    def open(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
    ) -> FileDownload:
        """Begins to download the original file of a sound."""
        return FileDownload(run(_open_sound(self._core, id, Options(timeout, max_retries))))


class AsyncAttachments(async_resources.AsyncAttachments):
    """The files of messages: what the API has for them, and their content."""

    async def upload(
        self,
        source: AsyncUploadSource,
        /,
        *,
        filename: Optional[str] = None,
        file_type: Optional[str] = None,
        file_size: Union[int, None, NotGiven] = None,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
        idempotency_key: Union[str, NotGiven] = NOT_GIVEN,
    ) -> Attachment:
        """
        Uploads a file, as `Attachments.upload`. It may be an asynchronous iterable of bytes; files and other iterables
        are read in a thread of their own.
        """
        options = Options(timeout, max_retries, idempotency_key)
        return await upload(self._core, source, filename, file_type, file_size, options, is_async=True)

    async def open(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
    ) -> AsyncFileDownload:
        """Begins to download the file of an attachment."""
        return AsyncFileDownload(await _open_attachment(self._core, id, Options(timeout, max_retries)))


class AsyncSounds(async_resources.AsyncSounds):
    """The catalogue of sounds: what the API has for them, and their content."""

    async def open(
        self,
        id: str,
        /,
        *,
        timeout: Union[float, None, NotGiven] = NOT_GIVEN,
        max_retries: Union[int, NotGiven] = NOT_GIVEN,
    ) -> AsyncFileDownload:
        """Begins to download the original file of a sound."""
        return AsyncFileDownload(await _open_sound(self._core, id, Options(timeout, max_retries)))
