"""Recording: what it costs a stream to be on record, against the same stream through the same transport without."""

from __future__ import annotations

from typing import Any

from tests.bench.processes import run_child, server
from tests.bench.table import Row, median

TARGET = 1.03
FULL, STEADY = "bench-20000", "bench-600-at-200"
REPEATS = 15
STEADY_REPEATS = 3


def run() -> list[Row]:
    with server() as port:
        full = run_child("tests.bench.recording_child", port, FULL, REPEATS)
        raw = run_child("tests.bench.recording_child", port, FULL, REPEATS, "raw")
        steady = run_child("tests.bench.recording_child", port, STEADY, STEADY_REPEATS)
    return [
        _row("600 events, 200 a second, wall", steady, "wall", TARGET),
        _row("the same, CPU", steady, "cpu", None),
        _row("20,000 events at full speed, wall", full, "wall", TARGET),
        _row("the same, CPU", full, "cpu", None),
        _row("20,000 events at full speed, bytes alone, wall", raw, "wall", None),
        Row("recording", "writing what is left after 20,000 events", median(full["afterwards"]) * 1000, "ms", digits=1),
    ]


def _row(what: str, found: Any, of: str, target: float | None) -> Row:
    """The median of the pairs' ratios: what else the machine does meets both of a pair."""
    plain = median(found["plain"][of])
    pairs = zip(found["recorded"][of], found["plain"][of], strict=True)
    ratio = median([recorded / other for recorded, other in pairs])
    return Row("recording", what, plain * ratio, "s", "not recorded", plain, target)
