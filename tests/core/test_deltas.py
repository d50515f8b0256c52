"""The text of a stream, whatever API it is of."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.deltas import JoinedText

RESPONSES = [
    {"type": "response.created", "response": {"id": "resp_1"}},
    {"type": "response.reasoning_summary_text.delta", "delta": "Think", "item_id": "rs_1"},
    {"type": "response.reasoning_summary_text.delta", "delta": "ing.", "item_id": "rs_1"},
    {"type": "response.output_text.delta", "delta": "Hel", "item_id": "msg_1"},
    {"type": "response.output_text.delta", "delta": "lo", "item_id": "msg_1"},
    {"type": "response.output_text.done", "text": "Hello"},
    {"type": "response.audio.delta", "delta": "UklGRg=="},
]
CHAT = [
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]},
    {"choices": [{"index": 0, "delta": {"content": "Hel"}}]},
    {"choices": [{"index": 1, "delta": {"content": "another choice"}}, {"index": 0, "delta": {"content": "lo"}}]},
    {"choices": [], "usage": {"total_tokens": 3}},
]
THREADS = [
    {"event": "thread.run.created", "data": {"id": "run_1"}},
    {"event": "thread.message.delta", "data": {"delta": {"content": [{"type": "text", "text": {"value": "Hel"}}]}}},
    {"event": "thread.message.delta", "data": {"delta": {"content": [{"type": "text", "text": {"value": "lo"}}]}}},
]
REALTIME = [
    {"type": "response.output_audio_transcript.delta", "delta": "Hello"},
    {"type": "x.text.delta", "delta": None},
]
TRANSCRIPT = [{"type": "transcript.text.delta", "delta": "Hello"}, {"type": "speech.audio.delta", "audio": "UklG"}]
COMPLETIONS = [{"choices": [{"index": 0, "text": "Hel"}]}, {"choices": [{"index": 0, "text": "lo"}]}, 3, None, "text"]


@pytest.mark.parametrize(
    ("events", "text"),
    [
        (RESPONSES, "Thinking.\n\nHello"),
        (CHAT, "Hello"),
        (THREADS, "Hello"),
        (REALTIME, "Hello"),
        (TRANSCRIPT, "Hello"),
        (COMPLETIONS, "Hello"),
    ],
)
def test_deltas_are_joined(events: list[Any], text: str) -> None:
    joined = JoinedText()
    assert "".join(joined.add(event) for event in events) == text
    assert joined.size == len(text)
