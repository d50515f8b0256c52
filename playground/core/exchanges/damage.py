"""What can be wrong with the request log's file, how it is found out, and the words for it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from playground.core.errors import Problem, ProblemError
from playground.core.exchanges import schema

BUSY = 5.0
"""Seconds to wait for another program that is writing."""
TYPE = "damaged_log"
"""The type of problems that the next start mends."""
_INDEXES = ("words", "run_words")


class StoreError(ProblemError):
    """The request log cannot be opened or read."""


def is_damage(error: BaseException) -> bool:
    """Whether the file is damaged, and not only in use or out of reach."""
    words = str(error)
    return isinstance(error, sqlite3.DatabaseError) and (
        "malformed" in words or "not a database" in words or "corrupt" in words
    )


def is_busy(error: BaseException) -> bool:
    """Whether another program holds the file."""
    return isinstance(error, sqlite3.OperationalError) and ("locked" in str(error) or "busy" in str(error))


def is_disk(error: BaseException) -> bool:
    """Whether the disk is full, or the file or its folder cannot be written: it may be otherwise in a while."""
    words = str(error)
    return isinstance(error, sqlite3.OperationalError) and any(
        part in words for part in ("is full", "disk I/O", "readonly", "read-only", "unable to open")
    )


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.damaged")


def note(path: Path) -> None:
    """Damage showed in the middle of the work: the next opening is to look at every page. Never raises."""
    with contextlib.suppress(OSError):
        _mark(path).touch()


def look(db: sqlite3.Connection, path: Path) -> None:
    """Look at every page where damage was seen before, and make the indexes of words anew. Raises
    sqlite3.DatabaseError where it is there."""
    if not _mark(path).exists():
        return
    (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"database disk image is malformed: {' '.join(str(said).split())[:200]}")
    for index in _INDEXES:
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
    forget(path)


def forget(path: Path) -> None:
    """The damage is mended, or its file gone. Never raises."""
    with contextlib.suppress(OSError):
        _mark(path).unlink(missing_ok=True)


def set_aside(path: Path, error: Exception) -> Problem:
    """Keep the damaged file under another name. Raises OSError."""
    from playground.core.files import set_aside

    aside = set_aside(path)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
    forget(path)
    return Problem(
        title="The request log was damaged; a new one was begun",
        cause=f"SQLite could not read {path} ({error}).",
        remedy=f"The old file was kept as {aside.name}. `sqlite3 {aside.name} .recover` can save what is left of it.",
    )


def damage_problem(path: Path, error: Exception) -> Problem:
    """What to say in the middle of the work."""
    return Problem(
        title="The request log is damaged",
        cause=f"SQLite cannot read {path} ({error}).",
        remedy="Start the program again: the file is then kept aside, and a new one begun. Drafts, settings and "
        "profiles are in other files.",
        type=TYPE,
    )


def open_problem(path: Path, error: Exception) -> Problem:
    if isinstance(error, schema.NewerVersion):
        return Problem(
            title="The request log is of a newer version of this program",
            cause=f"{path} has version {error.args[0]}; this program knows versions up to {schema.VERSION}.",
            remedy="Use the newer program, or give this one another folder with --data-dir.",
        )
    if "locked" in str(error) or "busy" in str(error):
        return Problem(
            title="The request log is locked",
            cause=f"Another program has held {path} for more than {BUSY:g} seconds.",
            remedy="Close that program (perhaps a database browser or a backup) and start again.",
            retry="When the other program has let go of the file.",
        )
    words = str(error)
    if getattr(error, "errno", None) in (28, 122) or "is full" in words or "disk I/O" in words:
        return Problem(
            title="The request log cannot be opened",
            cause=f"The disk that {path} is on is full, or cannot be written ({error}).",
            remedy="Free some space and start again. Prompts can be sent meanwhile, but are not recorded.",
            retry="After that.",
        )
    return Problem(
        title="The request log cannot be opened",
        cause=f"{path}: {getattr(error, 'strerror', None) or error}.",
        remedy="See that the folder exists and can be written, or give another one with --data-dir.",
    )


def write_problem(error: Exception) -> Problem:
    """Why the request log cannot be written, in words."""
    words = str(error)
    if "full" in words or "I/O" in words:
        cause, remedy = "The disk is full, or it cannot be written.", "Free some space; recording goes on by itself."
    elif "locked" in words or "busy" in words:
        cause, remedy = "Another program holds the file.", "Close that program, or wait: what comes is written then."
    elif "readonly" in words or "read-only" in words or "unable to open" in words:
        cause, remedy = "The file or its folder cannot be written.", "Correct their permissions, or use --data-dir."
    elif "malformed" in words or "not a database" in words:
        cause, remedy = "The file is damaged.", "Start the program again: the file is set aside and a new one begun."
    else:
        cause, remedy = "SQLite gave an error that is not known here.", "Start the program again."
    return Problem(
        title="Requests are not being recorded",
        cause=f"{cause} Calls go on as usual.",
        remedy=remedy,
        type=TYPE if is_damage(error) else "not_recorded",
        server_words=f"{type(error).__name__}: {words}",
    )
