"""A person's file on the disk, opened so that what is read is what was chosen."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from playground.core.visible import is_clear_line

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """By which a change of a file is noticed."""

    size: int
    """Bytes."""
    mtime_ns: int
    inode: int
    """0 where the file system has none."""

    @classmethod
    def of(cls, found: os.stat_result) -> Stamp:
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


class LocalError(OSError):
    """A file cannot be sent; `rule` names why in `resources/facts/file-rules-*.json`, `values` fill its words."""

    def __init__(self, rule: str, path: Path, number: int, **values: str) -> None:
        super().__init__(number, values.get("reason") or os.strerror(number), str(path))
        self.rule, self.values = rule, values


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, Stamp]]:
    """A regular file, open for reading, and its stamp. Links are not followed (only the last part of a path is looked
    at), and a pipe keeps nobody waiting. Unbuffered. Raises LocalError."""
    file, stamp = _open(path)
    with file:
        yield file, stamp


def _open(path: Path) -> tuple[BinaryIO, Stamp]:
    """Raises LocalError."""
    _refuse(path)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise _as_local(error, path) from error
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):  # it has become something else since it was looked at
        os.close(handle)
        raise LocalError("changing", path, errno.EBUSY)
    return os.fdopen(handle, "rb", buffering=0), Stamp.of(found)


def _refuse(path: Path) -> None:
    """Raises LocalError for what is no regular file."""
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        raise _as_local(error, path) from error
    if stat.S_ISLNK(mode):
        try:
            target = str(path.readlink())
        except OSError:
            target = "an unknown place"
        raise LocalError("symlink", path, errno.ELOOP, target=target)
    if stat.S_ISDIR(mode):
        raise LocalError("folder", path, errno.EISDIR)
    for is_kind, words in _KINDS:
        if is_kind(mode):
            raise LocalError("special", path, errno.EINVAL, kind=words)


def _as_local(error: OSError | ValueError, path: Path) -> LocalError:
    if isinstance(error, LocalError):
        return error
    number = error.errno if isinstance(error, OSError) and error.errno else errno.EINVAL
    if number in (errno.ENOENT, errno.ENOTDIR):
        return LocalError("vanished", path, number)
    if number == errno.ELOOP:  # a link took the file's place
        return LocalError("changing", path, number)
    return LocalError("unreadable", path, number, reason=os.strerror(number))


def still(path: Path, file: BinaryIO, stamp: Stamp) -> bool:
    """Whether an open file is as it was, and still the one at the path."""
    try:
        return Stamp.of(os.fstat(file.fileno())) == stamp and Stamp.of(path.lstat()) == stamp
    except OSError:
        return False


def unreadable(error: OSError, path: Path) -> LocalError:
    """What reading an open file raised."""
    return _as_local(error, path)


_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(name: str) -> str:
    """A name that a server gave, as that of a file here: no folder, no hidden file, no sign that a system refuses or
    that cannot be seen."""
    safe = "".join("_" if sign in '<>:"/\\|?*' or not is_clear_line(sign) else sign for sign in name)
    safe = safe.strip(" ").lstrip(".").rstrip(". ") or "file"
    if _RESERVED.fullmatch(safe):
        safe = f"_{safe}"
    stem, dot, ending = safe.rpartition(".")
    room = 200  # bytes: file systems take 255, and what comes stands under a longer name meanwhile
    if len(safe.encode()) > room:
        ending = f"{dot}{ending}"[:20] if stem else ""
        safe = (stem or safe).encode()[: room - len(ending.encode())].decode("utf-8", "ignore") + ending
    return safe


def sent_name(path: Path) -> str:
    """The file's name as it goes out: bytes that are no UTF-8 (Linux allows them) as U+FFFD."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
