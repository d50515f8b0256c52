"""Vector stores over the real sandbox: the list, the files of a store, what was read of one, the way to Compose."""

from __future__ import annotations

import json
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from playground.core.runs import Message
from playground.panels.stores.tables import ATTRIBUTES, EXPIRES, FILES, NAME, STATE
from playground.panels.stores.view import StoresView
from tests.helpers.servers import RecordingServer
from tests.panels.conftest import PATIENCE, House
from tests.panels.files_made import client_of, empty, put
from tests.panels.streams import error_reply


@pytest.fixture
def stocked(sandbox_house: House) -> House:
    """A sandbox without files and stores."""
    assert sandbox_house.sandbox is not None
    empty(sandbox_house.sandbox)
    client = client_of(sandbox_house.sandbox)
    for one in list(client.vector_stores.list()):  # first all of them: a page begins after one that must be there
        client.vector_stores.delete(one.id)
    return sandbox_house


def make(house: House, name: str, *files: str, **more: object) -> str:
    """A store; its files are indexed."""
    assert house.sandbox is not None
    client = client_of(house.sandbox)
    store = client.vector_stores.create(name=name, **more).id  # type: ignore[arg-type]
    for file in files:
        client.vector_stores.files.create_and_poll(file, vector_store_id=store, poll_interval_ms=20)
    return store


def file(house: House, name: str, data: bytes) -> str:
    assert house.sandbox is not None
    return put(house.sandbox, name, data, "assistants")


def column(view: StoresView, number: int) -> list[str]:
    model = view.list.model
    return [model.cell(row, number).text for row in range(model.rowCount())]


def filed(view: StoresView, number: int) -> list[str]:
    model = view.files.model
    return [model.cell(row, number).text for row in range(model.rowCount())]


def test_nothing_is_asked_before_it_is_seen(stocked: House) -> None:
    view = StoresView(stocked.context())
    stocked._views.append(view)
    stocked.settled()
    assert stocked.store.flush() and stocked.store.count() == 0


def test_a_server_without_stores_says_what_to_do(stocked: House) -> None:
    view = stocked.stores()
    assert view.list.pages.currentWidget() is view.list.nothing and view.store is None
    assert not view.middle.isVisible() and not view.details.isVisible()


def test_the_list_is_searched_and_sorted_and_its_first_is_shown(stocked: House, qtbot: QtBot) -> None:
    make(stocked, "Handbook", file(stocked, "a.txt", b"Leave is 28 days."))
    make(stocked, "Archive", expires_after={"anchor": "last_active_at", "days": 2})
    view = stocked.stores()
    assert sorted(column(view, NAME)) == ["Archive", "Handbook"]
    assert view.store is not None and view.files.store == view.store
    assert view.list.foot.text().startswith("2 stores · ") and view.list.foot.text().endswith(" · free")
    places = {name: row for row, name in enumerate(column(view, NAME))}
    assert column(view, FILES)[places["Handbook"]] == "1" and column(view, EXPIRES)[places["Handbook"]] == "never"
    assert column(view, EXPIRES)[places["Archive"]].startswith("in ")
    stocked.commands.run("stores.find")
    qtbot.keyClicks(view.list.search, "HAND")
    qtbot.waitUntil(lambda: column(view, NAME) == ["Handbook"], timeout=PATIENCE)
    qtbot.keyClicks(view.list.search, "zzz")
    assert view.list.pages.currentWidget() is view.list.unmatched
    qtbot.keyClick(view.list.search, Qt.Key.Key_Escape)
    view.list.table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    assert column(view, NAME) == ["Archive", "Handbook"]
    stocked.settled()


def test_files_are_named_and_a_failed_one_says_why(stocked: House) -> None:
    good, bad = file(stocked, "good.txt", b"Leave is 28 days."), file(stocked, "bad.pdf", b"%PDF-1.7 broken")
    store = make(stocked, "Handbook", good, bad)
    assert stocked.sandbox is not None
    client_of(stocked.sandbox).vector_stores.files.update(
        good, vector_store_id=store, attributes={"year": 2024, "draft": True}
    )
    view = stocked.stores()
    rows = dict(zip(filed(view, NAME), zip(filed(view, STATE), filed(view, ATTRIBUTES), strict=True), strict=True))
    assert rows["good.txt"] == ("ready", "year: 2024, draft: true")
    assert rows["bad.pdf"][0] == "The file could not be read"
    assert view.files.table.choose(bad)
    assert "The file could not be read" in view.details.wrong.text() and not view.details.wrong.isHidden()
    stocked.commands.run("stores.tab_chunks")
    assert view.chunks.pages.currentWidget() is view.chunks.nothing
    assert view.chunks.nothing.title.text() == "Nothing was read of this file"


