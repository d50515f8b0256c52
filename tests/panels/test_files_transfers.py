"""Files on their way: chosen, checked before they are sent, sent by the queue, interrupted and gone on with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from playground.core.filing.rows import NAME
from playground.core.paths import DataPaths
from playground.core.transfers.model import Item
from playground.core.transfers.store import TransferStore
from playground.panels.files.bringing import places
from playground.panels.files.transfers import FIRST, SECOND
from playground.panels.files.view import FilesView
from tests.core.filing.test_rows import file
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.files_made import client_of, empty, names, put
from tests.panels.streams import error_reply

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def filed(sandbox_house: House) -> House:
    """A sandbox that has no files."""
    assert sandbox_house.sandbox is not None
    empty(sandbox_house.sandbox)
    return sandbox_house


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    (made / "inner").mkdir(parents=True)
    (made / "a.txt").write_text("hello")
    (made / "inner" / "b.md").write_text("# b")
    (made / ".hidden").write_text("x")
    (made / "empty.txt").write_text("")
    (made / "link.txt").symlink_to(made / "a.txt")
    return made


def staged(view: FilesView) -> dict[str, str]:
    model = view.stage.model
    return {path.name: model.cell(row, 2).text for row, path in enumerate(model.paths)}


def bring(view: FilesView, house: House, *paths: Path) -> None:
    view.bring(list(paths))
    house.settled()


def over(view: FilesView, house: House, qtbot: QtBot, *states: str) -> None:
    """Until every transfer is in one of these states, and the list has been asked for again."""
    model = view.queue.model
    qtbot.waitUntil(
        lambda: bool(model.states) and all(one.item.state in states for one in model.states), timeout=PATIENCE
    )
    qtbot.waitUntil(lambda: not view._again.isActive(), timeout=PATIENCE)
    house.settled()


def listed(view: FilesView) -> list[str]:
    return sorted(one.name for one in view.list.rows.all.values())


def test_a_folder_is_checked_before_anything_is_sent(filed: House, folder: Path, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    view = filed.files()
    bring(view, filed, folder, folder / "link.txt")
    assert view.pages.currentWidget() is view.stage
    assert staged(view) == {
        "a.txt": "Ready", "b.md": "Ready", "empty.txt": "empty.txt is empty",
        "link.txt": "link.txt is a symbolic link",
    }  # fmt: skip
    assert view.stage.note.text() == "1 hidden file was left out. 1 symbolic link was not followed."
    assert names(filed.sandbox) == set(), "nothing is sent yet"
    row = [path.name for path in view.stage.model.paths].index("link.txt")
    view.stage.table.selectRow(row)
    assert "Choose the file that it points to." in view.stage.findings.words()
    assert view.right.currentWidget() is view.stage.findings
    assert view.stage.go.text() == "Upload 2 Files"
    filed.commands.run("files.send")
    over(view, filed, qtbot, "done")
    assert names(filed.sandbox) == {"a.txt", "b.md"} and listed(view) == ["a.txt", "b.md"]
    assert view.pages.currentWidget() is view.list and view.queue.head.note.text().startswith("2 of 2 done")


def test_purpose_and_expiry_are_chosen_with_what_they_mean(filed: House, tmp_path: Path, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {}}\n{"x": 1}\n')
    view = filed.files()
    bring(view, filed, lines)
    assert staged(view) == {"lines.jsonl": "Ready"}
    pills = {one.objectName(): one for one in view.stage.findChildren(QAbstractButton)}
    qtbot.mouseClick(pills["files.stage.purpose.batch"], LEFT)
    filed.settled()
    assert "at most 50,000" in view.stage.means.text() and "30 days" in view.stage.life.text()
    assert staged(view)["lines.jsonl"].startswith("Line 2 lacks") and not view.stage.go.isEnabled()
    assert "Line 2 lacks" in view.stage.findings.words(), "what to do is said without being asked for"
    lines.write_text(lines.read_text().splitlines()[0] + "\n")
    qtbot.mouseClick(pills["files.stage.purpose.evals"], LEFT)
    qtbot.mouseClick(pills["files.stage.purpose.batch"], LEFT)
    qtbot.mouseClick(pills["files.stage.expiry.86400"], LEFT)
    filed.settled()
    assert staged(view) == {"lines.jsonl": "Ready"}
    filed.commands.run("files.send")
    over(view, filed, qtbot, "done")
    (made,) = client_of(filed.sandbox).files.list()
    assert made.purpose == "batch" and made.expires_at == made.created_at + 86_400


def test_nothing_is_sent_where_nobody_wants_it(filed: House, folder: Path, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    view = filed.files()
    bring(view, filed, folder)
    view.stage.table.selectRow(0)
    filed.commands.run("files.remove_staged")
    assert "a.txt" not in staged(view)
    filed.commands.run("files.unstage")
    assert view.pages.currentWidget() is view.list and staged(view) == {}
    bring(view, filed, folder / "inner")
    assert staged(view) == {"b.md": "Ready"}, "what was left out is not kept"
    empty_folder = folder / "nothing"
    empty_folder.mkdir()
    filed.commands.run("files.unstage")
    bring(view, filed, empty_folder)
    assert view.pages.currentWidget() is view.list and "no files" in str(filed.notes[-1])
    assert names(filed.sandbox) == set()


def test_dropped_pasted_and_chosen(filed: House, folder: Path, qtbot: QtBot) -> None:
    view = filed.files()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder / "a.txt"))])
    buttons, no_keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    view.dropEvent(QDropEvent(QPointF(QPoint(50, 50)), Qt.DropAction.CopyAction, mime, buttons, no_keys))
    filed.settled()
    assert staged(view) == {"a.txt": "Ready"}
    QGuiApplication.clipboard().setText("Some words")
    filed.commands.run("files.paste")
    qtbot.waitUntil(lambda: len(staged(view)) == 2, timeout=PATIENCE)
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF00FF)
    QGuiApplication.clipboard().setImage(image)
    filed.commands.run("files.paste")
    qtbot.waitUntil(lambda: len(staged(view)) == 3, timeout=PATIENCE)
    filed.settled()
    pasted = [path for path in view.stage.model.paths if path.name.startswith("pasted")]
    assert pasted[0].read_text() == "Some words" and pasted[1].read_bytes().startswith(b"\x89PNG")
    filed.commands.run("files.upload")
    dialog = view.bringing.dialog
    assert isinstance(dialog, QFileDialog) and dialog.objectName() == "files.choose"
    dialog.filesSelected.emit([str(folder / "inner" / "b.md")])
    dialog.reject()
    qtbot.waitUntil(lambda: "b.md" in staged(view), timeout=PATIENCE)
    filed.settled()


def test_what_fails_says_why_and_is_tried_again_alone(
    house: House, recording_server: RecordingServer, tmp_path: Path, qtbot: QtBot
) -> None:
    recording_server.add("/files", Reply.of_json({"object": "list", "data": []}))
    view = house.files()
    path = tmp_path / "a.txt"
    path.write_text("hello")
    recording_server._replies["/files"][:] = [error_reply(400, "This file is not welcome.")]
    bring(view, house, path)
    house.commands.run("files.send")
    over(view, house, qtbot, "failed")
    model = view.queue.model
    assert [model.cell(0, column).text for column in (FIRST, SECOND)] == ["Retry", "Why?"]
    view.queue.table.link_opened.emit(model.cell(0, SECOND).link)
    assert view.queue.failure.banner is not None
    assert view.queue.failure.banner.problem.server_words == "This file is not welcome."
    made = {"id": "file-1", "object": "file", "filename": "a.txt", "bytes": 5, "purpose": "user_data"}
    recording_server._replies["/files"][:] = [Reply.of_json({**made, "data": [made]}, forever=True)]
    house.commands.run("files.retry_failed")
    over(view, house, qtbot, "done")
    assert view.queue.failure.isHidden() and listed(view) == ["a.txt"]
    house.commands.run("files.forget")
    house.settled()
    assert model.states == [] and view.queue.head.isHidden()


def test_transfers_are_paused_gone_on_with_and_cancelled(filed: House, tmp_path: Path, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    view = filed.files()
    paths = [tmp_path / f"file-{number}.bin" for number in range(12)]
    for path in paths:
        path.write_bytes(os.urandom(3_000_000))
    bring(view, filed, *paths)
    filed.commands.run("files.send")
    qtbot.waitUntil(lambda: len(view.queue.model.states) == 12, timeout=PATIENCE)
    filed.commands.run("files.pause")
    over(view, filed, qtbot, "paused", "done")
    counts = view.queue.counts()
    assert counts["paused"] > 0, "all were sent before they could be paused"
    view.queue.table.selectRow(next(n for n, one in enumerate(view.queue.model.states) if one.item.state == "paused"))
    filed.commands.run("files.cancel")
    over(view, filed, qtbot, "paused", "done", "cancelled")
    assert view.queue.counts()["cancelled"] == 1, "only the one that was chosen"
    view.queue.table.clearSelection()
    filed.commands.run("files.resume")
    over(view, filed, qtbot, "done", "cancelled")
    assert len(names(filed.sandbox)) == 11 == len(listed(view))


def interrupted(house: House, path: Path, **values: object) -> None:
    """What a process leaves that is killed in mid-upload."""
    store = TransferStore(DataPaths(house.folder).transfers)
    profile = house.sessions.current.id
    store.add([Item("01INTERRUPTED", "upload", path, path.name, path.stat().st_size, "user_data", profile, "running")])
    store.close()


def test_what_was_interrupted_is_offered_and_goes_on(filed: House, tmp_path: Path, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    path = tmp_path / "half.txt"
    path.write_text("half of it")
    interrupted(filed, path)
    view = filed.files()
    assert view.queue.offer.is_asking and "“half.txt” was interrupted" in view.queue.offer.words.text()
    assert [one.item.state for one in view.queue.model.states] == ["paused"] and names(filed.sandbox) == set()
    filed.commands.run("files.go_on")
    over(view, filed, qtbot, "done")
    assert names(filed.sandbox) == {"half.txt"} and not view.queue.offer.is_asking


def test_what_was_interrupted_is_cleaned_up_on_the_server(filed: House, tmp_path: Path, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    path = tmp_path / "half.txt"
    path.write_text("half of it")
    client = client_of(filed.sandbox)
    store = TransferStore(DataPaths(filed.folder).transfers)
    profile = filed.sessions.current.id
    item = Item("01ALONE", "upload", path, "alone.bin", 100, "user_data", profile, "cancelled", place="sandbox")
    store.add([item])
    upload = client.uploads.create(bytes=100, filename="alone.bin", mime_type="text/plain", purpose="user_data")
    key = store.asked(item, 64, 3600.0)
    store.begun(key, upload.id, float(upload.created_at), float(upload.expires_at))
    store.close()
    interrupted(filed, path)
    view = filed.files()
    assert "still holds parts of “alone.bin”" in view.queue.offer.words.text()
    filed.commands.run("files.clean_up")
    over(view, filed, qtbot, "cancelled")
    with pytest.raises(Exception, match="cancelled"):
        client.uploads.complete(upload.id, part_ids=[])
    assert "Nothing of the interrupted uploads" in str(filed.notes[-1]) and names(filed.sandbox) == set()


def test_a_download_goes_where_it_was_asked_to(filed: House, tmp_path: Path, qtbot: QtBot) -> None:
    assert filed.sandbox is not None
    data = os.urandom(2_000_000)
    put(filed.sandbox, "data.bin", data)
    view = filed.files()
    view.list.table.selectAll()
    filed.commands.run("files.download")
    dialog = view.bringing.dialog
    assert isinstance(dialog, QFileDialog) and dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.filesSelected.emit([str(tmp_path / "mine.bin")])
    dialog.reject()
    over(view, filed, qtbot, "done")
    assert (tmp_path / "mine.bin").read_bytes() == data
    put(filed.sandbox, "../data.bin", b"second")
    filed.commands.run("files.refresh")
    filed.settled()
    view.list.table.selectAll()
    filed.commands.run("files.download")
    assert view.bringing.dialog is not None
    target = tmp_path / "many"
    target.mkdir()
    view.bringing.dialog.filesSelected.emit([str(target)])
    view.bringing.dialog.reject()
    qtbot.waitUntil(lambda: len(view.queue.model.states) == 3, timeout=PATIENCE)
    over(view, filed, qtbot, "done")
    assert {path.read_bytes() for path in target.iterdir()} == {data, b"second"}, "nothing left the folder"


def test_files_of_one_name_get_places_of_their_own(tmp_path: Path) -> None:
    files = [file("1", filename="a.txt"), file("2", filename="A.TXT"), file("3", filename="../../etc/x"), file("4")]
    found = [path.name for _, path in places(files, tmp_path)]
    assert found[:2] == ["a.txt", "A (2).TXT"] and len({path.parent for _, path in places(files, tmp_path)}) == 1


def test_what_the_server_keeps_to_itself_is_shown_from_the_disk(
    house: House, recording_server: RecordingServer, tmp_path: Path, qtbot: QtBot
) -> None:
    made = {"id": "file-1", "object": "file", "filename": "a.txt", "bytes": 5, "purpose": "user_data"}
    recording_server.add("/files", Reply.of_json({**made, "data": [made]}, forever=True))
    refused = error_reply(400, "Not allowed to download files of purpose: user_data")
    recording_server.add("/files/file-1/content", refused)
    view = house.files()
    pane = view.details.preview
    path = tmp_path / "a.txt"
    path.write_text("hello")
    bring(view, house, path)
    house.commands.run("files.send")
    over(view, house, qtbot, "done")
    view.list.table.selectAll()
    qtbot.waitUntil(lambda: pane.preview is not None, timeout=PATIENCE)
    assert pane.text.text() == "hello" and str(path) in pane.head.note.text()
    view.list.table.clearSelection()
    path.write_text("changed since")
    view.list.table.selectAll()
    qtbot.waitUntil(lambda: pane.stack.currentWidget() is pane.trouble, timeout=PATIENCE)
    assert pane.preview is None, "it is not what was uploaded any more"
    house.settled()


def test_names_are_listed_as_they_arrive(filed: House, folder: Path, qtbot: QtBot) -> None:
    view = filed.files()
    bring(view, filed, folder / "a.txt")
    filed.commands.run("files.send")
    over(view, filed, qtbot, "done")
    model = view.queue.model
    view.queue.table.link_opened.emit(model.cell(0, FIRST).link)
    assert view.details.file is not None and view.details.file.name == "a.txt"
    assert view.list.table.files.cell(0, NAME).text == "a.txt"
