"""The panel of all requests, over a real log: what is listed, found, followed, marked and deleted, by keys too."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from playground.panels.inspector import feed, reading
from playground.panels.inspector.columns import PLACES
from playground.panels.inspector.finder import QueryFinder
from playground.panels.inspector.saved_filters import ERRORS, with_term
from playground.panels.inspector.view import InspectorView
from playground.widgets.theme import ThemeManager
from tests.bench import log_made
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House

MADE = 700


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A log of some hundred requests, there before the house opens it."""
    path = tmp_path / "exchanges.sqlite3"
    log_made.make(path, MADE)
    return path


@pytest.fixture
def full_house(filled: Path, house: House) -> Iterator[House]:
    yield house


def texts(view: InspectorView, column: str, most: int = 50) -> list[str]:
    model = view.list.model
    return [model.index(row, PLACES[column]).data() for row in range(min(most, model.rowCount()))]


def ask(view: InspectorView, house: House, query: str) -> None:
    view.show_query(query)
    house.settled()


def fetch(house: House, path: str = "/models") -> None:
    """A call to the test's server, by the SDK."""

    async def call() -> None:
        client = await (await house.sessions.session()).client()
        await client.with_options(max_retries=0, timeout=5).get(path, cast_to=object)

    house.await_(call)


# What is listed


def test_the_newest_first_and_all_of_them_are_there(full_house: House, qtbot: QtBot) -> None:
    view = full_house.inspector()
    assert view.list.stack.currentWidget() is view.list.table
    assert view.list.model.rowCount() == MADE and view.list.count.text() == f"{MADE}"
    assert view.current_id() == log_made.exchange_id(MADE - 1)
    assert view.list.model.row_at(MADE - 1) is None, "rows are read before anybody looks at them"
    view.list.table.setFocus()
    qtbot.keyClick(view.list.table, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: view.current_id() == log_made.exchange_id(0), timeout=PATIENCE)
    full_house.settled()
    assert texts(view, "request_id", MADE)[-1] == log_made.request_id(0)
    qtbot.waitUntil(lambda: view.current_detail() is not None, timeout=PATIENCE)
    detail = view.current_detail()
    assert detail is not None and detail.summary.request_id == log_made.request_id(0)


