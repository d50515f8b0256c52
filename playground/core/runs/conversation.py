"""How a conversation goes on from what a model said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playground.core.runs.changes import Block, BlockKind
from playground.core.runs.request import Message


def reply_message(blocks: Iterable[Block]) -> Message:
    """What the model said, as a message with which a conversation goes on."""
    said = (BlockKind.TEXT, BlockKind.REFUSAL)
    return Message("assistant", "\n\n".join(block.text for block in blocks if block.kind in said and block.text))


def input_items(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The same as input items of the Responses API, with the calls the model made."""
    blocks = list(blocks)
    reply = reply_message(blocks)
    items: list[dict[str, Any]] = [{"role": reply.role, "content": reply.text}] if reply.text else []
    calls = ("function_call", "custom_tool_call")
    items += [block.data for block in blocks if block.data and block.data.get("type") in calls]
    return items
