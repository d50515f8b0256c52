"""The local model's engine: the real model where its weights are, and what is said where they are not."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest

from playground.sandbox.engines import EngineError, Finished, GenerationTask, Piece, Text, ToolCall
from playground.sandbox.model_engine import CONTEXT, ModelEngine
from playground.sandbox.model_prompt import CallReader, called_tools, prompt_of
from tests.helpers.needs import GGUF
from tests.helpers.processes import leaving_no_process

MODEL = "smollm2-135m"
WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The current weather of a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}},
        "required": ["city", "unit"],
        "additionalProperties": False,
    },
}
TREE = {
    "type": "function",
    "name": "plant",
    "description": "",
    "parameters": {
        "type": "object",
        "properties": {
            "kind": {"$ref": "#/$defs/kind"},
            "kids": {"type": "array", "items": {"$ref": "#/$defs/kind"}, "maxItems": 1},
        },
        "required": ["kind", "kids"],
        "additionalProperties": False,
        "$defs": {"kind": {"enum": ["oak", "elm"]}},
    },
}


def _task(text: str = "Say hello.", **more: Any) -> GenerationTask:
    return GenerationTask(model=MODEL, messages=[{"role": "user", "content": text}], **more)


async def _all(pieces: AsyncIterator[Piece]) -> tuple[str, list[ToolCall], Finished]:
    text, calls, finished = "", [], None
    async for piece in pieces:
        if isinstance(piece, Text):
            text += piece.text
        elif isinstance(piece, ToolCall):
            calls.append(piece)
        elif isinstance(piece, Finished):
            finished = piece
    assert finished is not None
    return text, calls, finished


def test_without_weights_it_is_not_listed_and_says_how_to_fetch_them(tmp_path: Path) -> None:
    async def main() -> None:
        engine = ModelEngine(tmp_path)
        assert engine.model_ids == ()
        assert "playground sandbox fetch-model" in (engine.absence(MODEL) or "")
        assert engine.absence("gpt-5") is None
        with pytest.raises(EngineError) as raised:
            await _all(engine.generate(_task()))
        assert (raised.value.status, raised.value.code, raised.value.param) == (404, "model_not_found", "model")

    asyncio.run(main())


def test_without_the_library_that_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.sandbox.model_engine._has_llama", lambda: False)

    async def main() -> str:
        return ModelEngine(tmp_path).absence(MODEL) or ""

    assert "xllamacpp" in asyncio.run(main())


def test_damaged_weights_are_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / GGUF).write_bytes(b"not a model")
    monkeypatch.setattr("playground.sandbox.model_engine.installed", lambda folder, weights: folder / GGUF)

    async def main() -> EngineError:
        engine = ModelEngine(tmp_path)
        with pytest.raises(EngineError) as raised:
            await _all(engine.generate(_task()))
        await engine.aclose()
        return raised.value

    error = asyncio.run(main())
    assert error.status == 500 and "could not be loaded" in error.message and "fetch-model" in error.message


def test_the_prompt_keeps_every_role_and_adds_no_words_of_its_own() -> None:
    task = GenerationTask(
        model=MODEL,
        instructions="Be brief.",
        messages=[
            {"role": "developer", "content": "Speak French."},
            {"role": "user", "content": "weather?"},
            {"role": "assistant", "content": "", "tool_calls": [{"id": "c", "name": "f", "arguments": "{}"}]},
            {"role": "tool", "content": "rain", "tool_call_id": "c"},
        ],
    )
    assert [(message["role"], message["content"]) for message in prompt_of(task).body["messages"]] == [
        ("system", "Be brief.\n\nSpeak French."),
        ("user", "weather?"),
        ("assistant", "f({})"),
        ("user", "The function returned: rain"),
    ]
    assert prompt_of(_task()).body["messages"][0] == {"role": "system", "content": ""}


@pytest.mark.parametrize(
    ("choice", "text", "called"),
    [
        ("none", "weather in Paris", []),
        ("required", "hello", ["get_weather", "plant"]),
        ({"type": "function", "name": "plant"}, "hello", ["plant"]),
        ("auto", "What is the weather?", ["get_weather"]),
        (None, "Which cities are warm?", ["get_weather"]),
        ("auto", "Tell me a joke", []),
    ],
)
def test_which_tools_are_called(choice: Any, text: str, called: list[str]) -> None:
    task = _task(text, tools=[WEATHER, TREE], tool_choice=choice)
    assert [tool["name"] for tool in called_tools(task)] == called


def test_after_a_tools_result_auto_answers_in_text() -> None:
    task = _task("weather in Paris", tools=[WEATHER], tool_choice="auto")
    task.messages.append({"role": "tool", "content": "the weather is fine", "tool_call_id": "c"})
    assert called_tools(task) == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_call_is_read_whatever_the_pieces(size: int) -> None:
    arguments = '{"city": "Sa{o \\" }", "unit": [1, {"a": "]"}]}'
    text = f'{{"name": "get_weather", "arguments": {arguments}}}'
    reader = CallReader((WEATHER,))
    pieces = [piece for start in range(0, len(text), size) for piece in reader.feed(text[start : start + size])]
    assert reader.complete
    assert {piece.name for piece in pieces} == {"get_weather"}
    assert "".join(piece.arguments_delta for piece in pieces) == arguments


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_custom_tools_input_is_plain_text(size: int) -> None:
    text = '{"name": "run_sql", "arguments": "select \\"a\\"\\n"}'
    reader = CallReader(({"type": "custom", "name": "run_sql"},))
    pieces = [piece for start in range(0, len(text), size) for piece in reader.feed(text[start : start + size])]
    assert pieces == [ToolCall("run_sql", 'select "a"\n', kind="custom")]


def test_references_of_several_tools_do_not_meet() -> None:
    chain = {"type": "function", "name": "chain", "parameters": {"properties": {"next": {"$ref": "#"}}}}
    schema = prompt_of(_task(tools=[TREE, chain], tool_choice="required")).body["json_schema"]
    assert sorted(schema["$defs"]) == ["tool0", "tool0-kind", "tool1"]
    assert schema["$defs"]["tool0"]["properties"]["kind"] == {"$ref": "#/$defs/tool0-kind"}
    assert schema["$defs"]["tool1"]["properties"]["next"] == {"$ref": "#/$defs/tool1"}


def test_properties_may_be_named_like_keywords() -> None:
    names = ("type", "properties", "items", "enum", "const", "maxItems", "minLength", "$defs", "format")
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": list(names)}
    bounded = prompt_of(_task(schema=schema)).body["json_schema"]
    assert bounded["properties"] == {name: {"type": "string", "maxLength": 200} for name in names}


Use = Callable[[ModelEngine], Awaitable[None]]


@pytest.fixture
def with_model(weights_folder: Path) -> Callable[[Use], None]:
    """Runs a coroutine function with an engine, closes the engine, and sees that nothing of it is left."""

    def run(use: Use, **more: Any) -> None:
        async def main() -> None:
            engine = ModelEngine(weights_folder, **more)
            try:
                await asyncio.wait_for(_as_coroutine(use(engine)), 120)
            finally:
                await engine.aclose()

        with leaving_no_process():
            asyncio.run(main())

    return run


def _as_coroutine(value: Awaitable[None]) -> Coroutine[Any, Any, None]:
    async def wait() -> None:
        await value

    return wait()


@pytest.mark.model
def test_it_answers_and_counts(with_model: Callable[[Use], None]) -> None:
    async def use(engine: ModelEngine) -> None:
        assert engine.model_ids == (MODEL,) and engine.pid is None
        task = _task("What is the capital of France?", max_tokens=300, temperature=0)
        text, _, finished = await _all(engine.generate(task))
        assert "Paris" in text
        assert finished.reason == "stop" and finished.input_tokens and finished.output_tokens
        assert 0 < finished.output_tokens < 300
        pid = engine.pid
        assert pid is not None
        ports = psutil.Process(pid).net_connections()
        assert ports == [], "xllamacpp's own HTTP listener is closed"
        _, _, again = await _all(engine.generate(task))
        assert engine.pid == pid and again.cached > 0

    with_model(use)


@pytest.mark.model
def test_limits_seeds_and_stop_texts_are_kept(with_model: Callable[[Use], None]) -> None:
    async def use(engine: ModelEngine) -> None:
        _, _, cut = await _all(engine.generate(_task("Tell a story.", max_tokens=5)))
        assert (cut.reason, cut.output_tokens) == ("length", 5)
        texts = [
            (await _all(engine.generate(_task("Tell a story.", max_tokens=16, temperature=1.0, seed=seed))))[0]
            for seed in (1, 1, 2)
        ]
        assert texts[0] == texts[1] != texts[2]
        text, _, finished = await _all(
            engine.generate(_task("What is the capital of France?", max_tokens=40, stop=["Paris"]))
        )
        assert "Paris" not in text and finished.reason == "stop"

    with_model(use)


@pytest.mark.model
def test_a_schema_is_kept(with_model: Callable[[Use], None]) -> None:
    schema = {
        "type": "object",
        "properties": {
            "zip": {"type": "string", "pattern": "^\\d{5}$"},
            "mail": {"type": "string", "format": "email"},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "maxItems": 2},
            "inner": {"anyOf": [{"$ref": "#/$defs/leaf"}, {"type": "null"}]},
        },
        "required": ["zip", "mail", "share", "tags", "inner"],
        "additionalProperties": False,
        "$defs": {
            "leaf": {
                "type": "object",
                "properties": {"n": {"type": "integer"}},
                "required": ["n"],
                "additionalProperties": False,
            }
        },
    }

    async def use(engine: ModelEngine) -> None:
        for seed in range(3):
            text, _, finished = await _all(
                engine.generate(_task("Make a record.", schema=schema, seed=seed, temperature=1.0, max_tokens=300))
            )
            assert finished.reason == "stop", text
            jsonschema.validate(json.loads(text), schema)
            assert list(json.loads(text)) == schema["required"], "the schema's order"

    with_model(use)


@pytest.mark.model
@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "object", "properties": {"a": {"type": "string", "pattern": "(?=x)y"}}, "required": ["a"]},
            "look-around",
        ),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}, "required": ["a"]}, "does not exist"),
        ({"not": {"type": "string"}}, "not"),
    ],
)
def test_a_schema_that_cannot_be_kept_is_refused(
    with_model: Callable[[Use], None], schema: dict[str, Any], words: str
) -> None:
    async def use(engine: ModelEngine) -> None:
        with pytest.raises(EngineError) as raised:
            await _all(engine.generate(_task(schema=schema)))
        assert (raised.value.status, raised.value.code) == (400, "invalid_json_schema")
        assert words in raised.value.message and raised.value.param == "text.format.schema"
        assert (await _all(engine.generate(_task(max_tokens=3))))[0], "the next one is served"

    with_model(use)


@pytest.mark.model
@pytest.mark.parametrize("choice", ["required", {"type": "function", "name": "plant"}])
def test_a_call_satisfies_its_tools_schema(with_model: Callable[[Use], None], choice: Any) -> None:
    async def use(engine: ModelEngine) -> None:
        task = _task("What is the weather in Paris?", tools=[WEATHER, TREE], tool_choice=choice, max_tokens=200, seed=1)
        text, calls, finished = await _all(engine.generate(task))
        assert text == "" and finished.reason == "tool_calls", calls
        name = {call.name for call in calls}.pop()
        assert name == "plant" or choice == "required"
        tool = TREE if name == "plant" else WEATHER
        jsonschema.validate(json.loads("".join(call.arguments_delta for call in calls)), tool["parameters"])

    with_model(use)


@pytest.mark.model
def test_a_prompt_that_does_not_fit_is_the_apis_error(with_model: Callable[[Use], None]) -> None:
    async def use(engine: ModelEngine) -> None:
        with pytest.raises(EngineError) as raised:
            await _all(engine.generate(_task("word " * (CONTEXT + 10), api="chat")))
        error = raised.value
        assert (error.status, error.code, error.param) == (400, "context_length_exceeded", "messages")
        assert str(CONTEXT) in error.message

    with_model(use)


@pytest.mark.model
@pytest.mark.parametrize("text", ["Tell a long story.", "read this " * 700], ids=["writing", "reading"])
def test_closing_stops_the_model_at_once(with_model: Callable[[Use], None], text: str) -> None:
    async def use(engine: ModelEngine) -> None:
        await _all(engine.generate(_task(max_tokens=1)))
        pid = engine.pid
        pieces = engine.generate(_task(text, max_tokens=1000))
        first = asyncio.ensure_future(anext(pieces))
        await asyncio.wait({first}, timeout=0.5)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await pieces.aclose()
        # The next one begins when the model is free: within the time that a cancelled one gets, not after a story.
        await asyncio.wait_for(_all(engine.generate(_task("Hi", max_tokens=1))), 10)
        assert engine.pid == pid, "it stopped by itself"

    with_model(use)


@pytest.mark.model
def test_requests_wait_their_turn(with_model: Callable[[Use], None]) -> None:
    async def use(engine: ModelEngine) -> None:
        order: list[int] = []

        async def one(number: int) -> None:
            async with aclosing(engine.generate(_task("Count.", max_tokens=4))) as pieces:
                async for _ in pieces:
                    order.append(number)

        await asyncio.gather(*(one(number) for number in range(3)))
        assert order == sorted(order)

    with_model(use)


@pytest.mark.model
def test_a_death_is_an_error_and_the_next_request_starts_it_again(with_model: Callable[[Use], None]) -> None:
    async def use(engine: ModelEngine) -> None:
        async with aclosing(engine.generate(_task("Tell a long story.", max_tokens=1000))) as pieces:
            await anext(pieces)
            first = engine.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            with pytest.raises(EngineError, match="signal 9"):
                async for _ in pieces:
                    pass
        assert (await _all(engine.generate(_task(max_tokens=3))))[0]
        assert engine.pid not in (None, first)

    with_model(use)


@pytest.mark.model
def test_an_idle_model_is_unloaded(weights_folder: Path) -> None:
    async def main() -> None:
        engine = ModelEngine(weights_folder, idle=0.2)
        await _all(engine.generate(_task(max_tokens=1)))
        pid = engine.pid
        assert pid is not None
        await asyncio.to_thread(psutil.Process(pid).wait, 10)
        assert engine.pid is None
        await _all(engine.generate(_task(max_tokens=1)))
        await engine.aclose()

    asyncio.run(main())
