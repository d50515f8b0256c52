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
from playground.core.runs.request import GenerationRequest, Message

__all__ = [
    "Block",
    "BlockClosed",
    "BlockKind",
    "BlockOpened",
    "BlockState",
    "Change",
    "GenerationRequest",
    "Message",
    "RunEnded",
    "RunSnapshot",
    "RunStatus",
    "RunUpdated",
    "TextAppended",
    "TextReplaced",
    "Usage",
]
