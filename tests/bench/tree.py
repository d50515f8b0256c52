"""The explorer's tree, made and painted from a catalogue that is read, against QTreeViews of the same size."""

from __future__ import annotations

from tests.bench.processes import run_child
from tests.bench.table import Row, median


def run() -> list[Row]:
    found = {kind: run_child("tests.bench.tree_child", kind) for kind in ("blank", "empty", "plain", "ours")}
    drawn = {kind: median(values["drawn"]) for kind, values in found.items()}
    ours = found["ours"]
    empty, plain = "a QTreeView with as many empty rows", "a QTreeView with the same rows as text"
    blank = "a QTreeView without a row: nothing is painted"
    return [
        Row("tree", "tree of 436 methods made and painted", drawn["ours"], "ms", empty, drawn["empty"], 1.5, digits=1),
        Row("tree", "the same", drawn["ours"], "ms", plain, drawn["plain"], digits=1),
        Row("tree", "the same", drawn["ours"], "ms", blank, drawn["blank"], digits=1),
        Row("tree", "all groups open, scrolled by a screen, painted", median(ours["scrolled"]), "ms", plain,
            median(found["plain"]["scrolled"]), digits=1),
        Row("tree", "catalogue read from the file that comes with the program", median(ours["read"]), "ms", digits=1),
        Row("tree", "a letter more in the search, finds painted", median(ours["searched"]), "ms", target=16, digits=1),
    ]  # fmt: skip
