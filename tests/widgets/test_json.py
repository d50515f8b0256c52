"""The JSON view: what a person sees, finds and copies."""

from __future__ import annotations

import gc
import json
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from playground.bridge import Bridge
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import Label
from playground.widgets.json import JsonView
from playground.widgets.json.model import JsonModel
from playground.widgets.json.text import JsonText, masked
from playground.widgets.json.tree import JsonTree
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager
from tests.helpers.walk import said
from tests.widgets.conftest import Show, delete, settle

PATIENCE = 20_000
RESPONSE = {
    "id": "resp_1",
    "temperature": 1.0,
    "output": [
        {"type": "reasoning", "summary": []},
        {"type": "message", "content": [{"type": "output_text", "text": "Hello\nyou \u202e there"}]},
    ],
    "usage": {"input tokens": 12, "total": 123456789012345678901234567890},
    "error": None,
}


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    interval = sys.getswitchinterval()
    made = Bridge()
    yield made
    made.close_exit()
    sys.setswitchinterval(interval)


def large(items: int = 6000) -> bytes:
    return json.dumps({"data": [{"id": f"item_{n}", "values": [n, n / 7, None]} for n in range(items)]}).encode()


def tree(view: JsonView) -> JsonTree:
    found = view.findChild(JsonTree)
    assert found is not None
    return found


def rows(view: JsonView, parent: QModelIndex | None = None) -> list[tuple[str, ...]]:
    """What the opened rows say, from the top."""
    model: JsonModel = tree(view).json
    parent = parent or QModelIndex()
    found = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        found.append(tuple(model.index(row, column, parent).data() for column in range(3)))
        if tree(view).isExpanded(index):
            found += rows(view, index)
    return found


def select(view: JsonView, *keys: str) -> None:
    """Make the row at a path of keys as they are shown the current one."""
    model = tree(view).json
    index = QModelIndex()
    for key in keys:
        index = next(
            model.index(row, 0, index)
            for row in range(model.rowCount(index))
            if model.index(row, 0, index).data() == key
        )
    tree(view).go_to(index)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_a_value_is_shown_two_levels_deep(show: Show) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value(RESPONSE)
    assert rows(view) == [
        ("id", '"resp_1"', "string"),
        ("temperature", "1.0", "number"),
        ("output", "2 items", "array"),
        ("0", "2 keys", "object"),
        ("1", "2 keys", "object"),
        ("usage", "2 keys", "object"),
        ("input tokens", "12", "number"),
        ("total", "123456789012345678901234567890", "number"),
        ("error", "null", "null"),
    ]


@pytest.mark.parametrize(("body", "row"), [(b"3.50", "3.50"), (b'"x"', '"x"'), (b"[]", "empty"), (b" {} ", "empty")])
def test_a_lone_value_is_a_row(show: Show, body: bytes, row: str) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_bytes(body, bridge=None)
    assert [one[1] for one in rows(view)] == [row]


def test_what_cannot_be_seen_is_spelled_out_in_the_row_and_whole_on_demand(show: Show, qtbot: QtBot) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value(RESPONSE)
    select(view, "output", "1", "content", "0", "text")
    assert tree(view).currentIndex().siblingAtColumn(1).data() == '"Hello\\nyou \\u202e there"'
    qtbot.keyClick(tree(view), Qt.Key.Key_Return)
    full = view.findChild(QWidget, "t.json.full.text")
    assert full is not None and full.isVisible()
    assert full.toPlainText() == "Hello\nyou \\u202e there"  # type: ignore[attr-defined]


def test_paths_and_values_are_copied(show: Show, qtbot: QtBot) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value(RESPONSE)
    select(view, "output", "1", "content", "0", "text")
    tree(view).setFocus()
    view.activateWindow()
    qtbot.waitUntil(tree(view).hasFocus, timeout=PATIENCE)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(tree(view), Qt.Key.Key_C, control | shift)
    assert clipboard() == "output[1].content[0].text"
    qtbot.keyClick(tree(view), Qt.Key.Key_C, control)
    assert clipboard() == "Hello\nyou \u202e there"
    view.copy_pointer()
    assert clipboard() == "/output/1/content/0/text"
    select(view, "usage", "input tokens")
    assert view.path() == 'usage["input tokens"]'
    select(view, "usage")
    view.copy_json()
    assert json.loads(clipboard()) == RESPONSE["usage"]


