"""Two requests of 7 MB compared and shown, against reading and writing both as JSON, and two plain text widgets."""

from __future__ import annotations

from tests.bench.processes import run_child
from tests.bench.table import Row, median


def run() -> list[Row]:
    found = run_child("tests.bench.diff_child")
    plain = "json.loads and json.dumps(indent=2) of both"
    widgets = "two QPlainTextEdits with the same lines"
    return [
        Row("diff", "7 MB against 7 MB, 5,002 differences, in the pool", median(found["compared"]), "ms", plain,
            median(found["plain"]), target=4, digits=0),
        Row("diff", "how late the window is meanwhile: p99", median(found["stall"]), "ms", digits=1),
        Row("diff", "shown side by side and painted", median(found["shown"]), "ms", widgets, median(found["widgets"]),
            target=4, digits=1),
        Row("diff", "from change to change, painted", median(found["stepped"]), "ms", digits=1),
    ]  # fmt: skip
