"""A stream that falls silent is announced in place, with the choice to wait; against a server that stalls."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from playground.core.profiles import Timeouts
from playground.panels.compose.stall import length
from playground.panels.compose.view import ComposeView
from tests.helpers.servers import RecordingServer
from tests.panels.conftest import PATIENCE, House
from tests.panels.streams import held_before, responses_reply
from tests.panels.test_compose import enabled, finish, write


@pytest.fixture
def hold() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def stalled(house: House, server: RecordingServer, qtbot: QtBot, hold: threading.Event) -> ComposeView:
    """Compose with a run whose stream has come to “first” and no further."""
    server.add("/responses", held_before(responses_reply("first ", "second", hold=hold), "second"))
    profile = house.add_profile("Slow", server.base_url, default_model="gpt-test", timeouts=Timeouts(stall=0.15))
    house.use(profile.id)
    view = house.compose()
    write(view, "hi")
    view.run()
    assert not view.output.stall.isVisible() and not enabled(house, "compose.wait")
    qtbot.waitUntil(view.output.stall.isVisible, timeout=PATIENCE)
    return view


def test_it_is_announced_counts_and_goes_by_itself(
    house: House, stalled: ComposeView, qtbot: QtBot, hold: threading.Event
) -> None:
    strip = stalled.output.stall
    assert strip.words.text() == "Nothing has come for 0.2 s" or strip.words.text() == "Nothing has come for 0.1 s"
    assert enabled(house, "compose.wait") and enabled(house, "compose.stop")
    assert stalled.output.view.text() == "first ", "what came can be read meanwhile"
    qtbot.waitUntil(lambda: strip.words.text() == "Nothing has come for 1 s", timeout=PATIENCE)
    hold.set()
    finish(stalled, qtbot)
    assert not strip.isVisible() and not enabled(house, "compose.wait")
    assert stalled.model.reply.text() == "first second"


def test_waiting_puts_it_away_and_goes_on(
    house: House, stalled: ComposeView, qtbot: QtBot, hold: threading.Event
) -> None:
    house.commands.run("compose.wait")
    assert not stalled.output.stall.isVisible() and stalled.model.running
    assert "silent" in stalled.output.stats.text()
    hold.set()
    finish(stalled, qtbot)
    assert stalled.model.reply.text() == "first second"


def test_stopping_keeps_what_came(house: House, stalled: ComposeView, qtbot: QtBot, server: RecordingServer) -> None:
    house.commands.run("compose.stop")
    finish(stalled, qtbot)
    assert not stalled.output.stall.isVisible()
    assert stalled.model.reply.text() == "first " and stalled.output.stats.text().startswith("stopped")
    assert server.left.wait(10)


def test_a_closed_panel_is_told_nothing_more(house: House, stalled: ComposeView, server: RecordingServer) -> None:
    house.close(stalled)
    assert server.left.wait(10)


def test_a_draft_is_saved_while_someone_types_without_a_pause(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    editor = view.prompt.messages.cards[-1].editor
    house.memory.state.clear()
    qtbot.keyClicks(editor, "x" * 100, delay=15)
    assert house.memory.state, "nothing was saved in more than a second of typing"
    assert house.memory.state["draft"]["messages"][-1]["text"].endswith("x")


def test_lengths() -> None:
    assert [length(s) for s in (0.15, 15, 119.4, 125)] == ["0.1 s", "15 s", "119 s", "2 min 5 s"]
