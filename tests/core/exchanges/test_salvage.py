"""A row that is damaged is shown as such, and hides no other: whatever is in its columns, or where its page is gone."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.exchanges import ExchangeStore, salvage
from playground.core.exchanges.diagnosis import diagnose
from playground.core.exchanges.export import write as export
from playground.core.exchanges.scrub import Scrubber
from playground.core.exchanges.store import connect
from playground.core.redact import Redactor
from tests.core.exchanges.test_damage import filled, spoil
from tests.core.exchanges.test_store import begin, finish


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    """Three exchanges; the one in the middle is to be damaged."""
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        for number in range(3):
            finish(store, begin(store, f"prompt {number}"))
        store.flush()
        yield store


def spoil_row(store: ExchangeStore, sql: str, *values: object) -> str:
    with contextlib.closing(connect(store.path)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        assert db.execute(sql, values).rowcount == 1
    return store.recent()[1].id


def codes(store: ExchangeStore) -> list[str | None]:
    return [row.summary.error_code for row in store.log.page()]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("model", b"\x00\xff", "its model cannot be read"),
        ("path", b"17", "its path"),
        ("started_at", float("inf"), "its started at"),
        ("started_at", -1, "its started at"),
        ("duration", 1e300, "its duration"),
        ("state", "perhaps", "its state"),
        ("started_at", "yesterday", "its started at"),
        ("duration", b"long", "its duration"),
        ("first_byte", "soon", "its first byte"),
        ("status", "fine", "its status"),
        ("attempts", "many", "its attempts"),
        ("profile", b"\xc3\x28", "its profile"),
    ],
)
def test_a_value_that_is_none_is_said_and_the_others_are_shown(
    store: ExchangeStore, column: str, value: object, words: str
) -> None:
    damaged = spoil_row(store, f"UPDATE exchanges SET {column} = ? WHERE rowid = 2", value)
    assert codes(store) == [None, salvage.CODE, None]
    row = store.log.page()[1]
    assert row.summary.state == "failed" and words in (row.summary.error_message or "")
    assert [one.error_code for one in store.recent()] == [None, salvage.CODE, None]
    detail = store.load(damaged)
    assert detail.summary == row.summary and detail.attempts[0].response_body.startswith(b"data:")
    assert export(store, store.log.ids(), "jsonl", lambda _data: None, Scrubber()) == 3


def test_a_text_that_is_no_text(store: ExchangeStore) -> None:
    """SQLite keeps a TEXT of any bytes; Python's driver then refuses the whole answer."""
    damaged = spoil_row(store, "UPDATE exchanges SET model = CAST(x'ff41' AS TEXT) WHERE rowid = 2")
    assert codes(store) == [None, salvage.CODE, None]
    assert store.load(damaged).summary.model == "\ufffdA"
    assert [one.error_code for one in store.find("prompt")] == [None, salvage.CODE, None]
    assert [one.error_code for one in store.recent()] == [None, salvage.CODE, None]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE attempts SET response_headers = '{' WHERE exchange = 2", "answer's headers"),
        ("UPDATE attempts SET request_headers = '[1, 2]' WHERE exchange = 2", "request's headers"),
        ("UPDATE attempts SET request_headers = CAST(x'ff' AS TEXT) WHERE exchange = 2", "request's headers"),
        ("UPDATE attempts SET request_body = 'text' WHERE exchange = 2", "request's body"),
        ("UPDATE attempts SET sent = 'late', state = x'00' WHERE exchange = 2", "state and sent"),
        ("UPDATE attempts SET response_body_size = 'large' WHERE exchange = 2", ""),
        ("UPDATE chunks SET marks = x'010203' WHERE exchange = 2", "times of arrival"),
        ("UPDATE chunks SET marks = x'01020304' WHERE exchange = 2", "times of arrival"),
        ("UPDATE chunks SET data = 12 WHERE exchange = 2", "answer's body"),
    ],
)
def test_an_attempt_is_shown_as_far_as_it_can_be_read(store: ExchangeStore, sql: str, words: str) -> None:
    damaged = spoil_row(store, sql)
    detail = store.load(damaged)
    assert len(detail.attempts) == 1 and detail.attempts[0].url == "http://x/v1/responses"
    if words:
        assert detail.summary.error_code == salvage.CODE and words in (detail.summary.error_message or "")
        found = diagnose(detail)
        assert found is not None and "damaged" in found.problem.title and words in found.problem.cause
    assert codes(store) == [None, None, None], "its row itself is sound"
    assert export(store, store.log.ids(), "har", lambda _data: None, Scrubber()) == 3


def test_where_the_file_is_damaged_the_other_rows_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    filled(path, 400)
    spoil(path, "exchanges")
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        found = store.log.rows(range(400, 0, -1))
        damaged = [row for row in found if row.summary.error_code == salvage.CODE]
        assert len(found) > len(damaged) > 0
        assert all("cannot be read" in (row.summary.error_message or "") for row in damaged)
        assert all(row.summary.model == "echo" for row in found if row not in damaged)
    assert path.with_name(f"{path.name}.damaged").exists(), "the next start looks at the whole file"


def test_any_value_in_any_column(store: ExchangeStore) -> None:
    """Whatever is written there, what the log and its reader say is a value of the right type."""
    chance = random.Random(11)
    values = (None, "", "x", "\x00", -1, 0, 1 << 62, 1.5, float("inf"), b"", b"\xff\x00", "[", "{}", "9" * 5000)
    with contextlib.closing(connect(store.path)) as db:
        columns = [
            (table, column)
            for table in ("exchanges", "attempts", "chunks")
            for (column, needed) in db.execute(f"SELECT name, pk FROM pragma_table_info('{table}')")
            if not needed and column not in ("exchange", "id", "instance", "run")
        ]
        for _ in range(600):
            table, column = chance.choice(columns)
            key = "rowid" if table == "exchanges" else "exchange"
            with contextlib.suppress(Exception):
                db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = 2", (chance.choice(values),))
            for summary in (*store.recent(), *(row.summary for row in store.log.page())):
                assert isinstance(summary.path, str) and isinstance(summary.started_at, int | float)
                assert summary.duration is None or isinstance(summary.duration, int | float)
            detail = store.load(store.recent()[1].id)
            assert all(isinstance(attempt.response_body, bytes) for attempt in detail.attempts)
            diagnose(detail)
