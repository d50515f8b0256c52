"""Growth: one flush of 64 characters at 1 MB of streamed text against the same at 10 KB, for four shapes of text."""

from __future__ import annotations

from tests.bench.growth_child import SIZES
from tests.bench.processes import run_child
from tests.bench.table import Row, median
from tests.bench.texts import SHAPES

REPEATS = 5


def run() -> list[Row]:
    rows = []
    for name in SHAPES:
        runs = [run_child("tests.bench.growth_child", name) for _ in range(REPEATS)]
        small, large = (median([median(run[str(size)]) for run in runs]) for size in SIZES)
        rows.append(Row("growth", f"{name}: a flush at 1 MB", large, "ms", "at 10 KB", small, 2.0))
    return rows
