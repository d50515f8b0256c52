"""The dashboard's numbers, against the same log counted row by row; spans and their buckets."""

from __future__ import annotations

import math
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.dashboard import Dashboard, exact, read, spans, term
from playground.core.exchanges.query.parse import QueryError
from tests.bench import log_made

COUNT = 3000
Row = dict[str, object]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeStore]:
    path = tmp_path_factory.mktemp("dashboard") / "log.sqlite3"
    log_made.make(path, COUNT)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE exchanges SET profile = 'Sandbox', cost = 0 WHERE rowid % 5 = 0")
        db.execute("UPDATE exchanges SET cost = NULL WHERE rowid % 7 = 0")
        db.execute("UPDATE exchanges SET error_code = NULL WHERE state = 'failed' AND rowid % 2 = 0")
        db.execute("UPDATE exchanges SET status = NULL WHERE state = 'failed' AND rowid % 4 = 0")
        db.execute("UPDATE exchanges SET state = 'cancelled' WHERE rowid % 101 = 0")
        db.execute("UPDATE exchanges SET origin = 'import' WHERE rowid % 11 = 0")
        db.execute("UPDATE exchanges SET model = NULL WHERE path = '/files'")
    db.close()
    opened = ExchangeStore.open(path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def rows(store: ExchangeStore) -> list[Row]:
    with store.reader() as db:
        cursor = db.execute("SELECT * FROM exchanges")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def servers(rows: list[Row], board: Dashboard, start: float = 0.0, end: float = math.inf) -> list[Row]:
    start, end = max(start, board.span.start), min(end, board.span.end)
    ours = [row for row in rows if row["profile"] != "Sandbox" and row["origin"] != "import"]
    return [row for row in ours if start <= row["started_at"] < end]  # type: ignore[operator]


@pytest.mark.parametrize("span", ["1h", "24h", "7d", "30d", "all"])
def test_sums_are_those_of_the_rows(store: ExchangeStore, rows: list[Row], span: str) -> None:
    board = read(store.reader, span, now=log_made.NOW)
    mine = servers(rows, board)
    totals = board.totals
    assert totals.calls == len(mine) > 400
    assert totals.failed == sum(row["state"] == "failed" for row in mine)
    assert totals.stopped == sum(row["state"] == "cancelled" for row in mine)
    assert totals.tokens == sum(row["tokens"] or 0 for row in mine)  # type: ignore[misc]
    assert totals.cost == pytest.approx(sum(row["cost"] or 0 for row in mine))  # type: ignore[misc]
    assert totals.unpriced == sum(row["cost"] is None for row in mine) > 0
    assert board.calls["sandbox"] == sum(
        row["profile"] == "Sandbox"
        and row["origin"] != "import"
        and board.span.start <= row["started_at"] < board.span.end  # type: ignore[operator]
        for row in rows
    )
    assert sum(layer.total for layer in board.outcomes) == totals.calls
    assert sum(layer.total for layer in board.tokens) == totals.tokens
    assert sum(layer.total for layer in board.cost) == pytest.approx(totals.cost)
    assert sum(group.totals.calls for group in board.models) == totals.calls
    assert sum(group.totals.calls for group in board.profiles) == totals.calls


def test_percentiles_are_nearest_ranks(store: ExchangeStore, rows: list[Row]) -> None:
    board = read(store.reader, "24h", now=log_made.NOW)
    done = sorted(row["duration"] for row in servers(rows, board) if row["state"] == "done")  # type: ignore[type-var]
    for share in (50, 90, 95, 99):
        assert board.duration.overall[share] == done[math.ceil(len(done) * share / 100) - 1]
    even = 0
    for number, (start, end) in enumerate(pairwise(board.span.edges)):
        mine = servers(rows, board, start, end)
        here = sorted(row["first_token"] for row in mine if row["state"] == "done")  # type: ignore[type-var]
        even += bool(here) and len(here) % 2 == 0
        for share, line in ((50, board.first_token.p50), (90, board.first_token.p90), (99, board.first_token.p99)):
            assert line[number] == (here[math.ceil(len(here) * share / 100) - 1] if here else None)
    assert even > 3, "where half of them is a whole number"


def test_each_mark_finds_exactly_its_rows(store: ExchangeStore) -> None:
    """What the chart counts and what the list finds with the mark's query is the same, to the row."""
    board = read(store.reader, "24h", now=log_made.NOW)
    looked = 0
    calls = [sum(layer.values[number] or 0 for layer in board.outcomes if layer.key in ("done", "failed"))
             for number in range(len(board.span.edges) - 1)]  # fmt: skip
    edges = board.span.edges
    for layers in (board.outcomes, board.codes, board.rates):
        for layer in layers:
            for number, share in enumerate(layer.values):
                value = share if layers is not board.rates or share is None else round(share * calls[number], 9)
                if value:
                    span = f"since:{exact(edges[number])} until:{exact(edges[number + 1])}"
                    assert store.log.count(f"{board.query} {layer.query} {span}") == value, layer.title
                    looked += 1
    assert looked > 100
    for group in (*board.models, *board.profiles):
        span = f"since:{exact(board.span.start)} until:{exact(board.span.end)}"
        assert store.log.count(f"{board.query} {group.query} {span}") == group.totals.calls, group.name


def test_tokens_of_a_day_are_those_of_its_rows(store: ExchangeStore) -> None:
    board = read(store.reader, "7d", now=log_made.NOW)
    assert board.span.by_day and len(board.span.days) == 8
    for layer in board.tokens:
        for start, end, value in zip(board.span.days[:-1], board.span.days[1:], layer.values, strict=True):
            query = f"{board.query} {layer.query} since:{exact(start)} until:{exact(end)}"
            assert sum(row.tokens or 0 for row in store.log.page(query, COUNT)) == value


def test_a_query_narrows_everything_and_may_say_the_span(store: ExchangeStore) -> None:
    board = read(store.reader, "1h", "model:gpt-5-mini since:2h until:1h", now=log_made.NOW)
    assert (board.span.key, board.span.start, board.span.end) == (
        "custom", log_made.NOW - 7200, log_made.NOW - 3600)  # fmt: skip
    assert [group.name for group in board.models] == ["gpt-5-mini"]
    assert board.totals.calls == store.log.count(
        'model:gpt-5-mini since:2h until:1h -profile:"Sandbox" -origin:import', now=log_made.NOW
    )
    words = read(store.reader, "all", "needle", now=log_made.NOW)
    assert sum(words.calls.values()) == store.log.count("needle") == 1
    with pytest.raises(QueryError, match="no field"):
        read(store.reader, "1h", "modell:x")


def test_what_is_not_ours_is_counted_by_itself(store: ExchangeStore) -> None:
    everything = [
        read(store.reader, "all", source=source, now=log_made.NOW) for source in ("servers", "sandbox", "imported")
    ]
    assert sum(board.totals.calls for board in everything) == COUNT
    assert [board.totals.calls for board in everything] == list(everything[0].calls.values())
    assert all(store.log.count(board.query) == board.totals.calls for board in everything)


def test_the_sandbox_is_never_counted_with_servers(store: ExchangeStore) -> None:
    board = read(store.reader, "all", source="sandbox", now=log_made.NOW)
    assert {group.name for group in board.profiles} == {"Sandbox"}
    alone = read(store.reader, "all", "profile:sandbox", now=log_made.NOW)
    assert alone.source == "sandbox" and alone.totals == board.totals, "there is nothing else to show"


def test_the_slowest_and_the_dearest(store: ExchangeStore, rows: list[Row]) -> None:
    board = read(store.reader, "all", now=log_made.NOW)
    mine = servers(rows, board)
    assert [one.duration for one in board.slowest] == sorted((row["duration"] for row in mine), reverse=True)[:10]  # type: ignore[type-var]
    known = [row["cost"] for row in mine if row["cost"] is not None]
    assert [one.cost for one in board.dearest] == sorted(known, reverse=True)[:10]  # type: ignore[type-var]
    assert [row.summary.id for row in store.log.page(f"id:{board.slowest[0].id}")] == [board.slowest[0].id]


def test_errors_without_a_code_are_named_by_what_there_is(store: ExchangeStore, rows: list[Row]) -> None:
    board = read(store.reader, "all", now=log_made.NOW)
    titles = {layer.title: layer.total for layer in board.codes}
    failed = [row for row in servers(rows, board) if row["state"] == "failed"]
    counted = Counter(
        row["error_code"] or (f"HTTP {row['status']}, no code" if row["status"] else "no answer, no code")
        for row in failed
    )
    assert titles == dict(counted)
    assert "no answer, no code" in titles


def test_an_empty_log_has_zeros_and_no_rates(tmp_path: Path) -> None:
    store = ExchangeStore.open(tmp_path / "log.sqlite3")
    board = read(store.reader, "all")
    assert board.totals.calls == 0 and board.totals.error_rate is None and board.duration.overall == {}
    assert board.outcomes == board.slowest == board.models == ()
    store.close()


def test_cost_that_is_not_known_is_not_nothing(store: ExchangeStore) -> None:
    board = read(store.reader, "all", "-cost>=0", now=log_made.NOW)
    assert board.totals.tokens > 0 and board.totals.known_cost is None
    assert board.cost == ()


# Spans ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def use(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield use
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("when", ["2026-03-30T12:34:56", "2026-10-26T12:34:56", "2026-04-06T01:00", "2026-10-05T01:00"])
def test_days_begin_at_local_midnight_also_where_clocks_are_changed(
    zone: Callable[[str], None], name: str, when: str
) -> None:
    zone(name)
    now = datetime.fromisoformat(when).timestamp()
    db = sqlite3.connect(":memory:")
    for key in ("7d", "30d"):
        span = spans.make(key, "", now, None)
        assert all(datetime.fromtimestamp(edge).strftime("%H:%M") == "00:00" for edge in span.days)  # noqa: DTZ006
        assert len(span.days) - 1 == int(key[:-1]) and span.days[-2] <= now < span.days[-1]
        sql = f"SELECT {spans.day_sql(span, 't')} FROM (SELECT ? AS t)"
        for number, (start, end) in enumerate(pairwise(span.days)):
            for moment in (start, start + 1, (start + end) / 2, end - 0.001):
                assert db.execute(sql, (moment,)).fetchone()[0] == number
    db.close()


@pytest.mark.parametrize("key, count", [("1h", 60), ("24h", 96)])
def test_short_spans_end_with_the_present(key: str, count: int) -> None:
    now = 1_790_000_123.4
    span = spans.make(key, "", now, None)
    assert len(span.edges) - 1 == count and span.edges[-2] <= now < span.edges[-1]
    db = sqlite3.connect(":memory:")
    sql = f"SELECT {spans.bucket_sql(span, 't')} FROM (SELECT ? AS t)"
    for number, start in enumerate(span.edges[:-1]):
        assert db.execute(sql, (start,)).fetchone()[0] == number
        assert db.execute(sql, (span.edges[number + 1] - 0.001,)).fetchone()[0] == number
    assert db.execute(sql, (span.start - 0.001,)).fetchone()[0] == -1
    db.close()


def test_exact_times_are_read_back_as_they_were() -> None:
    for when in (1_790_000_000.0, 1_790_000_123.456789, 0.0):
        assert spans.asked(f"since:{exact(when)}", 0.0)[0] == pytest.approx(when, abs=2e-6)


def test_any_name_can_be_asked_for() -> None:
    for name in ('say "x"', "a\\b", "a*b", "with, comma", "ünï"):
        from playground.core.exchanges.query import parse

        (found,) = parse(term("model", name))
        assert found.values[0].text == name and found.values[0].quoted  # type: ignore[union-attr]
