"""A run once more, out of its bytes: the same accumulator, the recorded gaps, at any speed.

    playback = Playback(log, "responses", end=snapshot)
    playback.speed = 2.0
    operation = bridge.run(playback, …)         # or `await playback.run(push)`

Where the bytes come from does not matter: a run of this window, the request log, a file. It ends when it was paused
or has come to the end, and can be started again from where it stands; two must not run at the same time.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson

from playground.core.runs.changes import Change, RunEnded, RunSnapshot
from playground.core.runs.chat import ChatAccumulator
from playground.core.runs.events import EventLog
from playground.core.runs.parameters import Api
from playground.core.runs.responses import ResponsesAccumulator
from playground.core.runs.run import CUT, Feeder, is_stream

SPEEDS = (0.5, 1.0, 2.0, 4.0)
_TICK = 0.05
"""Seconds after which a playback says how far it is, though nothing came."""
_TURN = 0.004
"""Seconds of feeding before other work of the thread gets its turn."""


@dataclass(frozen=True, slots=True)
class Rewound:
    """What was shown so far is void: the changes that follow begin anew."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How far the playback is: seconds of the run, and bytes of its answer."""

    at: float
    offset: int


PlaybackChange = Change | Rewound | Moved


class Push(Protocol):
    """What takes the changes, such as the bridge's sink."""

    def push(self, changes: list[Any]) -> None: ...


class Player:
    """The same accumulator over the same reads. Knows nothing of clocks: it goes as far as it is told."""

    def __init__(self, log: EventLog, api: Api, *, base_url: str | None = None, end: RunSnapshot | None = None) -> None:
        """`end`: how the run ended, where that is known; else what its bytes tell."""
        self._log, self._api, self._base_url, self._end = log, api, base_url, end
        self.duration = max(log.last, (end.duration or 0.0) if end is not None else 0.0)
        """Seconds of the whole run."""
        self.rewind()

    def rewind(self) -> None:
        """To the beginning."""
        kind = ChatAccumulator if self._api == "chat" else ResponsesAccumulator
        self._into = kind(base_url=self._base_url, clock=_zero)
        if self._end is not None:
            self._into.request_id, self._into.exchange_id = self._end.request_id, self._end.exchange_id
        self._feeder = Feeder(self._into)
        self._reads = self._log.chunks()
        self._next = next(self._reads, None)
        self._document: list[bytes] | None = None
        self.at = 0.0
        """Seconds of the run that have been played."""
        self.offset = 0
        """Bytes of it that have been played."""
        self.over = False
        self._end_due = False

    @property
    def next_at(self) -> float:
        """When there is something to do: the next read, or the end."""
        return self.duration if self._next is None else self._next[0]

    def advance(self, until: float, turn: float | None = None) -> bool:
        """Feed what had come by then, the end included; True where that is done. `turn`: stop after so many seconds of
        work, with more left to do."""
        deadline = None if turn is None else time.perf_counter() + turn
        while self._next is not None and self._next[0] <= until:
            self._feed(*self._next)
            self._next = next(self._reads, None)
            if deadline is not None and time.perf_counter() > deadline:
                return False
        self.at = max(self.at, min(until, self.duration))
        if self._next is None and until >= self.duration and not self.over:
            self._close()
        return True

    def take(self) -> list[Change]:
        """The changes since the last call; `RunEnded` last of all."""
        changes = self._into.take()
        if self.over and self._end_due:
            self._end_due = False
            changes.append(RunEnded(self.snapshot()))
        return changes

    def snapshot(self) -> RunSnapshot:
        """How the run stood. At the end it is what it was, to the last digit."""
        if self.over and self._end is not None:
            return self._end
        snapshot = self._into.snapshot()
        return snapshot if self.over else replace(snapshot, duration=self.at)

    def _feed(self, at: float, data: bytes) -> None:
        into = self._into
        into.now = self.at = at
        self.offset += len(data)
        if self.offset == len(data) and not is_stream(self._log.content_type, data):
            self._document = []
        if self._document is not None:
            self._document.append(data)
        else:
            self._feeder.feed(data)

    def _close(self) -> None:
        """Nothing more comes: the run ends as it did."""
        into, end = self._into, self._end
        if self._document is not None:
            self._feed_document(b"".join(self._document))
        else:
            self._feeder.close()
        into.now = self.duration
        if end is not None:
            into.finish(end.status, end.reason, end.problem)
        else:
            into.finish("cut", problem=CUT)
        self.over = self._end_due = True

    def _feed_document(self, body: bytes) -> None:
        try:
            value = orjson.loads(body)
        except ValueError:
            return  # Not the API's: why it failed is known from the end.
        if isinstance(value, dict) and value.get("error") and not ("choices" in value or "output" in value):
            self._into.feed({"error": value["error"]})
        elif isinstance(value, dict):
            self._into.feed_document(value)


