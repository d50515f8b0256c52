"""The foot of the window says that the proxy runs, whatever panel is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.panels.inspector.view import InspectorView
from tests.shell.conftest import PATIENCE


def test_it_is_said_and_leads_there(program: Application, qtbot: QtBot) -> None:
    window = program.window
    note = window.findChild(QAbstractButton, "status.proxy")
    assert isinstance(note, QAbstractButton) and not note.isVisible()
    window.show_panel("inspector")
    view = window.findChild(InspectorView)
    assert isinstance(view, InspectorView)
    view.show_page("proxy")
    view.page("proxy").form.number.setValue(0)
    assert not note.isVisible()
    window.commands.run("inspector.proxy_start")
    qtbot.waitUntil(note.isVisible, timeout=PATIENCE)
    window.show_panel("compose")
    assert note.isVisible() and note.accessibleName()
    QTest.mouseClick(note, Qt.MouseButton.LeftButton)
    assert view.isVisible() and view.current_page() == "proxy"
    window.commands.run("inspector.proxy_stop")
    qtbot.waitUntil(lambda: not note.isVisible(), timeout=PATIENCE)
