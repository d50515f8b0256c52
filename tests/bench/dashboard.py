"""The dashboard over 100,000 calls (1,000,000 with `--million`): its numbers read, beside a plain sum over all rows;
and a chart of 100,000 points painted, beside sorting them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from playground.core.exchanges import ExchangeStore
from tests.bench import log_made
from tests.bench.log import MILLION, _took
from tests.bench.processes import run_child
from tests.bench.table import Row, median

PLAIN = (
    "SELECT count(*), sum(input_tokens), sum(output_tokens), sum(tokens), sum(cost) FROM exchanges WHERE started_at > 0"
)


def run() -> list[Row]:
    count = 1_000_000 if os.environ.get(MILLION) else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite3"
        log_made.make(path, count)
        with contextlib.closing(ExchangeStore.open(path)) as store:
            rows = _numbers(store, count)
    found = run_child("tests.bench.dashboard_child")
    against = "sorting them"
    rows += [
        Row("dashboard", "a chart of 100,000 points, laid out and painted", median(found["paint"]), "ms", against,
            median(found["sort"]), target=1, digits=1),
        Row("dashboard", "its mark moved by a key, painted", median(found["mark"]), "ms", target=17, digits=1),
    ]  # fmt: skip
    return rows


def _numbers(store: ExchangeStore, count: int) -> list[Row]:
    def plain() -> object:
        with store.reader() as db:
            return db.execute(PLAIN).fetchall()

    baseline = _took(plain)
    rows = []
    for span in ("1h", "24h", "7d", "30d", "all"):
        took = _took(lambda span=span: store.log.dashboard(span, now=log_made.NOW))
        calls = store.log.dashboard(span, now=log_made.NOW).totals.calls
        rows.append(
            Row("dashboard", f"{count:,}: {span}, {calls:,} calls in it", took, "ms", "one sum over all", baseline,
                digits=1)
        )  # fmt: skip
    took = _took(lambda: store.log.spent(log_made.NOW - 86_400))
    rows.append(Row("dashboard", f"{count:,}: what a day cost", took, "ms", target=30, digits=1))
    return rows
