"""Recorded streams, byte by byte: nothing raises, nothing is lost, and a stream that is cut says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from playground.core.runs import (
    Block,
    BlockClosed,
    BlockKind,
    BlockOpened,
    Change,
    ChatAccumulator,
    ResponsesAccumulator,
    RunUpdated,
    TextAppended,
    TextReplaced,
)
from playground.core.runs.run import Feeder
from tests.helpers.needs import shared

OWN = Path(__file__).parents[2] / "fixtures" / "streams"


@dataclass(frozen=True)
class Recording:
    name: str
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that can be read, by the simplest possible reader."""
        found = []
        for line in self.body.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            if line.startswith("data:") and line[5:].strip() != "[DONE]":
                try:
                    found.append(json.loads(line[5:]))
                except ValueError:
                    continue
        return found

    @property
    def is_chat(self) -> bool:
        return any("choices" in event for event in self.events)


@cache
def recordings() -> tuple[Recording, ...]:
    own = [Recording(path.stem, path.read_bytes()) for path in sorted(OWN.glob("*.sse"))]
    path = shared("recordings", "recorded.jsonl")
    if path is None:
        return tuple(own)
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return (*own, *(Recording(d["id"], d["response"].encode()) for d in lines if d["sse"]))


def run(
    recording: Recording, body: bytes, size: int = 1000
) -> tuple[ChatAccumulator | ResponsesAccumulator, list[Change]]:
    into = ChatAccumulator() if recording.is_chat else ResponsesAccumulator()
    feeder = Feeder(into)
    changes: list[Change] = []
    for start in range(0, len(body), size):
        feeder.feed(body[start : start + size])
        changes += into.take()
    feeder.close()
    into.finish("cut")
    return into, changes + into.take()


def shown(changes: list[Change]) -> dict[str, Block]:
    """What a window would show that knows nothing but the changes."""
    blocks: dict[str, Block] = {}
    for change in changes:
        match change:
            case BlockOpened(block):
                assert block.key not in blocks, "opened twice"
                blocks[block.key] = Block(block.key, block.kind, block.title)
            case TextAppended(key, text):
                assert text
                blocks[key].text += text
            case TextReplaced(key, text):
                blocks[key].text = text
            case BlockClosed(key, state, data):
                blocks[key].state, blocks[key].data = state, data
            case RunUpdated():
                pass
            case _:
                raise AssertionError(change)
    return blocks


def test_the_recordings_are_there() -> None:
    assert len(list(OWN.glob("*.sse"))) >= 4
    if shared("recordings", "recorded.jsonl") is None:
        pytest.skip("no ../shared/recordings beside this checkout: only the project's own fixtures were replayed")
    assert len(recordings()) >= 91


@pytest.mark.parametrize("size", [7, 1000, 10**9])
def test_changes_and_blocks_agree(size: int) -> None:
    for recording in recordings():
        into, changes = run(recording, recording.body, size)
        blocks = into.blocks
        window = shown(changes)
        assert {b.key: b.text for b in blocks} == {k: b.text for k, b in window.items()}, recording.name
        assert {b.key: (b.state, b.data) for b in blocks} == {k: (b.state, b.data) for k, b in window.items()}
        assert all(block.state != "streaming" for block in blocks), recording.name


def test_texts_are_those_of_the_done_events() -> None:
    checked = 0
    for recording in recordings():
        if recording.is_chat:
            continue
        into, _ = run(recording, recording.body)
        texts = [block.text for block in into.blocks]
        for event in recording.events:
            kind = event.get("type", "")
            for name, field in (
                ("output_text", "text"),
                ("refusal", "refusal"),
                ("reasoning_text", "text"),
                ("function_call_arguments", "arguments"),
                ("mcp_call_arguments", "arguments"),
                ("custom_tool_call_input", "input"),
                ("code_interpreter_call_code", "code"),
                ("apply_patch_call_operation_diff", "diff"),
                ("shell_call_command", "command"),
            ):
                if kind == f"response.{name}.done":
                    assert event[field] in texts or any(event[field] in text for text in texts), (recording.name, kind)
                    checked += 1
            if kind == "response.reasoning_summary_text.done":
                assert any(event["text"] in text for text in texts), recording.name
                checked += 1
    assert checked >= 4


def test_chats_are_their_joined_deltas() -> None:
    checked = 0
    for recording in recordings():
        if not recording.is_chat:
            continue
        into, _ = run(recording, recording.body)
        joined: dict[str, str] = {}
        for event in recording.events:
            for choice in event.get("choices") or []:
                delta = choice.get("delta") or {}
                prefix = f"c{choice['index']}."
                for key, text in (
                    ("text", delta.get("content") or choice.get("text")),
                    ("refusal", delta.get("refusal")),
                    ("reasoning", delta.get("reasoning_content") or delta.get("reasoning")),
                ):
                    if text:
                        joined[prefix + key] = joined.get(prefix + key, "") + text
        texts = {block.key: block.text for block in into.blocks}
        for key, text in joined.items():
            assert texts[key] == text, (recording.name, key)
            checked += 1
    assert checked >= 2


def test_every_type_of_item_and_every_model_is_shown() -> None:
    for recording in recordings():
        into, _ = run(recording, recording.body)
        datas = [block.data or {} for block in into.blocks]
        for event in recording.events:
            item = event.get("item")
            if event.get("type") == "response.output_item.done" and item["type"] != "message":
                assert any(data.get("type") == item["type"] for data in datas), (recording.name, item["type"])
        names = {event["response"]["model"] for event in recording.events if "model" in (event.get("response") or {})}
        if names:
            assert into.model in names


LAST_WORDS = re.compile(
    rb"\"finish_reason\": ?\"|\[DONE\]|response\.(completed|failed|incomplete|cancelled)|\"error\": ?[{\"]"
)
"""What must have come before anything but a cut may be said."""


def cut(body: bytes, places: int = 120) -> Iterator[bytes]:
    """Every 97th byte; of a long body only so many places."""
    for end in range(0, len(body), 97 * max(1, len(body) // (97 * places))):
        yield body[:end]


@pytest.mark.parametrize("places", [30, pytest.param(10**6, marks=pytest.mark.slow)], ids=["some", "all"])
def test_a_cut_stream_keeps_what_came_and_says_so(places: int) -> None:
    for recording in recordings():
        whole, changes = run(recording, recording.body)
        replaced = {change.key for change in changes if isinstance(change, TextReplaced)}
        final = whole.snapshot().status
        texts = {block.key: block.text for block in whole.blocks if block.kind is BlockKind.TEXT}
        for body in cut(recording.body, places):
            into, changes = run(recording, body, 10**9)
            said = LAST_WORDS.search(body) is not None
            assert into.snapshot().status in (("cut", final) if said else ("cut",)), recording.name
            window = shown(changes)
            assert {b.key: b.text for b in into.blocks} == {k: b.text for k, b in window.items()}
            for key, text in texts.items():
                if key in window and key not in replaced:
                    assert text.startswith(window[key].text), (recording.name, key)
        assert run(recording, recording.body[: len(recording.body) // 2])[0].snapshot().status in ("cut", final)


def test_the_whole_ones_end_as_the_server_said() -> None:
    ends = {"response.completed": "completed", "response.failed": "failed", "response.incomplete": "incomplete"}
    seen = set()
    for recording in recordings():
        said = [ends[e["type"]] for e in recording.events if e.get("type") in ends]
        if said:
            status = run(recording, recording.body)[0].snapshot().status
            assert status == said[-1], recording.name
            seen.add(status)
    assert seen == {"completed", "failed", "incomplete"}
