"""The form of `responses.create`: opened, and typed into, against a plain QFormLayout with as many line edits."""

from __future__ import annotations

from tests.bench.processes import run_child
from tests.bench.table import Row, median, percentile


def run() -> list[Row]:
    plain = run_child("tests.bench.form_child", "plain")
    form = run_child("tests.bench.form_child", "form")
    pair = run_child("tests.bench.form_child", "pair")
    against = f"QFormLayout, {int(plain['fields'])} line edits"
    opened, typed = median(plain["open"]), percentile(plain["typing"], 0.5)
    return [
        Row("form", "responses.create opened and painted, after the first", median(form["open"]), "ms", target=150,
            digits=1),
        Row("form", "the same", median(form["open"]), "ms", against, opened, digits=1),
        Row("form", "the first in a process", form["first"], "ms", digits=1),
        Row("form", "the first of the plain one, for comparison", plain["first"], "ms", digits=1),
        Row("form", "with 60 items and tools in it, opened", median(form["filled"]), "ms", digits=1),
        Row("form", "every method of the SDK in turn, each", form["each"], "ms", digits=1),
        Row("form", "a key typed, painted (CPU): median", percentile(form["typing"], 0.5), "ms", against, typed),
        Row("form", "a key typed, painted (CPU): p99", percentile(form["typing"], 0.99), "ms", target=16),
        Row("form", "the same beside its JSON: p99", percentile(pair["typing"], 0.99), "ms", target=16),
        Row("form", "a key in a request with 500 messages: p99", percentile(form["large"], 0.99), "ms", target=16),
        Row("form", "the same beside its JSON: p99", percentile(pair["large"], 0.99), "ms", target=16),
    ]  # fmt: skip
