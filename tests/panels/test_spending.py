"""The question before a run that would pass the day's budget: in Compose and the explorer, over a real log."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.core.runs import cost
from playground.core.settings import BUDGET, BUDGET_PASSED
from playground.core.spending import today
from tests.bench import log_made
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.streams import responses_reply
from tests.panels.test_compose import finish, generations, write


@pytest.fixture
def spent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log in which $4.90 was spent today; the test's server takes OpenAI's price for gpt-4o."""
    path = tmp_path / "exchanges.sqlite3"
    log_made.make(path, 49)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE exchanges SET started_at = ?, cost = 0.1, profile = 'Work'", (time.time() - 1,))
    db.close()
    monkeypatch.setitem(cost._prices()["gpt-4o"], "anywhere", True)


@pytest.fixture
def rich_house(spent: None, house: House) -> Iterator[House]:
    yield house


def test_without_a_budget_nothing_is_asked_or_read(rich_house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("hello"))
    view = rich_house.compose()
    write(view, "hi", model="gpt-4o")
    rich_house.commands.run("compose.run")
    assert view.model.running, "at once"
    finish(view, qtbot)


def test_compose_asks_and_only_a_yes_sends_it(rich_house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("hello"))
    rich_house.settings.set(BUDGET, 4.0)
    view = rich_house.compose()
    write(view, "hi", model="gpt-4o")
    rich_house.commands.run("compose.run")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    assert "$4.90 is spent, of $4.00" in view.spending.bar.words.source()
    assert "Its input costs" in view.spending.bar.words.source()
    assert not view.model.running and not generations(server)
    focus = QApplication.focusWidget()
    assert focus is not None and focus.accessibleName() == "Do Not Run"
    QTest.keyClick(focus, Qt.Key.Key_Return)
    assert not view.spending.is_asking and not generations(server)
    rich_house.commands.run("compose.run")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    rich_house.commands.run("compose.spend")
    assert view.model.running
    finish(view, qtbot)
    assert len(generations(server)) == 1
    rich_house.commands.run("compose.run")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)


def test_what_fits_into_the_budget_runs_unasked(rich_house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("hello"))
    rich_house.settings.set(BUDGET, 5.0)
    view = rich_house.compose()
    write(view, "hi", model="gpt-4o")
    rich_house.commands.run("compose.run")
    qtbot.waitUntil(lambda: len(generations(server)) == 1, timeout=PATIENCE)
    finish(view, qtbot)
    assert not view.spending.is_asking
    qtbot.keyClicks(view.settings.field("max_output_tokens"), "20000")  # $0.20 at most, where $0.10 is left
    rich_house.commands.run("compose.run")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    assert "may pass today's budget" in view.spending.bar.words.source()


def test_a_prompt_that_was_changed_is_looked_at_again(rich_house: House, server: RecordingServer, qtbot: QtBot) -> None:
    rich_house.settings.set(BUDGET, 4.0)
    view = rich_house.compose()
    write(view, "hi", model="gpt-4o")
    rich_house.commands.run("compose.run")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    write(view, "something else", model="gpt-4o")
    rich_house.commands.run("compose.spend")
    assert not view.model.running
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    assert not generations(server)


def test_no_more_questions_today(rich_house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("hello"))
    rich_house.settings.set(BUDGET, 4.0)
    view = rich_house.compose()
    write(view, "hi", model="gpt-4o")
    rich_house.commands.run("compose.run")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    rich_house.commands.run("compose.spend_today")
    finish(view, qtbot)
    assert rich_house.settings.get(BUDGET_PASSED) == today()
    rich_house.commands.run("compose.run")
    assert view.model.running
    finish(view, qtbot)
    assert len(generations(server)) == 2


def test_the_explorer_asks_too_and_esc_refrains(rich_house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/chat/completions", Reply.of_json({"id": "chatcmpl-1", "choices": []}))
    rich_house.settings.set(BUDGET, 4.0)
    view = rich_house.explorer()
    messages = [{"role": "user", "content": "hello"}]
    view.open_method("chat.completions.create", {"model": "gpt-4o", "messages": messages, "max_completion_tokens": 9})
    before = len(generations(server))
    rich_house.commands.run("explorer.send")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    assert "with as much output as it allows" in view.spending.bar.words.source()
    rich_house.commands.run("explorer.stop")
    assert not view.spending.is_asking and len(generations(server)) == before
    rich_house.commands.run("explorer.send")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    rich_house.commands.run("explorer.spend")
    rich_house.settled()
    assert len(generations(server)) == before + 1


def test_a_line_is_opened_only_after_a_yes_once_the_budget_is_used_up(
    rich_house: House, server: RecordingServer, qtbot: QtBot
) -> None:
    """What will be said on it is not known: it is asked for only then, and only where the server takes money."""
    profile = rich_house.add_profile("OpenAI", "https://api.openai.com/v1")
    rich_house.use(profile.id)
    rich_house.settings.set(BUDGET, 4.0)
    view = rich_house.explorer()
    view.open_method("realtime.connect", {"model": "gpt-realtime"})
    rich_house.commands.run("explorer.connect")
    qtbot.waitUntil(lambda: view.spending.is_asking, timeout=PATIENCE)
    assert "What this run will cost is not known." in view.spending.bar.words.source()
    assert view.line is not None and not view.line.live
    rich_house.commands.run("explorer.spend_not")
    assert not view.spending.is_asking and not view.line.live


def test_what_costs_nothing_is_never_asked_for(rich_house: House, server: RecordingServer) -> None:
    rich_house.settings.set(BUDGET, 0.01)
    view = rich_house.explorer()
    view.open_method("models.list", {})
    rich_house.commands.run("explorer.send")
    assert view.calling.running
    rich_house.settled()
