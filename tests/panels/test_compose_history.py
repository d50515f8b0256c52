"""The history in the window: every run is listed, opened as it was, named, starred, deleted for good."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from playground.core.exchanges import RunSummary
from playground.core.runs import Message
from playground.panels.compose.history_model import RunsModel
from playground.panels.compose.view import ComposeView
from tests.helpers.servers import RecordingServer
from tests.panels.conftest import PATIENCE, House
from tests.panels.streams import ID, chat_reply, error_reply, held_before, responses_reply


def ask(house: House, view: ComposeView, text: str) -> None:
    """Write a prompt, and run it to its end."""
    view.prompt.set_prompt("", (Message("user", text),))
    view.run()
    house.qtbot.waitUntil(lambda: not view.model.running, timeout=PATIENCE)
    assert house.store.flush()
    house.settled()


def open_history(house: House, view: ComposeView) -> RunsModel:
    view.history.toggle()
    house.settled()
    return view.history.rows


def listed(view: ComposeView) -> list[str]:
    rows = view.history.rows
    return [str(rows.index(row).data()) for row in range(rows.rowCount())]


def choose(view: ComposeView, *titles: str) -> None:
    """Select rows by what they show."""
    drawer = view.history.drawer
    drawer.list.clearSelection()
    for title in titles:
        index = view.history.rows.index(listed(view).index(title))
        drawer.list.selectionModel().select(index, drawer.list.selectionModel().SelectionFlag.Select)
        drawer.list.selectionModel().setCurrentIndex(index, drawer.list.selectionModel().SelectionFlag.NoUpdate)


def run(house: House, name: str) -> None:
    assert house.commands.run(f"compose.{name}")
    house.settled()


def picture(view: ComposeView) -> dict[str, Any]:
    """All that a run shows."""
    output = view.output
    return {
        "text": output.view.text(),
        "blocks": [(type(block).__name__, block.text(), block.state) for block in output.view.blocks()],
        "numbers": output.stats.text(),
        "chip": (output.chip.isHidden(), output.chip.text()),
        "trouble": output.place.widget() is not None and _words(output.place),
        "snapshot": view.model.snapshot,
        "draft": view.draft().to_json(),
    }


def _words(widget: Any) -> list[str]:
    return sorted(child.accessibleName() for child in widget.findChildren(QAbstractButton))


@pytest.fixture
def three(house: House, server: RecordingServer) -> ComposeView:
    """Compose after three runs: one good, one that was refused, one by the other API."""
    server.add("/responses", responses_reply("The **answer**\n\n", "- is here"), error_reply(400, "No such model"))
    server.add("/chat/completions", chat_reply("Bonjour", "!"))
    view = house.compose()
    view.settings.set_model("gpt-test")
    ask(house, view, "First of all")
    ask(house, view, "Second to none")
    view.settings.api.set_value("chat")
    ask(house, view, "Third time lucky")
    return view


def test_runs_are_reopened_exactly_as_they_were(house: House, server: RecordingServer) -> None:
    server.add("/responses", responses_reply("The **answer**\n\n", "- is here"), error_reply(400, "No such model"))
    server.add("/chat/completions", chat_reply("Bonjour", "!"))
    view = house.compose()
    view.settings.set_model("gpt-test")
    shown: dict[str, dict[str, Any]] = {}
    for number, text in enumerate(("First of all", "Second to none", "Third time lucky")):
        if number == 2:
            view.settings.api.set_value("chat")
        ask(house, view, text)
        shown[text] = picture(view)
    assert len({str(entry["numbers"]) for entry in shown.values()}) == 3
    for text in ("First of all", "Third time lucky", "Second to none"):
        open_history(house, view)
        choose(view, text)
        run(house, "history_open")
        assert picture(view) == shown[text]
        assert not view.history.is_open and view.prompt.messages.isVisible()
        assert view.prompt.status.text().startswith("From the history, ")
    requests = len(server.received)
    house.qtbot.mouseClick(view.output.stats.request_id, Qt.MouseButton.LeftButton)
    assert house.called == [("requests.show", shown["Second to none"]["snapshot"].exchange_id)]
    assert len(server.received) == requests, "nothing was sent"


def test_the_window_begins_with_the_history_of_the_last_time(house: House, three: ComposeView) -> None:
    before = picture(three)
    house.close(three)
    view = house.compose()
    assert view.model.snapshot is None
    open_history(house, view)
    house.qtbot.keyClick(view.history.drawer.search, Qt.Key.Key_Return)
    house.settled()
    assert picture(view) == before


def test_what_somebody_wrote_is_brought_back(house: House, three: ComposeView) -> None:
    view = three
    view.prompt.set_prompt("Be kind", (Message("user", "half a thought"),))
    open_history(house, view)
    for text in ("First of all", "Second to none"):
        choose(view, text)
        run(house, "history_open")
        view.history.show()
        house.settled()
    run(house, "history_close")
    assert view.draft().messages == (Message("user", "Second to none"),)
    view.restore_prompt()
    assert (view.draft().instructions, view.draft().messages) == ("Be kind", (Message("user", "half a thought"),))
    view.restore_prompt()
    assert view.draft().messages == (Message("user", "Second to none"),)


def test_a_run_is_listed_while_it_streams(house: House, server: RecordingServer) -> None:
    reply = held_before(responses_reply("One ", "two", hold=threading.Event()), "two")
    server.add("/responses", reply)
    view = house.compose()
    view.settings.set_model("gpt-test")
    assert open_history(house, view).rowCount() == 0
    assert view.history.drawer.empty.isVisible() and not view.history.drawer.list.isVisible()
    view.prompt.set_prompt("", (Message("user", "Count"),))
    view.run()
    rows = view.history.rows
    house.qtbot.waitUntil(lambda: rows.rowCount() == 1, timeout=PATIENCE)
    summary = rows.run(0)
    assert isinstance(summary, RunSummary) and (summary.status, summary.words) == ("running", "Count")
    view.history.open_run(summary.id)
    assert "in progress" in view.prompt.status.text() and view.model.running
    assert reply.hold is not None
    reply.hold.set()
    house.qtbot.waitUntil(lambda: rows.run(0).status == "completed", timeout=PATIENCE)  # type: ignore[union-attr]
    assert rows.run(0).output_tokens == 187  # type: ignore[union-attr]


def test_typing_finds_runs_by_all_that_they_hold(house: House, three: ComposeView, qtbot: QtBot) -> None:
    open_history(house, three)
    drawer = three.history.drawer
    assert drawer.search.hasFocus() and drawer.count.text() == "3 runs"
    for text, found in (
        ("answer", ["First of all"]),
        ("bonj", ["Third time lucky"]),
        ("to none", ["Second to none"]),
        (ID, ["Third time lucky", "Second to none", "First of all"]),
    ):
        drawer.search.clear()
        qtbot.keyClicks(drawer.search, text)
        qtbot.waitUntil(lambda found=found: listed(three) == found, timeout=PATIENCE)
    drawer.search.setText("nowhere at all")
    qtbot.waitUntil(lambda: drawer.none.isVisible(), timeout=PATIENCE)
    assert "nowhere at all" in drawer.none.text.text()
    qtbot.keyClick(drawer.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: three.history.rows.rowCount() == 3, timeout=PATIENCE)
    qtbot.keyClick(drawer.search, Qt.Key.Key_Escape)
    assert not three.history.is_open and three.prompt.messages.isVisible()


def test_runs_are_named_and_starred_with_the_keys(house: House, three: ComposeView, qtbot: QtBot) -> None:
    open_history(house, three)
    drawer = three.history.drawer
    qtbot.keyClick(drawer.search, Qt.Key.Key_Down)
    assert drawer.list.hasFocus()
    qtbot.keyClick(drawer.list, Qt.Key.Key_F2)
    editor = drawer.list.findChild(QLineEdit, "compose.history.name")
    assert editor is not None and editor.placeholderText() == "Second to none"
    qtbot.keyClicks(editor, "The refusal")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "The refusal" in listed(three), timeout=PATIENCE)
    house.settled()
    assert house.store.history.find("refusal")[0].title == "Second to none"
    qtbot.keyClick(drawer.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: three.history.rows.run(1).starred, timeout=PATIENCE)  # type: ignore[union-attr]
    house.commands.get("compose.history_starred").trigger()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: listed(three) == ["The refusal"], timeout=PATIENCE)
    assert house.commands.get("compose.history_star").text() == "Remove Star"  # type: ignore[union-attr]
    run(house, "history_star")
    qtbot.waitUntil(lambda: drawer.none.isVisible(), timeout=PATIENCE)
    assert "starred" in drawer.none.text.text()


def test_deleting_asks_by_name_or_number_and_leaves_nothing(
    house: House, three: ComposeView, tmp_path: Path, qtbot: QtBot
) -> None:
    open_history(house, three)
    choose(three, "Second to none")
    run(house, "history_delete")
    box = three.history.box
    assert (box is not None and "“Second to none”" in box.text() and not box.isModal()) or box is not None
    no = box.findChild(QAbstractButton, "compose.confirm-delete.cancel")
    assert no is not None
    no.click()
    house.settled()
    assert len(listed(three)) == 3
    choose(three, "First of all", "Third time lucky")
    run(house, "history_delete")
    box = three.history.box
    assert box is not None and "2 runs" in box.text()
    three.prompt.set_prompt("", (Message("user", "Something else"),))
    yes = box.findChild(QAbstractButton, "compose.confirm-delete.delete")
    assert yes is not None
    yes.click()
    qtbot.waitUntil(lambda: listed(three) == ["Second to none"], timeout=PATIENCE)
    house.settled()
    assert three.prompt.status.text() == "2 runs were deleted."
    assert three.model.snapshot is None and three.output.empty.isVisible(), "the third one was shown"
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Third time" not in data and b"Bonjour" not in data and b"First of" not in data
    assert b"Second to none" in data
    assert three.draft().messages == (Message("user", "Something else"),)


def test_a_deleted_prompt_is_not_kept_as_a_former_one(house: House, three: ComposeView, qtbot: QtBot) -> None:
    three.new_prompt()
    three.prompt.set_prompt("", (Message("user", "Mine"),))
    three.new_prompt()
    assert len(three.model.former) == 2
    open_history(house, three)
    choose(three, "Third time lucky")
    run(house, "history_delete")
    box = three.history.box
    assert box is not None
    yes = box.findChild(QAbstractButton, "compose.confirm-delete.delete")
    assert yes is not None
    yes.click()
    qtbot.waitUntil(lambda: len(listed(three)) == 2, timeout=PATIENCE)
    house.settled()
    assert [draft.messages[0].text for draft in three.model.former] == ["Mine"]
    assert "Third" not in str(house.memory.state)


def test_the_sandbox_deletes_its_own_copy(
    sandbox_house: House, sandbox_server: Any, tmp_path_factory: Any, qtbot: QtBot
) -> None:
    view = sandbox_house.compose()
    view.settings.set_model("sandbox-echo")
    ask(sandbox_house, view, "Say zanzibarine")
    folders = list(tmp_path_factory.getbasetemp().glob("sandbox-state*"))
    assert _holds(folders, b"zanzibarine")
    open_history(sandbox_house, view)
    choose(view, "Say zanzibarine")
    run(sandbox_house, "history_delete")
    box = view.history.box
    assert box is not None and "sandbox's own copies" in box.informativeText()
    yes = box.findChild(QAbstractButton, "compose.confirm-delete.delete")
    assert yes is not None
    yes.click()
    qtbot.waitUntil(lambda: view.history.rows.rowCount() == 0, timeout=PATIENCE)
    sandbox_house.settled()
    assert not _holds(folders, b"zanzibarine") and sandbox_house.notes == []


def _holds(folders: list[Path], word: bytes) -> bool:
    return any(word in file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file())


def test_a_long_history_is_read_page_by_page(house: House, qtbot: QtBot) -> None:
    from playground.core.runs import RunSnapshot
    from playground.core.runs.events import EventLog
    from playground.core.runs.kept import RunLog

    for number in range(450):
        draft = {"messages": [{"role": "user", "text": f"Prompt {number}"}]}
        values = {"api": "responses", "model": "m", "profile": "Work", "base_url": ""}
        log = RunLog(house.store.writer.put, draft, EventLog(), simulated=False, **values)
        log.over(RunSnapshot(status="completed"))
    assert house.store.flush()
    view = house.compose()
    rows = open_history(house, view)
    assert rows.rowCount() == 200 and view.history.drawer.count.text() == "450 runs"
    view.history.drawer.list.scrollToBottom()
    qtbot.waitUntil(lambda: rows.rowCount() == 400, timeout=PATIENCE)
    view.history.drawer.list.scrollToBottom()
    qtbot.waitUntil(lambda: rows.rowCount() == 450, timeout=PATIENCE)
    assert listed(view) == [f"Prompt {number}" for number in reversed(range(450))]


def test_rows_are_copied_as_lines(house: House, three: ComposeView, qtbot: QtBot) -> None:
    open_history(house, three)
    three.history.drawer.list.selectAll()
    assert three.history.drawer.chosen.text() == "3 selected"
    qtbot.keyClick(three.history.drawer.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[1:4] for line in lines] == [
        ["Third time lucky", "gpt-test", "completed"],
        ["Second to none", "gpt-test", "failed"],
        ["First of all", "gpt-test", "completed"],
    ]


def test_the_window_forgets_the_requests_of_a_deleted_run(house: House, three: ComposeView, qtbot: QtBot) -> None:
    removed: list[tuple[str, ...]] = []
    house.store.removed.connect(removed.append)
    snapshot = three.model.snapshot
    open_history(house, three)
    choose(three, "Third time lucky")
    run(house, "history_delete")
    box = three.history.box
    assert box is not None
    yes = box.findChild(QAbstractButton, "compose.confirm-delete.delete")
    assert yes is not None
    yes.click()
    qtbot.waitUntil(lambda: len(listed(three)) == 2, timeout=PATIENCE)
    house.settled()
    assert snapshot is not None and removed == [(snapshot.exchange_id,)]
