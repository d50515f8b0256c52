"""Writing small files so that a crash leaves the old or the new one, never half of one, and that two instances of the
program do not undo each other."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

LEFT_OVER = 60.0
"""Seconds after which a temporary file belongs to nobody any more: its process was killed while it wrote."""
WAIT = 2.0
"""Seconds to wait for another instance that is writing the same file; it takes a few milliseconds."""


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step, so that a crash leaves the old or the new one. Raises OSError, which names it."""
    handle = temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # a full disk names no file, and the temporary one is nobody's business
            error.filename2 = None
        raise


@contextlib.contextmanager
def whole(path: Path, mode: int | None = None) -> Iterator[BinaryIO]:
    """A file of the person's own to write into, readable as their other files are, or as `mode` says; it appears, in
    place of an older one, when all of it is on the disk, and not at all where the block raises. Raises OSError, which
    names it."""
    handle = temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:60]}-")
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is None:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and (temporary is None or error.filename in (None, temporary)):
            error.filename = str(path)
            if error.filename2 is not None:
                error.filename2 = None
        raise


def save_bytes(path: Path, data: bytes, mode: int | None = None) -> int:
    """Write a file of the person's own at once (`whole`). Gives its size. Raises OSError, which names it."""
    with whole(path, mode) as file:
        file.write(data)
    return len(data)


def read_json(path: Path) -> object:
    """What a JSON file holds. Raises OSError, and ValueError (in words) for a damaged one."""
    try:
        return json.loads(path.read_text("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def set_aside(path: Path) -> Path:
    """Move a file that cannot be read out of the way, under a name of its own. Raises OSError."""
    target = path.with_name(f"{path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}-{os.urandom(2).hex()}")
    path.replace(target)
    return target


def kept_words(path: Path) -> str:
    """Set a damaged file aside, and say where it is now. Never raises."""
    try:
        return f"It was kept as {set_aside(path).name}"
    except OSError as error:
        return f"It could not be moved out of the way ({error.strerror})"


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files of processes that were killed while they wrote. Never raises."""
    before = time.time() - LEFT_OVER
    with contextlib.suppress(OSError):
        for left in [*folder.glob(".*.json-*"), *folder.glob(".trial-*")]:
            with contextlib.suppress(OSError):
                if left.stat().st_mtime < before:
                    left.unlink()


class Held:
    """A file that is this process's as long as the object lives, or until `release`, which removes it. The operating
    system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        """Raises OSError: BlockingIOError where another has it."""
        self._path = path
        self._handle: int | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
            if os.fstat(handle).st_ino != path.stat().st_ino:  # the one who had it has just removed it
                raise BlockingIOError(errno.EAGAIN, "another process had it")
        except OSError as error:
            os.close(handle)
            if isinstance(error, FileNotFoundError):
                raise BlockingIOError(errno.EAGAIN, "another process had it") from error
            raise
        self._handle = handle

    def release(self) -> None:
        handle, self._handle = self._handle, None
        if handle is None:
            return
        with contextlib.suppress(OSError):  # Windows does not remove what is open, and leaves an empty file
            self._path.unlink()
        os.close(handle)

    def __del__(self) -> None:
        self.release()


def _lock(handle: int) -> None:
    """Raises BlockingIOError where another process has it."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(errno.EAGAIN, "another process has it") from error
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Have a file to oneself while it is read, changed and written: other instances wait. Where nothing can be locked
    (a network folder, a read-only one), or another instance hangs, it goes on without after a while."""
    held = None
    end = time.monotonic() + WAIT
    while held is None:
        try:
            held = Held(path.with_name(f".{path.name}.lock"))
        except BlockingIOError:
            if time.monotonic() > end:
                break
            time.sleep(0.01)
        except OSError:
            break
    try:
        yield
    finally:
        if held is not None:
            held.release()
