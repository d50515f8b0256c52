"""A file from a server to a place of the person's: gone on with where it broke off, and there only when it is whole.

What has come stands in a file beside the place, named after the file's ID, because what an ID means never changes. Gone
on with a little before its end, so that a wrong end is noticed: a power cut may leave zeros.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from playground.core.attempts import HEADERS
from playground.core.errors import Problem, ProblemError
from playground.core.files import Held
from playground.core.transfers.rules import bytes_text
from playground.core.transfers.work import LOGGED, ORIGIN, Work

OVERLAP = 64 * 1024
"""Bytes that are fetched once more, and compared."""
_BLOCK = 1024 * 1024
"""Bytes that are written at once, in a thread."""
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class _Anew(Exception):
    """What is beside the place cannot be gone on with; the words say why."""


def partial_of(path: Path, file_id: str) -> Path:
    """Where the bytes stand that have come so far."""
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in file_id)[:80]
    name = os.fsdecode(os.fsencode(path.name)[:80])  # a name has 255 bytes at most
    return path.with_name(f".{name}.{safe}.part")


async def fetch(work: Work) -> str:
    """Fetch the file of an item; gives its ID. Raises ProblemError, KeyProblem."""
    item = work.item
    assert item.file_id is not None
    await asyncio.to_thread(_check_place, item.path, item.overwrite)
    size = await work.trying(lambda: _size(work), phase="Asking for its size")
    await work.save(size=size)
    partial = partial_of(item.path, item.file_id)
    try:
        held = await asyncio.to_thread(Held, partial.with_name(partial.name + ".lock"))
    except BlockingIOError:
        raise ProblemError(_twice(item.path)) from None
    except OSError as error:
        raise ProblemError(work.explained(error)) from error
    try:
        await work.trying(lambda: _once(work, partial), phase="Fetching")
        work.tell("Putting it in its place")
        await asyncio.to_thread(_publish, partial, item.path, item.overwrite)
    except OSError as error:
        raise ProblemError(work.explained(error)) from error
    except ProblemError as error:
        raise ProblemError(await asyncio.to_thread(_kept, error.problem, partial)) from error
    finally:
        await asyncio.to_thread(held.release)
    return item.file_id


async def _size(work: Work) -> int:
    """Bytes, as the server says; -1 where it does not."""
    from openai.types import FileObject

    session, file_id = work.session, work.item.file_id or ""
    assert session is not None
    client = await session.client()
    with session.calling("files.retrieve", ORIGIN):
        found = await client.get(f"/files/{quote(file_id, safe='')}", cast_to=FileObject, options={"max_retries": 0})
    said = getattr(found, "bytes", None)
    return said if isinstance(said, int) and said >= 0 else -1


async def _once(work: Work, partial: Path) -> None:
    """Fetch what is missing, by one request. Raises what it raises; what came stays."""
    have = await asyncio.to_thread(_have, partial, work.item.size)
    start = max(0, have - OVERLAP)
    work.keep_only({0: start})
    await asyncio.to_thread(_check_room, partial, work.item.size - have)
    try:
        async with work.lanes, _answer(work, start) as response:
            if start and response.status_code != 206:
                await work.save(note="The server does not give a part of a file: it began anew.")
                start = 0
            if start:
                _check_range(response, start, work.item.size)
            await _write(work, partial, response, start)
    except _Anew as reason:
        await asyncio.to_thread(partial.unlink, missing_ok=True)
        await work.save(note=f"{reason} It began anew.")
        raise ProblemError(
            Problem("What had come was not right", str(reason), "It begins anew.", again="now")
        ) from None


@contextlib.asynccontextmanager
async def _answer(work: Work, start: int) -> AsyncIterator[Any]:
    """files.content from a byte on. Raises the SDK's errors, _Anew."""
    import httpx2
    import openai

    session = work.session
    assert session is not None
    client = await session.client()
    headers = {"Accept": "application/binary", **({"Range": f"bytes={start}-"} if start else {})}
    path = f"/files/{quote(work.item.file_id or '', safe='')}/content"
    with session.calling("files.content", ORIGIN, keep=LOGGED):
        try:
            response: httpx2.Response = await client.get(
                path, cast_to=httpx2.Response, stream=True, options={"headers": headers, "max_retries": 0}
            )
        except openai.APIStatusError as error:
            if error.status_code == 416:
                raise _Anew("More had come than the server has.") from error
            raise
    try:
        yield response
    finally:
        await response.aclose()


def _check_range(response: Any, start: int, size: int) -> None:
    """Raises _Anew where an answer is another range than was asked for, or of another file."""
    found = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if found is None or int(found[1]) != start or HEADERS in response.extensions:
        raise _Anew("The server gave another part of the file than was asked for.")
    if found[2] != "*" and size >= 0 and int(found[2]) != size:
        raise _Anew("The file on the server has another size than it said.")


