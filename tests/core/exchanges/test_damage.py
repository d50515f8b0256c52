"""The request log in bad times: damaged in mid-use, locked, of every older version, and with the clock set back."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.core import ids
from playground.core.errors import Problem
from playground.core.exchanges import ExchangeStore, new_id, retention, schema
from playground.core.exchanges.damage import StoreError
from playground.core.exchanges.store import connect
from playground.core.redact import Redactor
from tests.core.exchanges.test_store import begin, finish


def filled(path: Path, count: int = 40) -> None:
    """A log with enough in it that most pages are of answers."""
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        for number in range(count):
            finish(store, begin(store, f"prompt {number}"), b"data: {}\n\n" + b"%04d " % number * 4000)
        assert store.flush()


def spoil(path: Path, table: str) -> None:
    """Overwrite the second half of a table; opening reads its first page."""
    with contextlib.closing(connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = [n for (n,) in db.execute("SELECT pageno FROM dbstat WHERE name = ? ORDER BY path", (table,))]
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        for page in pages[len(pages) // 2 :]:
            file.seek((page - 1) * size)
            file.write(b"spoiled!" * (size // 8))


def test_damage_in_mid_use_is_said_and_the_next_start_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    filled(path)
    spoil(path, "chunks")
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        assert store.problem is None, "opening does not read every page: it would take too long"
        with pytest.raises(StoreError, match="Start the program again"):
            for summary in store.recent():
                store.load(summary.id)
    size = path.stat().st_size
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        assert store.problem is not None and "a new one was begun" in store.problem.title
        assert store.count() == 0
        finish(store, begin(store))
        assert store.flush() and store.count() == 1
    (kept,) = tmp_path.glob("log.sqlite3.broken-*")
    assert kept.stat().st_size >= size and kept.name in store.problem.remedy
    assert sorted(file.name for file in tmp_path.iterdir()) == ["log.sqlite3", kept.name]


def test_damage_that_the_writer_meets_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    filled(path)
    told: list[Problem] = []
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        store.writer.problem.connect(told.append)
        spoil(path, "chunks")
        retention.tidy(store, -1e4, None)
        retention.tidy(store, -1e4, None)
    assert [problem.type for problem in told] == ["damaged_log"]
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        assert store.problem is not None and store.count() == 0


def test_a_damaged_index_of_words_is_made_anew_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    filled(path)
    with contextlib.closing(connect(path)) as db:
        db.execute("UPDATE words_data SET block = x'00' WHERE id > 10")
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store, pytest.raises(StoreError):
        store.find("prompt")
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        assert store.problem is None and len(store.find("prompt")) == 40
    assert [file.name for file in tmp_path.iterdir()] == ["log.sqlite3"]


def test_what_comes_while_another_program_holds_the_file_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.core.exchanges.damage.BUSY", 0.05)
    told: list[Problem] = []
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        store.writer.problem.connect(told.append)
        with contextlib.closing(connect(store.path)) as db:
            db.execute("BEGIN IMMEDIATE")
            exchange = begin(store, "patience")
            finish(store, exchange)
            assert not store.flush(0.5)
            assert ["Another program holds the file" in problem.cause for problem in told] == [True]
            db.execute("ROLLBACK")
        assert store.flush()
        assert store.load(exchange).summary.state == "done" and len(told) == 1


@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_every_older_version_is_taken_over_with_all_that_is_in_it(tmp_path: Path, version: int) -> None:
    path = tmp_path / "log.sqlite3"
    with contextlib.closing(connect(path)) as db:
        schema.migrate(db, version)
        for number in range(3):
            db.execute(
                "INSERT INTO exchanges (id, instance, started_at, profile, method, path, sdk_method, origin, state)"
                " VALUES (?, 'i', ?, 'P', 'POST', '/responses', 'responses.create', 'compose', 'done')",
                (f"01A{number}", number),
            )
            db.execute(
                "INSERT INTO attempts (exchange, number, started_at, url, request_headers, request_body,"
                " request_body_size, response_headers, request_id, state, status)"
                " VALUES (?, 1, ?, 'u', '[[\"a\", \"b\"]]', ?, 4, '[]', ?, 'done', 200)",
                (number + 1, number, b'{"input": "ancient %d"}' % number, f"req_{number}"),
            )
            db.execute("INSERT INTO chunks VALUES (?, 1, 0, 0, ?, x'')", (number + 1, b'{"text": "venerable"}'))
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        assert [summary.id for summary in store.recent()] == ["01A2", "01A1", "01A0"]
        detail = store.load("01A1")
        assert detail.summary.started_at == 1 and detail.attempts[0].request_headers == (("a", "b"),)
        assert detail.attempts[0].response_body == b'{"text": "venerable"}'
        if version < 3:  # from then on texts are written together with the exchange
            assert [summary.id for summary in store.find("ancient")] == ["01A2", "01A1", "01A0"]
            assert len(store.find("venerable")) == 3
        new = begin(store, "new")
        finish(store, new)
        assert store.flush() and store.recent(1)[0].id == new
    with contextlib.closing(connect(path)) as db:
        assert schema.migrate(db) == schema.VERSION


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.sqlite3"
    with contextlib.closing(connect(path)) as db:
        schema.migrate(db, 1)
        before = db.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()

        def failing(db: object) -> None:
            raise RuntimeError("the power went")

        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], failing))
        with pytest.raises(RuntimeError):
            schema.migrate(db)
        assert db.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before


def test_the_newest_stay_first_where_the_clock_was_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.sqlite3"
    now = time.time()
    monkeypatch.setattr(ids, "_last", 0)
    monkeypatch.setattr(time, "time", lambda: now + 40 * 86400)
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        future = begin(store, "of a wrong clock")
        finish(store, future)
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(ids, "_last", 0)  # another process
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        after = [begin(store, "after it was set right") for _ in range(3)]
        for exchange in after:
            finish(store, exchange)
        store.flush()
        assert [summary.id for summary in store.recent()] == [*reversed(after), future]
        assert all((summary.duration or 0) >= 0 for summary in store.recent())
        retention.tidy(store, 30, None)
        assert store.count() == 4, "what is of the future is not old"


ID_AFTER = (
    "import sys; from playground.core import ids; ids.sort_after(sys.argv[1]); print(*[ids.new_id() for _ in '123'])"
)


def test_two_processes_that_go_on_from_one_id_do_not_meet() -> None:
    future = "7ZZZZZZZZZ0000000000000000"
    found: list[str] = []
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", ID_AFTER, future], capture_output=True, text=True, check=True)
        made = done.stdout.split()
        assert made == sorted(made) and made[0] > future and {len(one) for one in made} == {26}
        found += made
    assert len(set(found)) == 6


def test_ids_that_are_none_change_nothing() -> None:
    before = new_id()
    for text in ("", "01A", "nonsense-nonsense-nonsense", "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ"):
        ids.sort_after(text)
    after = new_id()
    assert before < after and after[:6] == before[:6]
