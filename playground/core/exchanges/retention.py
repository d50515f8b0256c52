"""How large the log is, and what is let go of it: by age, by size. What is pinned, running, or a kept run's stays.

All is done in small steps between what else is written, so that recording never waits for long; and the file gives its
free pages back in small steps too (SQLite's incremental vacuum), which a file from before that was so needs `compact`
for, once.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.core.ids import first_id
from playground.core.plain import size_text

if TYPE_CHECKING:
    from playground.core.exchanges.store import ExchangeStore

AT_ONCE = 100
"""Exchanges deleted in one transaction."""
PAGES = 512
"""Pages given back to the disk in one step: two megabytes."""
MERGED = 256
"""Pages of an index of words that are merged in one step, so that it forgets what was deleted."""
SMALL = 128 * 1024 * 1024
"""Bytes of a log that is made anew without asking, where it must be to give pages back: about two seconds."""
PATIENCE = 60.0
"""Seconds that a step is waited for: another program may be writing."""
_FREE = "state != 'open' AND run IS NULL AND pinned = 0"
_INDEXES = ("words", "run_words")


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes."""

    used: int
    """What the log takes, without pages that are free again."""
    file: int
    """What its file takes on the disk, without what is still in the write-ahead log."""
    gives_back: bool
    """Whether free pages can be given back in small steps."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was done."""

    gone: int
    """Exchanges that were deleted."""
    before: Size
    after: Size


@dataclass(frozen=True, slots=True)
class Doomed:
    """What would go."""

    older: int
    """Exchanges, for their age."""
    excess: int
    """About how many more, for the log's size: by the mean."""
    size: str
    """What the log takes, in words."""


def measure(store: ExchangeStore) -> Size:
    """How large the log is. Raises StoreError."""
    with store.reader() as db:
        return _measured(db)


def size(store: ExchangeStore) -> int:
    """Bytes that the log takes."""
    return measure(store).used


def _measured(db: sqlite3.Connection) -> Size:
    pages, free, page, vacuum = (
        int(db.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size", "auto_vacuum")
    )
    return Size((pages - free) * page, pages * page, vacuum == 2)


def older(days: float) -> str:
    """What has a smaller id came into the log more than so many days ago. An imported request may have been made long
    before: it is as old as its import."""
    return first_id(time.time() - days * 86400)


def count_older(store: ExchangeStore, days: float) -> int:
    """How many would go for their age."""
    with store.reader() as db:
        sql = f"SELECT count(*) FROM exchanges WHERE {_FREE} AND id < ?"
        return int(db.execute(sql, (older(days),)).fetchone()[0])


def tidy(store: ExchangeStore, days: float | None, most: int | None, stop: Callable[[], bool] = bool) -> Tidied:
    """Delete what came more than `days` days ago, then the oldest until the log takes `most` bytes or nothing is left
    that may go; None: whatever its age, or its size. Gives free pages back to the disk where that is done in small
    steps, or the log is small. Takes as long as it takes, off the GUI thread; ends early where `stop` says so. Raises
    StoreError."""
    before = measure(store)
    gone = 0
    if days is not None:
        gone += _delete(store, "id < ?", (older(days),), stop)
    while most is not None and not stop() and (part := _delete_round(store, most, stop)):
        gone += part
    if gone:
        _merge(store, stop)
    give_back(store, stop)
    return Tidied(gone, before, measure(store))


def doomed(store: ExchangeStore, days: float | None, most: int | None) -> Doomed:
    """What `tidy` would begin with. Raises StoreError."""
    used, count = size(store), store.count()
    gone = count_older(store, days) if days is not None else 0
    excess = 0
    if most is not None and count and used * (count - gone) / count > most:
        excess = min(max(1, round((used - most) * count / used) - gone), count - gone)
    return Doomed(gone, excess, size_text(used))


def _delete(store: ExchangeStore, where: str, values: tuple[object, ...], stop: Callable[[], bool]) -> int:
    total = 0
    while not stop() and (part := _delete_some(store, where, values)):
        total += part
    return total


def _delete_round(store: ExchangeStore, most: int, stop: Callable[[], bool]) -> int:
    """So many of the oldest as, by the mean, take what is too much. The index of words gets smaller with a merge only:
    it is measured again after one."""
    found = measure(store)
    if found.used <= most:
        return 0
    mean = max(found.used // max(store.count(), 1), 1)
    wanted = max((found.used - most) // mean * 9 // 10, AT_ONCE)
    total = 0
    while total < wanted and not stop() and (part := _delete_some(store, "1", ())):
        total += part
    _merge(store, stop)
    return total


def _delete_some(store: ExchangeStore, where: str, values: tuple[object, ...]) -> int:
    """The oldest of those that may go. Gives how many went; 0 also where it could not be done."""
    gone: list[str] = []

    def delete(db: sqlite3.Connection) -> None:
        oldest = f"SELECT rowid, id FROM exchanges WHERE {_FREE} AND {where} ORDER BY id LIMIT {AT_ONCE}"
        found = db.execute(oldest, values).fetchall()
        db.executemany("DELETE FROM exchanges WHERE rowid = ?", [(rowid,) for rowid, _ in found])
        gone.extend(one for _, one in found)

    store.writer.run(delete)
    if not store.writer.flush(PATIENCE) or not gone:
        return 0
    store.removed.emit(tuple(gone))
    return len(gone)


def _merge(store: ExchangeStore, stop: Callable[[], bool]) -> None:
    """Have the indexes of words forget what was deleted: only a merge takes it out of them."""
    for index in _INDEXES:
        pages = -MERGED  # once: have all of it merged
        while not stop() and _merged(store, index, pages):
            pages = MERGED


def _merged(store: ExchangeStore, index: str, pages: int) -> bool:
    """One step; whether there is more to do (documentation of FTS5, "The 'merge' command")."""
    done: list[int] = []

    def merge(db: sqlite3.Connection) -> None:
        before = db.total_changes
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (pages,))
        done.append(db.total_changes - before)

    store.writer.run(merge)
    store.writer.flush(PATIENCE)
    return sum(done) >= 2


def give_back(store: ExchangeStore, stop: Callable[[], bool] = bool) -> None:
    """Give free pages back to the disk, as far as it can be done without keeping anyone waiting. Raises StoreError."""
    found = measure(store)
    if not found.gives_back:
        if found.used <= SMALL and found.file - found.used > found.file // 10:
            compact(store)
        return
    while not stop() and found.file > found.used:
        store.writer.run_afterwards(_some_pages)
        if not store.writer.flush(PATIENCE):
            return
        left = measure(store)
        if left.file >= found.file:
            return
        found = left


def _some_pages(db: sqlite3.Connection) -> None:
    # `execute` would take one step, and give one page back: the statement has no column.
    db.executescript(f"PRAGMA incremental_vacuum({PAGES})")
    # Else the file is as large as before, and the write-ahead log large too.
    db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def compact(store: ExchangeStore) -> Tidied | None:
    """Make the file anew, as small as it can be; from then on it gives pages back in small steps. What is recorded
    meanwhile waits in memory: about a second for each 100 MB. None where another program has the file open in a
    transaction, or the disk has no room for the copy that this takes."""
    done: list[bool] = []
    before = measure(store)

    def vacuum(db: sqlite3.Connection) -> None:
        try:
            for index in _INDEXES:
                db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError:
            return
        done.append(True)

    store.writer.run_afterwards(vacuum)
    store.writer.flush(None)
    return Tidied(0, before, measure(store)) if done else None
