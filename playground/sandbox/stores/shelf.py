"""What a vector store holds, in a SQLite file of its own: its files, batches, chunks and their terms.

One file a store: deleting a store leaves no byte of it, and how rare a word is depends on that store alone. Every
method opens the file for itself and blocks for a moment: for threads, and for the child process that indexes.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from playground.sandbox.checks import Json
from playground.sandbox.ids import now
from playground.sandbox.stores.chunks import Chunk

STATES = ("in_progress", "completed", "failed", "cancelled")
_MOST_HELD = 64
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, error TEXT, attributes TEXT NOT NULL, size INTEGER NOT NULL, overlap INTEGER NOT NULL,
    usage INTEGER NOT NULL DEFAULT 0, batch TEXT, embedder TEXT
);
CREATE INDEX IF NOT EXISTS files_by_status ON files (status);
CREATE TABLE IF NOT EXISTS batches (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, cancelled INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS batch_files (
    batch TEXT NOT NULL, file TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (batch, file)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks (
    number INTEGER PRIMARY KEY, file TEXT NOT NULL, start INTEGER NOT NULL, page INTEGER, text TEXT NOT NULL,
    vector BLOB NOT NULL, embedder TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_of_file ON chunks (file, number);
CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5(text, tokenize='unicode61');
"""


class Gone(Exception):
    """The store was deleted."""


class Job(NamedTuple):
    """A file that is to be indexed."""

    file: str
    name: str
    size: int
    overlap: int


