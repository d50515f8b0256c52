"""A file, or a part of one, as the body of a request: read in blocks while it is sent, never held whole.

The SDK's own way reads a file object in the event loop, 64 KiB at a time, and hashes nothing. Here blocks are read and
hashed in threads, the next one while the last one is being sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path

from playground.core.transfers.local import LocalError, Stamp, opened, still, unreadable
from playground.core.transfers.rules import document

BLOCK = 512 * 1024
"""Bytes that are read at once. Two are held for each request that is being sent."""
PIECE = 128 * 1024
"""Bytes that are handed on at once; about what a socket takes."""
_CHANGED = 16  # errno.EBUSY


def mime_type_of(name: str) -> str:
    """By the name's ending: as OpenAI lists it, because the system's tables differ (and take .ts for a film)."""
    known: str | None = document()["mime_types"].get(Path(name).suffix[1:].lower())
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


class FileBody:
    """The bytes `start` to `start + length` of a file, in place of `mark` in a form; can be sent several times. After
    it was sent, `sha256` is what was read."""

    def __init__(
        self,
        path: Path,
        stamp: Stamp,
        start: int,
        length: int,
        moved: Callable[[int], object] | None = None,
    ) -> None:
        """`moved` is told how many bytes of the file have been handed on, each time from 0 on."""
        self._path, self._stamp, self._start, self.length = path, stamp, start, length
        self._moved = moved
        self.mark = os.urandom(16).hex().encode()
        """Stands for the bytes where the SDK makes the form."""
        self.on_moved: Callable[[], object] | None = None
        """Called with each piece, and once more when the last one is out."""
        self.sha256 = b""
        self.error: LocalError | None = None
        self.is_sent = False
        """Whether all of it has been handed on."""

    def framed(self, form: bytes) -> tuple[AsyncGenerator[bytes], int]:
        """The form with the bytes in it, and how many these are together."""
        head, _, tail = form.partition(self.mark)
        return self._pieces(head, tail), len(head) + self.length + len(tail)

    async def _pieces(self, head: bytes, tail: bytes) -> AsyncGenerator[bytes]:
        """Raises LocalError where the file cannot be read, or is not what it was; `error` has it, too, because the
        client below turns it into one of its own."""
        self.is_sent, self.sha256, self.error = False, b"", None
        self._tell(0)
        reader = _Reader(self._path, self._stamp, self._start, self.length)
        ahead = asyncio.ensure_future(asyncio.to_thread(reader.next))
        done = 0
        try:
            while True:
                block = await ahead
                last = done + len(block) == self.length
                if last and self.length <= PIECE:  # all of it in one write
                    self.sha256, self.is_sent = reader.digest, True
                    yield head + block + tail
                    self._tell(self.length)
                    return
                if not last:
                    ahead = asyncio.ensure_future(asyncio.to_thread(reader.next))
                if done == 0:
                    yield head
                view = memoryview(block)
                for at in range(0, len(block), PIECE):
                    piece = view[at : at + PIECE]
                    yield piece  # type: ignore[misc]  # a view: nothing is copied
                    self._tell(done + at + len(piece))
                done += len(block)
                if last:
                    break
            self.sha256, self.is_sent = reader.digest, True
            yield tail
            self._tell(self.length)
        except LocalError as error:
            self.error = error
            raise
        finally:
            if not ahead.done():
                ahead.cancel()
            elif not ahead.cancelled():
                ahead.exception()  # nobody waits for it any more

    def _tell(self, done: int) -> None:
        if self._moved is not None:
            self._moved(done)
        if self.on_moved is not None:
            self.on_moved()


class _Reader:
    """Reads a range block by block and hashes it; in one thread at a time. The file is opened for each block: nobody
    can say when a request that was broken off lets go of its body, and so each block is seen to be of the same file."""

    def __init__(self, path: Path, stamp: Stamp, start: int, length: int) -> None:
        self._path, self._stamp, self._at, self._end = path, stamp, start, start + length
        self._hash = hashlib.sha256()
        self.digest = b""

    def next(self) -> bytes:
        """Raises LocalError."""
        with opened(self._path) as (file, found):
            if found != self._stamp:
                raise changed(self._path)
            try:
                file.seek(self._at)
                block = file.read(min(BLOCK, self._end - self._at))
            except OSError as error:
                raise unreadable(error, self._path) from error
            self._at += len(block)
            if not block or (self._at == self._end and not still(self._path, file, self._stamp)):
                raise changed(self._path)  # it has become shorter, or another
        self._hash.update(block)
        if self._at == self._end:
            self.digest = self._hash.digest()
        return block


def changed(path: Path) -> LocalError:
    """The file is not the one any more that was begun with."""
    return LocalError("changing", path, _CHANGED)


def md5_of(
    path: Path, stamp: Stamp, ranges: Mapping[int, tuple[int, int]], stop: Callable[[], bool]
) -> tuple[str, dict[int, bytes]]:
    """The MD5 of a file (hexadecimal), and the SHA-256 of some of its ranges, number → (start, length), which do not
    overlap; in one reading. Raises LocalError where it changes, InterruptedError where `stop` says so. For a thread."""
    whole = hashlib.md5(usedforsecurity=False)
    order = sorted(ranges.items(), key=lambda entry: entry[1])
    found: dict[int, bytes] = {}
    with opened(path) as (file, now):
        if now != stamp:
            raise changed(path)
        at = 0
        hashing = hashlib.sha256()
        while at < stamp.size:
            if stop():
                raise InterruptedError("it is not needed any more")
            until = _block_end(at, order, stamp.size)
            block = file.read(until - at)
            if not block:
                raise changed(path)
            whole.update(block)
            if order and at >= order[0][1][0]:
                hashing.update(block)
            at += len(block)
            if order and at == sum(order[0][1]):
                found[order.pop(0)[0]] = hashing.digest()
                hashing = hashlib.sha256()
        if not still(path, file, stamp):
            raise changed(path)
    return whole.hexdigest(), found


def _block_end(at: int, order: list[tuple[int, tuple[int, int]]], size: int) -> int:
    """Where the next block ends: within a range, or between two."""
    until = min(at + BLOCK, size)
    if order:
        start, length = order[0][1]
        until = min(until, start if at < start else start + length)
    return until
