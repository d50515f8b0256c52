"""A process that opens forms and types into them.

    python -m tests.bench.form_child plain|form|pair

prints one JSON line with milliseconds.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFormLayout, QLineEdit, QScrollArea, QWidget

from playground.core.catalog import Catalog, read_catalog
from playground.widgets.form import FormAndJson, SchemaForm
from playground.widgets.theme import ThemeManager

METHOD = "responses.create"
REPEATS = 9
KEYS = 200
SIZE = (900, 900)


def flush() -> None:
    """All that is posted, painting included."""
    QCoreApplication.sendPostedEvents(None, 0)


def timed(work: Callable[[], object], window: QWidget) -> float:
    """Milliseconds until it was done and painted."""
    start = time.perf_counter()
    work()
    flush()
    window.repaint()
    return (time.perf_counter() - start) * 1000


def typing(field: QWidget, window: QWidget, also: Callable[[], object]) -> list[float]:
    """Milliseconds of the thread's own time for each key until what it changes is painted: nothing here waits, and
    what others do on the machine is not this form's. `also` runs what waits for a pause."""
    window.activateWindow()
    if not QTest.qWaitForWindowActive(window):
        raise RuntimeError("the window does not become active")
    field.setFocus()
    found = []
    for number in range(KEYS):
        focused = QApplication.focusWidget()
        letter = "abcdefgh "[number % 9]
        start = time.thread_time()
        QTest.keyClicks(focused, letter)
        flush()
        also()
        window.repaint()
        found.append((time.thread_time() - start) * 1000)
    return found


def check(value: dict[str, Any]) -> None:
    """All the keys have to have arrived."""
    if len(value.get("user", "")) != KEYS:
        raise RuntimeError(f"typed {KEYS} keys, but found {value.get('user')!r}")


def nothing() -> None:
    """There is nothing else to do."""


def plain(catalog: Catalog) -> dict[str, Any]:
    names = list(catalog.schema_of(METHOD)["properties"])
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.resize(*SIZE)
    area.show()
    fields: list[QLineEdit] = []

    def fill() -> None:
        inner = QWidget()
        layout = QFormLayout(inner)
        fields.clear()
        for name in names:
            fields.append(QLineEdit())
            layout.addRow(name, fields[-1])
        area.setWidget(inner)

    first = timed(fill, area)
    opened = [timed(fill, area) for _ in range(REPEATS)]
    return {"fields": len(names), "first": first, "open": opened, "typing": typing(fields[1], area, nothing)}


def request(messages: int) -> dict[str, Any]:
    """A request with so many messages and a few tools."""
    part = {"type": "input_text", "text": "The export fails with “Request too large” since Tuesday. " * 4}
    tool = {"type": "function", "name": "lookup", "parameters": {"type": "object", "properties": {}}, "strict": True}
    return {
        "model": "gpt-6-luna",
        "instructions": "Answer.",
        "input": [{"role": "user", "content": [dict(part)]} for _ in range(messages)],
        "tools": [dict(tool) for _ in range(4)],
        "metadata": {"ticket": "T-1"},
    }


def form(catalog: Catalog, pair: bool) -> dict[str, Any]:
    schema = catalog.schema_of(METHOD)
    widget: Any = FormAndJson() if pair else SchemaForm()
    widget.resize(*SIZE)
    widget.show()
    flush()
    if pair:
        widget.set_mode("both")
    sheet = widget.form.sheet if pair else widget.sheet
    also = widget.read_now if pair else nothing
    first = timed(lambda: widget.set_schema(schema), widget)
    opened = [timed(lambda: widget.set_schema(schema), widget) for _ in range(REPEATS)]
    filled = []
    for _ in range(REPEATS):
        widget.set_schema(schema)
        filled.append(timed(lambda: widget.set_value(request(60)), widget))
    start = time.perf_counter()
    for name in catalog.methods:
        widget.set_schema(catalog.schema_of(name))
        flush()
    each = (time.perf_counter() - start) * 1000 / len(catalog.methods)
    widget.set_schema(schema)
    row = sheet.row_of(widget.model.node_at("/user"))
    typed = typing(row.target(), widget, also)
    check(widget.value())
    widget.set_value(request(500))
    row = sheet.row_of(widget.model.node_at("/user"))
    large = typing(row.target(), widget, also)
    check(widget.value())
    return {"first": first, "open": opened, "filled": filled, "each": each, "typing": typed, "large": large}


def main(what: str) -> None:
    app = QApplication([])
    ThemeManager(app).apply("light", 1.0)
    with tempfile.TemporaryDirectory() as folder:
        catalog = read_catalog(Path(folder))
    assert catalog is not None
    print(json.dumps(plain(catalog) if what == "plain" else form(catalog, what == "pair")))


if __name__ == "__main__":
    main(sys.argv[1])
