"""Events: the tab of a run of 200,000 events, from the key to the first rows on the screen."""

from __future__ import annotations

from itertools import chain

from tests.bench.processes import run_child
from tests.bench.table import Row, median, percentile

EVENTS = 200_000
REPEATS = 5


def run() -> list[Row]:
    found = run_child("tests.bench.events_child", EVENTS, REPEATS)
    stalls = list(chain.from_iterable(found["stalls"]))
    return [
        Row("events", "200,000 events, tab opened to first rows", median(found["first"]), "ms", target=100, digits=0),
        Row("events", "the same, the tab for the first time", found["cold"][0], "ms", digits=0),
        Row("events", "all rows known", median(found["all"]), "ms", digits=0),
        Row("events", "GUI stall, p99", percentile(stalls, 0.99), "ms", target=16, digits=1),
        Row("events", "GUI stall, greatest", max(stalls), "ms", digits=1),
    ]
