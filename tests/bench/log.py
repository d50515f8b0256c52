"""The request log: the first page of every sort of query, at 100,000 exchanges (at 1,000,000 with `--million`), beside
the page that SQLite reads with a plain SELECT … LIMIT; opening a log of the version before; exporting."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.export import write
from playground.core.exchanges.scrub import Scrubber
from tests.bench import log_made
from tests.bench.table import Row, median

MILLION = "PLAYGROUND_BENCH_MILLION"
"""Of the environment: a log of 1,000,000, which takes two minutes and 2 GB to make."""
PAGE = 200
REPEATS = 5
QUERIES = (
    "", "status:200", "status:429", "status>=400 model:gpt-5*", "model:gpt-*", "model:gpt-5* status:500 dur>5s",
    "dur>5s", "dur>60s", "first>2s attempts>1", "tokens>4000", "cost>0.007", "profile:rare", "pinned:yes",
    "path:/files", "path:/file method:POST", "since:2h", "since:2h status:500", "until:4d status:500", "needle",
    "weather", "weather garden", "weather status:500", "-status:200", "-weather", "weather -garden status:429",
    '"weather garden"', "gpt-5", "req_", "id:resp_", "status:200 code:insufficient_quota", "tag:x", "-tag:x",
)  # fmt: skip


def _took(work: Callable[[], object]) -> float:
    """Milliseconds, the median of some."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def _plain(store: ExchangeStore) -> Callable[[], object]:
    sql = f"SELECT * FROM exchanges ORDER BY rowid DESC LIMIT {PAGE}"

    def read() -> object:
        with store.reader() as db:
            return db.execute(sql).fetchall()

    return read


def run() -> list[Row]:
    count = 1_000_000 if os.environ.get(MILLION) else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite3"
        log_made.make(path, count)
        with contextlib.closing(ExchangeStore.open(path)) as store:
            rows = _pages(store, count)
        if count == 100_000:
            rows += _older(Path(folder) / "older.sqlite3", count)
    return rows


def _pages(store: ExchangeStore, count: int) -> list[Row]:
    log, size = store.log, f"{count:,}"
    plain = _took(_plain(store))
    against = "SELECT * … LIMIT 200"
    ids = {
        "req_…": log_made.request_id(count // 2),
        "the beginning of pg-…": f"pg-{log_made.exchange_id(count // 3)}",
    }
    queries = {query or "the newest": query for query in QUERIES} | ids
    found = {name: _took(lambda query=query: log.ids(query, PAGE, now=log_made.NOW)) for name, query in queries.items()}
    slowest = max(found, key=lambda name: found[name])
    newest = _took(lambda: log.page("", PAGE))
    everything = log.ids()
    middle = everything[count // 2 : count // 2 + PAGE]
    rows = [
        Row("log", f"{size}: the newest page, ids and rows", newest, "ms", against, plain, digits=2),
        Row("log", f"{size}: a page from the middle, rows", _took(lambda: log.rows(middle)), "ms", against, plain),
        Row("log", f"{size}: all ids, to scroll through", _took(log.ids), "ms", digits=1),
        Row("log", f"{size}: first page of {len(found)} queries, median", median(list(found.values())), "ms", against,
            plain),
        Row("log", f"{size}: the slowest of them, “{slowest}”", found[slowest], "ms", target=30, digits=1),
    ]  # fmt: skip
    rows += [Row("log", f"{size}: “{name}”", found[name], "ms", against, plain) for name in ids]
    thousand = log.ids("", 1000)
    for kind in ("har", "jsonl", "csv"):
        took = _took(lambda kind=kind: write(store, thousand, kind, len, Scrubber()))
        rows.append(Row("log", f"export of 1,000 as {kind}", took, "ms", digits=0))
    return rows


def _older(path: Path, count: int) -> list[Row]:
    log_made.make(path, count, version=4)
    start = time.perf_counter()
    store = ExchangeStore.open(path)
    opened = time.perf_counter() - start
    store.close()
    return [Row("log", f"opening {count:,} of the version before, columns and indexes made", opened, "s", target=3)]
