"""Schemas inferred from 10,000 examples, and one of 500 properties written in each way, against json.loads."""

from __future__ import annotations

from playground.core.schemas.convert import KINDS
from tests.bench.processes import run_child
from tests.bench.table import Row, median


def run() -> list[Row]:
    found = run_child("tests.bench.convert_child")
    size = f"{found['bytes'] / 1e6:.1f} MB"
    loads = median(found["loads"])
    against = "json.loads of the schema"
    rows = [
        Row("convert", f"a schema from 10,000 examples, {size}", median(found["infer"]), "ms",
            "json.loads of the same lines", median(found["lines"]), 5.0, digits=1),
        Row("convert", "500 properties read from TypeScript", median(found["typescript"]), "ms", against, loads,
            digits=1),
    ]  # fmt: skip
    titles = dict(KINDS)
    for kind, times in found["kinds"].items():
        what = f"500 properties written: {titles[kind]}"
        rows.append(Row("convert", what, median(times), "ms", against, loads, digits=1))
    slowest = max(median(times) for times in found["kinds"].values())
    rows.append(Row("convert", "the slowest of these, as it follows each key", slowest, "ms", target=100, digits=1))
    return rows
