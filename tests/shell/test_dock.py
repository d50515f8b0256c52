"""The request dock: rows as they happen, details, finding, copying."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.exchanges import Timings
from playground.shell.details import DetailsPane
from playground.shell.dock import NONE_FITS, RequestDock
from playground.shell.dock_model import Column, RequestsModel, SummaryRole
from playground.shell.dock_search import asks_log
from playground.widgets.json import JsonView
from playground.widgets.plain import ReadOnlyText
from tests.helpers.servers import RecordingServer, Reply
from tests.shell.conftest import PATIENCE, Get, Post, recorded
from tests.shell.test_texts import summary

EVENTS: list[dict[str, Any]] = [
    {"type": "response.created", "response": {"id": "resp_dock0001", "model": "gpt-test"}},
    {"type": "response.output_text.delta", "delta": "Hello"},
    {"type": "response.completed", "response": {"id": "resp_dock0001", "status": "completed"}},
]


def call(program: Application, make: Any) -> Any:
    return program.bridge.call(make, label="A test's request", owner=None)


def identified(number: int) -> str:
    return f"01ARZ3NDEKTSV4RRFFQ69G{number:04d}"


# The model ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def model(qtmodeltester: Any, qapp: Any) -> RequestsModel:
    made = RequestsModel()
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)  # type: ignore[attr-defined]
    return made


def test_rows_are_newest_first_however_they_come(model: RequestsModel) -> None:
    model.upsert([summary(id=identified(number)) for number in (3, 1, 2)])
    assert [row.id for row in model.summaries()] == [identified(number) for number in (3, 2, 1)]
    assert model.row_of(identified(2)) == 1
    assert model.row_of(identified(9)) is None


def test_a_known_row_is_updated_in_place_and_only_it(model: RequestsModel, qtbot: QtBot) -> None:
    model.upsert([summary(id=identified(number), state="open", status=None, duration=None) for number in (1, 2, 3)])
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda top, bottom, _roles=None: changed.append((top.row(), bottom.row())))
    model.upsert([summary(id=identified(2))])
    assert changed == [(1, 1)]
    assert model.index(1, Column.STATUS).data() == "200"
    model.upsert([summary(id=identified(2))])
    assert changed == [(1, 1)], "nothing changed, so nothing is said to have"


def test_only_the_newest_are_kept(model: RequestsModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.shell.dock_model.KEPT", 5)
    for number in range(9):
        model.upsert([summary(id=identified(number))])
    assert [row.id for row in model.summaries()] == [identified(number) for number in (8, 7, 6, 5, 4)]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"state": "cut", "status": 200}, "cut"),
        ({"state": "cancelled"}, "stopped"),
        ({"state": "failed", "status": None}, "failed"),
        ({"state": "open", "status": None, "duration": None}, "…"),
        ({"status": 429, "state": "failed"}, "429"),
    ],
)
def test_a_status_is_a_number_or_a_word(model: RequestsModel, values: dict[str, object], shown: str) -> None:
    model.upsert([summary(**values)])
    assert model.index(0, Column.STATUS).data() == shown


def test_an_open_stream_says_so(model: RequestsModel) -> None:
    model.upsert([summary(state="open", duration=None, timings=Timings(first_byte=0.1))])
    assert str(model.index(0, Column.DURATION).data()).startswith("streaming · ")
    assert model.tick() is True
    model.upsert([summary()])
    assert model.tick() is False


# The dock in the real window ----------------------------------------------------------------------------------------


def test_a_request_appears_while_it_runs_and_is_updated(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    go_on = threading.Event()
    server.add(
        "/responses", Reply.of_events(EVENTS, hold=go_on, hold_after=40, headers={"x-request-id": "req_dock0001"})
    )
    dock = program.window.dock
    operation = call(program, Post(program))
    qtbot.waitUntil(lambda: dock.model.running() == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: program.window.status.state() == "Streaming", timeout=PATIENCE)
    row = next(number for number, row in enumerate(dock.summaries()) if row.state == "open")
    duration = dock.model.index(row, Column.DURATION)
    first = duration.data()
    assert first.startswith("streaming")
    with qtbot.waitSignal(dock.model.dataChanged, timeout=PATIENCE):
        assert dock._timer.isActive()
    go_on.set()
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)
    assert operation.error is None
    qtbot.waitUntil(lambda: not dock._timer.isActive(), timeout=PATIENCE)
    row = dock.model.summary(recorded(program, qtbot))
    assert row is not None
    assert (row.method, row.path, row.status, row.request_id) == ("POST", "/responses", 200, "req_dock0001")
    qtbot.waitUntil(lambda: program.window.status.state() == "ready", timeout=PATIENCE)
    assert "today" in program.window.topbar.totals.full_text()


def test_details_show_what_was_sent_and_what_came(program: Application, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", Reply.of_events(EVENTS, headers={"x-request-id": "req_dock0002"}))
    dock = program.window.dock
    operation = call(program, Post(program))
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)
    program.window.show_request(recorded(program, qtbot))
    assert dock.details is not None
    qtbot.waitUntil(lambda: dock.details.shown() is not None, timeout=PATIENCE)
    sent, came = dock.details.page_text("Request"), dock.details.page_text("Response")
    assert json.dumps({"model": "gpt-test"}, separators=(",", ":"))[1:-1] in sent
    assert "sk-test-0123456789" not in sent + came
    assert "resp_dock0001" in came
    assert "req_dock0002" in came
    program.window.commands.run("requests.copy-id")
    assert QGuiApplication.clipboard().text() == "req_dock0002"
    program.window.commands.run("requests.copy-text")
    qtbot.waitUntil(lambda: "--- Attempt 1 ---" in QGuiApplication.clipboard().text(), timeout=PATIENCE)
    assert "sk-test-0123456789" not in QGuiApplication.clipboard().text()
    qtbot.keyClick(dock.view, Qt.Key.Key_Escape)
    assert not dock.details_open()


def detailed(program: Application, server: RecordingServer, qtbot: QtBot, reply: Reply) -> DetailsPane:
    """The details of a request that was answered so."""
    server.add("/responses", reply)
    operation = call(program, Post(program))
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)
    program.window.show_request(recorded(program, qtbot))
    details = program.window.dock.details
    assert details is not None
    qtbot.waitUntil(lambda: details.shown() is not None, timeout=PATIENCE)
    return details


def faces(details: DetailsPane) -> dict[str, JsonView]:
    return {view.objectName(): view for view in details.findChildren(JsonView)}


def test_json_bodies_are_trees_made_when_their_tab_is_opened(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    body = {"id": "resp_dock0004", "numbers": list(range(60_000))}
    details = detailed(program, server, qtbot, Reply.of_json(body))
    assert faces(details) == {}
    assert program.window.commands.get("requests.response.json.find") is None
    details.tabs.setCurrentIndex(1)
    (sent,) = faces(details).values()
    assert sent.objectName() == "requests.request.json" and sent.isVisible() and sent.head.isVisible()
    assert json.loads(sent.document().data)["input"] == "hello"
    details.tabs.setCurrentIndex(2)
    came = faces(details)["requests.response.json"]
    qtbot.waitUntil(lambda: came.document() is not None, timeout=PATIENCE)
    came.commands.copy_all.trigger()
    assert json.loads(QGuiApplication.clipboard().text()) == body
    details.findChild(QAbstractButton, "requests.response.headers").click()
    assert not came.isVisible() and not came.head.isVisible(), "headers are no JSON"
    assert not came.commands.copy_all.isEnabled()
    details.findChild(QAbstractButton, "requests.response.body").click()
    assert came.isVisible() and came.head.isVisible()


def test_what_is_no_json_stays_text_and_the_view_for_json_gives_way(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    details = detailed(program, server, qtbot, Reply.of_json({"id": "resp_dock0005"}))
    details.tabs.setCurrentIndex(2)
    came = faces(details)["requests.response.json"]
    assert came.isVisible()
    first = details.shown()
    server.add("/responses", Reply.of_events(EVENTS))
    call(program, Post(program))
    qtbot.waitUntil(lambda: recorded(program, qtbot) != first.summary.id, timeout=PATIENCE)
    program.window.show_request(recorded(program, qtbot))
    qtbot.waitUntil(lambda: details.shown().summary.id != first.summary.id, timeout=PATIENCE)
    plain = details.findChild(ReadOnlyText, "requests.response.body.view")
    assert plain.isVisible() and plain.text().startswith("event: response.created")
    assert not came.isVisible() and came.document() is None and not came.head.isVisible()


def test_the_details_of_another_request_do_not_take_the_height_back(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    dock = program.window.dock
    before = dock.height()
    detailed(program, server, qtbot, Reply.of_json({}))
    qtbot.waitUntil(lambda: dock.height() > before, timeout=PATIENCE)
    given = dock.height()
    program.window.show_request(recorded(program, qtbot, "/models"))
    QApplication.processEvents()
    assert dock.height() == given


def test_the_chosen_row_stays_chosen_while_others_come(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    dock = program.window.dock
    server.add("/responses", Reply.of_events(EVENTS))
    call(program, Post(program))
    chosen = recorded(program, qtbot)
    assert dock.view.choose(chosen)
    before = dock.view.currentIndex().row()
    call(program, Get(program))
    qtbot.waitUntil(lambda: dock.view.currentIndex().row() > before, timeout=PATIENCE)
    assert dock.view.current_id() == chosen


def test_a_pasted_id_finds_its_row_and_the_log_is_searched(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    server.add("/responses", Reply.of_events(EVENTS, headers={"x-request-id": "req_dock0003"}))
    dock = program.window.dock
    for make in (Post(program), Get(program)):
        operation = call(program, make)
        qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)  # noqa: B023
    recorded(program, qtbot)
    recorded(program, qtbot, "/models")
    dock.filter.setText("req_dock0003")
    assert dock.view.shown() == 1
    assert dock.view.currentIndex().data(SummaryRole).request_id == "req_dock0003"
    dock.filter.setText("nothing has this")
    assert dock.view.shown() == 0
    qtbot.keyClick(dock.filter, Qt.Key.Key_Escape)
    assert dock.view.shown() >= 2
    # The id of the response is in the body only: Enter searches the whole log for it.
    dock.filter.setText("resp_dock0001")
    qtbot.keyClick(dock.filter, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dock.details_open(), timeout=PATIENCE)
    assert dock.view.shown() == 1


def test_a_query_is_answered_by_the_log_and_mistakes_are_said(
    program: Application, server: RecordingServer, qtbot: QtBot, faults: list[BaseException]
) -> None:
    refused = Reply.of_json({"error": {"code": "invalid_value", "message": "No."}}, status=400)
    server.add("/responses", Reply.of_events(EVENTS), refused, refused)
    dock = program.window.dock
    for _ in range(2):
        operation = call(program, Post(program))
        qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)  # noqa: B023
    recorded(program, qtbot)
    dock.filter.setText("status:4xx code:invalid_value")
    qtbot.waitUntil(lambda: dock.view.shown() == 1, timeout=PATIENCE)
    assert not dock.details_open()
    # What is new and fits comes by itself.
    call(program, Post(program))
    qtbot.waitUntil(lambda: dock.view.shown() == 2, timeout=PATIENCE)
    qtbot.keyClick(dock.filter, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dock.details_open(), timeout=PATIENCE)
    dock.filter.setText("statsu:400")
    qtbot.waitUntil(lambda: "Did you mean “status”" in said(dock), timeout=PATIENCE)
    dock.filter.setText("status:418")
    qtbot.waitUntil(lambda: said(dock) == NONE_FITS, timeout=PATIENCE)
    dock.filter.clear()
    assert dock.view.shown() >= 3 and dock.view.isVisible()
    assert len(faults) == 2, "the two that were refused"
    faults.clear()


def said(dock: RequestDock) -> str:
    """The words in the list's place."""
    return " ".join(text.text() for text in dock.splitter.widget(0).findChildren(QLabel) if text.isVisible())


def test_what_is_a_query_and_what_is_text() -> None:
    for query in ("status:429", "a dur>5s", "-status:200", "-word", "model!=x", "MODEL:gpt"):
        assert asks_log(query), query
    for text in ("", "hello", "http://example.com", "req_1", "a - b", "12:30", "gpt-5"):
        assert not asks_log(text), text


def test_collapsing_keeps_the_header_and_opening_gives_the_height_back(program: Application, qtbot: QtBot) -> None:
    window, dock = program.window, program.window.dock
    before = dock.height()
    window.commands.run("requests.toggle")
    qtbot.waitUntil(lambda: dock.height() <= 32, timeout=PATIENCE)
    assert dock.collapsed()
    window.commands.run("requests.toggle")
    qtbot.waitUntil(lambda: dock.height() == before, timeout=PATIENCE)
