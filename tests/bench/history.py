"""History: opening a run out of 10,000 in the window, from the key to the painted answer; finding words in them."""

from __future__ import annotations

from tests.bench.processes import run_child
from tests.bench.table import Row, median, percentile

RUNS = 10_000
REPEATS = 20


def run() -> list[Row]:
    found = run_child("tests.bench.history_child", RUNS, REPEATS)
    return [
        Row("history", "10,000 runs, one opened and painted", median(found["open"]), "ms", target=100, digits=0),
        Row("history", "the same, the slowest of 20", max(found["open"]), "ms", digits=0),
        Row("history", "search in 10,000, rare word", median(found["rare"]), "ms", target=30, digits=1),
        Row("history", "search in 10,000, word of every run", median(found["common"]), "ms", target=30, digits=1),
        Row("history", "search in 10,000, beginnings of words, p99", percentile(found["prefix"], 0.99), "ms",
            target=30, digits=1),
        Row("history", "typed to rows on the screen", median(found["typed"]), "ms", digits=0),
        Row("history", "one run deleted to the last byte", median(found["delete"]), "ms", digits=0),
        Row("history", "GUI stall, p99", percentile(found["stalls"], 0.99), "ms", target=16, digits=1),
    ]  # fmt: skip