def test_many_items_are_shown_in_groups_and_found_in_them(show: Show, bridge: Bridge, qtbot: QtBot) -> None:
    view = JsonView("t.json")
    show(view)
    with qtbot.waitSignal(view.ready, timeout=PATIENCE):
        view.set_bytes(large(), bridge=bridge)
    assert rows(view)[0] == ("data", "6,000 items", "array")
    select(view, "data", "[4250 … 4499]", "4321", "id")
    assert view.path() == "data[4321].id"
    with qtbot.waitSignal(view.found, timeout=PATIENCE):
        view.find("item_5999")
    assert view.hits() == (1, True)
    assert view.path() == "data[5999].id"
    with qtbot.waitSignal(view.found, timeout=PATIENCE):
        view.find("ITEM_59")
    assert view.hits() == (111, True)
    view.find_previous()
    assert view.path() == "data[5999].id"


def test_a_newer_body_takes_the_place_of_one_that_is_still_read(show: Show, bridge: Bridge, qtbot: QtBot) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_bytes(large(40_000), bridge=bridge)
    view.set_bytes(b'{"newer": true}', bridge=bridge)
    qtbot.waitUntil(lambda: not bridge.operations, timeout=PATIENCE)
    assert rows(view) == [("newer", "true", "boolean")]


def test_no_json_is_shown_as_text_with_the_place_of_the_fault(show: Show) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_bytes(b'{"a": 1,\n "b": [1 2]}', bridge=None)
    fault = view.fault()
    assert fault is not None and (fault.line, fault.column) == (2, 10)
    text = view.findChild(JsonText)
    assert text is not None and text.isVisible()
    text.select_all()
    assert text.selected_text() == '{"a": 1,\n "b": [1 2]}'
    told = view.findChild(Label, "t.json.fault")
    assert told.isVisible() and "Line 2, column 10" in told.text()
    pills = {mode: view.findChild(QAbstractButton, f"t.json.{mode}") for mode in ("tree", "text")}
    assert pills["text"].isChecked() and not pills["tree"].isChecked() and not pills["tree"].isEnabled()
    view.copy_value()
    assert clipboard() == '{"a": 1,\n "b": [1 2]}'
    view.set_value({"a": 1})
    assert tree(view).isVisible() and pills["tree"].isChecked() and pills["tree"].isEnabled()
    assert not told.isVisible()


@pytest.mark.parametrize("width", [360, 560])
def test_a_fault_is_told_whole_in_a_narrow_view(show: Show, width: int) -> None:
    view = JsonView("t.json")
    show(view, width)
    view.set_bytes(b'{"a": ' * 40 + b"wrong", bridge=None)
    settle()
    told = view.findChild(Label, "t.json.fault")
    assert view.width() == width and told.width() <= width
    assert told.height() >= told.heightForWidth(told.width())


def painted(view: JsonView) -> QImage:
    return tree(view).viewport().grab().toImage()


def test_rows_are_painted_as_they_are_said(show: Show, light: ThemeManager) -> None:
    view = JsonView("t.json")
    show(view)
    pictures = []
    try:
        for on in (False, True):
            present(on)
            light.apply("light")
            for identity in ("resp_68a4CanaryResponse0f0c2", "resp_11b2OtherResponse7a9d4"):
                view.set_value({"id": identity, "list": [1, {"a": None}]})
                settle()
                pictures.append(painted(view))
    finally:
        present(False)
        light.apply("light")
    assert pictures[0] != pictures[1], "each shows its own"
    assert pictures[2] == pictures[3], "while presenting nobody can tell them apart"
    tree(view).collapseAll()
    closed = painted(view)
    tree(view).expand(tree(view).json.index(1, 0))
    assert painted(view) != closed


def test_the_full_text_is_masked_when_presenting_begins(show: Show, light: ThemeManager) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value({"id": "resp_68a4CanaryResponse0f0c2"})
    select(view, "id")
    view.show_full()
    present(True)
    light.apply("light")
    try:
        assert not [text for _place, text in said(view) if "Canary" in text]
    finally:
        present(False)
        light.apply("light")
    assert [text for _place, text in said(view) if "Canary" in text]


