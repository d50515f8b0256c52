"""10,000 items as a table: shown, scrolled, sorted, filtered; against a plain QTableView over a QStandardItemModel."""

from __future__ import annotations

from tests.bench.processes import run_child
from tests.bench.table import Row, median, percentile


def run() -> list[Row]:
    plain = run_child("tests.bench.list_child", "plain")
    ours = run_child("tests.bench.list_child", "ours")
    against = "QTableView over a QStandardItemModel"
    shown = (median(ours["shown"]), median(plain["shown"]))
    scroll = (percentile(ours["scrolled"], 0.5), percentile(plain["scrolled"], 0.5))
    late = (percentile(ours["scrolled"], 0.99), percentile(plain["scrolled"], 0.99))
    return [
        Row("list", "10,000 items shown and painted", shown[0], "ms", against, shown[1], target=0.5, digits=1),
        Row("list", "scrolled by a screen, painted: median", scroll[0], "ms", against, scroll[1], target=1.5, digits=1),
        Row("list", "the same: p99", late[0], "ms", against, late[1], target=1.5, digits=1),
        Row("list", "a page of 100 added to them, painted", median(ours["page"]), "ms", digits=1),
        Row("list", "sorted by a number (in the pool)", median(ours["sorted"]), "ms", digits=1),
        Row("list", "filtered by a word, the first time (in the pool)", median(ours["filtered"]), "ms", digits=1),
    ]
