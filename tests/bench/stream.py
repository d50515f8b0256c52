"""Stream: 20,000 deltas at full speed, from sending to the final text painted, against the SDK's typed loop."""

from __future__ import annotations

from itertools import chain

from tests.bench.parts import environ
from tests.bench.processes import run_child, server
from tests.bench.table import Row, median, percentile

MODEL = "bench-20000"
REPEATS = 5


def run() -> list[Row]:
    with server() as port:
        loop = run_child("tests.bench.sdk_loop", port, MODEL, 1, REPEATS)
        window = run_child("tests.bench.compose_child", MODEL, REPEATS, env=environ(port))
    stalls = list(chain.from_iterable(window["stalls"]))
    typed = "typed SDK loop"
    return [
        Row("stream", "20,000 deltas in Compose, wall", median(window["wall"]), "s", typed, median(loop["wall"]), 0.35),
        Row("stream", "the same, CPU", median(window["cpu"]), "s", typed, median(loop["cpu"]), 0.4),
        Row("stream", "GUI stall, p99", percentile(stalls, 0.99), "ms", target=16, digits=1),
        Row("stream", "GUI stall, greatest", max(stalls), "ms", digits=1),
    ]
