"""What a run is made of, and the changes by which it becomes so: made in the worker thread, shown in the window."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from decimal import Decimal

    from playground.core.errors import Problem

BlockState = Literal["streaming", "done", "failed"]
RunStatus = Literal["waiting", "streaming", "completed", "incomplete", "failed", "cancelled", "cut"]
"""`waiting`: nothing came yet. `cut`: the stream ended before its own end; what came is kept. `cancelled`: by us or
by someone else on the server."""


class BlockKind(StrEnum):
    """How a block is shown."""

    REASONING = "reasoning"
    TEXT = "text"
    REFUSAL = "refusal"
    TOOL_CALL = "tool_call"
    CODE = "code"
    STATUS = "status"
    JSON = "json"


@dataclass(slots=True)
class Block:
    """One piece of the output, in the order in which the server opened them."""

    key: str
    """Unique within the run; stays the same while the block grows."""
    kind: BlockKind
    title: str
    """In words: “Reasoning”, a tool's name, an item's type; may be empty for plain text."""
    text: str = ""
    state: BlockState = "streaming"
    language: str | None = None
    """Of `text` where it is code: json, python, shell, …"""
    data: dict[str, Any] | None = None
    """The item's or part's JSON as the server sent it, citations included."""


@dataclass(frozen=True, slots=True)
class BlockOpened:
    """A new block follows all others. `block` is a copy whose text is empty: texts come as changes."""

    block: Block


@dataclass(frozen=True, slots=True)
class TextAppended:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class TextReplaced:
    """The whole text of a block, where what the server calls final differs from what it streamed."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockClosed:
    """The block is as it stays (but for another BlockClosed with more data, such as a tool's result)."""

    key: str
    state: BlockState
    data: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; None: it did not say. `cached` is part of `input`, `reasoning` of `output`."""

    input: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    output: int | None = None
    total: int | None = None
    cache_written: int | None = None
    """Part of `input` too: what was put into the prompt cache, which some models charge for."""


@dataclass(frozen=True, slots=True)
class RunSnapshot:
    """How the run stands, without its blocks."""

    status: RunStatus = "waiting"
    reason: str | None = None
    """`max_output_tokens`, `content_filter`, …; `stalled` while a stream is silent."""
    response_id: str | None = None
    model: str | None = None
    """The one that answered, as the server names it."""
    request_id: str | None = None
    exchange_id: str | None = None
    usage: Usage | None = None
    first_token: float | None = None
    """Seconds from the call to the first delta."""
    duration: float | None = None
    """Seconds from the call to the last byte (so far)."""
    tokens_per_second: float | None = None
    """Output tokens per second between the first and the last delta."""
    cost: Decimal | None = None
    """USD; None: unknown."""
    problem: Problem | None = None
    unreadable: int = 0
    """Events that were no JSON; each is shown as it came."""


@dataclass(frozen=True, slots=True)
class RunUpdated:
    snapshot: RunSnapshot


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The last change of every run."""

    snapshot: RunSnapshot


Change: TypeAlias = BlockOpened | TextAppended | TextReplaced | BlockClosed | RunUpdated | RunEnded
