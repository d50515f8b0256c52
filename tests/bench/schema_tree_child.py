"""A process that draws the tree of a large schema.

    python -m tests.bench.schema_tree_child blank|plain|ours

prints one JSON line with milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTreeView, QWidget

from playground.core.schemas.keywords import walk
from playground.core.schemas.writing import write
from playground.widgets.commands import CommandRegistry
from playground.widgets.schema import SchemaTree
from playground.widgets.theme import ThemeManager

REPEATS, SCREENS = 7, 20
SIZE = (420, 800)
LEAVES: tuple[dict[str, Any], ...] = (
    {"type": "string", "description": "the deciding sentence, as it was said"},
    {"type": "integer", "minimum": 1, "maximum": 4},
    {"type": "string", "enum": ["export", "login", "billing", "other"]},
    {"type": ["string", "null"], "format": "date"},
    {"type": "array", "items": {"type": "string"}, "maxItems": 5},
)


def milliseconds(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def obj(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def nested(groups: int = 100, each: int = 49) -> dict[str, Any]:
    """5,000 properties: `groups` objects of `each`."""
    parts = {
        f"group_{group}": obj({f"property_{number}": LEAVES[number % 5] for number in range(each)})
        for group in range(groups)
    }
    return obj(parts)


def flat(size: int = 5000) -> dict[str, Any]:
    return obj({f"property_{number}": LEAVES[number % 5] for number in range(size)})


def paint(view: QWidget) -> None:
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
    return {"opened": times}


def plain() -> dict[str, list[float]]:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        view, model = QTreeView(), QStandardItemModel()
        view.setHeaderHidden(True)
        view.setUniformRowHeights(True)
        for name, schema in nested()["properties"].items():
            item = QStandardItem(name)
            item.appendRows([QStandardItem(f"{inner} string, a few words") for inner in schema["properties"]])
            model.appendRow(item)
        view.setModel(model)
        view.expandAll()
        paint(view)
        times.append(milliseconds(start))
        view.close()
    return {"opened": times, "scrolled": scrolled(view)}


def scrolled(view: QTreeView) -> list[float]:
    view.show()
    bar, times = view.verticalScrollBar(), []
    for screen in range(SCREENS):
        start = time.perf_counter()
        bar.setValue(bar.maximum() * screen // SCREENS)
        view.viewport().grab()
        times.append(milliseconds(start))
    return times


def opened(value: Any) -> tuple[SchemaTree, float]:
    """Made, given the value, everything open, painted."""
    start = time.perf_counter()
    view = SchemaTree("tree", CommandRegistry())
    view.set_value(value)
    view.open_all()
    paint(view)
    return view, milliseconds(start)


def checked(text: str) -> float:
    from jsonschema import Draft202012Validator

    start = time.perf_counter()
    Draft202012Validator.check_schema(json.loads(text))
    return milliseconds(start)


def ours() -> dict[str, list[float]]:
    value = nested()
    times: dict[str, list[float]] = {"opened": [], "flat": [], "edited": [], "found": []}
    for _ in range(REPEATS):
        one, time_ = opened(flat())
        times["flat"].append(time_)
        one.close()
        view, time_ = opened(value)
        times["opened"].append(time_)
    times["checked"] = [checked(write(value)) for _ in range(3)]
    times["scrolled"] = scrolled(view.rows)
    view.go_to("/properties/group_50/properties/property_20")
    findings = {pointer: ("warning", "not in required") for pointer, _ in walk(value)}
    for _ in range(REPEATS):
        start = time.perf_counter()
        view.move_down()
        view.grab()
        times["edited"].append(milliseconds(start))
        start = time.perf_counter()
        view.set_findings(findings)
        view.grab()
        times["found"].append(milliseconds(start))
        view.set_findings({})
    return times


if __name__ == "__main__":
    app = QApplication([])
    theme = ThemeManager(app)
    theme.apply("light")
    print(json.dumps({"blank": blank, "plain": plain, "ours": ours}[sys.argv[1]]()))
