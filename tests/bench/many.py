"""Many: 20 visible streams at 200 events a second, against the SDK's typed loop on the same 20 streams."""

from __future__ import annotations

from itertools import chain

from tests.bench.processes import run_child, server
from tests.bench.table import Row, median, percentile

STREAMS = 20
MODEL = "bench-1000-at-200"
REPEATS = 5


def run() -> list[Row]:
    with server() as port:
        loop = run_child("tests.bench.sdk_loop", port, MODEL, STREAMS, REPEATS)
        window = run_child("tests.bench.streams_child", port, MODEL, STREAMS, REPEATS)
    stalls = list(chain.from_iterable(window["stalls"]))
    typed = "typed SDK loop"
    return [
        Row("many", "20 streams × 200 events/s, wall", median(window["wall"]), "s", typed, median(loop["wall"]), 1.0),
        Row("many", "the same, CPU", median(window["cpu"]), "s", typed, median(loop["cpu"])),
        Row("many", "GUI stall, p99", percentile(stalls, 0.99), "ms", target=16, digits=1),
        Row("many", "GUI stall, greatest", max(stalls), "ms", digits=1),
    ]
