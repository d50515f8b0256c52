"""The tree of a schema of 5,000 properties, opened and painted, against a QTreeView of as many rows of text."""

from __future__ import annotations

from tests.bench.processes import run_child
from tests.bench.table import Row, median


def run() -> list[Row]:
    found = {kind: run_child("tests.bench.schema_tree_child", kind) for kind in ("blank", "plain", "ours")}
    ours, plain = found["ours"], found["plain"]
    rows = "a QTreeView with as many rows of text"
    parsed = "json.loads and one jsonschema metaschema check of the same text"
    return [
        Row("schema_tree", "5,000 properties in objects, opened and painted", median(ours["opened"]), "ms",
            target=200, digits=1),
        Row("schema_tree", "the same", median(ours["opened"]), "ms", rows, median(plain["opened"]), digits=1),
        Row("schema_tree", "the same", median(ours["opened"]), "ms", "a QTreeView without a row",
            median(found["blank"]["opened"]), digits=1),
        Row("schema_tree", "the same", median(ours["opened"]), "ms", parsed, median(ours["checked"]), digits=1),
        Row("schema_tree", "5,000 properties in one object, opened and painted", median(ours["flat"]), "ms",
            target=200, digits=1),
        Row("schema_tree", "all open, scrolled by a screen, painted", median(ours["scrolled"]), "ms", rows,
            median(plain["scrolled"]), digits=1),
        Row("schema_tree", "all open, a property moved by a key, painted", median(ours["edited"]), "ms", target=200,
            digits=1),
        Row("schema_tree", "all open, 5,000 findings shown", median(ours["found"]), "ms", target=200, digits=1),
    ]  # fmt: skip
