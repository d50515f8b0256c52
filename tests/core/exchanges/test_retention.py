"""What is let go of the log: by age, by size; what stays; and that the file really gets smaller meanwhile."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

import pytest

from playground.core.exchanges import ExchangeStore, retention
from playground.core.exchanges.store import connect
from playground.core.ids import first_id
from playground.core.redact import Redactor
from tests.bench import log_made
from tests.core.exchanges.test_store import begin, finish

DAY = 86400


def aged(path: Path, count: int, days: float) -> None:
    """Exchanges, the first of which came so many days ago, and the last just now."""
    log_made.make(path, count)
    with contextlib.closing(connect(path)) as db:
        now = time.time()
        for number in range(1, count + 1):
            moment = now - days * DAY * (count - number) / count
            db.execute(
                "UPDATE exchanges SET id = ?, started_at = ? WHERE rowid = ?", (first_id(moment), moment, number)
            )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


def test_the_old_go_and_the_file_gets_smaller(path: Path) -> None:
    aged(path, 4000, 40)
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        told: list[tuple[str, ...]] = []
        store.removed.connect(told.append)
        pinned = store.log.count("pinned:yes")
        doomed = retention.doomed(store, 10, None)
        assert 2900 < doomed.older < 3100 and not doomed.excess
        done = retention.tidy(store, 10, None)
        assert done.gone == doomed.older == sum(map(len, told)) and store.count() == 4000 - done.gone
        assert store.log.count("pinned:yes") == pinned
        assert done.after.file < done.before.file * 0.4 and done.after.file == done.after.used
        assert retention.tidy(store, 10, None).gone == 0
        assert len(store.find("weather")) > 0
    assert path.stat().st_size <= done.after.file
    with contextlib.closing(connect(path)) as db:
        db.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        assert db.execute("PRAGMA quick_check").fetchall() == [("ok",)]


def test_the_oldest_go_until_it_is_small_enough(path: Path) -> None:
    aged(path, 4000, 40)
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        kept = store.log.ids("", 3)[-1:] + store.log.ids("id:resp_0000000000000000")
        store.log.pin(kept)
        begun = begin(store, "still running")
        whole = retention.size(store)
        excess = retention.doomed(store, None, whole // 3).excess
        done = retention.tidy(store, None, whole // 3)
        assert whole // 4 < done.after.used <= whole // 3, "not more than was asked for goes"
        assert excess == pytest.approx(done.gone, rel=0.2)
        left = store.log.ids()
        assert set(kept) <= set(left) and store.load(begun).summary.state == "open"
        pinned = set(store.log.ids("pinned:yes"))
        rest = [number for number in left if number not in pinned]
        assert rest == list(range(max(rest), min(rest) - 1, -1)) or len(rest) == max(rest) - min(rest) + 1 - len(
            [number for number in pinned if min(rest) < number < max(rest)]
        ), "the newest are left, without a gap"


def test_what_may_not_go_stays_however_small_it_is_to_be(path: Path) -> None:
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        for _ in range(20):
            finish(store, begin(store))
        store.flush()
        store.log.pin(store.log.ids("", 5))
        assert retention.tidy(store, None, 1).gone == 15 and store.count() == 5
        assert retention.tidy(store, None, 1).gone == 0


def test_an_import_is_as_old_as_its_import(path: Path) -> None:
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        finish(store, begin(store))
        store.flush()
        store.writer.run(lambda db: db.execute("UPDATE exchanges SET started_at = ?", (time.time() - 90 * DAY,)))
        assert retention.tidy(store, 30, None).gone == 0 and store.count() == 1


def test_recording_goes_on_between_the_steps(path: Path) -> None:
    aged(path, 3000, 40)
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        seen: list[int] = []

        def removed(ids: tuple[str, ...]) -> None:
            finish(store, begin(store, "meanwhile"))
            seen.append(len(ids))

        store.removed.connect(removed)
        done = retention.tidy(store, 1, None)
        assert len(seen) > 10 and max(seen) <= retention.AT_ONCE and done.gone == sum(seen)
        assert len(store.find("meanwhile")) == min(50, len(seen))


def test_it_stops_when_it_is_to(path: Path) -> None:
    aged(path, 2000, 40)
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        seen: list[int] = []
        store.removed.connect(lambda ids: seen.append(len(ids)))
        assert retention.tidy(store, 1, 1, lambda: len(seen) == 2).gone == 2 * retention.AT_ONCE


def test_a_file_from_before_gives_back_after_it_was_compacted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that older versions began have no map of their pages: SQLite makes one with a VACUUM."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")  # the file's first page, without a map
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        for _ in range(300):
            finish(store, begin(store, "x " * 2000), b"data: {}\n\n" * 500)
        store.flush()
        assert not retention.measure(store).gives_back
        monkeypatch.setattr(retention, "SMALL", 0)
        done = retention.tidy(store, -1e4, None)
        assert done.gone == 300 and done.after.file == done.before.file > 2 * done.after.used, (
            "too large to be made anew"
        )
        monkeypatch.undo()
        done = retention.tidy(store, -1e4, None)
        assert done.after.gives_back and done.after.file == done.after.used
