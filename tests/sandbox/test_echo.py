"""What the echo engine answers: an honest account, the same each time, at a pace that can be set."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any

import pytest

from playground.sandbox import tokens
from playground.sandbox.echo import EchoEngine
from playground.sandbox.engines import EngineError, Finished, GenerationTask, Piece, Reasoning, Text, ToolCall

USER = {"role": "user", "content": "What is *this*?\nA | test"}
ADD = {"type": "function", "name": "add", "description": "Adds", "strict": True,
       "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}}  # fmt: skip
SEARCH = {"type": "function", "name": "search", "parameters": None}


def _task(**more: Any) -> GenerationTask:
    given: dict[str, Any] = {"model": "sandbox-echo", "messages": [USER], "raw": {"model": "sandbox-echo"}}
    return GenerationTask(**(given | more))


def _pieces(task: GenerationTask, rate: float = 0) -> list[Piece]:
    async def main() -> list[Piece]:
        engine = EchoEngine(rate)
        engine.check(task)
        return [piece async for piece in engine.generate(task)]

    return asyncio.run(main())


def _text(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, Text))


def test_it_says_what_it_is_and_what_it_got() -> None:
    raw = {"model": "sandbox-echo", "input": "x", "temperature": 0.3}
    text = _text(_pieces(_task(raw=raw, instructions="Be\nkind", temperature=0.3)))
    assert "No model answered" in text and "`sandbox-echo`" in text
    assert "> What is *this*?\n> A | test" in text
    assert "| instructions | Be kind |" in text and "| temperature | `0.3` |" in text
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert [language for language, _ in blocks] == ["json", "python"]
    assert json.loads(blocks[0][1]) == raw
    assert compile(blocks[1][1], "snippet", "exec") and "temperature=0.3" in blocks[1][1]


def test_the_same_request_gives_the_same_answer() -> None:
    assert _pieces(_task()) == _pieces(_task())


def test_what_could_break_the_markdown_does_not() -> None:
    nasty = "```\n# not a heading\n| a | b |"
    text = _text(_pieces(_task(messages=[{"role": "user", "content": nasty}] * 2, raw={"input": nasty})))
    assert "\n# not a heading" not in re.sub(r"````.*?````", "", text, flags=re.DOTALL)
    assert "````json\n" in text, "the fence must be longer than any in the body"


def test_very_long_requests_are_shortened_and_it_says_so() -> None:
    long = "word " * 50_000
    text = _text(_pieces(_task(messages=[{"role": "user", "content": long}], raw={"input": long})))
    assert len(text) < 20_000 and text.count("more characters are left out here") == 2


def test_its_counts_are_its_pieces() -> None:
    *pieces, last = _pieces(_task(raw={"reasoning": {"effort": "high"}}))
    assert isinstance(last, Finished) and last.reason == "stop"
    assert last.output_tokens == len(pieces)
    assert last.reasoning_tokens == sum(isinstance(piece, Reasoning) for piece in pieces) > 0
    assert last.input_tokens == tokens.count_input(None, [USER])


def test_effort_none_means_no_reasoning() -> None:
    for raw in ({"reasoning": {"effort": "none"}}, {"reasoning_effort": "none"}, {"reasoning": None}):
        assert not any(isinstance(piece, Reasoning) for piece in _pieces(_task(raw=raw)))


def test_it_stops_at_its_most_tokens_and_at_stop_texts() -> None:
    *pieces, last = _pieces(_task(max_tokens=7))
    assert len(pieces) == 7 and isinstance(last, Finished) and last.reason == "length"
    whole = _text(_pieces(_task()))
    assert _text(_pieces(_task(stop=["was", "No model"]))) == whole.split("No model")[0].split("was")[0]


@pytest.mark.parametrize(
    ("choice", "content", "name"),
    [
        (None, "Hello", "add"),
        ("auto", "please search it", "search"),
        ("required", "Hello", "add"),
        ({"type": "function", "name": "add"}, "Hello", "add"),
        ("none", "Hello", None),
    ],
)
def test_it_calls_a_tool_as_it_is_told(choice: Any, content: str, name: str | None) -> None:
    *pieces, last = _pieces(
        _task(messages=[{"role": "user", "content": content}], tools=[ADD, SEARCH], tool_choice=choice)
    )
    calls = [piece for piece in pieces if isinstance(piece, ToolCall)]
    assert isinstance(last, Finished)
    if name is None:
        assert not calls and last.reason == "stop"
        return
    assert {call.name for call in calls} == {name} and last.reason == "tool_calls"
    arguments = json.loads("".join(call.arguments_delta for call in calls))
    assert isinstance(arguments.get("a"), int) if name == "add" else arguments == {}


def test_after_a_tools_output_it_writes_about_it() -> None:
    call = {"id": "c1", "name": "add", "arguments": '{"a":1}'}
    messages = [
        USER,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "42", "tool_call_id": "c1"},
    ]
    text = _text(_pieces(_task(messages=messages, tools=[ADD], tool_choice="auto")))
    assert '`add` with `{"a":1}`' in text and "> 42" in text
    again = _pieces(_task(messages=messages, tools=[ADD], tool_choice="required"))
    assert any(isinstance(piece, ToolCall) for piece in again), "required is required"


def test_custom_tools_get_text_and_simple_grammars() -> None:
    def call(form: dict[str, str]) -> str:
        tool = {"type": "custom", "name": "run", "format": form}
        pieces = _pieces(_task(tools=[tool], tool_choice="required"))
        assert all(piece.kind == "custom" for piece in pieces if isinstance(piece, ToolCall))
        return "".join(piece.arguments_delta for piece in pieces if isinstance(piece, ToolCall))

    assert "run" in call({"type": "text"})
    assert re.fullmatch(r"[a-f]{4}-\d+", call({"type": "grammar", "syntax": "regex", "definition": r"[a-f]{4}-\d+"}))
    with pytest.raises(EngineError) as raised:
        call({"type": "grammar", "syntax": "lark", "definition": "start: X"})
    assert raised.value.status == 400 and "run" in raised.value.message


def test_hosted_tools_are_said_not_to_have_run() -> None:
    text = _text(_pieces(_task(raw={"tools": [{"type": "web_search"}]})))
    assert "`web_search` is a hosted tool" in text and "not run" in text


def test_a_schema_is_filled_and_says_who_did() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    filled = json.loads(_text(_pieces(_task(schema=schema))))
    assert filled["title"].startswith("Sandbox echo, no model: What is *this*?")
    mode = json.loads(_text(_pieces(_task(schema={"type": "object"}))))
    assert mode["engine"] == "sandbox-echo" and mode["last_message"] == USER["content"]
    with pytest.raises(EngineError) as raised:
        _pieces(_task(schema={"type": "integer", "minimum": 2, "maximum": 1}))
    assert raised.value.status == 400 and raised.value.param == "text.format.schema"


def _seconds(rate: float, **more: Any) -> float:
    """How long 40 tokens take."""
    begun = time.monotonic()
    _pieces(_task(max_tokens=40, **more), rate=rate)
    return time.monotonic() - begun


def test_a_stream_keeps_its_pace() -> None:
    for more in ({"raw": {"stream": True}}, {"raw": {"background": True}}):
        assert _seconds(200, **more) >= 0.19  # the last of 40 tokens is due after 39/200 s
    assert _seconds(0, raw={}, headers={"x-sandbox-rate": "200"}) >= 0.19


def test_a_plain_answer_hurries() -> None:
    for more in ({"raw": {}}, {"raw": {"stream": True}, "headers": {"x-sandbox-rate": "0"}}):
        assert _seconds(4, **more) < 5, "at its pace it would take ten seconds"


def test_it_knows_when_it_works() -> None:
    async def main() -> None:
        engine = EchoEngine(0)
        pieces = engine.generate(_task())
        await anext(pieces)
        assert engine.working == 1
        await pieces.aclose()
        assert engine.working == 0

    asyncio.run(main())


@pytest.mark.parametrize("text", ["x", "-1", "1e20", "nan"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(EngineError, match="x-sandbox-rate"):
        EchoEngine().check(_task(headers={"x-sandbox-rate": text}))