def test_text_mode_shows_lines_and_copies_what_is_selected(show: Show, qtbot: QtBot) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value(RESPONSE)
    view.set_mode("text")
    text = view.findChild(JsonText)
    assert text is not None and text.isVisible()
    view.copy_value()
    text.select_all()
    assert json.loads(text.selected_text().replace("\u202e", "\\u202e")) == RESPONSE
    view.find("total")
    assert text.selected_text() == "total"


def test_text_of_a_large_body_is_laid_out_where_one_looks(show: Show, bridge: Bridge, qtbot: QtBot) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_mode("text")
    with qtbot.waitSignal(view.ready, timeout=PATIENCE):
        view.set_bytes(large(), bridge=bridge)
    lines = view.findChild(JsonText).lines()  # type: ignore[union-attr]
    assert lines is not None
    expected = json.dumps(json.loads(large()), indent=2).split("\n")
    qtbot.waitUntil(lambda: lines.count == len(expected), timeout=PATIENCE)
    with qtbot.waitSignal(view.found, timeout=PATIENCE):
        view.find("item_5000")
    assert view.findChild(JsonText).selected_text() == "item_5000"  # type: ignore[union-attr]


def test_expand_all_stops_where_it_becomes_too_much(show: Show) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value(RESPONSE)
    view.expand_all()
    assert ("text", '"Hello\\nyou \\u202e there"', "string") in rows(view)
    view.collapse_all()
    assert len(rows(view)) == 5
    view.set_value({str(n): {str(m): m for m in range(900)} for n in range(9)})
    view.expand_all()
    assert 9 < len(rows(view)) <= 2009


def test_its_commands_are_in_the_registry_while_it_is_seen() -> None:
    registry = CommandRegistry()
    view = JsonView("t.json", registry)
    view.set_value(RESPONSE)
    find = registry.get("t.json.find")
    assert find is not None and not find.isEnabled()
    view.show()
    settle()
    assert find.isEnabled()
    find.trigger()
    assert view.findChild(QLineEdit, "t.json.find.text").isVisible()  # type: ignore[union-attr]
    names = [button.objectName() for button in view.findChildren(QAbstractButton) if button.accessibleName()]
    assert len(names) == len(set(names)) and all(name.startswith("t.json.") for name in names if name)
    delete(view)
    assert registry.get("t.json.find") is None


def test_nothing_is_left_of_a_view_that_was_closed_while_reading(bridge: Bridge, qtbot: QtBot) -> None:
    view = JsonView("t.json")
    view.show()
    view.set_bytes(large(60_000), bridge=bridge)
    seen = weakref.ref(view)
    view.close()
    view.deleteLater()
    del view
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qtbot.waitUntil(lambda: not bridge.operations, timeout=PATIENCE)
    settle()
    gc.collect()
    assert seen() is None


def test_both_themes_paint(show: Show, theme: Any) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value(RESPONSE)
    pictures = []
    for name in ("light", "dark"):
        theme.apply(name)
        settle()
        pictures.append(view.grab().toImage())
    assert pictures[0] != pictures[1]


def test_presenting_hides_ids_and_names_in_tree_and_text(show: Show, light: ThemeManager) -> None:
    identity = "resp_68a4CanaryResponse0f0c2"
    value = {"id": identity, "organization": "acme", "n": 1, "note": f"see {identity}", "project": None}
    view = JsonView("t.json")
    show(view)
    view.set_value(value)
    present(True)
    light.apply("light")
    try:
        assert [row[1] for row in rows(view)] == ['"resp_••••••"', '"••••••"', "1", '"see resp_••••••"', "null"]
        lines = [
            [("key", '"id"'), ("mark", ": "), ("string", f'"{identity}"'), ("mark", ",")],
            [("key", '"organization"'), ("mark", ": "), ("string", '"acme"')],
        ]
        painted = ["".join(text for _, text in masked(line)) for line in lines]
        assert painted == ['"id": "resp_••••••",', '"organization": "••••••"']
        select(view, "id")
        assert identity not in "".join(text for _place, text in said(view))
    finally:
        present(False)
        light.apply("light")
    assert rows(view)[0][1] == f'"{identity}"'


def test_a_tip_is_never_html(show: Show) -> None:
    view = JsonView("t.json")
    show(view)
    view.set_value({"a": f'<img src="file:///x.png"> {"long " * 20}'})
    tip = tree(view).json.index(0, 1, QModelIndex()).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in tip and "<img" not in tip
