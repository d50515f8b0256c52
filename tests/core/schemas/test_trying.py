"""A function tool on the bench: its arguments, its mock, and what a model makes of both."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from playground.core.schemas.example import NoExample
from playground.core.schemas.trying import (
    CALL_ID,
    MOCKS,
    Said,
    Turn,
    arguments,
    check_arguments,
    conversation,
    say_on,
    with_answer,
)
from playground.core.schemas.use import Held, put
from playground.core.schemas.validate import UnusableSchema, validate
from tests.core.schemas.proofs import session_with
from tests.helpers.sandbox import Server

PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"since": {"type": "string", "format": "date"}, "most": {"type": "integer", "maximum": 9}},
    "required": ["since", "most"],
    "additionalProperties": False,
}
TOOL = put(Held("schema", PARAMETERS, "find", "Finds things."), "function")


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_arguments_are_generated_and_fit(api: Any) -> None:
    tool = put(Held("schema", PARAMETERS, "find"), "function", api)
    texts = [arguments(tool, seed) for seed in range(6)]
    assert texts == [arguments(tool, seed) for seed in range(6)]
    assert len(set(texts)) > 1
    for text in texts:
        assert not validate(PARAMETERS, json.loads(text))
        assert check_arguments(tool, text).fits


def test_a_tool_that_nothing_fits_says_so() -> None:
    nothing = put(Held("schema", {"type": "object", "required": ["a"], "properties": {"a": False}}, "x"), "function")
    for seed in (0, 1):
        with pytest.raises((NoExample, UnusableSchema)):
            arguments(nothing, seed)


def test_what_is_wrong_is_said_and_marked_where_it_is() -> None:
    text = '{"since": "yesterday", "most": 30}'
    checked = check_arguments(TOOL, text)
    assert not checked.fits
    assert "/since is" in checked.words
    assert "and 1 more" in checked.words
    assert [text[start:end] for start, end, _ in checked.marks] == ['"yesterday"', "30"]
    assert check_arguments(TOOL, '{"since": ').words.startswith("Line 1, column ")
    assert check_arguments(TOOL, " ").words == "There are no arguments yet."
    missing = check_arguments(TOOL, "{}")
    assert missing.words.startswith("The whole has no “since”")


def test_the_conversation_is_as_each_api_takes_it() -> None:
    given = arguments(TOOL)
    call, output = conversation(TOOL, "", given, "3 results")
    assert call == {"type": "function_call", "call_id": CALL_ID, "name": "find", "arguments": call["arguments"]}
    assert json.loads(call["arguments"]) == json.loads(given)
    assert output == {"type": "function_call_output", "call_id": CALL_ID, "output": "3 results"}
    turns = conversation(TOOL, "hello", given, "3 results", "chat")
    assert [turn["role"] for turn in turns] == ["user", "assistant", "tool"]
    assert turns[1]["tool_calls"][0]["id"] == turns[2]["tool_call_id"]


def test_mocks_are_json_but_for_the_text() -> None:
    for key, _words, text in MOCKS:
        if key != "text":
            assert isinstance(json.loads(text), dict)


def test_the_answer_of_the_tool_is_sent_and_the_model_says_something(sandbox_server: Server, tmp_path: Path) -> None:
    turn = Turn(TOOL, "sandbox-echo", "What happened?", arguments(TOOL), '{"results": ["one"]}')

    async def ask() -> Said:
        async with session_with(sandbox_server, tmp_path) as (session, _store):
            return await say_on(session, turn)

    said = asyncio.run(ask())
    assert said.problem is None, said.problem
    assert said.text or said.call
    made = with_answer(conversation(TOOL, turn.said, turn.given, turn.answer), said)
    assert len(made) > 3
