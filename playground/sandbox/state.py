"""What the sandbox remembers, in one SQLite file that survives restarts and kill -9.

Three kinds of rows: responses, conversations, chat completions, files, uploads, vector stores (all "objects": one JSON
document each), the items of responses, conversations and uploads in order, and the events of background responses, from
which a stream can be resumed. The contents of files lie beside it, in the folder `contents`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from playground.sandbox.contents import Contents
from playground.sandbox.ids import new_id

_MIGRATIONS = (
    """
    CREATE TABLE objects (
        kind TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, owner TEXT, body BLOB NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
    CREATE INDEX objects_owned ON objects (owner) WHERE owner IS NOT NULL;
    CREATE TABLE items (
        number INTEGER PRIMARY KEY, parent TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL
    );
    CREATE INDEX items_in_order ON items (parent, part, number);
    CREATE INDEX items_by_id ON items (id);
    CREATE TABLE events (
        parent TEXT NOT NULL, sequence INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (parent, sequence)
    ) WITHOUT ROWID;
    """,
    "CREATE TABLE contents (id TEXT PRIMARY KEY, data BLOB NOT NULL);",
    # After `_move_contents`. Without the index each new object looks at every other.
    "DROP TABLE contents; CREATE INDEX objects_in_order ON objects (kind, number);",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    data: list[dict[str, Any]]
    has_more: bool

    def body(self) -> dict[str, Any]:
        """The API's list object. An empty page has empty ids, since the specification wants strings."""
        return {
            "object": "list",
            "data": self.data,
            "first_id": self.data[0]["id"] if self.data else "",
            "last_id": self.data[-1]["id"] if self.data else "",
            "has_more": self.has_more,
        }


class State:
    """The store of one server process. Used from the thread that made it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.instance = new_id("srv")
        self._lock = FileLock(folder / f"{self.instance}.lock")
        self._lock.acquire()
        self._db = sqlite3.connect(folder / "objects.sqlite3", isolation_level=None, timeout=5)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA secure_delete=ON")
        self.contents = Contents(folder / "contents")
        self._migrate()
        self.contents.sweep(self._with_contents())

    def close(self) -> None:
        self._db.close()
        self._lock.release()
        with contextlib.suppress(OSError):
            (self.folder / f"{self.instance}.lock").unlink()

    # objects

    def put(self, kind: str, body: dict[str, Any], *, running: bool = False) -> None:
        """Write an object whole. `running`: it is this process's work, and failed if the process dies."""
        owner = self.instance if running else None
        self._db.execute(
            "INSERT INTO objects (kind, id, number, owner, body) "
            "VALUES (?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM objects WHERE kind = ?), ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, body = excluded.body",
            (kind, body["id"], kind, owner, orjson.dumps(body)),
        )

    def get(self, kind: str, identifier: str) -> dict[str, Any] | None:
        row = self._db.execute("SELECT body FROM objects WHERE kind = ? AND id = ?", (kind, identifier)).fetchone()
        return None if row is None else orjson.loads(row[0])

    def delete(self, kind: str, identifier: str) -> bool:
        """Delete an object with its items, events and content, so that no byte stays. False when there was none."""
        with self.transaction():
            gone = self._db.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, identifier)).rowcount > 0
            if gone:
                self._db.execute("DELETE FROM items WHERE parent = ?", (identifier,))
                self._db.execute("DELETE FROM events WHERE parent = ?", (identifier,))
        if gone:
            self.contents.delete(identifier)
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def every(self, kind: str) -> Iterator[dict[str, Any]]:
        """All objects of a kind, oldest first."""
        for (body,) in self._db.execute("SELECT body FROM objects WHERE kind = ? ORDER BY number", (kind,)):
            yield orjson.loads(body)

    # items

    def add_items(self, parent: str, part: str, items: Iterable[dict[str, Any]]) -> None:
        """Add items at the end of a part ("input", "output", "item") of an object."""
        self._db.executemany(
            "INSERT INTO items (parent, part, id, body) VALUES (?, ?, ?, ?)",
            [(parent, part, item["id"], orjson.dumps(item)) for item in items],
        )

    def items(self, parent: str, part: str) -> list[dict[str, Any]]:
        rows = self._db.execute(
            "SELECT body FROM items WHERE parent = ? AND part = ? ORDER BY number", (parent, part)
        ).fetchall()
        return [orjson.loads(body) for (body,) in rows]

    def find_item(self, identifier: str, parent: str | None = None) -> dict[str, Any] | None:
        """The newest item with this id, anywhere or in one object."""
        row = self._db.execute(
            "SELECT body FROM items WHERE id = ? AND (? IS NULL OR parent = ?) ORDER BY number DESC",
            (identifier, parent, parent),
        ).fetchone()
        return None if row is None else orjson.loads(row[0])

    def delete_item(self, parent: str, identifier: str) -> bool:
        return self._db.execute("DELETE FROM items WHERE parent = ? AND id = ?", (parent, identifier)).rowcount > 0

    # events

    def add_events(self, parent: str, events: Iterable[tuple[int, bytes]]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO events (parent, sequence, data) VALUES (?, ?, ?)",
            [(parent, sequence, data) for sequence, data in events],
        )

    def events(self, parent: str) -> list[tuple[int, bytes]]:
        """(sequence number, the event's bytes as they were sent), in order."""
        return self._db.execute(
            "SELECT sequence, data FROM events WHERE parent = ? ORDER BY sequence", (parent,)
        ).fetchall()

    # what a dead process left

    def interrupted(self) -> list[dict[str, Any]]:
        """The responses whose process died before they ended. Their owners' locks prove it: no pid is trusted."""
        owners = [row[0] for row in self._db.execute("SELECT DISTINCT owner FROM objects WHERE owner IS NOT NULL")]
        dead = [owner for owner in owners if owner != self.instance and self._is_dead(owner)]
        for stray in self.folder.glob("srv_*.lock"):
            if stray.stem != self.instance:
                self._is_dead(stray.stem)
        found = []
        for owner in dead:
            rows = self._db.execute("SELECT body FROM objects WHERE owner = ?", (owner,)).fetchall()
            found += [orjson.loads(body) for (body,) in rows]
        return found

    def _is_dead(self, owner: str) -> bool:
        path = self.folder / f"{owner}.lock"
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        lock.release()
        with contextlib.suppress(OSError):
            path.unlink()
        return True

    # inside

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _migrate(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(_MIGRATIONS):
            raise RuntimeError(
                f"{self.folder} was written by a newer version of the sandbox ({version}): use that version, or "
                "another --state folder"
            )
        if version == 2:
            self._move_contents()
        for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
            self._db.executescript(f"BEGIN;{script};PRAGMA user_version={number};COMMIT;")

    def _move_contents(self) -> None:
        """The contents of files out of the database, where they were until the sandbox took large ones."""
        for (identifier,) in self._db.execute("SELECT id FROM contents").fetchall():
            row = self._db.execute("SELECT data FROM contents WHERE id = ?", (identifier,)).fetchone()
            self.contents.put(identifier, row[0])

    def _with_contents(self) -> set[str]:
        """The identifiers of everything that may have bytes on disk."""
        files = self._db.execute("SELECT id FROM objects WHERE kind = 'file'").fetchall()
        parts = self._db.execute("SELECT id FROM items WHERE part = 'upload_part'").fetchall()
        return {identifier for (identifier,) in files + parts}


def paginate(
    entries: list[dict[str, Any]],
    *,
    order: str,
    limit: int,
    after: str | None,
    before: str | None = None,
    key: str = "id",
) -> Page | None:
    """A page of `entries` (which come oldest first). None when `after` or `before` names nothing in the list."""
    if order == "desc":
        entries = entries[::-1]
    start, end = 0, len(entries)
    ids = [entry[key] for entry in entries]
    if after is not None:
        if after not in ids:
            return None
        start = ids.index(after) + 1
    if before is not None:
        if before not in ids:
            return None
        end = ids.index(before)
    window = entries[start:end]
    return Page(window[:limit], len(window) > limit)
