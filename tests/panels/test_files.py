"""Files over the real sandbox: the list, what is in a file, where it is used, and deleting."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from playground.core.calls import call
from playground.core.filing.listing import Page, remote_file
from playground.core.filing.rows import ID, NAME
from playground.panels.files.finder import FileFinder
from playground.panels.files.view import FilesView
from playground.widgets.presentation import present
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.files_made import client_of, empty, names, pdf, put
from tests.panels.streams import error_reply

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def filed(sandbox_house: House) -> House:
    """A sandbox that has these files and no others."""
    assert sandbox_house.sandbox is not None
    empty(sandbox_house.sandbox)
    return sandbox_house


def column(view: FilesView, number: int) -> list[str]:
    model = view.list.table.files
    return [model.cell(row, number).text for row in range(model.rowCount())]


def choose(view: FilesView, house: House, file_id: str) -> None:
    assert view.list.table.choose(file_id)


def fill(house: House) -> dict[str, str]:
    assert house.sandbox is not None
    lines = b'{"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {}}\n'
    picture = io.BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "PNG")
    return {
        "notes.txt": put(house.sandbox, "notes.txt", "Köln\n".encode(), "assistants"),
        "table.csv": put(house.sandbox, "table.csv", b"name,age\nAda,36\nBob,41\n"),
        "requests.jsonl": put(house.sandbox, "requests.jsonl", lines, "batch"),
        "drawing.png": put(house.sandbox, "drawing.png", picture.getvalue(), "vision"),
        "handbook.pdf": put(house.sandbox, "handbook.pdf", pdf()),
        "value.json": put(house.sandbox, "value.json", b'{"answer": 42}'),
    }


def test_nothing_is_asked_before_it_is_seen(filed: House) -> None:
    view = FilesView(filed.context())
    filed._views.append(view)
    filed.settled()
    assert filed.store.flush() and filed.store.count() == 0


def test_a_server_without_files_says_what_to_do(filed: House) -> None:
    view = filed.files()
    assert view.list.pages.currentWidget() is view.list.nothing
    assert view.list.count.text() == "" and view.details.file is None


def test_the_list_is_searched_sorted_and_filtered(filed: House, qtbot: QtBot) -> None:
    ids = fill(filed)
    view = filed.files()
    assert sorted(column(view, NAME)) == sorted(ids)
    assert view.list.count.text().startswith("6 files · ")
    pills = {one.objectName(): one for one in view.list.findChildren(QAbstractButton) if "purposes" in one.objectName()}
    assert "files.purposes.batch" in pills and pills["files.purposes.user_data"].text() == "user_data  3"
    qtbot.mouseClick(pills["files.purposes.batch"], LEFT)
    assert column(view, NAME) == ["requests.jsonl"]
    qtbot.mouseClick(pills["files.purposes.all"], LEFT)
    house_keys = view.list.search
    filed.commands.run("files.find")
    assert house_keys.hasFocus()
    qtbot.keyClicks(house_keys, "BOOK")
    qtbot.waitUntil(lambda: column(view, NAME) == ["handbook.pdf"], timeout=PATIENCE)
    assert view.list.count.text().startswith("1 of 6 files")
    qtbot.keyClicks(house_keys, "zzz")
    qtbot.waitUntil(lambda: view.list.pages.currentWidget() is view.list.unmatched, timeout=PATIENCE)
    qtbot.keyClick(house_keys, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(column(view, NAME)) == 6, timeout=PATIENCE)
    header = view.list.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(NAME) + 30, 10)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    assert column(view, NAME) == sorted(ids)


def test_a_long_list_comes_in_pages(filed: House, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    for number in range(205):  # one more page than the first
        put(filed.sandbox, f"many-{number}.txt", b"x")
    view = filed.files()
    assert len(set(column(view, ID))) == 205 and len(view.list.rows.all) == 205
    assert filed.store.flush()
    asked = [one for one in filed.store.recent() if one.sdk_method == "files.list"]
    assert len(asked) == 2
    empty(filed.sandbox)


def test_each_kind_of_file_is_shown_as_what_it_is(filed: House, qtbot: QtBot) -> None:
    ids = fill(filed)
    view = filed.files()
    pane = view.details.preview

    def look(name: str) -> None:
        choose(view, filed, ids[name])
        qtbot.waitUntil(lambda: pane.file is not None and pane.file.name == name, timeout=PATIENCE)
        qtbot.waitUntil(lambda: pane.preview is not None, timeout=PATIENCE)
        filed.settled()

    look("notes.txt")
    assert pane.stack.currentWidget() is pane.text and pane.text.text() == "Köln\n"
    look("table.csv")
    assert pane._rows is not None and pane.stack.currentWidget() is pane._rows
    assert list(pane._rows.model.items) == [{"name": "Ada", "age": "36"}, {"name": "Bob", "age": "41"}]
    look("requests.jsonl")
    assert pane._rows.model.items[0]["custom_id"] == "a"
    look("drawing.png")
    assert pane._image is not None and pane._image.picture() is not None and pane._image.picture().image.width() == 40
    look("value.json")
    assert pane._json is not None and pane.stack.currentWidget() is pane._json
    look("handbook.pdf")
    assert pane._pdf is not None
    qtbot.waitUntil(lambda: pane._pdf.page is not None, timeout=PATIENCE)
    assert pane._pdf.counted.text() == "Page 1 of 2"
    filed.commands.run("files.pdf-next")
    qtbot.waitUntil(lambda: pane._pdf.page.number == 1, timeout=PATIENCE)
    assert view.details.name.text() == "handbook.pdf"


def test_a_preview_that_fails_says_why(house: House, recording_server: RecordingServer, qtbot: QtBot) -> None:
    listed = {"object": "list", "data": [{"id": "file-1", "filename": "a.txt", "bytes": 4, "purpose": "user_data"}]}
    recording_server.add("/files", Reply.of_json(listed, forever=True))
    recording_server.add("/files/file-1/content", error_reply(400, "Not allowed to download files of this purpose."))
    view = house.files()
    choose(view, house, "file-1")
    pane = view.details.preview
    qtbot.waitUntil(lambda: pane.stack.currentWidget() is pane.trouble, timeout=PATIENCE)
    assert pane.trouble.banner is not None
    assert pane.trouble.banner.problem.server_words == "Not allowed to download files of this purpose."
    assert pane.preview is None


async def ask_about(house: House, file_id: str) -> None:
    """What somebody does elsewhere."""
    await call(await house.sessions.session(), "files.retrieve", {"file_id": file_id}, origin="explorer")


def test_where_it_is_used(filed: House, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    ids = fill(filed)
    client = client_of(filed.sandbox)
    store = client.vector_stores.create(name="Shelf", file_ids=[ids["notes.txt"]])
    view = filed.files()
    for _ in range(60):  # each lists every file, which is no use of it
        filed.commands.run("files.refresh")
        filed.settled()
    filed.await_(ask_about, filed, ids["notes.txt"])
    choose(view, filed, ids["notes.txt"])
    filed.commands.run("files.tab_uses")
    filed.settled()
    found = view.details.uses.found
    assert [(use.id, use.title) for use in found["Vector stores"].uses] == [(store.id, "Shelf")]
    assert found["Batches"].problem is None and found["Batches"].uses == ()
    assert [use.title for use in found["Requests on record"].uses] == ["files.retrieve"]
    view.details.uses.request_opened.emit(found["Requests on record"].uses[0].id)
    assert filed.called == [("requests.show", found["Requests on record"].uses[0].id)]
    client.vector_stores.delete(store.id)
    choose(view, filed, ids["table.csv"])
    assert view.details.uses.found == {}, "what was found was of another file"


def test_one_file_is_deleted_after_a_question_that_names_it(filed: House, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    ids = fill(filed)
    view = filed.files()
    choose(view, filed, ids["table.csv"])
    filed.commands.run("files.delete")
    assert view.question.is_asking and "“table.csv”" in view.question.words.text()
    qtbot.keyClick(view.question, Qt.Key.Key_Escape)
    assert not view.question.is_asking and "table.csv" in names(filed.sandbox)
    filed.commands.run("files.delete")
    filed.commands.run("files.delete_now")
    filed.settled()
    assert "table.csv" not in names(filed.sandbox) and "table.csv" not in column(view, NAME)


def test_many_are_deleted_when_their_count_is_typed(filed: House, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    fill(filed)
    view = filed.files()
    view.list.table.selectAll()
    assert view.context.commands.get("files.delete").text() == "Delete 6 Files…"  # type: ignore[union-attr]
    filed.commands.run("files.delete")
    filed.commands.run("files.delete_now")
    assert view.question.is_asking, "the count is not typed yet"
    qtbot.keyClicks(view.question.count, "5")
    qtbot.keyClick(view.question.count, Qt.Key.Key_Return)
    assert view.question.is_asking
    view.question.count.clear()
    qtbot.keyClicks(view.question.count, "6")
    qtbot.keyClick(view.question.count, Qt.Key.Key_Return)
    filed.settled()
    assert names(filed.sandbox) == set() and view.list.pages.currentWidget() is view.list.nothing


def test_those_that_cannot_be_deleted_stay_and_are_tried_again(
    house: House, recording_server: RecordingServer, qtbot: QtBot
) -> None:
    data = [{"id": f"file-{n}", "filename": f"{n}.txt", "bytes": 4, "purpose": "user_data"} for n in range(3)]
    recording_server.add("/files", Reply.of_json({"object": "list", "data": data}, forever=True))
    for n in range(3):
        good = Reply.of_json({"id": f"file-{n}", "object": "file", "deleted": True}, forever=True)
        bad = error_reply(403, "You may not delete this file.")
        recording_server.add(f"/files/file-{n}", bad if n == 1 else good)
    view = house.files()
    view.list.table.selectAll()
    view.delete([one["id"] for one in data])
    house.settled()
    assert column(view, NAME) == ["1.txt"]
    assert view.failure.banner is not None and view.failure.banner.problem.title == "1 of 3 files were not deleted"
    recording_server._replies["/files/file-1"][:] = [Reply.of_json({"id": "file-1", "deleted": True}, forever=True)]
    house.commands.run("files.delete_again")
    house.settled()
    assert column(view, NAME) == [] and view.failure.isHidden()


@pytest.mark.parametrize("status", [401, 500])
def test_a_refusal_is_explained_in_the_lists_place(
    house: House, recording_server: RecordingServer, status: int
) -> None:
    recording_server.add("/files", error_reply(status, "The server said no."))
    view = house.files()
    assert view.list.pages.currentWidget() is view.list.trouble
    assert view.list.trouble.banner is not None and view.list.trouble.banner.problem.status == status


@pytest.mark.parametrize("body", [{"data": None}, [], {"data": [{"no": "id"}, 3]}, {"data": [], "has_more": True}])
def test_odd_answers_are_empty_lists(house: House, recording_server: RecordingServer, body: object) -> None:
    recording_server.add("/files", Reply.of_json(body, forever=True))
    view = house.files()
    assert view.list.pages.currentWidget() is view.list.nothing


def test_more_purposes_than_there_is_room_for(house: House, recording_server: RecordingServer) -> None:
    data = [{"id": f"file-{n}", "filename": "a", "purpose": f"made-up-{n}\u202e"} for n in range(300)]
    recording_server.add("/files", Reply.of_json({"data": data}, forever=True))
    view = house.files()
    pills = [one for one in view.list.findChildren(QAbstractButton) if "purposes." in one.objectName()]
    assert len(pills) == 13 and pills[1].text() == "made-up-0‹U+202E›  1"


def test_a_server_that_gives_the_same_page_for_ever_ends(house: House, recording_server: RecordingServer) -> None:
    listed = {"data": [{"id": "file-1", "filename": "a"}], "has_more": True}
    recording_server.add("/files", Reply.of_json(listed, forever=True))
    assert column(house.files(), NAME) == ["a"]


def test_refreshing_keeps_what_is_selected(filed: House, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    ids = fill(filed)
    view = filed.files()
    choose(view, filed, ids["table.csv"])
    client_of(filed.sandbox).files.delete(ids["notes.txt"])
    put(filed.sandbox, "new.txt", b"new")
    filed.commands.run("files.refresh")
    filed.settled()
    assert "new.txt" in column(view, NAME) and "notes.txt" not in column(view, NAME)
    assert [one.name for one in view.list.table.chosen_files()] == ["table.csv"]


def test_ids_are_copied_whole_and_masked_while_presenting(filed: House, qtbot: QtBot) -> None:
    ids = fill(filed)
    view = filed.files()
    choose(view, filed, ids["table.csv"])
    present(True)
    try:
        assert ids["table.csv"] not in column(view, ID)
        filed.commands.run("files.copy_id")
        assert QGuiApplication.clipboard().text() == ids["table.csv"]
        assert ids["table.csv"] not in str(filed.notes[-1])
    finally:
        present(False)


def test_a_file_is_opened_by_its_id_also_where_a_search_hides_it(filed: House, qtbot: QtBot) -> None:
    ids = fill(filed)
    view = filed.files()
    view.list.search.setText("table")
    qtbot.waitUntil(lambda: column(view, NAME) == ["table.csv"], timeout=PATIENCE)
    filed.commands.run("files.open", ids["notes.txt"])
    assert view.details.file is not None and view.details.file.name == "notes.txt"
    assert json.loads(view.details.object.text())["id"] == ids["notes.txt"]
    filed.commands.run("files.open", "file-nobody-has")
    assert "lists no file" in str(filed.notes[-1])


def test_the_palette_opens_a_file_by_its_id(tmp_path: Path) -> None:
    finder = FileFinder(tmp_path)
    (found,) = finder.find(" file-6b09492bfea0aa1c42629c68 ")
    assert (found.command, found.arguments) == ("files.open", ("file-6b09492bfea0aa1c42629c68",))
    assert [finder.find(text) for text in ("file", "file-", "file-abc def", "vs_12345678", "")] == [[]] * 5


def test_hidden_characters_in_a_name_are_shown(filed: House) -> None:
    assert filed.sandbox is not None
    put(filed.sandbox, "cod\u202efdp.exe", b"MZ")
    view = filed.files()
    assert column(view, NAME) == ["cod‹U+202E›fdp.exe"]


def test_another_profile_brings_other_files_and_nothing_of_the_first(
    house: House, recording_server: RecordingServer, qtbot: QtBot
) -> None:
    def listing(*names: str) -> Reply:
        data = [{"id": f"file-{name}", "filename": name, "purpose": "user_data"} for name in names]
        return Reply.of_json({"object": "list", "data": data}, forever=True)

    recording_server.add("/files", listing("mine"))
    recording_server.add("/other/files", listing("theirs"))
    view = house.files()
    assert column(view, NAME) == ["mine"]
    house.use(house.add_profile("Other", recording_server.base_url + "/other").id)
    qtbot.waitUntil(lambda: column(view, NAME) == ["theirs"], timeout=PATIENCE)
    house.settled()
    assert view.list.profile is not None and view.list.profile.name == "Other"


def test_pages_of_an_asking_that_was_given_up_are_not_listed(filed: House) -> None:
    view = filed.files()
    assert view.list.profile is not None
    late = remote_file({"id": "file-late", "filename": "of another time"})
    assert late is not None
    view.list._more([Page(view.list._round - 1, view.list.profile, [late])])
    assert column(view, NAME) == []
