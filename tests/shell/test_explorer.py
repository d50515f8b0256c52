"""The explorer in the real window: to Compose and back, and from the dock."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from playground.app import Application
from tests.helpers.servers import RecordingServer, Reply
from tests.shell.conftest import PATIENCE


@pytest.fixture
def explorer(program: Application, qtbot: QtBot) -> Any:
    program.window.show_panel("explorer")
    panel: Any = program.window.panels.panel("explorer")
    qtbot.waitUntil(lambda: panel.methods.catalog is not None, timeout=PATIENCE)
    return panel


def test_a_prompt_goes_to_the_explorer_and_a_request_back(program: Application, explorer: Any, qtbot: QtBot) -> None:
    window = program.window
    explorer.open_method("responses.create", {"model": "gpt-test", "input": "Hello", "tools": [{"type": "web_search"}]})
    assert window.commands.run("explorer.open_in_compose")
    assert window.panels.current_id() == "compose"
    compose: Any = window.panels.panel("compose")
    request = compose.draft().request()
    assert request.model == "gpt-test"
    assert [message.text for message in request.messages] == ["Hello"]
    assert request.extra == {"tools": [{"type": "web_search"}]}
    explorer.open_method("models.list", {})
    assert window.commands.run("compose.open_in_explorer")
    assert window.panels.current_id() == "explorer"
    assert explorer.page.entry.name == "responses.create"
    assert explorer.page.streams
    body = request.body()
    assert explorer.page.arguments() == {name: value for name, value in body.items() if name != "stream"}


def test_a_request_of_the_dock_opens_in_the_explorer(
    program: Application, server: RecordingServer, explorer: Any, qtbot: QtBot
) -> None:
    server.add("/embeddings", Reply.of_json({"object": "list", "data": []}))
    window = program.window
    arguments = {"model": "m", "input": "x", "encoding_format": "float"}
    explorer.open_method("embeddings.create", arguments)
    explorer.commands["send"].trigger()
    qtbot.waitUntil(lambda: explorer.result.head is not None, timeout=PATIENCE)
    exchange_id = explorer.result.exchange_id
    qtbot.waitUntil(lambda: exchange_id in [one.id for one in window.dock.summaries()], timeout=PATIENCE)
    explorer.open_method("models.list", {})
    window.show_panel("compose")
    window.show_request(exchange_id)
    assert window.commands.run("requests.open-in-explorer")
    assert window.panels.current_id() == "explorer"
    qtbot.waitUntil(lambda: explorer.page.entry.name == "embeddings.create", timeout=PATIENCE)
    assert explorer.page.arguments() == arguments
