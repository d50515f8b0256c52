"""The bytes of files, each in a file of its own on disk: no size of theirs goes through memory."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO

from aiohttp import web

from playground.sandbox.errors import ApiError

PIECE = 1 << 20
"""Bytes that are read or written at a time."""
_STRAY = 3600.0
"""Seconds after which bytes that belong to nothing are taken away: no upload of another process is that slow to be
written down."""
_IDENTIFIER = re.compile(r"[\w-]{1,200}\Z")


class Contents:
    """The folder with the contents of one state, by the identifiers of the objects that they belong to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()

    def path(self, identifier: str) -> Path:
        """Where the bytes of an object are, if it has any."""
        if _IDENTIFIER.match(identifier) is None:
            raise ValueError(f"no identifier: {identifier!r}")
        return self.folder / identifier

    def find(self, identifier: str) -> Path | None:
        """The bytes of an object, or None where there are none."""
        if _IDENTIFIER.match(identifier) is None:
            return None
        path = self.folder / identifier
        return path if path.is_file() else None

    def delete(self, identifier: str) -> None:
        self.path(identifier).unlink(missing_ok=True)

    def sink(self, most: int) -> Sink:
        """A new file to write into, of so many bytes at most."""
        return Sink(self.folder / f".new-{secrets.token_hex(8)}", most)

    def put(self, identifier: str, data: bytes) -> None:
        """Keep bytes that are in memory anyway."""
        with self.sink(len(data)) as sink:
            sink.write_now(data)
            sink.keep(self.path(identifier))

    def join(self, parts: Iterable[str], target: Path) -> str:
        """Write the bytes of these objects into one file, in their order. Gives the MD5 of it in hexadecimal.

        Blocks: for a thread.
        """
        digest = hashlib.md5(usedforsecurity=False)
        with target.open("wb", buffering=0) as out:
            for part in parts:
                with self.path(part).open("rb", buffering=0) as source:
                    while piece := source.read(PIECE):
                        digest.update(piece)
                        _write_all(out, piece)
        return digest.hexdigest()

    def sweep(self, known: set[str]) -> None:
        """Take away what a killed process left: whatever is old and belongs to no object."""
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                if path.name not in known and time.time() - path.stat().st_mtime > _STRAY:
                    path.unlink()


class Download(web.FileResponse):
    """A file as an answer, whole or in the range that is asked for. `named`: its headers."""

    def __init__(self, path: Path, named: dict[str, str]) -> None:
        super().__init__(path, chunk_size=PIECE, headers=named)
        self.path = path
        self.named = named


class Sink:
    """A file that is being written. It is gone at the end of the block unless it was kept.

    Writes wait for the disk in a thread, while the next piece comes in.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.path = path
        self.size = 0
        self._most = most
        self._file: IO[bytes] = path.open("wb", buffering=0)
        self._held: list[bytes] = []
        self._waiting = 0
        self._writing: asyncio.Future[None] | None = None

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        writing = self._writing
        if writing is not None and not writing.done():
            writing.add_done_callback(self._abandon)  # a thread has it in its hands
            return
        self._abandon(None)

    def _abandon(self, writing: asyncio.Future[None] | None) -> None:
        if writing is not None and not writing.cancelled():
            writing.exception()
        self._file.close()
        self.path.unlink(missing_ok=True)

    async def write(self, data: bytes) -> None:
        """Raises TooLarge where it would become larger than it may, OSError where the disk refuses."""
        self.size += len(data)
        if self.size > self._most:
            raise TooLarge(self._most)
        self._held.append(data)
        self._waiting += len(data)
        if self._waiting >= PIECE:
            await self._flush()

    def write_now(self, data: bytes) -> None:
        self.size += len(data)
        _write_all(self._file, data)

    async def settle(self) -> None:
        """Until all of it is in the file."""
        await self._flush()
        await self._written()

    def keep(self, place: Path) -> None:
        """Under this name from now on; it must be settled."""
        self._file.close()
        os.replace(self.path, place)  # noqa: PTH105 - a rename within one folder

    async def _flush(self) -> None:
        await self._written()
        if self._held:
            held, self._held, self._waiting = self._held, [], 0
            loop = asyncio.get_running_loop()
            self._writing = loop.run_in_executor(None, _write_each, self._file, held)

    async def _written(self) -> None:
        if self._writing is not None:
            await asyncio.shield(self._writing)
            self._writing = None


class TooLarge(Exception):
    """More bytes came than may; `most` of them."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} bytes")
        self.most = most


def disk_refuses(error: OSError) -> ApiError:
    """507: the sandbox could not write what was sent."""
    why = "its disk is full" if error.errno == errno.ENOSPC else f"it cannot write to its folder ({error.strerror})"
    return ApiError(
        507,
        f"The sandbox could not keep what you sent: {why}. Free some space or mend the folder, then send it again.",
        type="server_error",
        code="insufficient_storage",
    )


def _write_each(file: IO[bytes], pieces: list[bytes]) -> None:
    for piece in pieces:
        _write_all(file, piece)


def _write_all(file: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
