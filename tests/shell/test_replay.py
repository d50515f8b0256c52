"""In the real window: a request of the log to the explorer, to Compose, and out again, by the palette's commands."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.panels.inspector.replay import Replaying
from tests.helpers.servers import RecordingServer, Reply
from tests.shell.conftest import PATIENCE, Post, recorded

EVENTS = [
    {"type": "response.created", "response": {"id": "resp_1", "status": "in_progress"}},
    {"type": "response.output_text.delta", "item_id": "i", "delta": "Hello"},
    {"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "output": []}},
]


def test_a_logged_request_goes_everywhere_and_out_again(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    server.add("/responses", Reply.of_events(EVENTS, headers={"x-request-id": "req_first"}))
    body = {"model": "gpt-test", "input": "hello", "stream": True, "temperature": 0.5}
    program.bridge.call(Post(program, body), label="tests", owner=None)
    exchange_id = recorded(program, qtbot)
    window = program.window
    window.show_panel("inspector")
    view: Any = window.panels.panel("inspector")
    view.show_exchange(exchange_id)
    qtbot.waitUntil(lambda: view.current_detail() is not None, timeout=PATIENCE)

    assert window.commands.run("inspector.open_in_explorer")
    assert window.panels.current_id() == "explorer"
    explorer: Any = window.panels.panel("explorer")
    qtbot.waitUntil(lambda: explorer.page.entry is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: explorer.page.entry.name == "responses.create", timeout=PATIENCE)
    assert explorer.page.arguments()["temperature"] == 0.5

    window.show_panel("inspector")
    assert window.commands.run("inspector.edit_in_compose")
    qtbot.waitUntil(lambda: window.panels.current_id() == "compose", timeout=PATIENCE)
    compose: Any = window.panels.panel("compose")
    qtbot.waitUntil(lambda: compose.draft().request().body().get("temperature") == 0.5, timeout=PATIENCE)
    assert [message.text for message in compose.draft().request().messages] == ["hello"]

    window.show_panel("inspector")
    server.add("/responses", Reply.of_events(EVENTS, headers={"x-request-id": "req_second"}))
    before = len(server.received)
    assert window.commands.run("inspector.replay")
    replaying = next(one for one in view.extensions if isinstance(one, Replaying))
    qtbot.waitUntil(lambda: replaying.question is not None, timeout=PATIENCE)
    assert "costs again" in replaying.question.words.source()
    replaying.question.send.click()
    qtbot.waitUntil(lambda: len(server.received) > before, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    again = next(one for one in server.received[before:] if one.path.endswith("/responses"))
    assert again.json() == body
    qtbot.waitUntil(lambda: view.current_id() != exchange_id, timeout=PATIENCE)
    qtbot.waitUntil(lambda: view.current_detail() is not None, timeout=PATIENCE)
    assert view.current_detail().summary.request_id == "req_second"
    diff = view.tab("diff")
    qtbot.waitUntil(lambda: diff.looked is not None and diff.looked.comparison is not None, timeout=PATIENCE)
    assert diff.words.source().startswith("The same request")
    assert diff.looked.chosen.which == exchange_id