async def _write(work: Work, partial: Path, response: Any, start: int) -> None:
    """Raises _Anew, OSError, httpx2.TransportError."""
    file = await asyncio.to_thread(_open, partial, start)
    guard = asyncio.timeout(work.options.stall)
    loop = asyncio.get_running_loop()
    held = bytearray()
    done = start
    try:
        tail = await asyncio.to_thread(file.read) if start else b""
        async with guard:
            async for data in response.aiter_raw():
                guard.reschedule(loop.time() + work.options.stall)
                if tail:
                    same = min(len(tail), len(data))
                    if data[:same] != tail[:same]:
                        raise _Anew("What had come before is not what the server has.")
                    tail, data, done = tail[same:], data[same:], done + same
                held += data
                if len(held) >= _BLOCK:
                    done, held = done + await asyncio.to_thread(_put, file, held, partial), bytearray()
                work.moved(0, done + len(held))
    except TimeoutError as error:
        raise ProblemError(work.stalled()) from error
    except OSError:
        held = bytearray()  # perhaps it is there in part: it comes once more
        raise
    finally:
        await asyncio.shield(asyncio.ensure_future(asyncio.to_thread(_close, file, held, partial)))
    done += len(held)
    if work.item.size >= 0 and done != work.item.size:
        if done < work.item.size and start:
            raise _Anew("The rest that the server sent was too short.")
        await work.save(size=done, note=f"The server says that it has {work.item.size:,} bytes, and sent {done:,}.")


# ---- the disk; all of it for a thread


def _check_place(path: Path, overwrite: bool) -> None:
    """Raises ProblemError."""
    if path.is_dir():
        raise ProblemError(_usage(f"{path.name} is a folder", "A file cannot take its place.", "Name a file in it."))
    if not path.parent.is_dir():
        raise ProblemError(_usage(f"{path.parent} is no folder", "The file would have no place.", "Make it first."))
    if not overwrite and os.path.lexists(path):
        raise ProblemError(_there(path))


def _have(partial: Path, size: int) -> int:
    """Bytes that have come; what cannot be a part of the file is taken away. Raises OSError."""
    try:
        found = partial.lstat().st_size
    except FileNotFoundError:
        return 0
    if not partial.is_file() or partial.is_symlink() or 0 <= size < found:
        partial.unlink()
        return 0
    return found


def _check_room(partial: Path, missing: int) -> None:
    """Raises OSError where the disk has no room for what is missing."""
    if missing > 0 and shutil.disk_usage(partial.parent).free < missing:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(partial.parent))


def _open(partial: Path, start: int) -> BinaryIO:
    """Open for reading and writing, at `start`; what was there before is kept up to its end, or dropped where it is 0.
    Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(partial, flags | (0 if start else os.O_TRUNC), 0o600)
    file = os.fdopen(handle, "r+b", buffering=0)
    file.seek(start)
    return file


def _put(file: BinaryIO, data: bytearray, partial: Path) -> int:
    """Raises OSError, which names the file: a full disk names none."""
    view = memoryview(data)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError as error:
        error.filename = str(partial)
        raise
    return len(data)


def _close(file: BinaryIO, rest: bytearray, partial: Path) -> None:
    """Raises OSError."""
    with file:
        _put(file, rest, partial)


def _kept(problem: Problem, partial: Path) -> Problem:
    """What went wrong, with where that stands which has come."""
    try:
        size = bytes_text(partial.lstat().st_size)
    except OSError:
        return problem
    return replace(
        problem, remedy=f"{problem.remedy} What has come, {size}, is kept beside the place and gone on with."
    )


def _publish(partial: Path, path: Path, overwrite: bool) -> None:
    """The bytes are on the disk, and then in their place in one step. Raises OSError, ProblemError."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    partial.chmod(0o666 & ~mask)
    if not overwrite:
        try:
            path.hardlink_to(partial)  # unlike a rename it takes nobody's place
            partial.unlink()
            return
        except FileExistsError:
            raise ProblemError(_there(path)) from None
        except OSError:  # no links on this file system
            if os.path.lexists(path):
                raise ProblemError(_there(path)) from None
    partial.replace(path)


def has_come(path: Path, file_id: str) -> int:
    """Bytes of a download that are there already. Never raises."""
    try:
        return partial_of(path, file_id).lstat().st_size
    except OSError:
        return 0


def drop_partial(path: Path, file_id: str) -> None:
    """Take away what has come of a download that was given up. Never raises."""
    with contextlib.suppress(OSError):
        partial_of(path, file_id).unlink(missing_ok=True)


def _usage(title: str, cause: str, remedy: str) -> Problem:
    return Problem(title, cause, remedy, "After that.", type="usage")


def _there(path: Path) -> Problem:
    return _usage(
        f"There is a file named {path.name} already", f"It is in {path.parent}.",
        "Choose another name, or say that it may be replaced.",
    )  # fmt: skip


def _twice(path: Path) -> Problem:
    return _usage(
        f"{path.name} is being fetched already", "Another transfer, perhaps of another window, writes to this place.",
        "Wait for it, or choose another place.",
    )  # fmt: skip
