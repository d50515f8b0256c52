"""The one object that an answer comes to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.core.runs.events import EventLog
from playground.core.runs.joined import Joined, joined
from tests.helpers.servers import need_recordings, recordings

STREAMS = Path(__file__).parents[2] / "fixtures" / "streams"


def log_of(body: bytes) -> EventLog:
    return EventLog.of(body, [(0, 0.0)], content_type="text/event-stream")


def chat(*deltas: dict[str, Any], **last: Any) -> bytes:
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 5, "model": "m"}
    chunks = [{**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks += [{**base, "choices": [], **last}] if last else []
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode()


def test_the_last_event_of_a_response_has_it_all() -> None:
    body = (STREAMS / "responses-many-items.sse").read_bytes()
    found = joined(log_of(body), "responses")
    assert found is not None and not found.note
    last = [json.loads(line[6:]) for line in body.decode().splitlines() if line.startswith("data: {")][-1]
    assert json.loads(found.data) == last["response"]


def test_a_response_without_an_end_is_said_to_be_so() -> None:
    body = (STREAMS / "responses-many-items.sse").read_bytes()
    found = joined(log_of(body[: len(body) // 2]), "responses")
    assert found is not None and "no end" in found.note and json.loads(found.data)["status"] == "in_progress"
    assert joined(log_of(b"data: {}\n\n"), "responses") is None
    assert joined(EventLog(), "responses") is None is joined(EventLog(), "chat")


def test_the_chunks_of_a_chat_are_joined() -> None:
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "find", "arguments": ""}}
    body = chat(
        {"role": "assistant", "content": None, "refusal": None},
        {"role": "assistant", "content": "Hel"},
        {"content": "lo", "reasoning_content": "think"},
        {"tool_calls": [call]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"a":'}}, {"index": 1, "id": "call_2"}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "1}"}}], "annotations": [{"n": 1}]},
        {"annotations": [{"n": 2}]},
        usage={"total_tokens": 9},
    )
    found = joined(log_of(body + b"data: [DONE]\n\n"), "chat")
    assert found is not None and found.note == "The chunks joined."
    whole = json.loads(found.data)
    assert whole["choices"] == [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Hello",
                "refusal": None,
                "reasoning_content": "think",
                "tool_calls": [
                    {**call, "function": {"name": "find", "arguments": '{"a":1}'}},
                    {"index": 1, "id": "call_2"},
                ],
                "annotations": [{"n": 1}, {"n": 2}],
            },
            "finish_reason": None,
        }
    ]
    assert {**whole, "choices": 0} == {
        "id": "c1", "object": "chat.completion", "created": 5, "model": "m", "choices": 0, "usage": {"total_tokens": 9},
    }  # fmt: skip
    cut = joined(log_of(body), "chat")
    assert cut is not None and "no end" in cut.note


def test_an_answer_that_is_no_stream_is_its_body() -> None:
    body = b'{"id": "r",  "big": 123456789012345678901234567890}'
    log = EventLog.of(body, [(0, 0.0)], content_type="application/json")
    assert joined(log, "chat") == Joined(body, "The answer was no stream: this is its body.")


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_every_recorded_answer_can_be_joined(api: Any) -> None:
    """As the SDK's own joined object says it, where there is one: the text equals the deltas."""
    need_recordings()
    count = 0
    for recording in recordings(path="/responses" if api == "responses" else "/chat/completions", sse=True):
        found = joined(log_of(recording["response"].encode()), api)
        if found is None:
            continue
        whole = json.loads(found.data)
        count += 1
        if api == "chat":
            deltas: dict[int, str] = {}
            for line in recording["response"].splitlines():
                if line.startswith("data: {"):
                    try:
                        chunk = json.loads(line[6:])
                    except ValueError:
                        continue
                    for choice in chunk.get("choices") or ():
                        text = (choice.get("delta") or {}).get("content")
                        if isinstance(text, str):
                            deltas[choice["index"]] = deltas.get(choice["index"], "") + text
            said = {choice["index"]: choice["message"].get("content") or "" for choice in whole["choices"]}
            assert {key: text for key, text in said.items() if text and isinstance(text, str)} == {
                key: text for key, text in deltas.items() if text
            }, recording["id"]
    assert count > 5
