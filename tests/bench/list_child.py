"""A process that shows a list of 10,000 items.

    python -m tests.bench.list_child plain|ours

prints one JSON line with milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from playground.core.tabular import Rows, find_columns
from playground.widgets.answer import AnswerView
from playground.widgets.theme import ThemeManager

ITEMS, REPEATS, SCREENS = 10_000, 5, 100
SIZE = (900, 700)


def items(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "id": f"file-{number:08d}abcdef",
            "object": "file",
            "bytes": number * 37 % 1001,
            "created_at": 1764000000 + number,
            "filename": f"name {number}.txt",
            "purpose": "batch",
            "status": "processed",
        }
        for number in range(first, first + count)
    ]


def timed(work: Callable[[], object], window: QWidget) -> float:
    """Milliseconds until it was done and painted."""
    start = time.perf_counter()
    work()
    QCoreApplication.sendPostedEvents(None, 0)
    window.grab()
    return (time.perf_counter() - start) * 1000


def scrolled(table: QTableView) -> list[float]:
    bar, found = table.verticalScrollBar(), []
    for screen in range(SCREENS):
        start = time.perf_counter()
        bar.setValue(bar.maximum() * screen // SCREENS)
        table.viewport().grab()
        found.append((time.perf_counter() - start) * 1000)
    return found


def plain() -> dict[str, Any]:
    table = QTableView()
    table.resize(*SIZE)
    table.show()
    data = items(ITEMS)

    def fill() -> None:
        model = QStandardItemModel(table)
        for item in data:
            model.appendRow([QStandardItem(str(value)) for value in item.values()])
        table.setModel(model)

    shown = [timed(fill, table) for _ in range(REPEATS)]
    return {"shown": shown, "scrolled": scrolled(table)}


def ours() -> dict[str, Any]:
    view = AnswerView("bench", None)
    view.resize(*SIZE)
    view.show()
    data = items(ITEMS)
    view.show_list(data[:3])

    def fill() -> None:
        view.show_list(data, has_more=True)

    shown = [timed(fill, view) for _ in range(REPEATS)]
    result = {"shown": shown, "scrolled": scrolled(view.faces.table().table)}

    def page() -> None:
        view.add_page(items(100, ITEMS), has_more=True)

    result["page"] = [timed(page, view) for _ in range(REPEATS)]
    column = next(column for column in find_columns(data) if column.name == "bytes")
    for name, words, by in (("sorted", "", column), ("filtered", "77", None)):
        result[name] = []
        for _ in range(REPEATS):
            rows, start = Rows(data), time.perf_counter()
            rows.select(words, by)
            result[name].append((time.perf_counter() - start) * 1000)
    return result


if __name__ == "__main__":
    app = QApplication([])
    theme = ThemeManager(app)
    theme.apply("light")
    print(json.dumps({"plain": plain, "ours": ours}[sys.argv[1]]()))