class Shelf:
    """The stores of one state, by their identifiers."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()  # the child works in another folder
        self._held: OrderedDict[str, sqlite3.Connection] = OrderedDict()
        self._lock = threading.Lock()

    def path(self, store: str) -> Path:
        return self.folder / f"{store}.sqlite3"

    def make(self, store: str) -> None:
        with contextlib.closing(sqlite3.connect(self.path(store), isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.executescript(_SCHEMA)

    def remove(self, store: str) -> None:
        with self._lock:
            if store in self._held:
                self._held.pop(store).close()
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self.path(store).with_name(f"{store}.sqlite3{ending}").unlink(missing_ok=True)

    def every(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("vs_*.sqlite3"))

    @contextlib.contextmanager
    def open(self, store: str, *, write: bool = True) -> Iterator[sqlite3.Connection]:
        """A connection whose block is one transaction. Raises Gone."""
        self._hold(store)
        with opened(self.path(store), write=write) as database:
            yield database

    def close(self) -> None:
        with self._lock:
            while self._held:
                self._held.popitem()[1].close()

    def _hold(self, store: str) -> None:
        """Keep one idle connection: whoever closes the last one writes everything to its place, in 10 to 20 ms."""
        with self._lock:
            if store in self._held:
                self._held.move_to_end(store)
                return
            database = _connected(self.path(store))
            database.execute("SELECT COUNT(*) FROM batches").fetchone()
            self._held[store] = database
            if len(self._held) > _MOST_HELD:
                self._held.popitem(last=False)[1].close()

    # files

    def add(
        self,
        store: str,
        files: Sequence[tuple[str, str, Json, Json]],
        batch: str | None = None,
    ) -> None:
        """Put files in: (id, name, attributes, strategy) each, to be indexed. One that is there is indexed anew."""
        with self.open(store) as database:
            if batch is not None:
                database.execute("INSERT INTO batches VALUES (?, ?, 0)", (batch, now()))
            for identifier, name, attributes, strategy in files:
                database.execute(
                    "INSERT INTO files (id, created_at, name, status, attributes, size, overlap, batch) "
                    "VALUES (?, ?, ?, 'in_progress', ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                    "status = 'in_progress', error = NULL, attributes = excluded.attributes, size = excluded.size, "
                    "overlap = excluded.overlap, batch = excluded.batch",
                    (
                        *(identifier, now(), name, orjson.dumps(attributes).decode()),
                        *(strategy["max_chunk_size_tokens"], strategy["chunk_overlap_tokens"], batch),
                    ),
                )
                if batch is not None:
                    database.execute(
                        "INSERT OR REPLACE INTO batch_files VALUES (?, ?, 'in_progress')", (batch, identifier)
                    )

    def files(self, store: str, status: str | None = None, batch: str | None = None) -> list[Json]:
        """As the API shows them, oldest first."""
        with self.open(store, write=False) as database:
            rows = database.execute(
                "SELECT id, created_at, status, error, attributes, size, overlap, usage FROM files WHERE "
                "(?1 IS NULL OR status = ?1) AND (?2 IS NULL OR id IN "
                "(SELECT file FROM batch_files WHERE batch = ?2)) ORDER BY number",
                (status, batch),
            ).fetchall()
        return [_shown(store, row) for row in rows]

    def file(self, store: str, identifier: str) -> Json | None:
        with self.open(store, write=False) as database:
            row = database.execute(
                "SELECT id, created_at, status, error, attributes, size, overlap, usage FROM files WHERE id = ?",
                (identifier,),
            ).fetchone()
        return None if row is None else _shown(store, row)

    def set_attributes(self, store: str, identifier: str, attributes: Json) -> None:
        with self.open(store) as database:
            database.execute(
                "UPDATE files SET attributes = ? WHERE id = ?", (orjson.dumps(attributes).decode(), identifier)
            )

    def delete(self, store: str, identifier: str) -> bool:
        """Take a file out with all of its chunks. False when it was not in."""
        with self.open(store) as database:
            drop_chunks(database, identifier)
            database.execute(
                "UPDATE batch_files SET status = 'cancelled' WHERE file = ? AND status = 'in_progress'", (identifier,)
            )
            return database.execute("DELETE FROM files WHERE id = ?", (identifier,)).rowcount > 0

    def content(self, store: str, identifier: str) -> list[Json]:
        """A file's chunks in order, with the place of each in the file's text (`start`, in characters)."""
        with self.open(store, write=False) as database:
            rows = database.execute(
                "SELECT text, start, page FROM chunks WHERE file = ? ORDER BY number", (identifier,)
            ).fetchall()
        return [{"type": "text", "text": text, "start": start, "page": page} for text, start, page in rows]

    def counts(self, store: str) -> tuple[Json, int]:
        """(How many files are in which state, the bytes that all of them take.)"""
        with self.open(store, write=False) as database:
            rows = database.execute("SELECT status, COUNT(*), SUM(usage) FROM files GROUP BY status").fetchall()
        return _counted((status, count) for status, count, _ in rows), sum(usage for _, _, usage in rows)

    # batches

    def batch(self, store: str, identifier: str) -> Json | None:
        """As the API shows it."""
        with self.open(store, write=False) as database:
            row = database.execute("SELECT created_at, cancelled FROM batches WHERE id = ?", (identifier,)).fetchone()
            if row is None:
                return None
            counts = _counted(
                database.execute(
                    "SELECT status, COUNT(*) FROM batch_files WHERE batch = ? GROUP BY status", (identifier,)
                )
            )
        status = "in_progress" if counts["in_progress"] else "completed"
        if row[1]:
            status = "cancelled"
        elif counts["failed"] == counts["total"]:
            status = "failed"
        return {
            "id": identifier,
            "object": "vector_store.files_batch",
            "created_at": row[0],
            "vector_store_id": store,
            "status": status,
            "file_counts": counts,
        }

    def cancel(self, store: str, batch: str) -> None:
        """Its files that are not done are cancelled."""
        with self.open(store) as database:
            database.execute("UPDATE batches SET cancelled = 1 WHERE id = ?", (batch,))
            database.execute(
                "UPDATE files SET status = 'cancelled' WHERE batch = ? AND status = 'in_progress'", (batch,)
            )
            database.execute(
                "UPDATE batch_files SET status = 'cancelled' WHERE batch = ? AND status = 'in_progress'", (batch,)
            )

    # indexing

    def waiting(self, store: str, best: str) -> list[Job]:
        """What is to be indexed: what is in progress, and what was indexed with another embedder than the `best`."""
        with self.open(store) as database:
            database.execute(
                "UPDATE files SET status = 'in_progress' WHERE status = 'completed' AND embedder <> ?", (best,)
            )
            rows = database.execute(
                "SELECT id, name, size, overlap FROM files WHERE status = 'in_progress' ORDER BY number"
            ).fetchall()
        return [Job(*row) for row in rows]

    def job(self, store: str, identifier: str) -> Job | None:
        """The work that a file still needs."""
        with self.open(store, write=False) as database:
            row = database.execute(
                "SELECT id, name, size, overlap FROM files WHERE id = ? AND status = 'in_progress'", (identifier,)
            ).fetchone()
        return None if row is None else Job(*row)

    def finish(self, store: str, job: Job, error: Json | None, usage: int = 0, embedder: str = "") -> None:
        """How the indexing of a file ended. One that was cancelled or taken out in the meantime stays so."""
        status = "completed" if error is None else "failed"
        with self.open(store) as database:
            done = database.execute(
                "UPDATE files SET status = ?, error = ?, usage = ?, embedder = ? WHERE id = ? AND "
                "status = 'in_progress' AND size = ? AND overlap = ?",
                (status, error and orjson.dumps(error).decode(), usage, embedder, job.file, job.size, job.overlap),
            ).rowcount
            if not done or error is not None:
                still = database.execute("SELECT status FROM files WHERE id = ?", (job.file,)).fetchone()
                if still is None or still[0] != "in_progress":
                    drop_chunks(database, job.file)
            if done:
                database.execute(
                    "UPDATE batch_files SET status = ? WHERE file = ? AND batch = "
                    "(SELECT batch FROM files WHERE id = ?)",
                    (status, job.file, job.file),
                )


@contextlib.contextmanager
def opened(path: Path, *, write: bool = True) -> Iterator[sqlite3.Connection]:
    """A store's file, which must be there; the block is one transaction. Raises Gone."""
    with contextlib.closing(_connected(path)) as database:
        database.execute("PRAGMA secure_delete=ON")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute("BEGIN IMMEDIATE" if write else "BEGIN")  # who reads does not wait for who writes
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30, check_same_thread=False
        )
    except sqlite3.OperationalError:
        raise Gone(path.stem) from None