def test_a_long_log_comes_in_pieces(full_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK", 90)
    view = full_house.inspector()
    assert view.list.model.numbers() == list(range(MADE, 0, -1)) and view.list.feed.complete


def test_an_empty_log_says_what_comes_here(house: House) -> None:
    view = house.inspector()
    assert view.list.stack.currentWidget() is view.list.nothing
    assert view.list.details.stack.currentWidget() is view.list.details.empty
    assert view.numbers() == [] and view.current_detail() is None


def test_columns_sort_with_what_is_unknown_at_the_end(full_house: House, qtbot: QtBot) -> None:
    view = full_house.inspector()
    header = view.list.table.horizontalHeader()
    for column, wanted in (("duration", None), ("error", None)):
        place = QPoint(header.sectionViewportPosition(PLACES[column]) + 12, 8)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        full_house.settled()
        assert wanted is None and view.list.feed.complete and view.list.model.rowCount() == MADE
        view.list.model.want(view.list.model.numbers())
        view.list.feed._read_rows()
        full_house.settled()
        rows = [view.list.model.row_at(row) for row in range(MADE)]
        values = [getattr(row.summary, {"error": "error_code"}.get(column, column)) for row in rows if row is not None]
        there = [value for value in values if value is not None]
        assert there == sorted(there) and values == there + [None] * (len(values) - len(there)) and len(values) == MADE


def test_which_columns_there_are_is_remembered(full_house: House) -> None:
    view = full_house.inspector()
    table = view.list.table
    assert "tokens" not in table.chosen()
    table.show_column("tokens", True)
    table.show_column("method", False)
    table.horizontalHeader().moveSection(table.horizontalHeader().visualIndex(PLACES["status"]), 0)
    table.setColumnWidth(PLACES["path"], 333)
    chosen = table.chosen()
    assert chosen[0] == "status" and "tokens" in chosen and "method" not in chosen
    view.save()
    full_house.close(view)
    again = full_house.inspector()
    assert again.list.table.chosen() == chosen and again.list.table.columnWidth(PLACES["path"]) == 333
    again.list.table.standard_columns()
    assert again.list.table.chosen()[:2] == ["marks", "time"]


def test_larger_type_and_back_leaves_the_list_as_it_was(full_house: House) -> None:
    view = full_house.inspector()
    table = view.list.table

    def looks() -> tuple[object, ...]:
        widths = [table.columnWidth(place) for place in range(len(PLACES))]
        return table.rowHeight(0), table.horizontalHeader().height(), table.chosen(), widths

    before = looks()
    themes = ThemeManager()
    themes.apply("light", 2.0)
    larger = looks()
    themes.apply("light", 1.0)
    assert larger[0] == 2 * table.rowHeight(0) and larger[1] == 2 * table.horizontalHeader().height()
    assert looks() == before and table.to_state() == {}, "nobody chose the columns"


def test_what_was_said_of_other_rows_goes_with_them(full_house: House, qtbot: QtBot) -> None:
    view = full_house.inspector()
    view.list.focus_list()
    view.say("Sent again.", "good")
    qtbot.keyClick(view.list.table, Qt.Key.Key_Down)
    assert view.list.said.isHidden()
    ask(view, full_house, "status:often")
    qtbot.keyClick(view.list.table, Qt.Key.Key_Down)
    assert "is no status" in view.list.said.full_text() and view.list.said.isVisible()


# What is found


def test_a_query_finds_its_rows(full_house: House, qtbot: QtBot) -> None:
    view = full_house.inspector()
    full_house.commands.run("inspector.find")
    assert view.list.field.hasFocus()
    qtbot.keyClicks(view.list.field, "status:429 code:insufficient_quota")
    qtbot.waitUntil(lambda: view.list.feed.asked.query.endswith("quota"), timeout=PATIENCE)
    full_house.settled()
    assert set(texts(view, "status")) == {"429"} and set(texts(view, "error")) == {"insufficient_quota"}
    assert view.list.count.text().endswith(f"of {MADE}")
    view.list.field.close_completion()
    qtbot.keyClick(view.list.field, Qt.Key.Key_Escape)
    full_house.settled()
    assert view.list.model.rowCount() == MADE


def test_a_mistake_is_told_and_the_rows_stay(full_house: House) -> None:
    view = full_house.inspector()
    ask(view, full_house, "status:429")
    found = view.list.model.rowCount()
    ask(view, full_house, "status:often")
    assert "“often” is no status" in view.list.said.full_text()
    assert view.list.field._wrong == (7, 12)
    assert view.list.model.rowCount() == found and view.query() == ""
    ask(view, full_house, "status:429")
    assert view.list.said.isHidden() and view.list.field._wrong is None


def test_nothing_found_is_said(full_house: House) -> None:
    view = full_house.inspector()
    ask(view, full_house, "model:none-of-these")
    assert view.list.stack.currentWidget() is view.list.unmatched
    full_house.commands.run("inspector.clear")
    full_house.settled()
    assert view.list.stack.currentWidget() is view.list.table


def test_any_id_of_a_call_finds_it(house: House, server: RecordingServer) -> None:
    body = {"id": "batch_find0001", "input_file_id": "file-find0002", "object": "batch"}
    server.add("/batches", Reply.of_json(body, headers={"x-request-id": "req_find0003"}))
    fetch(house, "/batches")
    fetch(house)
    house.store.flush()
    first = house.store.recent(2)[-1]
    view = house.inspector()
    assert first.client_request_id
    for any_id in ("batch_find0001", "file-find0002", "req_find0003", first.client_request_id, first.id, "req_find"):
        ask(view, house, any_id)
        assert [row.summary.id for row in [view.list.model.row_at(0)] if row is not None] == [first.id], any_id
        assert view.list.model.rowCount() == 1


def test_a_call_that_never_got_an_answer_is_found(house: House) -> None:
    async def call() -> None:
        client = await (await house.sessions.session()).client()
        await client.with_options(max_retries=0, timeout=0.1).get("/hangs", cast_to=object)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        house.use(house.add_profile("Silent", f"http://127.0.0.1:{silent.getsockname()[1]}/v1").id)
        with pytest.raises(Exception, match="timed out"):
            house.await_(call)
    house.store.flush()
    lost = house.store.recent(1)[0]
    assert lost.request_id is None and lost.client_request_id
    view = house.inspector()
    ask(view, house, lost.client_request_id)
    assert view.current_id() == lost.id and texts(view, "status") == ["failed"]


def test_what_may_be_typed_next_is_offered(full_house: House, qtbot: QtBot) -> None:
    view = full_house.inspector()
    field = view.list.field
    full_house.commands.run("inspector.find")
    qtbot.keyClicks(field, "mod")
    qtbot.waitUntil(field.completing, timeout=PATIENCE)
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "model:"
    qtbot.waitUntil(lambda: field.completing() and field._popup().count() > 3, timeout=PATIENCE)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "model:gpt-5-mini ", "the models of the log, by the alphabet"
    assert not field.completing()
    qtbot.waitUntil(lambda: set(texts(view, "model")) == {"gpt-5-mini"}, timeout=PATIENCE)


def test_pills_and_kept_filters(full_house: House) -> None:
    view = full_house.inspector()
    full_house.commands.run("inspector.errors")
    full_house.settled()
    assert view.query() == ERRORS and view.commands["errors"].isChecked()
    assert view.list.model.rowCount() > 0
    view.filters.keep("What failed", view.query())
    full_house.commands.run("inspector.errors")
    full_house.settled()
    assert view.query() == "" and not view.commands["errors"].isChecked()
    view.save()
    full_house.close(view)
    again = full_house.inspector()
    menu = again.filters.menu()
    action = next(action for action in menu.actions() if action.text().startswith("What failed"))
    again.filters._chosen(action)
    full_house.settled()
    assert again.query() == ERRORS
    full_house.commands.run("inspector.forget_filter")
    assert again.filters.filters == {}
    menu.close()


def test_a_term_is_put_and_taken() -> None:
    assert with_term("model:a", "dur>5s") == "model:a dur>5s"
    assert with_term("model:a dur>5s", "dur>5s") == "model:a"
    assert with_term("", "dur>5s") == "dur>5s"


def test_the_palette_takes_a_query(tmp_path: Path) -> None:
    finder = QueryFinder(tmp_path)
    (query,) = finder.find("status:429 model:gpt-*")
    (words,) = finder.find("weather")
    assert query.command == words.command == "inspector.find" and query.arguments == ("status:429 model:gpt-*",)
    assert query.score > words.score
    assert finder.find("status:nonsense:") == finder.find("") == finder.find("curl x\n-d y") == []


# What comes


def test_what_is_new_comes_on_top_and_what_is_looked_at_stays(
    full_house: House, server: RecordingServer, qtbot: QtBot
) -> None:
    view = full_house.inspector()
    table, bar = view.list.table, view.list.table.verticalScrollBar()
    ask(view, full_house, "status:200")
    before = view.list.model.rowCount()
    table.selectRow(20)
    table.scrollTo(view.list.model.index(40, 1))
    row_height = table.verticalHeader().defaultSectionSize()
    seen, at = view.current_id(), bar.value()
    assert at > 0
    fetch(full_house)
    qtbot.waitUntil(lambda: view.list.model.rowCount() == before + 1, timeout=PATIENCE)
    full_house.settled()
    assert bar.value() == at + row_height and view.current_id() == seen
    assert table.currentIndex().row() == 21
    assert texts(view, "path", 1) == ["/models"] and texts(view, "status", 1) == ["200"]
    server.add("/broken", Reply.of_json({"error": {"message": "no", "code": "nope"}}, status=400))
    with pytest.raises(Exception, match="400"):
        fetch(full_house, "/broken")
    full_house.store.flush()
    full_house.settled()
    assert view.list.model.rowCount() == before + 1, "it does not fit the filter"


def test_a_request_under_way_is_followed(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/slow", Reply(b'{"ok": true}', hold=threading.Event()))
    view = house.inspector()

    async def call() -> None:
        client = await (await house.sessions.session()).client()
        await client.with_options(max_retries=0, timeout=None).get("/slow", cast_to=object)

    operation = house.bridge.call(call, label="A slow call", owner=None)
    qtbot.waitUntil(lambda: view.list.model.rowCount() == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: texts(view, "duration")[0].endswith("…"), timeout=PATIENCE)
    operation.cancel()
    qtbot.waitUntil(lambda: texts(view, "status") == ["stopped"], timeout=PATIENCE)
    qtbot.waitUntil(lambda: (d := view.current_detail()) is not None and d.summary.state == "cancelled",
                    timeout=PATIENCE)  # fmt: skip


def test_what_is_not_followed_is_counted(full_house: House, qtbot: QtBot) -> None:
    view = full_house.inspector()
    full_house.commands.run("inspector.live")
    fetch(full_house)
    qtbot.waitUntil(lambda: view.list.feed.waiting == 1, timeout=PATIENCE)
    assert view.list.model.rowCount() == MADE and view.list.live._text() == "Live · 1 new"
    full_house.commands.run("inspector.live")
    full_house.settled()
    assert view.list.model.rowCount() == MADE + 1 and view.list.live._text() == "Live"


# Marks


def dialog_of(view: InspectorView, kind: Any) -> Any:
    found = [child for child in view.findChildren(kind) if child.isVisible()]
    assert len(found) == 1
    return found[0]


def test_rows_are_pinned_noted_and_tagged(full_house: House) -> None:
    view = full_house.inspector()
    view.list.table.selectRow(3)
    (number,) = view.numbers()
    full_house.commands.run("inspector.pin")
    full_house.settled()
    full_house.commands.run("inspector.note")
    dialog = dialog_of(view, QInputDialog)
    dialog.setTextValue("Mr Smith's call\nsk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcd")
    dialog.accept()
    full_house.settled()
    full_house.commands.run("inspector.tag")
    dialog = dialog_of(view, QInputDialog)
    dialog.setTextValue("smith urgent")
    dialog.accept()
    full_house.settled()
    row = view.list.model.row_at(3)
    assert row is not None and row.number == number and row.pinned and row.tags == ("smith", "urgent")
    assert row.note.startswith("Mr Smith's call") and "0123456789abcdefghij" not in row.note
    ask(view, full_house, "tag:smith pinned:yes")
    assert view.list.model.numbers() == [number]
    full_house.commands.run("inspector.tag")
    dialog = dialog_of(view, QInputDialog)
    dialog.setTextValue("-smith")
    dialog.accept()
    full_house.settled()
    assert full_house.store.log.rows([number])[0].tags == ("urgent",)


def test_one_is_deleted_after_a_question_that_names_it(full_house: House) -> None:
    view = full_house.inspector()
    gone = view.current_id()
    full_house.commands.run("inspector.delete")
    box = dialog_of(view, QMessageBox)
    assert log_made.request_id(MADE - 1) in box.text()
    next(button for button in box.buttons() if button.text() == "Cancel").click()
    full_house.settled()
    assert view.list.model.rowCount() == MADE
    full_house.commands.run("inspector.delete")
    next(button for button in dialog_of(view, QMessageBox).buttons() if button.text() == "Delete").click()
    full_house.settled()
    assert view.list.model.rowCount() == MADE - 1 and view.current_id() != gone
    assert full_house.store.log.one(gone) is None


def test_many_are_deleted_after_their_number_was_typed(full_house: House) -> None:
    view = full_house.inspector()
    ask(view, full_house, "status:200")
    view.list.table.selectAll()
    count = len(view.numbers())
    assert count > 500
    for typed, left in (("7", MADE), (str(count), MADE - count)):
        full_house.commands.run("inspector.delete")
        dialog = dialog_of(view, QInputDialog)
        dialog.setTextValue(typed)
        dialog.accept()
        full_house.settled()
        assert full_house.store.count() == left
    assert view.list.stack.currentWidget() is view.list.unmatched


# Keys


def test_from_an_id_to_its_answer_by_keys_alone(full_house: House, qtbot: QtBot) -> None:
    view = full_house.inspector()
    wanted = 123
    qtbot.keyClick(view.list.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.list.field.hasFocus()
    qtbot.keyClicks(view.list.field, log_made.request_id(wanted))
    qtbot.keyClick(view.list.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.current_id() == log_made.exchange_id(wanted), timeout=PATIENCE)
    full_house.settled()
    view.list.focus_list()
    qtbot.keyClick(view.list.table, Qt.Key.Key_Return)
    assert view.list.details.isAncestorOf(view.window().focusWidget() or view)
    view.show_tab("response")
    tab = view.tab("response")
    qtbot.waitUntil(lambda: view.current_detail() is not None and bool(tab.page.text().strip()), timeout=PATIENCE)
    assert f"resp_{wanted:016x}" in view.tab("response").page.text()
    qtbot.keyClick(view.list.details, Qt.Key.Key_Escape)
    assert view.list.table.hasFocus()
    qtbot.keyClick(view.list.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert log_made.request_id(wanted) in QGuiApplication.clipboard().text()
    qtbot.keyClick(view.list.table, Qt.Key.Key_Up)
    assert view.list.field.hasFocus()


def test_a_row_that_went_meanwhile_is_said(full_house: House) -> None:
    view = full_house.inspector()
    last = log_made.exchange_id(0)
    full_house.store.remove(last)
    view.list.model.want([1])
    view.list.feed._read_rows()
    full_house.settled()
    assert texts(view, "path", MADE)[-1] == "deleted"
    assert feed.PAGE > 1
