"""Writes files."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import Any, Awaitable, Callable, Optional

from ..core.core import new_key
from ..core.engine import Engine

Read = Callable[[], Awaitable[bytes]]


async def save(engine: Engine, path: str, read: Read, once: Callable[[Awaitable[None]], Awaitable[None]]) -> None:
    """Writes a file in place of one that is there, all of it or nothing; and to what is no plain file as it comes."""
    there = await engine.work(_stat, path)
    # What a pipe has been given cannot be taken back.
    if there is not None and not stat.S_ISREG(there.st_mode):
        return await once(_write(engine, path, "wb", read, None))
    # A link stays, and leads to the new content.
    target = await engine.work(os.path.realpath, path) if os.path.islink(path) else path
    part = os.path.join(os.path.dirname(target), f".{new_key()}.part")
    try:
        await _write(engine, part, "xb", read, there.st_mode & 0o777 if there else None)
        await engine.work(os.replace, part, target)
    except BaseException as error:
        await engine.work(_remove, part)
        if isinstance(error, OSError) and error.filename == part:
            # The caller knows this one.
            error.filename, error.filename2 = path, None
        raise


async def _write(engine: Engine, path: str, how: str, read: Read, mode: Optional[int]) -> None:
    file: Any = await engine.work(open, path, how, 0)
    try:
        while True:
            piece = await read()
            if not piece:
                break
            await engine.work(_write_all, file, piece)
        # Of the mode that was asked for, the process may have taken something.
        if mode is not None:
            await engine.work(os.chmod, path, mode)
    finally:
        await engine.work(file.close)


def _write_all(file: Any, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[file.write(left) :]


def _stat(path: str) -> Optional[os.stat_result]:
    try:
        return os.stat(path)
    except OSError:
        return None


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
