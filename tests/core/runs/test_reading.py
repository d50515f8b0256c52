"""A body that is read is the body that is sent."""

from __future__ import annotations

import json
import shlex
from typing import Any, cast

import pytest

from playground.core.runs.parameters import Api
from playground.core.runs.reading import read_body
from tests.helpers.needs import shared

PATHS: dict[str, Api] = {"/responses": "responses", "/chat/completions": "chat"}


def plain(body: dict[str, Any], api: Api) -> dict[str, Any]:
    """Without what every run of Compose adds, and texts in one way of writing them."""
    body = {name: value for name, value in body.items() if name != "stream"}
    if body.get("stream_options") == {"include_usage": True}:
        del body["stream_options"]
    name = "messages" if api == "chat" else "input"
    if isinstance(body.get(name), str):
        body[name] = [{"role": "user", "content": body[name]}]
    if isinstance(body.get(name), list):
        body[name] = [_message(entry) for entry in body[name]]
    return body


def _message(entry: Any) -> Any:
    content = entry.get("content")
    if isinstance(content, list) and len(content) == 1 and content[0].keys() == {"type", "text"}:
        return {**entry, "content": content[0]["text"]}
    return entry


def bodies() -> list[tuple[Api, dict[str, Any]]]:
    """The JSON bodies of the two ways to generate among the specification's examples."""
    found = []
    path = shared("openapi", "spec_examples.jsonl")
    for line in path.read_text("utf-8").splitlines() if path is not None else ():
        example = json.loads(line)
        api = PATHS.get(example["path"])
        if api is None or example["method"] != "POST":
            continue
        words = shlex.split(example["curl"])
        data = next((word for word in reversed(words) if word.lstrip().startswith("{")), None)
        if data is not None:
            found.append((api, json.loads(data)))
    return found


def test_every_example_of_the_specification_is_sent_as_it_was_read() -> None:
    examples = bodies()
    if not examples:
        pytest.skip("the specification's examples are not here")
    whole = 0
    for api, body in examples:
        request = read_body(api, body)
        assert plain(request.body(), api) == plain(body, api)
        whole += bool(request.messages)
    assert len(examples) >= 10
    print(f"{len(examples)} bodies, {whole} with their messages in Compose's own fields")
    assert whole >= len(examples) // 2


@pytest.mark.parametrize(
    ("api", "body", "settings", "extra"),
    [
        ("responses", {"temperature": 0.5, "store": False}, {"temperature": 0.5, "store": False}, {}),
        ("responses", {"temperature": None}, {}, {"temperature": None}),
        ("responses", {"temperature": "warm"}, {}, {"temperature": "warm"}),
        ("responses", {"reasoning": {"effort": "low"}}, {"reasoning.effort": "low"}, {}),
        ("responses", {"reasoning": {"effort": "low", "x": 1}}, {}, {"reasoning": {"effort": "low", "x": 1}}),
        ("responses", {"reasoning": {}}, {}, {"reasoning": {}}),
        ("chat", {"reasoning_effort": "low", "tools": []}, {"reasoning.effort": "low"}, {"tools": []}),
        ("chat", {"prediction": {"type": "content", "content": "a"}}, {"prediction.content": "a"}, {}),
        ("chat", {"max_tokens": 3, "n": 2}, {"max_tokens": 3, "n": 2}, {}),
        ("chat", {"stream_options": {"include_usage": False}}, {}, {"stream_options": {"include_usage": False}}),
        ("chat", {"n": True}, {}, {"n": True}),
    ],
)  # fmt: skip
def test_a_setting_is_one_where_its_control_can_hold_it(
    api: str, body: dict[str, Any], settings: dict[str, Any], extra: dict[str, Any]
) -> None:
    request = read_body(cast("Api", api), body)
    assert (dict(request.settings), dict(request.extra)) == (settings, extra)


def test_a_schema_is_read_as_the_text_of_a_person() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    form = {"type": "json_schema", "name": "n", "strict": True, "schema": schema}
    request = read_body("responses", {"model": "m", "input": "x", "text": {"format": form}})
    assert json.loads(request.settings["text.format.schema"]) == schema
    assert request.body()["text"] == {"format": form}
    assert not request.extra


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "function_call_output", "call_id": "c", "output": "o"},
        {"role": "user", "content": [{"type": "input_image", "image_url": "https://x.invalid/a.png"}]},
        {"role": "user", "content": "named", "name": "n"},
    ],
)
def test_input_that_is_more_than_texts_stays_whole(entry: dict[str, Any]) -> None:
    body = {"model": "m", "instructions": "be brief", "input": [{"role": "user", "content": "hello"}, entry]}
    request = read_body("responses", body)
    assert request.instructions == "be brief"
    assert request.messages == ()
    assert request.extra["input"] == body["input"]
    assert request.problems() == []


def test_the_first_system_message_of_a_chat_is_the_instructions() -> None:
    messages = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"}]
    request = read_body("chat", {"model": "m", "messages": messages, "stream": True})
    assert request.instructions == "be brief"
    assert request.body() == {
        "model": "m", "messages": messages, "stream": True, "stream_options": {"include_usage": True}
    }  # fmt: skip
