"""Requests on their way between Compose and the explorer."""

from __future__ import annotations

import json
from typing import Any

from playground.core.runs import Message
from tests.panels.conftest import House


def test_a_request_of_the_explorer_is_opened_and_the_former_prompt_can_be_restored(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    view.prompt.messages.set_messages((Message("user", "mine"),))
    body = {
        "model": "sandbox-echo",
        "instructions": "be brief",
        "input": [{"role": "user", "content": "hello"}],
        "temperature": 0.5,
        "tools": [{"type": "web_search"}],
        "extra_body": {"unheard_of": 1},
    }
    sandbox_house.commands.run("compose.open_request", "responses.create", body)
    request = view.draft().request()
    assert request.body() == {
        "model": "sandbox-echo",
        "instructions": "be brief",
        "input": [{"role": "user", "content": "hello"}],
        "temperature": 0.5,
        "stream": True,
        "tools": [{"type": "web_search"}],
        "unheard_of": 1,
    }
    assert json.loads(view.draft().other) == {"tools": [{"type": "web_search"}], "unheard_of": 1}
    sandbox_house.commands.run("compose.restore")
    assert view.draft().messages[0].text == "mine"


def test_a_chat_is_opened_as_one(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "n": 2}
    sandbox_house.commands.run("compose.open_request", "chat.completions.create", body)
    assert view.draft().api == "chat"
    assert view.draft().settings == {"n": 2}


def test_what_compose_cannot_send_is_said(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    before = view.draft()
    sandbox_house.commands.run("compose.open_request", "embeddings.create", {"model": "m", "input": "x"})
    assert view.draft() == before
    assert "embeddings.create" in view.prompt.status.text()
    arguments = {"model": "m", "input": "x", "extra_headers": {"X-A": "b"}}
    sandbox_house.commands.run("compose.open_request", "responses.create", arguments)
    assert "extra headers" in view.prompt.status.text()


def test_the_prompt_is_given_to_the_explorer(sandbox_house: House) -> None:
    view = sandbox_house.compose()
    given: list[tuple[Any, ...]] = []
    sandbox_house.commands.add("explorer.open", "Open", lambda *what: given.append(what), group="Tests")
    view.prompt.messages.set_messages((Message("user", "hello"),))
    view.picker.use("sandbox-echo")
    sandbox_house.commands.run("compose.open_in_explorer")
    [(method, body)] = given
    assert method == "responses.create"
    assert body == view.draft().request().body()
