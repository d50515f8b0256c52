"""Saved requests in the window: files in a folder, opened, saved over, deleted; variables from an environment."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from playground.core.saved import read_request
from playground.panels.explorer.view import ExplorerView
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import House
from tests.panels.test_explorer import press


def folder(house: House) -> Path:
    return house.folder / "requests"


def listed(view: ExplorerView) -> list[str]:
    """The titles under “Saved requests”."""
    groups = view.methods.tree.model_.node(QModelIndex()).children
    group = next((node for node in groups if node.title == "Saved requests"), None)
    return [child.title for child in group.children] if group is not None else []


def write(house: House, name: str, text: str) -> Path:
    path = folder(house) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_request_is_saved_by_keyboard_and_listed(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.explorer()
    view.open_from_elsewhere("embeddings.create", {"model": "m", "input": "hello"})
    qtbot.keyClick(view.window().focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert view.title_bar.field.hasFocus()
    qtbot.keyClicks(view.title_bar.field, "Say hello")
    qtbot.keyClick(view.title_bar.field, Qt.Key.Key_Return)
    sandbox_house.settled()
    assert listed(view) == ["Say hello"]
    assert "~saved" in view.methods.tree.opened(), "what has just been saved is seen"
    saved = read_request(folder(sandbox_house) / "say-hello.yaml")
    assert (saved.method, saved.arguments) == ("embeddings.create", {"model": "m", "input": "hello"})
    view.page.set_arguments({"model": "m", "input": "bye"})
    press(view, sandbox_house, "save_request")
    assert read_request(folder(sandbox_house) / "say-hello.yaml").arguments["input"] == "bye", "over the same file"
    assert len(list(folder(sandbox_house).iterdir())) == 1


def test_a_request_is_opened_sent_with_its_variables_and_left_as_it_is(house: House, server: RecordingServer) -> None:
    server.add("/embeddings", Reply.of_json({"object": "list", "data": []}, forever=True))
    path = write(house, "team/hello.yaml", 'method: embeddings.create\narguments: {model: "{{model}}", input: hi}\n')
    write(house, "environments/dev.yaml", "model: small\n")
    before = path.read_bytes()
    view = house.explorer()
    house.settled()
    assert not view.methods.environment.isHidden()
    view.methods.tree.file_chosen.emit(str(path))
    house.settled()
    assert view.page.arguments() == {"model": "{{model}}", "input": "hi"}
    count = len(server.received)
    press(view, house, "send")
    assert len(server.received) == count, "a variable that nobody gave is not sent"
    assert view.result.view.state == "failed"
    view.saved.use_environment("dev")
    press(view, house, "send")
    assert json.loads(server.received[-1].body)["model"] == "small"
    assert path.read_bytes() == before
    view.show_preview()
    house.settled()
    assert '"small"' in view.page.preview.text()


def test_deleting_asks_and_names_the_file(sandbox_house: House, qtbot: QtBot) -> None:
    path = write(sandbox_house, "list.yaml", "title: All models\nmethod: models.list\n")
    view = sandbox_house.explorer()
    sandbox_house.settled()
    assert not view.commands["delete_saved"].isEnabled()
    view.saved.open(str(path))
    sandbox_house.settled()
    press(view, sandbox_house, "delete_saved")
    assert "list.yaml" in view.title_bar.words.source()
    qtbot.keyClick(view.window().focusWidget(), Qt.Key.Key_Escape)
    assert path.exists() and not view.title_bar.is_asking
    press(view, sandbox_house, "delete_saved")
    press(view, sandbox_house, "agree")
    assert not path.exists()
    assert listed(view) == []


def test_another_title_is_another_file_name(sandbox_house: House) -> None:
    path = write(sandbox_house, "list.yaml", "# mine\ntitle: All models\nmethod: models.list\n")
    view = sandbox_house.explorer()
    sandbox_house.settled()
    view.saved.open(str(path))
    sandbox_house.settled()
    press(view, sandbox_house, "rename_saved")
    assert view.title_bar.text() == "All models"
    view.title_bar.field.setText("Every model")
    press(view, sandbox_house, "agree")
    assert [file.name for file in folder(sandbox_house).iterdir()] == ["every-model.yaml"]
    assert (folder(sandbox_house) / "every-model.yaml").read_text("utf-8").startswith("# mine")
    assert listed(view) == ["Every model"]
    assert view.page.head.saved.source() == "Saved: Every model"


def test_a_key_is_not_written(sandbox_house: House) -> None:
    view = sandbox_house.explorer()
    key = "sk-proj-canary0123456789abcdef"
    view.open_method("models.list", {"extra_headers": {"authorization": f"Bearer {key}", "x-mine": "yes"}})
    view.saved.save_as()
    press(view, sandbox_house, "agree")
    [file] = folder(sandbox_house).glob("*.yaml")
    assert key not in file.read_text("utf-8")
    assert "x-mine" in file.read_text("utf-8")


def test_a_broken_file_hides_no_other_and_is_said(sandbox_house: House) -> None:
    broken = write(sandbox_house, "broken.yaml", "method: [\n")
    write(sandbox_house, "good.yaml", "method: models.list\n")
    view = sandbox_house.explorer()
    sandbox_house.settled()
    assert listed(view) == ["good"]
    assert "broken.yaml" in view.methods.note.toolTip()
    view.saved.open(str(broken))
    sandbox_house.settled()
    assert sandbox_house.notes
