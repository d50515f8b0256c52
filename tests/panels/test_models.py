"""Models with real bridge and sessions: the table, its order, the filter, the details, and what goes wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from playground.core.models import ModelFacts
from playground.core.served import ServedModel, retirement
from playground.panels.models.model import CONTEXT, CREATED, ID, NOTES, STATE, ModelsModel, Row, make_rows
from playground.panels.models.view import ModelsView
from playground.widgets.code.box import CodeBox
from playground.widgets.controls import Banner
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House, listed
from tests.panels.streams import error_reply

TODAY = date(2026, 11, 21)


def served(model_id: str, created: float | None = None, retires: date | None = None, **known: Any) -> ServedModel:
    return ServedModel(model_id, "tests", created, ModelFacts(retires=retires, **known), retires, {"id": model_id})


def column(view: ModelsView, number: int) -> list[str]:
    return [view.rows.index(row, number).data() for row in range(view.rows.rowCount())]


def test_badges() -> None:
    assert retirement(None, "x", TODAY) is None
    going, gone = retirement(date(2027, 1, 14), "gpt-6", TODAY), retirement(TODAY, None, TODAY)
    assert going is not None and (going.text, going.role) == ("retires 14 Jan 2027 → gpt-6", "warning")
    assert gone is not None and (gone.text, gone.role) == ("retired 21 Nov 2026", "error")


def test_order_and_filter() -> None:
    rows = make_rows(
        [
            served("b", 300, note="weak prose"),
            served("A", 100, date(2027, 1, 1), context=2000),
            served("c", None, date(2026, 1, 1), context=100),
        ],
        TODAY,
    )

    def order(number: int, descending: bool = False, words: str = "") -> list[str]:
        model = ModelsModel(tuple(rows), words, number, descending)
        return [row.model.id for row in model.shown()]

    assert order(ID) == ["A", "b", "c"]
    assert order(ID, True) == ["c", "b", "A"]
    assert order(CREATED) == ["A", "b", "c"]
    assert order(CREATED, True) == ["b", "A", "c"], "what is not known comes last both ways"
    assert order(CONTEXT) == ["c", "A", "b"]
    assert order(STATE) == ["c", "A", "b"]
    assert order(ID, words="WEAK prose") == ["b"]
    assert order(ID, words="retired") == ["c"]
    assert ModelsModel(tuple(rows), "b").count_words() == "1 of 3 models"
    assert isinstance(rows[0], Row)


def test_the_table_shows_what_the_server_lists(house: House, server: RecordingServer) -> None:
    view = house.models()
    assert view.pages.currentWidget() is view.table
    assert column(view, ID) == ["gpt-4o", "gpt-other", "gpt-test"]
    assert column(view, STATE)[0].startswith("retires 14 Jan 2027")
    assert column(view, CONTEXT)[0] == "128,000"
    assert column(view, CREATED)[1].endswith("2025")
    assert view.count.text() == "3 models"
    assert view.details.row is not None and view.details.row.model.id == "gpt-4o"
    box = view.details.findChild(CodeBox)
    assert box is not None and '"owned_by": "tests"' in box.text()


def test_sorting_by_a_click_keeps_the_chosen_model(house: House, qtbot: QtBot) -> None:
    view = house.models()
    view.table.selectRow(2)
    header = view.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(ID) + 30, 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert column(view, ID) == ["gpt-test", "gpt-other", "gpt-4o"]
    assert view.details.row is not None and view.details.row.model.id == "gpt-test"


def test_the_filter(house: House, qtbot: QtBot) -> None:
    view = house.models()
    house.commands.run("models.filter")
    assert view.filter.hasFocus()
    qtbot.keyClicks(view.filter, "other")
    assert column(view, ID) == ["gpt-other"] and view.count.text() == "1 of 3 models"
    assert view.details.row is not None and view.details.row.model.id == "gpt-other"
    qtbot.keyClicks(view.filter, "zzz")
    assert view.pages.currentWidget() is view.unmatched and view.details.row is None
    assert not view._command("models.use").isEnabled()
    qtbot.keyClick(view.filter, Qt.Key.Key_Escape)
    assert view.count.text() == "3 models" and view.pages.currentWidget() is view.table


def test_a_model_is_copied_and_used(house: House, qtbot: QtBot) -> None:
    view = house.models()
    compose = house.compose()
    view.table.selectRow(1)
    house.commands.run("models.copy_id")
    assert QGuiApplication.clipboard().text() == "gpt-other"
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert compose.settings.model.currentText() == "gpt-other"


@pytest.mark.parametrize("status", [401, 500])
def test_a_refusal_is_explained_and_can_be_tried_again(
    house: House, recording_server: RecordingServer, qtbot: QtBot, status: int
) -> None:
    house.profiles.save(profile := house.add_profile("Broken", recording_server.base_url + "/broken"))
    recording_server.add("/broken/models", error_reply(status, "The server said no."))
    house.use(profile.id)
    view = house.models()
    assert view.pages.currentWidget() is view.trouble
    box = view.trouble.findChild(Banner)
    assert box is not None and box.problem.status == status and box.problem.server_words == "The server said no."
    assert view.count.text() == ""
    recording_server._replies["/broken/models"][:] = [listed("mended")]
    button = next(child for child in box.findChildren(type(box).__mro__[1]) if child.objectName() == "models.refresh")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.pages.currentWidget() is view.table, timeout=PATIENCE)
    assert column(view, ID) == ["mended"]


@pytest.mark.parametrize("body", [{"object": "list", "data": []}, {"data": None}, [], {"data": [{"no": "id"}, 3]}])
def test_a_list_with_nothing_in_it_says_so(house: House, recording_server: RecordingServer, body: Any) -> None:
    recording_server.add("/empty/models", Reply.of_json(body, forever=True))
    house.use(house.add_profile("Empty", recording_server.base_url + "/empty").id)
    view = house.models()
    assert view.pages.currentWidget() is view.nothing
    assert view.count.text() == "0 models"


def test_refreshing_keeps_the_chosen_model(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = house.models()
    view.table.selectRow(1)
    server._replies["/models"][:] = [listed("a-new-one", "gpt-other", "gpt-test")]
    house.commands.run("models.refresh")
    assert view.pages.currentWidget() is view.table, "what is shown stays until the answer is there"
    qtbot.waitUntil(lambda: "a-new-one" in column(view, ID), timeout=PATIENCE)
    assert view.details.row is not None and view.details.row.model.id == "gpt-other"


def test_another_profile_brings_other_models(house: House, recording_server: RecordingServer, qtbot: QtBot) -> None:
    recording_server.add("/other/models", listed("theirs", shutdown_date="2026-01-01"))
    view = house.models()
    house.use(house.add_profile("Other", recording_server.base_url + "/other").id)
    qtbot.waitUntil(lambda: column(view, ID) == ["theirs"], timeout=PATIENCE)
    assert column(view, STATE) == ["retired 1 Jan 2026"], "the server's own word"


def test_the_sandbox_says_what_its_engines_are(sandbox_house: House) -> None:
    sandbox_house.commands.add("sandbox.fetch-model", "Fetch", sandbox_house._show, group="Tests")
    view = sandbox_house.models()
    place = column(view, ID).index("sandbox-echo")
    assert column(view, STATE)[place] == "simulated"
    assert "without any model" in column(view, NOTES)[place]
    assert view.fetch.isVisible() and view.fetch.findChild(object, "models.fetch.button") is not None
