"""The panel of all requests over a log of 100,000 (of 1,000,000 with `--million`): opened, filtered, scrolled, each
until it is painted; beside an empty QTableView and the same panel with an empty list."""

from __future__ import annotations

import os

from tests.bench.log import MILLION
from tests.bench.processes import run_child
from tests.bench.table import Row, median, percentile

REPEATS = 5


def run() -> list[Row]:
    count = 1_000_000 if os.environ.get(MILLION) else 100_000
    found = run_child("tests.bench.inspector_child", str(count), str(REPEATS))
    least = 80.0 if count > 100_000 else 60.0
    name = f"{count:,}"

    def row(what: str, key: str, target: float | None = None, share: float = 0.5) -> Row:
        value = median(found[key]) if share == 0.5 else percentile(found[key], share)
        return Row("inspector", f"{name}: {what}", value, "ms", target=target, digits=1)

    opened = median(found["open"])
    return [
        row("opened for the first time, painted", "first", least),
        row("opened again, read anew and painted", "open", least),
        Row("inspector", "the same", opened, "ms", "an empty QTableView in the same window", median(found["plain"]),
            target=1.5, digits=1),
        Row("inspector", "the same", opened, "ms", "the same panel, its list empty", median(found["empty"]), digits=1),
        row("gone to its end, painted", "end", least),
        row("any of 6 filters, painted", "query", least),
        row("the same, the slowest", "query", least, 1.0),
        row("an ID, painted", "id", least),
        row("scrolled by a screen, rows read and painted: median", "scroll"),
        row("the same: p99", "scroll", 17.0, 0.99),
        row("all numbers there, for the scroll bar", "complete"),
    ]  # fmt: skip