def test_what_was_read_of_a_file_is_shown_piece_by_piece(stocked: House) -> None:
    text = " ".join(f"Sentence number {number} says something." for number in range(400))
    long = file(stocked, "long.txt", text.encode())
    assert stocked.sandbox is not None
    store = make(stocked, "Long")
    client_of(stocked.sandbox).vector_stores.files.create_and_poll(
        long, vector_store_id=store, poll_interval_ms=20,
        chunking_strategy={"type": "static", "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 50}},
    )  # fmt: skip
    view = stocked.stores()
    view.files.table.activated_row.emit(0)
    stocked.settled()
    pieces = view.chunks.model.pieces
    assert len(pieces) > 5 and view.chunks.text.text() == pieces[0].text
    assert pieces[0].text.startswith("Sentence number 0")
    assert view.chunks.count.text() == f"{len(pieces)} pieces, 200 tokens, 50 shared"
    view.chunks.table.selectRow(2)
    assert view.chunks.text.text() == pieces[2].text


def test_attributes_are_checked_while_typed_and_saved(stocked: House) -> None:
    one, other = file(stocked, "one.txt", b"Leave is 28 days."), file(stocked, "other.txt", b"Koeln.")
    store = make(stocked, "Handbook", one, other)
    view = stocked.stores()
    pane, save = view.attributes, view.attributes.save_command
    view.files.table.choose(one)
    stocked.commands.run("stores.tab_attributes")
    assert pane.editor.text() == "{}" and not save.isEnabled()
    pane.editor.setPlainText('{"year": ')
    assert "Line 1" in pane.words.text() and not save.isEnabled()
    pane.editor.setPlainText('{"year": [2024]}')
    assert "attributes.year" in pane.words.text() and not save.isEnabled()
    pane.editor.setPlainText('{"year": 2024, "draft": false}')
    assert save.isEnabled()
    view.files.table.choose(other)
    assert pane.editor.text() == "{}" and not save.isEnabled()
    view.files.table.choose(one)
    assert "2024" in pane.editor.text() and save.isEnabled()
    stocked.commands.run("stores.save_attributes")
    stocked.settled()
    assert not save.isEnabled() and "year: 2024, draft: false" in filed(view, ATTRIBUTES)
    assert stocked.sandbox is not None
    kept = client_of(stocked.sandbox).vector_stores.files.retrieve(one, vector_store_id=store).attributes
    assert kept == {"year": 2024, "draft": False}


def test_a_question_is_searched_under_two_settings_side_by_side(stocked: House, qtbot: QtBot) -> None:
    text = "Everybody has 28 days of leave a year. \U0001f334 Leave is asked for in May."
    towers = file(stocked, "köln.txt", "Köln has two towers.".encode())
    make(stocked, "Handbook", file(stocked, "leave.txt", text.encode()), towers)
    view = stocked.stores()
    stocked.commands.run("stores.tab_lab")
    first, second = view.lab.columns
    assert not view.lab.command.isEnabled() and first.words.text() == "Not searched yet."
    second.most.set_value(1)
    qtbot.keyClicks(view.lab.query, "days of leave")
    qtbot.keyClick(view.lab.query, Qt.Key.Key_Return)
    stocked.settled()
    assert first.text.text().splitlines()[0].endswith("leave.txt")
    assert [word.casefold() for word in second.text.marked] == ["days", "leave", "leave"]
    assert second.words.text().startswith("1 passage in ") and first.words.text().split()[0] in ("1", "2")
    second.most.set_value(99)
    stocked.commands.run("stores.search_now")
    stocked.settled()
    assert "Results: " in second.words.text() and second.text.text() == "" and first.text.text()


def test_a_store_is_made_filled_renamed_and_deleted(stocked: House, qtbot: QtBot) -> None:
    note = file(stocked, "note.txt", b"Koeln has a cathedral.")
    view = stocked.stores()
    stocked.commands.run("stores.new")
    qtbot.keyClicks(view.naming.field, "Travel")
    qtbot.keyClick(view.naming.field, Qt.Key.Key_Return)
    stocked.settled()
    assert column(view, NAME) == ["Travel"] and view.store is not None
    assert view.files.pages.currentWidget() is view.files.nothing
    stocked.commands.run("stores.add_files")
    stocked.settled()
    assert view.middle.currentWidget() is view.choice
    view.choice.table.selectRow(0)
    assert [one.id for one in view.choice.chosen()] == [note]
    view.choice.size.set_value(200)
    view.choice.overlap.set_value(150)
    assert "at most half a chunk" in view.choice.words.text() and not view.choice.go.isEnabled()
    view.choice.overlap.set_value(50)
    stocked.commands.run("stores.add_chosen")
    qtbot.waitUntil(lambda: filed(view, STATE) == ["ready"], timeout=PATIENCE)
    stocked.settled()
    assert filed(view, NAME) == ["note.txt"] and column(view, FILES) == ["1"]
    assert view.file is not None and view.file.file.chunking.text() == "200 tokens, 50 shared"
    stocked.commands.run("stores.rename")
    view.naming.field.setText("Journeys")
    stocked.commands.run("stores.take_name")
    stocked.settled()
    assert column(view, NAME) == ["Journeys"] and view.details.name.text() == "Journeys"
    stocked.commands.run("stores.delete")
    assert "“Journeys”" in view.question.words.text()
    stocked.commands.run("stores.keep")
    assert not view.question.is_asking and column(view, NAME) == ["Journeys"]
    stocked.commands.run("stores.delete")
    stocked.commands.run("stores.delete_now")
    stocked.settled()
    assert column(view, NAME) == [] and view.list.pages.currentWidget() is view.list.nothing
    assert stocked.sandbox is not None
    assert [one.id for one in client_of(stocked.sandbox).files.list()] == [note]


def test_a_file_is_taken_out_and_stays_on_the_server(stocked: House) -> None:
    note = file(stocked, "note.txt", b"Koeln has a cathedral.")
    make(stocked, "Travel", note)
    view = stocked.stores()
    assert filed(view, NAME) == ["note.txt"]
    stocked.commands.run("stores.remove_file")
    assert "“note.txt”" in view.question.words.text() and "“Travel”" in view.question.words.text()
    stocked.commands.run("stores.delete_now")
    stocked.settled()
    assert filed(view, NAME) == [] and column(view, FILES) == ["0"]
    assert stocked.sandbox is not None
    assert [one.id for one in client_of(stocked.sandbox).files.list()] == [note]


def test_a_store_is_asked_in_compose_and_the_prompt_stays(stocked: House) -> None:
    store = make(stocked, "Travel")
    view, compose = stocked.stores(), stocked.compose()
    tools = [{"type": "file_search", "vector_store_ids": ["vs_old"]}, {"a": 1}]
    compose.settings.set_value("other", json.dumps({"tools": tools}))
    compose.prompt.set_prompt("be brief", (Message("user", "mine"),))
    assert view.store is not None
    stocked.commands.run("stores.ask")
    draft = compose.draft()
    assert json.loads(draft.other)["tools"] == [{"a": 1}, {"type": "file_search", "vector_store_ids": [store]}]
    assert draft.request().body()["include"] == ["file_search_call.results"]
    assert draft.instructions == "be brief" and draft.messages[0].text == "mine"
    assert "file_search" in compose.prompt.status.text()
    stocked.commands.run("compose.restore")
    assert "vs_old" in compose.draft().other


def test_from_a_store_to_a_cited_answer(stocked: House, qtbot: QtBot) -> None:
    leave = file(stocked, "leave.txt", b"Everybody has 28 days of leave a year.")
    make(stocked, "Handbook", leave)
    stocked.stores()
    compose = stocked.compose()
    stocked.commands.run("stores.ask")
    compose.picker.use("sandbox-echo")
    compose.prompt.set_prompt("", (Message("user", "How many days of leave are there?"),))
    stocked.commands.run("compose.run")
    qtbot.waitUntil(lambda: not compose.model.running, timeout=PATIENCE)
    stocked.settled()
    assert compose.model.snapshot is not None and compose.model.snapshot.status == "completed"
    assert "28 days" in compose.output.view.text()
    [exchange] = [one for one in stocked.store.recent() if one.sdk_method == "responses.create"]
    assert exchange.status == 200


def test_the_ids_lead_on(stocked: House, qtbot: QtBot) -> None:
    note = file(stocked, "note.txt", b"Koeln has a cathedral.")
    store = make(stocked, "Travel", note)
    opened: list[tuple[str, ...]] = []
    for name in ("files.open", "palette.open"):
        stocked.commands.add(name, name, partial(lambda name, *rest: opened.append((name, *rest)), name), group="Tests")
    view = stocked.stores()
    qtbot.mouseClick(view.details.file_id, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.details.id, Qt.MouseButton.LeftButton)
    assert opened == [("files.open", note), ("palette.open", store)]


def test_the_id_is_copied(stocked: House) -> None:
    store = make(stocked, "Travel")
    stocked.stores()
    stocked.commands.run("stores.copy_id")
    assert QGuiApplication.clipboard().text() == store


def test_why_the_list_is_not_there_is_said_in_its_place(house: House, server: RecordingServer) -> None:
    server.add("/vector_stores", error_reply(401, "Incorrect API key", code="invalid_api_key"))
    view = house.stores()
    assert view.list.pages.currentWidget() is view.list.trouble and view.list.trouble.banner is not None
    assert not view.list.foot.isVisible() and not view.middle.isVisible()
