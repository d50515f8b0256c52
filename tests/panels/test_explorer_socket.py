"""A WebSocket of the real sandbox, in the explorer's console."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from playground.panels.explorer.view import ExplorerView
from tests.panels.conftest import PATIENCE, House


def opened(house: House, qtbot: QtBot, arguments: dict[str, Any]) -> ExplorerView:
    view = house.explorer()
    view.open_method("realtime.connect", arguments)
    house.settled()
    assert view.commands["send"].text() == "Connect"
    assert not view.commands["disconnect"].isEnabled()
    view.commands["send"].trigger()
    return view


def kinds(view: ExplorerView) -> list[tuple[bool, str]]:
    assert view.line is not None
    return [(message.sent, message.kind) for message in view.line.console.model.messages]


def test_messages_go_both_ways_until_it_is_disconnected(sandbox_house: House, qtbot: QtBot) -> None:
    view = opened(sandbox_house, qtbot, {"model": "sandbox-echo"})
    line = view.line
    assert line is not None and view.right.currentWidget() is line.console
    qtbot.waitUntil(lambda: (False, "session.created") in kinds(view), timeout=PATIENCE)
    assert line.console.state == "open"
    assert view.commands["disconnect"].isEnabled() and not view.commands["send"].isEnabled()
    text = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
    line.console.send_wanted.emit({"type": "conversation.item.create", "item": text})
    line.console.send_wanted.emit({"type": "response.create", "response": {"output_modalities": ["text"]}})
    qtbot.waitUntil(lambda: (False, "response.done") in kinds(view), timeout=PATIENCE)
    assert [kind for sent, kind in kinds(view) if sent] == ["conversation.item.create", "response.create"]
    view.commands["stop"].trigger()
    sandbox_house.settled()
    assert line.console.state == "closed"
    assert not line.live
    sandbox_house.store.flush()
    assert any(one.sdk_method == "realtime.connect" for one in sandbox_house.store.recent())


def test_a_refused_connection_says_why(sandbox_house: House, qtbot: QtBot) -> None:
    view = opened(sandbox_house, qtbot, {"call_id": "rtc_1", "model": "m"})
    sandbox_house.settled()
    assert view.line is not None
    assert view.line.console.state == "closed"
    assert not view.line.console._banner.isHidden()
    assert view.commands["send"].isEnabled()


def test_an_open_connection_is_cut_when_the_panel_goes(sandbox_house: House, qtbot: QtBot) -> None:
    view = opened(sandbox_house, qtbot, {"model": "sandbox-echo"})
    qtbot.waitUntil(lambda: (False, "session.created") in kinds(view), timeout=PATIENCE)
    sandbox_house.close(view)
    sandbox_house.settled()
