"""How large the log is, and what is let go of it: by age, by size. What is pinned, running, or a kept run's stays."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.core.exchanges.store import ExchangeStore

AT_ONCE = 200
"""Exchanges deleted in one transaction."""
_FREE = "state != 'open' AND run IS NULL AND pinned = 0"


def used(db: sqlite3.Connection) -> int:
    """Bytes that the log takes, without pages that are free again."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def size(store: ExchangeStore) -> int:
    """Bytes that the log takes."""
    with store.reader() as db:
        return used(db)


def count_older(store: ExchangeStore, days: float) -> int:
    """How many would go with `ExchangeStore.remove_older`."""
    with store.reader() as db:
        sql = f"SELECT count(*) FROM exchanges WHERE {_FREE} AND started_at < ?"
        return int(db.execute(sql, (time.time() - days * 86400,)).fetchone()[0])


def remove_to_size(store: ExchangeStore, most: int) -> int:
    """Delete the oldest exchanges until the log takes `most` bytes, or nothing is left that may go. Gives how many
    went. The file itself gets smaller with `shrink`."""
    total = 0
    while size(store) > most:
        gone: list[int] = []

        def delete(db: sqlite3.Connection, gone: list[int] = gone) -> None:
            oldest = f"SELECT rowid FROM exchanges WHERE {_FREE} ORDER BY rowid LIMIT {AT_ONCE}"
            gone.append(db.execute(f"DELETE FROM exchanges WHERE rowid IN ({oldest})").rowcount)

        store.writer.run(delete)
        store.writer.flush(None)
        if not sum(gone):
            break
        total += sum(gone)
    return total


def shrink(store: ExchangeStore) -> bool:
    """Give the file's free pages back to the disk. False where another program has the file open in a transaction, or
    the disk has no room for the copy that this takes."""
    done: list[bool] = []

    def vacuum(db: sqlite3.Connection) -> None:
        try:
            for index in ("words", "run_words"):
                db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError:
            return
        done.append(True)

    store.writer.run_afterwards(vacuum)
    store.writer.flush(None)
    return bool(done)
