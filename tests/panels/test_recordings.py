"""Recordings in the window: saved from the history, played with nothing sent, and said to be recordings."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from playground.core.errors import Problem
from playground.core.recordings import SUFFIX, load
from playground.core.runs import Message
from playground.panels.compose.view import ComposeView
from tests.helpers.servers import RecordingServer
from tests.panels.conftest import PATIENCE, House
from tests.panels.streams import ID, responses_reply
from tests.panels.test_compose_history import ask, choose, listed, open_history, run


def play_to_end(house: House, view: ComposeView) -> None:
    """Wait for the playback, and go to its end."""
    house.qtbot.waitUntil(lambda: view.output.playing is not None and view.output.playing.control.is_open)
    control = view.output.playing.control
    control.seek(control.duration)
    house.qtbot.waitUntil(lambda: not control.is_playing or control.at >= control.duration, timeout=PATIENCE)
    house.settled()


@pytest.fixture
def saved(house: House, server: RecordingServer, tmp_path: Path) -> Path:
    """A file with two runs, made in the window."""
    server.add("/responses", responses_reply("The ", "first"), responses_reply("The ", "second"))
    view = house.compose()
    view.settings.set_model("gpt-test")
    for text in ("One", "Two"):
        ask(house, view, text)
    open_history(house, view)
    choose(view, "One", "Two")
    run(house, "save_recording")
    dialog = view.recordings.dialog
    assert dialog is not None and dialog.isVisible() and dialog.defaultSuffix() == SUFFIX[1:]
    dialog.close()
    path = tmp_path / f"both{SUFFIX}"
    view.recordings.save(str(path))
    house.settled()
    assert "Saved 2 runs" in view.prompt.status.text() and path.name in view.prompt.status.text()
    house.close(view)
    return path


def test_runs_are_saved_and_played_with_nothing_sent(
    house: House, server: RecordingServer, saved: Path, qtbot: QtBot
) -> None:
    assert [entry.summary.name for entry in load(saved).runs] == ["Two", "One"]
    view = house.compose()
    view.prompt.set_prompt("", (Message("user", "Mine"),))
    assert house.store.flush()
    sent, kept = len(server.received), house.store.count()
    house.commands.run("compose.open_recording", str(saved))
    qtbot.waitUntil(lambda: view.model.recorded, timeout=PATIENCE)
    play_to_end(house, view)
    assert view.output.chip.text().startswith("recording") and view.output.chip.isVisible()
    assert view.prompt.status.text() == "Recording “Two”. Nothing is sent."
    assert view.output.view.text() == "The second" and ID in view.output.stats.text()
    assert listed(view) == ["Two", "One"] and view.history.drawer.source.isVisible()
    for name in ("history_rename", "history_star", "history_delete", "save_recording"):
        command = house.commands.get(f"compose.{name}")
        assert command is not None and not command.isEnabled(), name
    choose(view, "One")
    run(house, "history_open")
    play_to_end(house, view)
    assert view.output.view.text() == "The first" and view.draft().messages == (Message("user", "One"),)
    assert len(server.received) == sent and house.store.count() == kept and house.store.history.count() == 2
    run(house, "history_close")
    view.restore_prompt()
    assert view.draft().messages == (Message("user", "Mine"),), "what was written is there again"
    assert open_history(house, view).rowCount() == 2 and not view.history.drawer.source.isVisible()


def test_the_chip_says_how_fast(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    run_command(house, "play_reasoning")
    qtbot.waitUntil(lambda: view.output.playing is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: view.output.chip.text() == "recording ▸ 1×", timeout=PATIENCE)
    qtbot.waitUntil(lambda: "Why" in view.prompt.messages.cards[0].editor.text(), timeout=PATIENCE)
    view.output.playing.control.set_speed(4.0)
    qtbot.waitUntil(lambda: view.output.chip.text() == "recording ▸ 4×", timeout=PATIENCE)
    play_to_end(house, view)
    assert "```" not in view.output.view.text()[:20] and "Retry-After" in view.output.view.text()
    assert view.model.can_continue


def run_command(house: House, name: str) -> None:
    assert house.commands.run(f"compose.{name}")


@pytest.mark.parametrize("name", ["play_sample", "play_tools", "play_failure"])
def test_those_that_come_with_the_program_play(house: House, server: RecordingServer, name: str, qtbot: QtBot) -> None:
    view = house.compose()
    sent = len(server.received)
    run_command(house, name)
    qtbot.waitUntil(lambda: view.model.recorded, timeout=PATIENCE)
    play_to_end(house, view)
    view.output.close_playback()
    house.settled()
    assert view.output.view.text() and view.prompt.status.text().endswith("Nothing is sent.")
    failed = view.model.snapshot is not None and view.model.snapshot.status == "failed"
    assert (view.output.place.isVisible(), failed) == ((True, True) if name == "play_failure" else (False, False))
    assert len(server.received) == sent and house.notes == []


def test_a_bad_file_is_said_and_changes_nothing(house: House, tmp_path: Path) -> None:
    view = house.compose()
    view.prompt.set_prompt("", (Message("user", "Mine"),))
    path = tmp_path / "holiday.jpeg"
    path.write_bytes(b"\xff\xd8\xff" * 100)
    house.commands.run("compose.open_recording", str(path))
    house.settled()
    (note,) = house.notes
    assert isinstance(note, Problem) and "holiday.jpeg" in note.title and "not a recording" in note.title
    assert view.draft().messages == (Message("user", "Mine"),) and not view.model.recorded


def test_a_cut_file_plays_what_is_there(house: House, saved: Path, qtbot: QtBot) -> None:
    saved.write_bytes(saved.read_bytes()[:-200])
    view = house.compose()
    house.commands.run("compose.open_recording", str(saved))
    qtbot.waitUntil(lambda: view.model.recorded, timeout=PATIENCE)
    play_to_end(house, view)
    (note,) = house.notes
    assert isinstance(note, Problem) and "cut off" in note.title and view.output.view.text() == "The second"


def test_a_file_is_dropped_on_the_panel(house: House, saved: Path, qtbot: QtBot) -> None:
    view = house.compose()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(saved))])
    actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(9, 9), actions, data, buttons, Qt.KeyboardModifier.NoModifier)
    assert view.acceptDrops()
    view.dropEvent(event)
    qtbot.waitUntil(lambda: view.model.recorded, timeout=PATIENCE)
    house.settled()


def test_a_recording_that_cannot_be_saved_is_said(house: House, server: RecordingServer, tmp_path: Path) -> None:
    server.add("/responses", responses_reply("x"))
    view = house.compose()
    view.settings.set_model("gpt-test")
    ask(house, view, "One")
    run(house, "save_recording")
    assert view.recordings.dialog is not None
    view.recordings.dialog.close()
    view.recordings.save(str(tmp_path / "nowhere" / f"a{SUFFIX}"))
    house.settled()
    (note,) = house.notes
    assert isinstance(note, Problem) and "not saved" in note.title and "nowhere" in note.cause
