"""The view of an answer: JSON, lists, problems."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLineEdit, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from playground.bridge import Bridge
from playground.core.errors import Problem
from playground.widgets.answer import AnswerView
from playground.widgets.answer.list_face import ListFace, ListTable
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import Banner
from playground.widgets.json import JsonView
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager
from tests.helpers.walk import said
from tests.widgets.conftest import Show, settle

PATIENCE = 20_000
PROBLEM = Problem("The key was refused", "The server does not know it.", "Check it.", request_id="req_8f2a", status=401)


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    interval = sys.getswitchinterval()
    made = Bridge()
    yield made
    made.close_exit()
    sys.setswitchinterval(interval)


def files(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "id": f"file-{number:08d}abcdef",
            "object": "file",
            "bytes": number * 37 % 1001,
            "created_at": 1764000000 + number,
            "filename": f"name {number}.txt",
        }
        for number in range(first, first + count)
    ]


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def table(view: AnswerView) -> ListTable:
    found = view.findChild(ListTable)
    assert found is not None
    return found


def titles(view: AnswerView) -> list[str]:
    model = table(view).model()
    return [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]


def column(view: AnswerView, name: str) -> list[str]:
    model = table(view).model()
    at = titles(view).index(name)
    return [model.index(row, at).data() for row in range(model.rowCount())]


def foot(view: AnswerView) -> str:
    face = view.findChild(ListFace)
    assert face is not None
    return face.foot.note.source()


def button(view: AnswerView, name: str) -> QAbstractButton:
    found = view.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def test_an_answer_is_a_tree_and_its_list_a_table(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    assert view.state == "empty" and view.face() == ""
    view.show_json(b'{"id": "resp_1"}')
    assert view.face() == "json"
    body = view.findChild(JsonView, "t.answer.body")
    assert body is not None and body.document() is not None and body.document().data == b'{"id": "resp_1"}'
    view.show_json({"object": "list", "data": files(3), "has_more": True})
    assert view.face() == "table"
    assert titles(view) == ["id", "filename", "created_at", "bytes", "object"]
    assert column(view, "filename") == ["name 0.txt", "name 1.txt", "name 2.txt"]
    assert foot(view) == "3 items · there are more"
    assert not button(view, "t.answer.load-more").isVisible(), "who gave one answer gives no more"
    button(view, "t.answer.face.json").click()
    assert view.face() == "json" and json.loads(body.document().data)["has_more"] is True  # type: ignore[union-attr]
    view.clear()
    assert view.state == "empty" and body.document() is None


def test_what_is_no_json_is_shown_as_it_came(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_json(b"<html>502</html>")
    body = view.findChild(JsonView, "t.answer.body")
    assert view.face() == "json" and body is not None and body.fault() is not None


def test_a_large_answer_is_read_elsewhere(show: Show, bridge: Bridge, qtbot: QtBot) -> None:
    view = AnswerView("t.answer", bridge)
    show(view)
    with qtbot.waitSignal(view.ready, timeout=PATIENCE):
        view.show_json(json.dumps({"data": files(2000)}).encode())
        assert view.state == "busy"
    assert table(view).model().rowCount() == 2000
    view.show_json(json.dumps({"data": files(2000)}).encode())
    view.show_json(b'{"the": "later one"}')
    assert view.face() == "json"
    qtbot.wait(50)
    assert view.face() == "json", "what was given up does not come back"


def test_a_list_is_paged_on_request(show: Show, qtbot: QtBot) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_list(files(20), has_more=True, answer={"data": files(20)})
    assert foot(view) == "20 items · more on the server"
    with qtbot.waitSignal(view.more):
        button(view, "t.answer.load-more").click()
    assert foot(view) == "20 items · loading…"
    assert not button(view, "t.answer.load-more").isEnabled()
    view.add_page(files(20, 20), has_more=True)
    assert table(view).model().rowCount() == 40
    with qtbot.waitSignal(view.all_wanted):
        button(view, "t.answer.load-all").click()
    view.add_page(files(5, 40), has_more=False)
    assert foot(view) == "45 items · all loaded"
    assert not button(view, "t.answer.load-more").isVisible()
    view.set_face("json")
    body = view.findChild(JsonView, "t.answer.body")
    assert body is not None and body.document() is not None
    assert len(json.loads(body.document().data)) == 45  # type: ignore[union-attr]


def test_a_page_that_fails_keeps_the_pages_before_it(show: Show, qtbot: QtBot) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_list(files(20), has_more=True)
    button(view, "t.answer.load-more").click()
    view.show_problem(PROBLEM)
    assert view.state == "shown" and table(view).isVisible()
    banner = view.findChild(Banner)
    assert banner is not None and banner.isVisible()
    assert button(view, "t.answer.load-more").isEnabled()
    with qtbot.waitSignal(view.link_opened) as opened:
        button(view, "banner.request_id").click()
    assert opened.args == ["req_8f2a"]
    view.add_page(files(1, 20), has_more=False)
    assert not banner.isVisible()


def test_a_problem_is_a_banner_in_place_of_the_answer(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_json({"a": 1})
    view.show_problem(PROBLEM)
    assert view.state == "failed"
    assert any("The key was refused" in text for _, text in said(view))
    view.show_json({"a": 1})
    assert view.state == "shown"


def test_rows_are_sorted_and_filtered(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_list(files(30))
    table(view).sortByColumn(titles(view).index("bytes"), Qt.SortOrder.DescendingOrder)
    numbers = [int(text) for text in column(view, "bytes")]
    assert numbers == sorted(numbers, reverse=True)
    QTest.keyClicks(view.findChild(ListFace).filter, "2.txt")  # type: ignore[union-attr]
    assert sorted(column(view, "filename")) == ["name 12.txt", "name 2.txt", "name 22.txt"]
    assert foot(view).startswith("3 of 30 items")
    view.findChild(ListFace).filter.setText("nowhere")  # type: ignore[union-attr]
    assert not table(view).isVisible()
    assert any("No item has these words" in text for _, text in said(view))
    view.show_list(files(2))
    assert table(view).isVisible() and table(view).model().rowCount() == 2


def test_ten_thousand_rows_are_sorted_elsewhere_and_painted_by_what_is_seen(
    show: Show, bridge: Bridge, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = AnswerView("t.answer", bridge)
    show(view, 800, 500)
    view.show_list(files(10_000))
    face = view.findChild(ListFace)
    assert face is not None
    asked: set[int] = set()
    cell = face.model.cell
    monkeypatch.setattr(face.model, "cell", lambda row, column: (asked.add(row), cell(row, column))[1])
    view.grab()
    assert 5 < len(asked) < 40
    table(view).sortByColumn(titles(view).index("bytes"), Qt.SortOrder.AscendingOrder)
    first = face.model.index(0, 0)
    assert first.data() == files(1)[0]["id"], "nothing moves before it is sorted"
    qtbot.waitUntil(lambda: face.model.cell(1, 3).text == "0" and face.model.number(1) != 1, timeout=PATIENCE)
    numbers = [int(face.model.cell(row, 3).text) for row in range(10_000)]
    assert numbers == sorted(numbers)


def test_rows_are_copied_as_a_table_and_as_json(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_list(files(3))
    table(view).selectRow(1)
    QTest.keyClick(table(view), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard().split("\t")[:2] == ["file-00000001abcdef", "name 1.txt"]
    table(view).selectAll()
    table(view).copy()
    lines = clipboard().split("\n")
    assert lines[0] == "id\tfilename\tcreated_at\tbytes\tobject" and len(lines) == 4
    table(view).copy_json()
    assert json.loads(clipboard()) == files(3)


def test_an_id_is_a_link_and_the_row_opens_its_json(show: Show, qtbot: QtBot) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_list(files(3))
    settle()
    rows = table(view)
    place = rows.visualRect(rows.model().index(2, 0))
    with qtbot.waitSignal(view.link_opened) as opened:
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x() + 30, place.center().y()))
    assert opened.args == [files(3)[2]["id"]]
    detail = view.findChild(JsonView, "t.answer.item.json")
    assert detail is not None and detail.isVisible()
    assert json.loads(detail.document().data) == files(3)[2]  # type: ignore[union-attr]
    rows.selectRow(0)
    assert json.loads(detail.document().data) == files(3)[0]  # type: ignore[union-attr]


def test_presentation_mode_masks_ids_in_every_part(show: Show, theme: ThemeManager) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_list([{"id": "file-0123456789abcdef", "organization_id": "org-secret9", "n": 1}], has_more=True)
    table(view).selectRow(0)
    present(True)
    try:
        theme.apply("light")
        settle()
        words = "\n".join(text for _, text in said(view))
        assert "0123456789abcdef" not in words and "org-secret9" not in words
        table(view).copy()
        assert "file-0123456789abcdef" in clipboard(), "copies are real"
    finally:
        present(False)
        theme.apply("light")


def test_hidden_characters_are_seen_in_cells(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_list([{"id": "a\u202eb", "name": "x\ny"}])
    assert column(view, "id") == ["a‹U+202E›b"] and column(view, "name") == ["x⏎y"]


def test_every_control_has_a_name(show: Show) -> None:
    commands = CommandRegistry()
    view = AnswerView("t.answer", None, commands)
    show(view)
    view.show_list(files(3), has_more=True)
    table(view).selectRow(0)
    for widget in view.findChildren(QAbstractButton):
        if widget.isVisible() and not isinstance(widget.parent(), QLineEdit):
            assert widget.objectName() and widget.accessibleName(), widget
    assert commands.get("t.answer.load-more") is not None


def test_a_key_that_several_have_is_the_innermost_ones(show: Show, qtbot: QtBot) -> None:
    """As a panel's Find, and that of a table in it."""
    commands = CommandRegistry()
    outer = QWidget()
    row = QHBoxLayout(outer)
    edit = QLineEdit()
    row.addWidget(edit)
    found: list[str] = []
    commands.add("t.find", "Find", lambda: found.append("outer"), group="T", shortcut="Ctrl+F", scope=outer)
    view = AnswerView("t.answer", None, commands)
    row.addWidget(view)
    show(outer)
    outer.activateWindow()
    qtbot.waitUntil(outer.isActiveWindow)
    view.show_list(files(3))
    face = view.findChild(ListFace)
    assert face is not None
    table(view).setFocus()
    QTest.keyClick(table(view), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert face.filter.hasFocus() and found == []
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert found == ["outer"]
    view.set_face("json")
    body = view.findChild(JsonView, "t.answer.body")
    assert body is not None
    body.setFocus()
    tree = body.findChild(QTreeView)
    assert tree is not None
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert found == ["outer"]
    assert body.findChild(QLineEdit).hasFocus()  # type: ignore[union-attr]


def test_a_page_with_another_column_keeps_place_order_and_choice(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view, 760, 320)
    view.show_list(files(60), has_more=True)
    face = view.findChild(ListFace)
    assert face is not None
    table(view).selectRow(40)
    bar = table(view).verticalScrollBar()
    bar.setValue(500)
    view.add_page([{**files(1, 60)[0], "name": "new", "status": "new"}], has_more=False)
    assert "status" in titles(view) and bar.value() == 500 and table(view).selected_rows() == [40]
    table(view).sortByColumn(titles(view).index("bytes"), Qt.SortOrder.AscendingOrder)
    view.add_page([{**files(1, 61)[0], "model": "m", "bytes": 0}], has_more=False)
    numbers = [int(text) for text in column(view, "bytes")]
    assert numbers == sorted(numbers), "sorted by the same column, wherever it stands"
    assert table(view).horizontalHeader().sortIndicatorSection() == titles(view).index("bytes")


def test_commands_are_only_on_offer_where_they_do_something(show: Show) -> None:
    commands = CommandRegistry()
    view = AnswerView("t.answer", None, commands)
    show(view)

    def enabled() -> set[str]:
        """Those of the answer itself, but for its tabs."""
        names = {command.id.removeprefix("t.answer.") for command in commands if command.isEnabled()}
        return {name for name in names if not name.startswith(("tab-", "body.", "item."))}

    assert enabled() == set()
    view.show_list(files(2), has_more=True)
    assert enabled() == {"save", "load-more", "load-all", "copy-rows", "copy-rows-json", "filter-rows"}
    view.show_content(b"text", "text/plain")
    assert enabled() == {"save", "copy-body"}
    view.show_busy()
    assert enabled() == set()
