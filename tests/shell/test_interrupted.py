"""Interrupted transfers are told of at the start, whichever panel is shown."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from playground.core.transfers.model import Item
from playground.core.transfers.store import TransferStore
from playground.panels.files.view import FilesView
from tests.shell.conftest import PATIENCE, Make


def leave(folder: Path, *ids: str) -> TransferStore:
    """What a process has under way that may be killed."""
    store = TransferStore(folder / "transfers.sqlite3")
    store.add([Item(one, "upload", folder / "a.txt", "a.txt", 5, "user_data", "sandbox", "running") for one in ids])
    return store


def test_what_was_interrupted_is_said_and_can_be_gone_on_with(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    leave(tmp_path / "data", "01A", "01B").close()
    program = make(sandbox=True, panel="compose")
    notices = program.window.notices
    qtbot.waitUntil(program.interrupted.settled, timeout=PATIENCE)
    notice = notices.newest()
    assert notice is not None and notice.text.startswith("2 transfers of files were interrupted")
    program.window.commands.run("panel.files")
    view = program.window.panels.panel("files")
    assert isinstance(view, FilesView)
    qtbot.waitUntil(lambda: view.queue.offer.is_asking, timeout=PATIENCE)
    assert len(view.queue.model.states) == 2


def test_what_another_window_has_under_way_is_its_own(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    other = leave(tmp_path / "data", "01A")
    program = make(sandbox=True, panel="compose")
    qtbot.waitUntil(program.interrupted.settled, timeout=PATIENCE)
    notice = program.window.notices.newest()
    assert notice is None or "interrupted" not in notice.text
    other.close()


def test_where_there_is_no_journal_none_is_made(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    program = make(sandbox=True, panel="compose")
    qtbot.waitUntil(program.interrupted.settled, timeout=PATIENCE)
    assert not (tmp_path / "data" / "transfers.sqlite3").exists()
