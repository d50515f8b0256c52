"""One generation: what is asked for, what streams in, and what it becomes.

The values are imported with the package; what works on them, and needs asyncio and orjson, when it is first asked
for, because the window is painted before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
from playground.core.runs.conversation import input_items, reply_message
from playground.core.runs.request import GenerationRequest, Message, Place

if TYPE_CHECKING:
    from playground.core.runs.chat import ChatAccumulator
    from playground.core.runs.cost import price
    from playground.core.runs.responses import ResponsesAccumulator
    from playground.core.runs.run import accumulator, run_generation
    from playground.core.runs.sse import SseEvent, SseSplitter

_LATE = {
    "ChatAccumulator": "chat",
    "ResponsesAccumulator": "responses",
    "SseEvent": "sse",
    "SseSplitter": "sse",
    "accumulator": "run",
    "price": "cost",
    "run_generation": "run",
}

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
    "Place",
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


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
