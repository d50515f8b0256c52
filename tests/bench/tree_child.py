"""A process that draws the tree of methods.

    python -m tests.bench.tree_child blank|empty|plain|ours

prints one JSON line with milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTreeView

from playground.core.catalog import Catalog, read_catalog
from playground.panels.explorer.nodes import Node, found, tree
from playground.panels.explorer.tree import MethodTree
from playground.widgets.theme import ThemeManager

REPEATS, SCREENS = 9, 20
SIZE = (268, 700)
WORDS = ("v", "ve", "vec", "vect", "vecto", "vector", "vector s", "vector se", "vector sea")


def milliseconds(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def paint(view: QTreeView) -> None:
    view.resize(*SIZE)
    view.show()
    QCoreApplication.sendPostedEvents(None, 0)
    view.grab()


def blank() -> dict[str, list[float]]:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        view = QTreeView()
        view.setHeaderHidden(True)
        paint(view)
        times.append(milliseconds(start))
        view.close()
    return {"drawn": times, "scrolled": [0.0]}


def items(node: Node, words: bool) -> list[QStandardItem]:
    made = []
    for child in node.children:
        item = QStandardItem(child.title if words else "")
        item.appendRows(items(child, words))
        made.append(item)
    return made


def plain(catalog: Catalog, *, words: bool) -> dict[str, list[float]]:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        view, model = QTreeView(), QStandardItemModel()
        view.setHeaderHidden(True)
        model.invisibleRootItem().appendRows(items(tree(catalog, [], []), words))
        view.setModel(model)
        paint(view)
        times.append(milliseconds(start))
        view.close()
    view.expandAll()
    view.show()
    return {"drawn": times, "scrolled": scrolled(view)}


def scrolled(view: QTreeView) -> list[float]:
    bar, times = view.verticalScrollBar(), []
    for screen in range(SCREENS):
        start = time.perf_counter()
        bar.setValue(bar.maximum() * screen // SCREENS)
        view.viewport().grab()
        times.append(milliseconds(start))
    return times


def ours(cache: Path) -> dict[str, list[float]]:
    read, drawn, searched = [], [], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        catalog = read_catalog(cache)
        read.append(milliseconds(start))
        assert catalog is not None
        start = time.perf_counter()
        view = MethodTree()
        view.show_rows(tree(catalog, [], []), catalog, is_tree=True, opened=set())
        paint(view)
        drawn.append(milliseconds(start))
        view.close()
    view.show()
    view.expandAll()
    times = scrolled(view)
    for words in WORDS:
        start = time.perf_counter()
        view.show_rows(found(catalog, words), catalog, is_tree=False, opened=set())
        view.grab()
        searched.append(milliseconds(start))
    return {"drawn": drawn, "scrolled": times, "read": read, "searched": searched}


if __name__ == "__main__":
    app = QApplication([])
    theme = ThemeManager(app)
    theme.apply("light")
    with TemporaryDirectory() as folder:
        known = read_catalog(Path(folder))
        assert known is not None
        kinds = {
            "blank": blank,
            "empty": lambda: plain(known, words=False),
            "plain": lambda: plain(known, words=True),
            "ours": lambda: ours(Path(folder)),
        }
        print(json.dumps(kinds[sys.argv[1]]()))