class Playback:
    """Plays at the recorded pace. `speed`, `pause` and `seek` may be used from any thread."""

    def __init__(
        self,
        log: EventLog,
        api: Api,
        *,
        base_url: str | None = None,
        end: RunSnapshot | None = None,
        speed: float = 1.0,
    ) -> None:
        self._player = Player(log, api, base_url=base_url, end=end)
        self._lock = threading.Lock()
        self._speed = speed
        self._paused = False
        self._target: float | None = None
        self._wake: Callable[[], object] | None = None

    @property
    def duration(self) -> float:
        """Seconds of the whole run."""
        return self._player.duration

    @property
    def at(self) -> float:
        """Seconds of the run that have been played."""
        return self._player.at

    @property
    def over(self) -> bool:
        """Whether it has come to the end."""
        return self._player.over

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        """Raises ValueError for what is no speed."""
        if not speed > 0:
            raise ValueError(f"a speed of {speed}")
        self._tell(speed=speed)

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def wants_more(self) -> bool:
        """Whether there is something to do that came too late for the last `run`."""
        return self._target is not None or not (self._paused or self.over)

    def pause(self) -> None:
        """Have it stop where it is; `run` then returns. One that is started while it is paused only goes where `seek`
        said."""
        self._tell(paused=True)

    def resume(self) -> None:
        """Go on, when it is started."""
        self._tell(paused=False)

    def seek(self, at: float) -> None:
        """Go to a moment of the run, in seconds; back means to begin anew. Takes effect while it runs, or when it is
        started."""
        self._tell(target=max(0.0, at))

    def _tell(self, **values: Any) -> None:
        with self._lock:
            for name, value in values.items():
                setattr(self, f"_{name}", value)
            if self._wake is not None:
                self._wake()

    async def __call__(self, sink: Push) -> RunSnapshot:
        """For `bridge.run`."""
        return await self.run(sink.push)

    async def run(self, push: Callable[[list[Any]], object]) -> RunSnapshot:
        """Play from where it stands until it is paused or over. Pushes `Rewound`, the run's own changes, and after
        each step `Moved`. Raises nothing but CancelledError."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        player = self._player
        with self._lock:
            self._wake = lambda: loop.call_soon_threadsafe(woken.set)
        try:
            begun, origin, speed = loop.time(), player.at, self._speed
            while True:
                woken.clear()
                jumped = await self._jump(push)
                if jumped or speed != self._speed:
                    begun, origin, speed = loop.time(), player.at, self._speed
                if (self._paused and self._target is None) or player.over:
                    break
                wait = begun + (player.next_at - origin) / speed - loop.time()
                if wait > 0:
                    await _first(woken, min(wait, _TICK))
                until = origin + (loop.time() - begun) * speed
                while not player.advance(until, _TURN):
                    push(player.take())
                    await asyncio.sleep(0)
                self._push(push)
        finally:
            with self._lock:
                self._wake = None
        return player.snapshot()

    async def _jump(self, push: Callable[[list[Any]], object]) -> bool:
        """Go to where somebody wants to be. While that takes its time, another place may be chosen."""
        player = self._player
        jumped = False
        while (target := self._take_target()) is not None:
            jumped = True
            if target < player.at:
                player.rewind()
                push([Rewound()])
            there = player.advance(target, _TURN)
            while not there and self._target is None:
                await asyncio.sleep(0)
                there = player.advance(target, _TURN)
            if there:
                self._push(push)
        return jumped

    def _take_target(self) -> float | None:
        with self._lock:
            target, self._target = self._target, None
        return target

    def _push(self, push: Callable[[list[Any]], object]) -> None:
        player = self._player
        ended = player.over
        changes: list[Any] = player.take()
        if not ended:
            changes.append(Moved(player.at, player.offset))
        else:
            changes.insert(max(0, len(changes) - 1), Moved(player.at, player.offset))
        push(changes)


async def _first(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, at most so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _zero() -> float:
    return 0.0
