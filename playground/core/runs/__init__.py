"""One generation: what is asked for, what streams in, and what it becomes."""

from __future__ import annotations

from playground.core.runs.changes import (
    Block,
    BlockClosed,
    BlockKind,
    BlockOpened,
    BlockState,
    Change,
    RunEnded,
    RunSnapshot,
    RunStatus,
    RunUpdated,
    TextAppended,
    TextReplaced,
    Usage,
)
from playground.core.runs.chat import ChatAccumulator
from playground.core.runs.cost import price
from playground.core.runs.request import GenerationRequest, Message
from playground.core.runs.responses import ResponsesAccumulator
from playground.core.runs.run import accumulator, input_items, reply_message, run_generation
from playground.core.runs.sse import SseEvent, SseSplitter

__all__ = [
    "Block",
    "BlockClosed",
    "BlockKind",
    "BlockOpened",
    "BlockState",
    "Change",
    "ChatAccumulator",
    "GenerationRequest",
    "Message",
    "ResponsesAccumulator",
    "RunEnded",
    "RunSnapshot",
    "RunStatus",
    "RunUpdated",
    "SseEvent",
    "SseSplitter",
    "TextAppended",
    "TextReplaced",
    "Usage",
    "accumulator",
    "input_items",
    "price",
    "reply_message",
    "run_generation",
]
