"""The request log as a file: SQLite in WAL mode, one writer, readers of their own."""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from playground.core.errors import Problem
from playground.core.exchanges import damage, rows, run_rows, salvage, schema, told
from playground.core.exchanges.damage import StoreError as StoreError
from playground.core.exchanges.history import RunHistory
from playground.core.exchanges.log import RequestLog
from playground.core.exchanges.matching import match_expression as match_expression
from playground.core.exchanges.records import ExchangeDetail, ExchangeSummary, RunSummary, new_id
from playground.core.exchanges.seen import seen_ids
from playground.core.exchanges.writer import ExchangeWriter
from playground.core.ids import sort_after
from playground.core.redact import Redactor
from playground.core.signals import Signal

if TYPE_CHECKING:
    from filelock import BaseFileLock


MEASURED_AT_ONCE = 100
"""Exchanges of an older version that are looked at in one transaction: about ten milliseconds."""
_TABLES = ("exchanges", "attempts", "chunks", "identifiers", "texts", "runs", "run_texts")


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time. Raises sqlite3.Error."""
    db = sqlite3.connect(path, timeout=damage.BUSY, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")
        # What is deleted is overwritten, and also what an update leaves behind.
        db.execute("PRAGMA secure_delete = ON")
        if read_only:
            db.execute("PRAGMA query_only = ON")
        else:
            if db.execute("PRAGMA page_count").fetchone() == (0,):
                # Before the file's first page: then free pages can be given back a few at a time.
                db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        db.close()
        raise
    return db


def lock_path(path: Path, instance: str) -> Path:
    return path.with_name(f"{path.name}.{instance}.lock")


def _lock(path: Path) -> BaseFileLock:
    from filelock import FileLock

    return FileLock(path, timeout=0, thread_local=False)


class ExchangeStore:
    """All recorded exchanges. Its methods read the disk: call them off the GUI thread, from any thread."""

    def __init__(self, path: Path, instance: str, lock: BaseFileLock, redactor: Redactor | None = None) -> None:
        self.path = path
        self.problem: Problem | None = None
        """What opening found wrong and put right."""
        self.changed: Signal[[ExchangeSummary]] = Signal()
        """An exchange was added or is further; emitted in the writer's thread, at most 12 times a second for each."""
        self._lock = lock
        self._readers: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._closing = threading.Lock()
        self._closed = False
        self.writer = ExchangeWriter(lambda: connect(path), instance, self.changed, redactor)
        self.writer.problem.connect(self._not_written)
        self.runs_changed: Signal[[RunSummary]] = self.writer.runs_changed
        """A run was added, has ended, or was named or starred; emitted in the writer's thread."""
        self.runs_removed: Signal[[tuple[str, ...]]] = Signal()
        """The ids of runs that were deleted."""
        self.removed: Signal[[tuple[str, ...]]] = Signal()
        """The ids of exchanges that went with them."""
        self.history = RunHistory(self.writer, self.reader, self.runs_removed, self.removed)
        """The runs that are kept."""
        self.log = RequestLog(self.writer, self.reader)
        """The same exchanges, looked through by the query language."""

    @classmethod
    def open(cls, path: Path, redactor: Redactor | None = None) -> ExchangeStore:
        """Open the file, or begin one. What a dead process left open is marked as cut off. A damaged file is kept
        beside it under another name, a new one begun, and `problem` says so.

        Raises StoreError where the file is locked, not writable, or of a newer version.
        """
        instance = new_id()
        problem = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = _lock(lock_path(path, instance))
            lock.acquire()
        except OSError as error:
            raise StoreError(damage.open_problem(path, error)) from error
        try:
            try:
                _prepare(path)
            except sqlite3.DatabaseError as error:
                if not damage.is_damage(error):
                    raise
                problem = damage.set_aside(path, error)
                _prepare(path)
        except (sqlite3.Error, schema.NewerVersion, OSError) as error:
            _release(lock, lock_path(path, instance))
            raise StoreError(damage.open_problem(path, error)) from error
        store = cls(path, instance, lock, redactor)
        store.problem = problem
        store._measure_older()
        return store

    def real(self) -> ExchangeStore:
        """Itself; what stands in for it until it is open gives it by the same name."""
        return self

    def _not_written(self, problem: Problem) -> None:
        if problem.type == damage.TYPE:
            damage.note(self.path)

    def _measure_older(self) -> None:
        """Fill in what exchanges of an older version took and were told, some at a time, between what else is
        written."""
        with self.reader() as db:
            left = db.execute("SELECT 1 FROM exchanges WHERE measured = 0 AND state != 'open' LIMIT 1").fetchone()
            read = told.is_read(db)
        if left is not None:
            self.writer.run(self._measure_some)
        if not read:
            self.writer.run(self._read_some)

    def _read_some(self, db: sqlite3.Connection) -> None:
        if not self._closed and told.read_some(db) and not self._closed:
            self.writer.run(self._read_some)

    def _measure_some(self, db: sqlite3.Connection) -> None:
        if not self._closed and schema.measure_some(db, MEASURED_AT_ONCE) and not self._closed:
            self.writer.run(self._measure_some)

    @contextlib.contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with. Raises StoreError where what is read is damaged."""
        try:
            db = self._readers.get_nowait()
        except queue.Empty:
            db = connect(self.path, read_only=True)
        try:
            yield db
        except sqlite3.DatabaseError as error:
            if not damage.is_damage(error):
                raise
            damage.note(self.path)
            raise StoreError(damage.damage_problem(self.path, error)) from error
        finally:
            if self._closed:
                db.close()
            else:
                self._readers.put(db)

    def recent(self, limit: int = 200) -> list[ExchangeSummary]:
        """The newest exchanges, newest first."""
        sql = f"SELECT {rows.SUMMARY_COLUMNS} FROM exchanges AS e ORDER BY e.id DESC LIMIT ?"
        with self.reader() as db:
            return [rows.summary(row) for row in salvage.fetch(db, sql, (limit,))]

    def count(self) -> int:
        with self.reader() as db:
            return int(db.execute("SELECT count(*) FROM exchanges").fetchone()[0])

    def load(self, exchange_id: str) -> ExchangeDetail:
        """An exchange with its attempts and bodies; what of it is damaged is said in its summary. Raises KeyError for
        an unknown id, StoreError where the file is damaged there."""
        with self.reader() as db:
            db.execute("BEGIN")
            try:
                sql = f"SELECT e.rowid, {rows.SUMMARY_COLUMNS} FROM exchanges AS e WHERE e.id = ?"
                row = next(iter(salvage.fetch(db, sql, (exchange_id,))), None)
                if row is None:
                    raise KeyError(exchange_id)
                return rows.detail(db, row)
            finally:
                db.execute("ROLLBACK")

    def find(self, text: str, limit: int = 50) -> list[ExchangeSummary]:
        """Exchanges by the beginning of any ID (three characters and more), then by words in path, model, error,
        request and answer: all words must be there, the last may be unfinished. Newest first; no text: the newest."""
        text = text.strip().replace("\x00", "")
        if not text:
            return self.recent(limit)
        found: list[int] = []
        with self.reader() as db:
            if len(text) >= 3 and not text.split()[1:]:
                sql = "SELECT DISTINCT exchange FROM identifiers WHERE id >= ? AND id < ? ORDER BY exchange DESC"
                found = [rowid for (rowid,) in db.execute(f"{sql} LIMIT ?", (text, f"{text}\U0010ffff", limit))]
            query = match_expression(text)
            if query and len(found) < limit:
                sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
                found += [rowid for (rowid,) in db.execute(sql, (query, limit)) if rowid not in set(found)]
            sql = f"SELECT {rows.SUMMARY_COLUMNS} FROM exchanges AS e WHERE e.rowid = ?"
            hits = [row for rowid in found[:limit] for row in salvage.fetch(db, sql, (rowid,))]
        return [rows.summary(row) for row in hits]

    def seen_ids(self, kinds: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Of each kind of object (`core.catalog`) the IDs that were seen last, each with the request that had it."""
        with self.reader() as db:
            return seen_ids(db, kinds)

    def remove(self, *exchange_ids: str) -> None:
        """Delete exchanges that are over, with everything of theirs; open and unknown ones, and those of runs that are
        kept, are left alone. Done when it returns."""

        def delete(db: sqlite3.Connection) -> None:
            for exchange_id in exchange_ids:
                # What belongs to it goes with it, the index of its words too: a cascade fires the triggers.
                db.execute("DELETE FROM exchanges WHERE state != 'open' AND run IS NULL AND id = ?", (exchange_id,))

        self.writer.run(delete)
        self.writer.flush()

    def flush(self, timeout: float | None = 10.0) -> bool:
        """Wait until all that happened so far is in the file."""
        return self.writer.flush(timeout)

    def close(self) -> None:
        """Write what is left and let go of the file. Reading afterwards is a mistake; closing again is none."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self.writer.close()
        while True:
            try:
                self._readers.get_nowait().close()
            except queue.Empty:
                break
        _release(self._lock, Path(self._lock.lock_file))


def _prepare(path: Path) -> None:
    with contextlib.closing(connect(path)) as db:
        schema.migrate(db)
        damage.look(db, path)
        # Reads a page of each table: most damage shows here rather than in the middle of the work.
        for table in (*_TABLES, *told.TABLES):
            db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
        _mark_cut(db, path)
        (newest,) = db.execute(
            "SELECT max(id) FROM (SELECT id FROM exchanges UNION ALL SELECT id FROM runs)"
        ).fetchone()
        sort_after(newest or "")


def _mark_cut(db: sqlite3.Connection, path: Path) -> None:
    """Mark what dead processes left open. A process lives while it holds its lock file."""
    sql = "SELECT instance FROM exchanges WHERE state = 'open' UNION SELECT instance FROM runs WHERE status = 'running'"
    for (instance,) in db.execute(sql).fetchall():
        with contextlib.ExitStack() as held:
            lock = lock_path(path, instance)
            if lock.exists():
                from filelock import Timeout

                try:
                    held.enter_context(_lock(lock).acquire())
                except Timeout:
                    continue
            db.execute("BEGIN IMMEDIATE")
            opened = db.execute("SELECT rowid FROM exchanges WHERE state = 'open' AND instance = ?", (instance,))
            for (rowid,) in opened.fetchall():
                db.execute("UPDATE attempts SET state = 'cut' WHERE exchange = ? AND state = 'open'", (rowid,))
                db.execute("UPDATE exchanges SET state = 'cut' WHERE rowid = ?", (rowid,))
                schema.write_identifiers(db, rowid)
                schema.write_texts(db, rowid)
            run_rows.mark_cut(db, instance)
            db.execute("COMMIT")
    for stale in path.parent.glob(f"{path.name}.*.lock"):
        with contextlib.suppress(OSError, TimeoutError), _lock(stale).acquire():
            stale.unlink(missing_ok=True)


def _release(lock: BaseFileLock, path: Path) -> None:
    lock.release()
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
