"""The journal of transfers: what was asked for, what a server has of it, so that a killed program goes on where it was.

SQLite in WAL mode. Several processes may share it: each transfer is owned by the process that runs it, and a file lock,
which the operating system takes away when a process ends, tells whether that one lives.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from playground.core.errors import Problem, ProblemError
from playground.core.files import Held, kept_words
from playground.core.ids import new_id
from playground.core.transfers.local import Stamp
from playground.core.transfers.model import OPEN, Item, Orphan, PartRow, State, UploadRow, UploadState

BUSY = 5.0
"""Seconds to wait for another process that is writing."""
VERSION = 1
KEPT = 2000
"""Transfers that are over and stay in the journal."""

_TABLES = """
CREATE TABLE items (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, path BLOB NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    purpose TEXT NOT NULL, profile TEXT NOT NULL, state TEXT NOT NULL, mtime_ns INTEGER, inode INTEGER,
    place TEXT NOT NULL, expires_after INTEGER, file_id TEXT, asked_at REAL, problem TEXT, note TEXT NOT NULL,
    overwrite INTEGER NOT NULL, checked INTEGER NOT NULL, added_at REAL NOT NULL, ended_at REAL, owner TEXT
) WITHOUT ROWID;
CREATE INDEX items_open ON items (state) WHERE state IN ('waiting', 'running', 'paused');
CREATE INDEX items_file ON items (file_id) WHERE file_id IS NOT NULL;
CREATE TABLE uploads (
    key INTEGER PRIMARY KEY, item TEXT NOT NULL, state TEXT NOT NULL, upload_id TEXT, part_bytes INTEGER NOT NULL,
    name TEXT NOT NULL, size INTEGER NOT NULL, profile TEXT NOT NULL, place TEXT NOT NULL, began_at REAL NOT NULL,
    created_at REAL NOT NULL, expires_at REAL NOT NULL, completing INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX uploads_item ON uploads (item);
CREATE INDEX uploads_open ON uploads (state) WHERE state IN ('asked', 'pending');
CREATE TABLE parts (
    upload INTEGER NOT NULL REFERENCES uploads (key) ON DELETE CASCADE, number INTEGER NOT NULL, start INTEGER NOT NULL,
    length INTEGER NOT NULL, part_id TEXT NOT NULL, sha256 BLOB NOT NULL, PRIMARY KEY (upload, number)
) WITHOUT ROWID;
"""
_ITEM = (
    "id, kind, path, name, size, purpose, profile, state, mtime_ns, inode, place, expires_after, file_id, asked_at,"
    " problem, note, overwrite, checked, added_at, ended_at"
)
_UPLOAD = "key, item, state, upload_id, part_bytes, began_at, created_at, expires_at, completing"


class JournalError(ProblemError):
    """The journal cannot be opened, read or written."""


class TransferStore:
    """The journal. Its methods read and write the disk: call them off the GUI thread and off the loop. Any thread may;
    one at a time works. They raise JournalError."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin one. A damaged file is kept beside it under another name, and `problem` says so."""
        self.path = path
        self.problem: Problem | None = None
        self.owner = new_id()
        self._lock = threading.RLock()
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._held = Held(self._lock_path(self.owner))
        try:
            self._db = self._open()
        except BaseException:
            self._held.release()
            raise

    def _lock_path(self, owner: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{owner}.lock")

    def _open(self) -> sqlite3.Connection:
        with _told(self.path):
            try:
                return _connect(self.path)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):  # in use, or out of reach: it is not damaged
                    raise
                where = kept_words(self.path)
                for suffix in ("-wal", "-shm"):
                    self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
                self.problem = Problem(
                    "The journal of transfers was damaged",
                    f"{self.path.name} could not be read ({error}). {where}.",
                    "Transfers that were under way are not known any more. Uploads on the server end by themselves "
                    "within the hour.",
                    type="damaged_journal",
                )
                return _connect(self.path)

    @contextlib.contextmanager
    def _write(self, *, at_once: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction. `at_once`: it is on the disk when the block ends, also where the power fails."""
        with _told(self.path), self._lock:
            self._db.execute(f"PRAGMA synchronous = {'FULL' if at_once else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _told(self.path), self._lock:
            return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        """What is not over stays for the next who opens the journal."""
        with self._lock:
            self._db.close()
        self._held.release()

    # ---- transfers

    def add(self, items: Sequence[Item]) -> None:
        """New ones, which this process runs."""
        marks = ", ".join("?" * 21)
        with self._write() as db:
            db.executemany(
                f"INSERT INTO items ({_ITEM}, owner) VALUES ({marks})", [(*_written(one), self.owner) for one in items]
            )

    def put(self, *items: Item) -> None:
        """Write what has become of some."""
        names = [name.strip() for name in _ITEM.split(",")][1:]
        sets = ", ".join(f"{name} = ?" for name in names)
        with self._write() as db:
            db.executemany(f"UPDATE items SET {sets} WHERE id = ?", [(*_written(one)[1:], one.id) for one in items])

    def items(self, *states: State) -> list[Item]:
        """Those in some states, or all; as they were added."""
        marks = ", ".join("?" * len(states))
        where = f"WHERE state IN ({marks})" if states else ""
        return [_item(row) for row in self._rows(f"SELECT {_ITEM} FROM items {where} ORDER BY id", *states)]

    def take_over(self) -> list[Item]:
        """The transfers that are not over and belong to nobody: their process has ended, or was killed. They are this
        process's now, and paused."""
        marks = ", ".join("?" * len(OPEN))
        with self._write() as db:
            taken = []
            for owner in self._dead():
                rows = db.execute(
                    f"SELECT {_ITEM} FROM items WHERE state IN ({marks}) AND owner IS ?", (*OPEN, owner)
                ).fetchall()
                taken += [replace(_item(row), state="paused") for row in rows]
            db.executemany(
                "UPDATE items SET owner = ?, state = 'paused' WHERE id = ?", [(self.owner, one.id) for one in taken]
            )
        return sorted(taken, key=lambda one: one.id)

    def _dead(self) -> list[str | None]:
        """Whose transfers are not over, though they have ended."""
        marks = ", ".join("?" * len(OPEN))
        owners = self._rows(f"SELECT DISTINCT owner FROM items WHERE state IN ({marks})", *OPEN)
        return [owner for (owner,) in owners if owner != self.owner and not self._lives(owner)]

    def left_behind(self) -> set[str]:
        """The ids of the transfers that `take_over` would take."""
        marks = ", ".join("?" * len(OPEN))
        found = [
            self._rows(f"SELECT id FROM items WHERE state IN ({marks}) AND owner IS ?", *OPEN, owner)
            for owner in self._dead()
        ]
        return {one for rows in found for (one,) in rows}

    def _lives(self, owner: str | None) -> bool:
        if owner is None:
            return False
        try:
            Held(self._lock_path(owner)).release()
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def forget(self, *ids: str) -> None:
        """Take transfers that are over out of the journal; an upload of theirs that the server may still hold stays."""
        with self._write() as db:
            for one in ids:
                db.execute("DELETE FROM items WHERE id = ?", (one,))
                db.execute("DELETE FROM uploads WHERE item = ? AND state NOT IN ('asked', 'pending')", (one,))

    def prune(self) -> None:
        """Forget the oldest of what is over, beyond `KEPT`, and the locks of processes that were killed."""
        for left in self.path.parent.glob(f"{self.path.name}.*.lock"):
            owner = left.name[len(self.path.name) + 1 : -len(".lock")]
            if owner != self.owner:
                self._lives(owner)  # looking takes away that of a dead one
        marks = ", ".join("?" * len(OPEN))
        rows = self._rows(
            f"SELECT id FROM items WHERE state NOT IN ({marks}) ORDER BY id DESC LIMIT -1 OFFSET ?", *OPEN, KEPT
        )
        if rows:
            self.forget(*(one for (one,) in rows))

    def claimed(self, file_ids: Sequence[str]) -> set[str]:
        """Which of these files on a server were made by a transfer in the journal."""
        marks = ", ".join("?" * len(file_ids))
        query = f"SELECT file_id FROM items WHERE kind = 'upload' AND file_id IN ({marks})"
        return {one for (one,) in self._rows(query, *file_ids)}

    # ---- uploads in parts

    def asked(self, item: Item, part_bytes: int, life: float) -> int:
        """An upload is about to be asked for; gives its key. `life`: seconds that the server keeps one."""
        now = time.time()
        with self._write(at_once=True) as db:
            made = db.execute(
                "INSERT INTO uploads (item, state, part_bytes, name, size, profile, place, began_at, created_at,"
                " expires_at) VALUES (?, 'asked', ?, ?, ?, ?, ?, ?, 0, ?)",
                (item.id, part_bytes, item.name, item.size, item.profile, item.place, now, now + life),
            )
            key = made.lastrowid
        assert key is not None
        return key

    def begun(self, key: int, upload_id: str, created_at: float, expires_at: float) -> None:
        """The server made it."""
        with self._write(at_once=True) as db:
            db.execute(
                "UPDATE uploads SET state = 'pending', upload_id = ?, created_at = ?, expires_at = ? WHERE key = ?",
                (upload_id, created_at, expires_at, key),
            )

    def completing(self, key: int) -> None:
        """Its completion is about to be asked for."""
        with self._write() as db:
            db.execute("UPDATE uploads SET completing = 1 WHERE key = ?", (key,))

    def ended(self, key: int, state: UploadState) -> None:
        """Its parts are of no use any more."""
        with self._write() as db:
            db.execute("UPDATE uploads SET state = ? WHERE key = ?", (state, key))
            db.execute("DELETE FROM parts WHERE upload = ?", (key,))

    def upload(self, item: str) -> UploadRow | None:
        """The upload that a transfer goes on with."""
        query = f"SELECT {_UPLOAD} FROM uploads WHERE item = ? AND state = 'pending' ORDER BY key DESC LIMIT 1"
        rows = self._rows(query, item)
        return _upload(rows[0]) if rows else None

    def add_part(self, upload: int, part: PartRow) -> None:
        """The server has a part. One that was there under the same number is replaced: a number has one part."""
        with self._write() as db:
            db.execute(
                "INSERT OR REPLACE INTO parts (upload, number, start, length, part_id, sha256)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (upload, part.number, part.start, part.length, part.part_id, part.sha256),
            )

    def drop_part(self, upload: int, number: int) -> None:
        """What the server has under this number is not what is in the file."""
        with self._write() as db:
            db.execute("DELETE FROM parts WHERE upload = ? AND number = ?", (upload, number))

    def parts(self, upload: int) -> list[PartRow]:
        """In the file's order."""
        query = "SELECT number, start, length, part_id, sha256 FROM parts WHERE upload = ? ORDER BY number"
        return [PartRow(*row) for row in self._rows(query, upload)]

    def orphans(self) -> list[Orphan]:
        """The uploads that a server may still hold and that no living process goes on with, the oldest first. Those
        whose time is over are not among them: the server has given them up."""
        now = time.time()
        with self._write() as db:
            db.execute(
                "UPDATE uploads SET state = 'gone' WHERE state IN ('asked', 'pending') AND expires_at < ?", (now,)
            )
        rows = self._rows(
            "SELECT u.key, u.upload_id, u.name, u.size, u.profile, u.place, u.began_at, u.expires_at, u.item, u.state,"
            " i.state, i.owner FROM uploads u LEFT JOIN items i ON i.id = u.item"
            " WHERE u.state IN ('asked', 'pending') ORDER BY u.key"
        )
        found = []
        for *values, state, item_state, owner in rows:
            open_ = item_state in OPEN
            working = item_state in ("waiting", "running") and (owner == self.owner or self._lives(owner))
            if open_ and (working or (state == "asked" and owner == self.owner)):
                continue
            key, upload_id, name, size, profile, place, began, expires, item = values
            found.append(
                Orphan(key, upload_id, name, size, profile, place, began, expires, item,
                       resumable=state == "pending" and (open_ or item_state == "failed"))
            )  # fmt: skip
        return found


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _TABLES.split(";\n"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
        if version > VERSION:
            raise JournalError(
                Problem(
                    "The journal of transfers is of a newer version",
                    f"{path} was written by a later version of this program.",
                    "Use that version, or another data folder.",
                )
            )
    except BaseException:
        db.close()
        raise
    return db


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's and the disk's errors in words."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise JournalError(
            Problem(
                "The journal of transfers cannot be used",
                f"{path}: {error}.",
                "See whether the disk is full or read-only, and whether another program holds the file.",
                "After that.",
                type="journal",
                server_words=str(error),
            )
        ) from error


def _written(item: Item) -> tuple[Any, ...]:
    stamp = item.stamp
    return (
        item.id, item.kind, os.fsencode(item.path), item.name, item.size, item.purpose, item.profile, item.state,
        stamp.mtime_ns if stamp else None, stamp.inode if stamp else None, item.place, item.expires_after,
        item.file_id, item.asked_at, json.dumps(asdict(item.problem)) if item.problem else None, item.note,
        item.overwrite, item.checked, item.added_at, item.ended_at,
    )  # fmt: skip


def _item(row: tuple[Any, ...]) -> Item:
    (one, kind, path, name, size, purpose, profile, state, mtime, inode, place, expires, file_id, asked, problem, note,
     overwrite, checked, added, ended) = row  # fmt: skip
    return Item(
        one, kind, Path(os.fsdecode(path)), name, size, purpose, profile, state,
        None if mtime is None else Stamp(size, mtime, inode), place, expires, file_id, asked,
        Problem(**json.loads(problem)) if problem else None, note, bool(overwrite), bool(checked), added, ended,
    )  # fmt: skip


def _upload(row: tuple[Any, ...]) -> UploadRow:
    key, item, state, upload_id, part_bytes, began, created, expires, completing = row
    return UploadRow(key, item, state, upload_id, part_bytes, began, created, expires, bool(completing))
