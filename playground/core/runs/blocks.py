"""The half that both accumulators share: blocks that grow, the changes that tell of it, the clock and the count.

A streamed text is kept as the pieces it came in and joined when somebody asks, so that a megabyte in twenty thousand
deltas costs no more than its bytes. Everything here runs in the worker thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson

from playground.core.errors import Problem, explain_event
from playground.core.runs.changes import (
    Block,
    BlockClosed,
    BlockKind,
    BlockOpened,
    BlockState,
    Change,
    RunSnapshot,
    RunStatus,
    RunUpdated,
    TextAppended,
    TextReplaced,
    Usage,
)
from playground.core.runs.cost import price

PIECE = 400
"""Characters of one `TextAppended`: a network read brings ten times as many at full speed, and a window that is handed
them at once stands still for 40 ms; in pieces it takes as many as fit into a frame."""
_ENDED: frozenset[RunStatus] = frozenset({"completed", "incomplete", "failed", "cancelled", "cut"})


class Live:
    """A block in the making. Its text is in numbered segments (the parts of a summary, the commands of a shell)."""

    __slots__ = ("block", "current", "data", "filled", "segments", "separator", "tail")

    def __init__(self, block: Block, separator: str) -> None:
        self.block = block
        self.separator = separator
        self.tail: list[str] = []
        self.segments: dict[int, list[str]] = {}
        self.current: int | None = None
        """The last segment: the one whose growth is the growth of the text."""
        self.filled = False
        self.data = block.data

    def text(self) -> str:
        """The whole text so far."""
        texts = ["".join(self.segments[index]) for index in sorted(self.segments)]
        return self.separator.join(text for text in texts if text)

    def segment(self, index: int) -> str:
        return "".join(self.segments.get(index, ()))


class Accumulator:
    """What both APIs' accumulators do. Feed it events; take the changes; look at the blocks and the snapshot."""

    def __init__(self, *, base_url: str | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        self._base_url = base_url
        self._clock = clock
        self.started = clock()
        """When the call began, by the clock that was given."""
        self.now = self.started
        """When the events being fed arrived; whoever feeds sets it once a network read."""
        self.request_id: str | None = None
        self.exchange_id: str | None = None
        self.model: str | None = None
        self.response_id: str | None = None
        self.usage: Usage | None = None
        self.problem: Problem | None = None
        self.service_tier: str | None = None
        self._status: RunStatus = "waiting"
        self._reason: str | None = None
        self._stalled = False
        self._first: float | None = None
        self._last: float | None = None
        self._ended: float | None = None
        self._reasoned_aloud = False
        self._lives: dict[str, Live] = {}
        self._changes: list[Change] = []
        self._growing: Live | None = None
        self._grown: list[str] = []
        self._news = False
        self._unreadable = 0

    # ---- what came of it

    @property
    def blocks(self) -> list[Block]:
        """Copies of all blocks, with their texts."""
        return [replace(live.block, text=live.text()) for live in self._lives.values()]

    @property
    def over(self) -> bool:
        """Whether the server said how it ended."""
        return self._status in _ENDED

    def snapshot(self) -> RunSnapshot:
        """How the run stands."""
        end = self._ended if self._ended is not None else self.now
        reason = self._reason
        if self._stalled and not self.over:
            reason = "stalled"
        return RunSnapshot(
            status=self._status,
            reason=reason,
            response_id=self.response_id,
            model=self.model,
            request_id=self.request_id,
            exchange_id=self.exchange_id,
            usage=self.usage,
            first_token=self._first - self.started if self._first is not None else None,
            duration=end - self.started,
            tokens_per_second=self._rate(),
            cost=self._cost(),
            problem=self.problem,
            unreadable=self._unreadable,
        )

    def _rate(self) -> float | None:
        """Output tokens per second between first and last delta, without the tokens of a reasoning not streamed."""
        if self.usage is None or self.usage.output is None or self._first is None or self._last is None:
            return None
        tokens = self.usage.output - (0 if self._reasoned_aloud else self.usage.reasoning or 0)
        span = self._last - self._first
        return tokens / span if tokens > 0 and span > 0.001 else None

    def _cost(self) -> Decimal | None:
        return price(self.model, self.usage, base_url=self._base_url, service_tier=self.service_tier)

    def take(self) -> list[Change]:
        """The changes since the last call, those to one text joined, up to `PIECE` characters each."""
        self._flush()
        if self._news:
            self._news = False
            self._changes.append(RunUpdated(self.snapshot()))
        changes, self._changes = self._changes, []
        return changes

    def stalled(self, stalled: bool) -> None:
        """Say that the stream has fallen silent, or has not any more."""
        if stalled is not self._stalled:
            self._stalled = stalled
            self._news = True

    def finish(self, status: RunStatus, reason: str | None = None, problem: Problem | None = None) -> None:
        """Nothing comes any more. What the server itself said of the end stays; open blocks are closed."""
        self._ended = self.now
        if not self.over:
            self._status, self._reason = status, reason
            self.problem = problem or self.problem
        elif problem is not None and self.problem is None and self._status == "failed":
            self.problem = problem
        for live in list(self._lives.values()):
            if live.block.state == "streaming":
                self._close(live, self._left_open(live), self._last_data(live))

    def _last_data(self, live: Live) -> dict[str, Any] | None:
        """The JSON that goes with a block that is closed."""
        return live.data

    def _left_open(self, live: Live) -> BlockState:
        """What becomes of a block that nothing has closed: prose is good as far as it goes, half a call is not."""
        if self._status == "completed":
            return "done"
        prose = (BlockKind.TEXT, BlockKind.REASONING, BlockKind.REFUSAL)
        return "done" if live.block.kind in prose and self._status != "failed" else "failed"

    # ---- for the two APIs

    def _began(self) -> None:
        if self._status == "waiting":
            self._status = "streaming"
            self._news = True

    def _fail(self, error: Mapping[str, Any]) -> None:
        """An error in the stream. The first one is kept, unless a later one knows more."""
        problem = explain_event(error, self.request_id, base_url=self._base_url or "")
        if self.problem is None or (self.problem.code is None and problem.code is not None):
            self.problem = problem
        self._status = "failed"
        self._reason = self._reason or problem.code or problem.type
        self._news = True

    def _open(
        self,
        key: str,
        kind: BlockKind,
        title: str = "",
        *,
        language: str | None = None,
        data: dict[str, Any] | None = None,
        separator: str = "\n\n",
    ) -> Live:
        """A new block at the end, or the one that has this key already."""
        live = self._lives.get(key)
        if live is None:
            block = Block(key, kind, title, language=language, data=data)
            live = self._lives[key] = Live(block, separator)
            self._flush()
            self._changes.append(BlockOpened(replace(block)))
        return live

    def _delta(self, live: Live, text: str, index: int = 0) -> None:
        """More of a text, from the model: it counts for the clock. Raises TypeError for what is no text."""
        if type(text) is not str:
            raise TypeError("a delta that is no text")
        if self._first is None:
            self._first = self.now
            self._news = True
        self._last = self.now
        if live.current == index:
            live.tail.append(text)
            if live is not self._growing:
                self._flush()
                self._growing = live
            self._grown.append(text)
        else:
            self._append(live, text, index)

    def _append(self, live: Live, text: str, index: int = 0) -> None:
        """More of a text in any of its segments."""
        if not text:
            return
        segment = live.segments.get(index)
        if segment is None:
            segment = live.segments[index] = []
        segment.append(text)
        if live.current is not None and index < live.current:
            self._replaced(live)
            return
        if index != live.current:
            live.current, live.tail = index, segment
            if live.filled:
                text = live.separator + text
        live.filled = True
        if live is not self._growing:
            self._flush()
            self._growing = live
        self._grown.append(text)

    def _settle(self, live: Live, text: str, index: int = 0) -> None:
        """What the server calls final: appended where it goes on from what came, else it replaces that."""
        so_far = live.segment(index)
        if text == so_far:
            return
        if text.startswith(so_far):
            self._append(live, text[len(so_far) :], index)
            return
        live.segments[index] = [text]
        if live.current is None or index >= live.current:
            live.current, live.tail = index, live.segments[index]
        live.filled = True
        self._replaced(live)

    def _replaced(self, live: Live) -> None:
        self._flush()
        key, text = live.block.key, live.text()
        if self._changes and isinstance(self._changes[-1], TextReplaced) and self._changes[-1].key == key:
            self._changes.pop()
        self._changes.append(TextReplaced(key, text))

    def _close(self, live: Live, state: BlockState, data: dict[str, Any] | None) -> None:
        """Say that a block is as it stays; said again only where that changes something."""
        if live.block.state == state and data == live.block.data:
            return
        self._flush()
        live.block.state = state
        live.block.data = live.data = data
        self._changes.append(BlockClosed(live.block.key, state, data))

    def _flush(self) -> None:
        if self._grown:
            assert self._growing is not None
            key, text = self._growing.block.key, "".join(self._grown)
            self._changes += [TextAppended(key, text[start : start + PIECE]) for start in range(0, len(text), PIECE)]
            self._grown = []
        self._growing = None

    def unknown(self, name: str, data: object, what: str = "Unknown event") -> None:
        """Something that has no place: shown as JSON, one block for each name, one line for each event."""
        title = f"{what}: {name}" if name else what
        live = self._open(f"unknown/{name}", BlockKind.JSON, title, language="json", separator="\n")
        whole = data if isinstance(data, dict) else {"data": data}
        index = len(live.segments)
        self._append(live, as_json(data) if index else as_json(data, indent=True), index)
        self._close(live, "done", whole)

    def unreadable(self, data: bytes) -> None:
        """An event whose data is no JSON: shown as it came."""
        self._unreadable += 1
        self._news = True
        live = self._open("unreadable", BlockKind.JSON, "Unreadable event", language="text", separator="\n\n")
        self._append(live, data.decode("utf-8", "replace"), len(live.segments))
        self._close(live, "done", live.data)


def as_json(value: object, *, indent: bool = False) -> str:
    """JSON as text. Never raises."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else 0, default=repr).decode()
    except (TypeError, ValueError):
        return repr(value)


def read_usage(usage: object) -> Usage | None:
    """The `usage` of either API, and of servers that leave half of it out."""
    if not isinstance(usage, Mapping):
        return None

    def count(*path: str) -> int | None:
        value: Any = usage
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    chat = "prompt_tokens" in usage or "completion_tokens" in usage
    sent, got = ("prompt_tokens", "completion_tokens") if chat else ("input_tokens", "output_tokens")
    read = Usage(
        input=count(sent),
        cached=count(f"{sent}_details", "cached_tokens"),
        reasoning=count(f"{got}_details", "reasoning_tokens"),
        output=count(got),
        total=count("total_tokens"),
        cache_written=count(f"{sent}_details", "cache_write_tokens"),
    )
    return None if read == Usage() else read
