"""A server may call its models anything."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from playground.widgets.choices import ShownDelegate
from playground.widgets.tables import CopyTable
from tests.helpers.servers import RecordingServer
from tests.panels.conftest import House, listed

HIDDEN = "gpt\u202e4o\u200b"
SHOWN = "gpt‹U+202E›4o‹U+200B›"


def test_a_models_name_hides_nothing(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server._replies["/models"] = [listed(HIDDEN, "gpt-test")]
    view = house.compose()
    box = view.settings.model
    assert HIDDEN in [box.itemText(row) for row in range(box.count())], "it is sent as the server calls it"
    delegate = box.itemDelegate()
    assert isinstance(delegate, ShownDelegate) and delegate.displayText(HIDDEN, QLocale()) == SHOWN
    view.use_model(HIDDEN)
    assert view.draft().model == HIDDEN
    notes = [label.text() for label in view.settings.findChildren(type(view.prompt.status)) if not label.isHidden()]
    assert f"Its name holds what cannot be seen: {SHOWN}" in notes
    models = house.models()
    (table,) = models.findChildren(CopyTable)
    cells = [table.model().index(row, 0).data() for row in range(table.model().rowCount())]
    assert SHOWN in cells and HIDDEN not in cells
