"""Reading and writing single files of the library. Links, pipes and devices are never opened; nothing is overwritten
that was not asked for."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from playground.core.files import save_bytes
from playground.core.schemas.document import LARGEST
from playground.core.schemas.library.model import LibraryProblem, Stamp, Style

_BOM = b"\xef\xbb\xbf"


class Raw(NamedTuple):
    """A file's bytes, and how it was."""

    data: bytes
    stamp: Stamp


def kind_problem(mode: int) -> str:
    """Why a file of this kind is not read; empty for a plain one."""
    if stat.S_ISLNK(mode):
        return "It is a link to another file, and links are not followed."
    if stat.S_ISDIR(mode):
        return "It is a folder."
    if not stat.S_ISREG(mode):
        return "It is no plain file, but a pipe, a socket or a device."
    return ""


def read_raw(path: Path) -> Raw:
    """Raises LibraryProblem for what is no plain file or is larger than 10 MB; OSError."""
    found = path.lstat()
    reason = kind_problem(found.st_mode)
    if not reason and found.st_size > LARGEST:
        reason = f"It is larger than {LARGEST >> 20} MB."
    if reason:
        raise unreadable(path, reason)
    # Between the two somebody may have put a link or a pipe there: opening a pipe would wait for its other end.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise unreadable(path, kind_problem(stat.S_IFLNK)) from None
        raise
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        reason = kind_problem(found.st_mode)
        if reason:
            raise unreadable(path, reason)
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise unreadable(path, f"It is larger than {LARGEST >> 20} MB.")
    return Raw(data, Stamp(found.st_mtime_ns, len(data), hashlib.sha256(data).hexdigest()))


def unreadable(path: Path, reason: str) -> LibraryProblem:
    return LibraryProblem(
        f"{path.name} cannot be read", reason, "Put a plain file of its text in its place.", path=path
    )


def decoded(path: Path, data: bytes) -> tuple[str, Style]:
    """The text with line feeds, and what brings the bytes back. Raises LibraryProblem for what is no UTF-8."""
    bom = data.startswith(_BOM)
    try:
        text = data[len(_BOM) if bom else 0 :].decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise unreadable(path, f"It is no text in UTF-8: see line {line}.") from None
    ends = text.count("\r\n")
    crlf = ends > 0 and ends == text.count("\n") and ends == text.count("\r")
    return (text.replace("\r\n", "\n") if crlf else text), Style(crlf, bom)


def encoded(text: str, style: Style) -> bytes:
    """The bytes of a text. Raises LibraryProblem where a file cannot hold it."""
    if style.crlf:
        text = text.replace("\n", "\r\n")
    try:
        data = (_BOM if style.bom else b"") + text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise LibraryProblem(
            "The text cannot be written",
            f"Half of a surrogate pair stands at character {error.start + 1:,}, and no file in UTF-8 can hold it.",
            "Write it as an escape, such as \\ud83d, or take it out.",
        ) from None
    if len(data) > LARGEST:
        raise LibraryProblem(
            "The text is too large", f"It has more than {LARGEST >> 20} MB, which would not be read again.", ""
        )
    return data


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises FileExistsError; OSError, and then nothing is left."""
    reserve(path)
    try:
        save_bytes(path, data)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_over(path: Path, data: bytes) -> None:
    """Replace a plain file; who may read it stays as it was. Raises LibraryProblem where it is no plain file or
    write-protected; OSError."""
    found = path.lstat()
    reason = kind_problem(found.st_mode)
    if reason:
        raise LibraryProblem(f"{path.name} is not written", reason, "Save under another name.", path=path)
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise LibraryProblem(
            f"{path.name} is not written", "It is write-protected.", "Allow writing, or save under another name.",
            path=path,
        )  # fmt: skip
    save_bytes(path, data)
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IMODE(found.st_mode))


def reserve(path: Path) -> None:
    """Have a name, empty as yet. Raises FileExistsError; OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))


def move(path: Path, target: Path) -> None:
    """Rename a file, never over another. Raises FileExistsError; OSError."""
    if not _is_same(path, target):
        reserve(target)
        try:
            path.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                if target.lstat().st_size == 0:
                    target.unlink()
            raise
    else:
        path.replace(target)  # other capitals, where those do not count


def _is_same(path: Path, target: Path) -> bool:
    try:
        return path.parent == target.parent and path.name != target.name and os.path.samestat(
            path.lstat(), target.lstat()
        )  # fmt: skip
    except OSError:
        return False