def drop_chunks(database: sqlite3.Connection, file: str) -> None:
    database.execute("DELETE FROM terms WHERE rowid IN (SELECT number FROM chunks WHERE file = ?)", (file,))
    database.execute("DELETE FROM chunks WHERE file = ?", (file,))


def put_chunks(
    database: sqlite3.Connection, file: str, entries: Iterable[tuple[Chunk, str, bytes]], embedder: str
) -> int:
    """Write a file's chunks, each with its terms and its vector, in place of those it had. Gives the bytes written."""
    drop_chunks(database, file)
    size = 0
    for chunk, terms, vector in entries:
        made = database.execute(
            "INSERT INTO chunks (file, start, page, text, vector, embedder) VALUES (?, ?, ?, ?, ?, ?)",
            (file, chunk.start, chunk.page, chunk.text, vector, embedder),
        )
        database.execute("INSERT INTO terms (rowid, text) VALUES (?, ?)", (made.lastrowid, terms))
        size += len(chunk.text.encode("utf-8", "replace")) + len(vector)
    return size


def _counted(rows: Iterable[tuple[str, int]]) -> Json:
    counts = dict.fromkeys((*STATES, "total"), 0)
    for status, count in rows:
        counts[status] = count
        counts["total"] += count
    return counts


def _shown(store: str, row: tuple[str, int, str, str | None, str, int, int, int]) -> Json:
    identifier, created_at, status, error, attributes, size, overlap, usage = row
    return {
        "id": identifier,
        "object": "vector_store.file",
        "created_at": created_at,
        "vector_store_id": store,
        "status": status,
        "usage_bytes": usage,
        "last_error": None if error is None else orjson.loads(error),
        "chunking_strategy": {
            "type": "static",
            "static": {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap},
        },
        "attributes": orjson.loads(attributes),
    }
