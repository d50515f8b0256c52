"""The console: messages both ways, the state of the connection, and the place to write."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot

from playground.core.errors import Problem
from playground.widgets.commands import CommandRegistry
from playground.widgets.console import Console
from playground.widgets.console import model as messages
from playground.widgets.console.model import DROPPED, KEPT, KIND, PREVIEW, WAY
from playground.widgets.controls import Banner
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager
from tests.helpers.walk import said
from tests.widgets.conftest import Show, settle


class Owner:
    def __init__(self) -> None:
        self.called: list[str] = []

    def connect_it(self) -> None:
        self.called.append("connect")

    def disconnect_it(self) -> None:
        self.called.append("disconnect")


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def console(show: Show, owner: Owner) -> Iterator[Console]:
    commands = CommandRegistry()
    made = Console(
        "t.console",
        None,
        commands,
        connect_command=commands.add("t.connect", "Connect", owner.connect_it, group="T"),
        disconnect_command=commands.add("t.disconnect", "Disconnect", owner.disconnect_it, group="T"),
    )
    show(made, 760, 600)
    yield made


def rows(console: Console, column: int) -> list[str]:
    return [console.model.index(row, column).data() for row in range(console.model.rowCount())]


def shown_buttons(console: Console) -> set[str]:
    return {button.objectName() for button in console.findChildren(QAbstractButton) if button.isVisible()}


def test_the_state_is_told_and_the_fitting_button_offered(console: Console, owner: Owner) -> None:
    assert console.chip.text() == "Not connected" and "t.disconnect" not in shown_buttons(console)
    console.findChild(QAbstractButton, "t.connect").click()  # type: ignore[union-attr]
    console.set_state("connecting", "wss://example.test/v1/realtime")
    assert console.chip.text() == "Connecting…" and "t.connect" not in shown_buttons(console)
    console.set_state("open", "wss://example.test/v1/realtime")
    assert console.chip.text() == "Open" and console.head.note.source() == "wss://example.test/v1/realtime"
    console.findChild(QAbstractButton, "t.disconnect").click()  # type: ignore[union-attr]
    assert owner.called == ["connect", "disconnect"]
    console.set_state("closing")
    assert console.chip.text() == "Closing…"
    console.set_state("closed", code=1000)
    assert console.chip.text() == "Closed 1000" and console.head.note.source() == "normally"
    console.set_state("closed", code=1008, reason="bad\u202ekey")
    assert console.head.note.source() == "against the server’s policy: bad‹U+202E›key"
    assert "t.connect" in shown_buttons(console)


def test_messages_both_ways_are_rows(console: Console) -> None:
    console.set_state("open")
    console.add_received([{"type": "session.created", "session": {"id": "sess_1"}}, "just text"], [0.25, 0.5])
    console.add_sent([{"type": "session.update"}], [0.75])
    console.add_received([b"\x00\x01\xff", '{"type": "error", "message": "no"}'], [0.8, 0.9])
    assert rows(console, WAY) == ["↓", "↓", "↑", "↓", "↓"]
    assert rows(console, KIND) == ["session.created", "text", "session.update", "binary", "error"]
    assert rows(console, 1)[:3] == ["0.250 s", "0.500 s", "0.750 s"]
    assert rows(console, 2)[:3] == ["", "250 ms", "250 ms"]
    assert rows(console, PREVIEW)[3:] == ["00 01 ff", "“no”"]
    assert console.second.note.source() == "1 sent · 4 received · 900 ms"


def test_a_message_is_shown_as_what_it_is(console: Console) -> None:
    console.add_received([{"type": "a"}, "text \u202e", b"\x00\x01"])
    console.table.selectRow(0)
    assert console.detail.json is not None and console.detail.json.isVisible()
    assert json.loads(console.detail.json.document().data) == {"type": "a"}  # type: ignore[union-attr]
    assert console.detail.title.source() == "Message 1, received  ·  a"
    console.table.selectRow(1)
    assert console.detail.text is not None and console.detail.text.toPlainText() == "text ‹U+202E›"
    assert not console.detail.json.isVisible()
    console.table.selectRow(2)
    assert console.detail.text.text().startswith("00000000  00 01")
    console.table.selectRow(0)
    assert console.detail.json.isVisible() and not console.detail.text.isVisible()


def test_json_is_sent_by_the_key_and_only_while_the_connection_is_open(console: Console, qtbot: QtBot) -> None:
    edit = console.composer.edit
    sent: list[object] = []
    console.send_wanted.connect(sent.append)
    edit.setFocus()
    QTest.keyClicks(edit, '{"type": "x"}')
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent == [] and not console.composer.send.isEnabled()
    console.set_state("open")
    console.composer.send.trigger()
    assert sent == [{"type": "x"}]
    assert rows(console, KIND) == [], "its owner says when it was sent"
    QTest.keyClicks(edit, "3")
    assert edit.toPlainText() == "3", "what was sent is selected, and written over"
    console.composer.send.trigger()
    assert sent[-1] == 3
    console.composer.previous()
    assert console.composer.text() == '{"type": "x"}'
    console.composer.following()
    assert console.composer.text() == "3"


def test_what_is_no_json_is_marked_and_not_sent(console: Console, qtbot: QtBot) -> None:
    console.set_state("open")
    sent: list[object] = []
    console.send_wanted.connect(sent.append)
    edit = console.composer.edit
    QTest.keyClicks(edit, '{"a": [1, 2}')
    qtbot.waitUntil(lambda: console.composer.fault is not None)
    (mark,) = edit.extraSelections()
    assert mark.cursor.selectedText() == "}"  # type: ignore[attr-defined]
    assert "Line 1, column 12" in console.composer.fault_line.text()
    console.composer.send.trigger()
    assert sent == []
    console.composer.set_text('{"a": [1, 2]}')
    assert edit.extraSelections() == [] and console.composer.fault_line.text() == ""
    assert console.composer.send.isEnabled()
    console.composer.set_text('{"a":')
    assert len(edit.extraSelections()) == 1, "a fault at the end is marked too"


def test_templates_fill_the_place_to_write(console: Console) -> None:
    assert not console.composer.templates.isVisible()
    console.set_templates([("Create a response", {"type": "response.create"})])
    box = console.composer.templates
    assert box.isVisible()
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert json.loads(console.composer.text()) == {"type": "response.create"}
    assert box.currentIndex() == 0


def test_types_are_filtered(console: Console) -> None:
    console.add_received([{"type": "a"}, {"type": "b"}, {"type": "a"}])
    place = console.filter.findData("a")
    console.filter.setCurrentIndex(place)
    console.filter.activated.emit(place)
    assert rows(console, KIND) == ["a", "a"]
    console.add_received([{"type": "b"}, {"type": "a"}])
    assert rows(console, KIND) == ["a", "a", "a"]
    console.clear()
    console.add_received([{"type": "c"}])
    assert rows(console, KIND) == ["c"], "a filter for what is not there any more is none"


def test_the_end_stays_in_sight_only_while_the_reader_is_there(console: Console) -> None:
    console.add_received([{"type": "a"}] * 100)
    settle()
    bar = console.table.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(2)
    console.add_received([{"type": "a"}] * 10)
    settle()
    assert bar.value() == 2


def test_rows_are_copied_as_they_are(console: Console) -> None:
    console.add_sent([{"type": "a"}], [1.0])
    console.add_received([b"\x01", "x"], [2.0, 3.0])
    console.table.selectAll()
    QTest.keyClick(console.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\n")[0].startswith("sent\t1.000 s")
    console.table.copy_data()
    lines = [json.loads(line) for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines == [
        {"at": 1.0, "direction": "sent", "message": {"type": "a"}},
        {"at": 2.0, "direction": "received", "message": "01"},
        {"at": 3.0, "direction": "received", "message": "x"},
    ]


def test_the_oldest_go_when_there_are_too_many(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DROPPED < KEPT
    monkeypatch.setattr(messages, "KEPT", 50)
    monkeypatch.setattr(messages, "DROPPED", 10)
    console.add_received([{"type": "a"}] * 45)
    console.add_received([{"type": "b"}] * 10)
    assert len(rows(console, KIND)) == 45 and console.model.message(0).number == 11
    assert console.second.note.source().endswith("the oldest 10 are not kept")
    assert dict(console.model.kinds) == {"a": 35, "b": 10}


def test_a_problem_stands_above_the_messages(console: Console) -> None:
    console.add_received([{"type": "a"}])
    console.show_problem(Problem("The connection broke", "The server closed it.", "Connect again."))
    assert any("The connection broke" in text for _, text in said(console)) and rows(console, KIND) == ["a"]
    console.set_state("connecting")
    assert not any(one.isVisible() for one in console.findChildren(Banner)), "a new connection is a new start"


def test_ids_are_masked_while_presenting(console: Console, theme: ThemeManager) -> None:
    console.set_state("open", "wss://api.openai.com/v1/realtime")
    console.add_received([{"type": "a", "delta": "sess_0123456789abc"}, "sess_0123456789abc"])
    console.table.selectRow(1)
    present(True)
    try:
        theme.apply("light")
        settle()
        assert "0123456789abc" not in "\n".join(text for _, text in said(console))
    finally:
        present(False)
        theme.apply("light")


def test_every_control_has_a_name(console: Console) -> None:
    console.set_templates([("A", {})])
    console.add_received([{"type": "a"}])
    console.table.selectRow(0)
    for widget in console.findChildren(QAbstractButton):
        if widget.isVisible() and not isinstance(widget.parent(), QLineEdit):
            assert widget.objectName() and widget.accessibleName(), widget
