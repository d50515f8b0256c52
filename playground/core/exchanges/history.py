"""The history: every run of Compose, found by its words, named, starred, read again, deleted for good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.exchanges import rows, run_rows
from playground.core.exchanges.matching import match_expression
from playground.core.exchanges.records import RunSummary, StoredRun
from playground.core.signals import Signal

if TYPE_CHECKING:
    from playground.core.exchanges.writer import ExchangeWriter

PAGE = 200
"""Runs that are read at a time."""
_INDEXES = ("words", "run_words")
_PURGE = 120.0
"""Seconds that wiping may take."""
_ID = 6
"""Characters from which on a word may be the beginning of an ID."""
_NAME = 200
"""Characters of a name."""


class Trace(NamedTuple):
    """By what a run can be found where the history is not."""

    draft: dict[str, Any]
    response_id: str | None
    """Under which the server may keep its answer."""
    simulated: bool


class RunHistory:
    """Its methods read or wait for the disk: call them off the GUI thread, from any thread."""

    def __init__(
        self,
        writer: ExchangeWriter,
        reader: Callable[[], AbstractContextManager[sqlite3.Connection]],
        runs_removed: Signal[[tuple[str, ...]]],
        removed: Signal[[tuple[str, ...]]],
    ) -> None:
        self._writer, self._reader = writer, reader
        self._runs_removed, self._removed = runs_removed, removed

    def find(self, text: str = "", *, starred: bool = False, before: str = "", limit: int = PAGE) -> list[RunSummary]:
        """Runs, newest first: those whose name, model, prompt and output hold all words of `text` (the last may be
        unfinished), or of which an ID begins with it. `before`: only runs older than the one with this id."""
        text = text.strip().replace("\x00", "")
        with self._reader() as db:
            limits, values = "1", list[object]()
            if starred:
                limits += " AND rowid IN (SELECT rowid FROM runs WHERE starred = 1)"
            if before:
                limits += " AND rowid < (SELECT rowid FROM runs WHERE id = ?)"
                values.append(before)
            if not text:
                return run_rows.find(db, f"{limits} ORDER BY rowid DESC LIMIT ?", *values, limit)
            found: set[int] = set()
            # Each on its own: the index gives its rows newest first, and stops when there are enough.
            if query := match_expression(text):
                sql = f"SELECT rowid FROM run_words WHERE run_words MATCH ? AND {limits} ORDER BY rowid DESC LIMIT ?"
                found |= {rowid for (rowid,) in db.execute(sql, (query, *values, limit))}
            if len(text) >= _ID and not text.split()[1:]:
                sql = (
                    "SELECT rowid FROM runs WHERE id IN (SELECT e.run FROM identifiers AS i JOIN exchanges AS e"
                    f" ON e.rowid = i.exchange WHERE i.id >= ? AND i.id < ?) AND {limits} ORDER BY rowid DESC LIMIT ?"
                )
                span = (text, f"{text}\U0010ffff")
                found |= {rowid for (rowid,) in db.execute(sql, (*span, *values, limit))}
            newest = sorted(found, reverse=True)[:limit]
            marks = ", ".join("?" * len(newest))
            return run_rows.find(db, f"rowid IN ({marks}) ORDER BY rowid DESC", *newest)

    def count(self) -> int:
        """How many runs are kept."""
        with self._reader() as db:
            return int(db.execute("SELECT count(*) FROM runs").fetchone()[0])

    def load(self, run_id: str) -> StoredRun:
        """A run with everything that is kept of it. Raises KeyError for an unknown id."""
        with self._reader() as db:
            db.execute("BEGIN")
            try:
                found = run_rows.one(db, run_id)
                if found is None:
                    raise KeyError(run_id)
                draft, snapshot = db.execute("SELECT draft, snapshot FROM runs WHERE id = ?", (run_id,)).fetchone()
                sql = f"SELECT e.rowid, {rows.SUMMARY_COLUMNS} FROM exchanges AS e WHERE e.run = ? ORDER BY e.id"
                exchanges = tuple(rows.detail(db, row) for row in db.execute(sql, (run_id,)).fetchall())
            finally:
                db.execute("ROLLBACK")
        return StoredRun(found, json.loads(draft), json.loads(snapshot) if snapshot else None, exchanges)

    def traces(self, *run_ids: str) -> list[Trace]:
        """What else there may be of runs elsewhere. Unknown ids are left out."""
        found = []
        with self._reader() as db:
            for run_id in run_ids:
                sql = "SELECT draft, snapshot, simulated FROM runs WHERE id = ?"
                for draft, snapshot, simulated in db.execute(sql, (run_id,)).fetchall():
                    answer = json.loads(snapshot).get("response_id") if snapshot else None
                    found.append(Trace(json.loads(draft), answer, bool(simulated)))
        return found

    def rename(self, run_id: str, name: str) -> None:
        """Give a run a name; an empty one takes it away. Done when it returns."""
        name = self._writer.redactor.text(" ".join(name.split())[:_NAME])
        self._change(run_id, lambda db: run_rows.rename(db, run_id, name))

    def star(self, run_id: str, starred: bool) -> None:
        """Mark a run, or take the mark away. Done when it returns."""
        self._change(run_id, lambda db: run_rows.star(db, run_id, starred))

    def _change(self, run_id: str, change: Callable[[sqlite3.Connection], object]) -> None:
        def job(db: sqlite3.Connection) -> None:
            change(db)
            self._writer.touch_run(db, run_id)

        self._writer.run(job)
        self._writer.flush()

    def remove(self, *run_ids: str) -> tuple[str, ...]:
        """Delete runs for good, with every exchange made for them, so that no byte of them stays in the file; those
        that are running are left alone. Gives the ids of those that are gone. Raises TimeoutError where they are
        gone, but their bytes could not be overwritten yet."""
        gone: list[str] = []
        exchanges: list[str] = []

        def delete(db: sqlite3.Connection) -> None:
            for run_id in run_ids:
                made = run_rows.exchange_ids(db, run_id)
                if run_rows.remove(db, run_id):
                    gone.append(run_id)
                    exchanges.extend(made)

        self._writer.run(delete)
        wiped: list[bool] = []

        def wipe(db: sqlite3.Connection) -> None:
            wiped.append(_wipe(db))

        self._writer.run_afterwards(wipe)
        self._writer.flush(_PURGE)
        if gone:
            self._removed.emit(tuple(exchanges))
            self._runs_removed.emit(tuple(gone))
        if wiped != [True]:
            raise TimeoutError("Somebody else reads the file; it is done at the latest when all have closed it.")
        return tuple(gone)


def _wipe(db: sqlite3.Connection) -> bool:
    """Let nothing of what was deleted be left: neither in the indexes, which only mark a deleted word, nor in the
    write-ahead log. False where somebody reads what the log still holds."""
    for index in _INDEXES:
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
    busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy
