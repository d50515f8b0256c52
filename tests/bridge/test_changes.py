"""What the worker pushes arrives in the GUI thread: all of it, in order, together, and within the budget."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from typing import Any

import pytest
from PySide6.QtCore import QObject

from playground.bridge import Bridge, Operation, Sink
from playground.bridge.bridge import FRAME
from playground.bridge.pace import BUDGET, Pace


class Reader(QObject):
    """Keeps what it is handed, spending so many seconds on each change."""

    def __init__(self, seconds_each: float = 0.0) -> None:
        super().__init__()
        self.seconds_each = seconds_each
        self.calls: list[tuple[float, float, int]] = []
        self.changes: list[Any] = []
        self.threads: set[threading.Thread] = set()
        self.at_finish: int | None = None

    def read(self, changes: list[Any]) -> None:
        begun = time.perf_counter()
        self.threads.add(threading.current_thread())
        self.changes.extend(changes)
        until = begun + self.seconds_each * len(changes)
        while time.perf_counter() < until:
            pass
        self.calls.append((begun, time.perf_counter() - begun, len(changes)))

    def finished(self) -> None:
        self.at_finish = len(self.changes)


async def flood(sink: Sink, count: int = 50_000, pause_each: int = 100) -> str:
    for number in range(count):
        sink.push([number])
        if number % pause_each == 0:
            await asyncio.sleep(0)
    return "all"


def test_all_changes_arrive_in_order_before_the_end(bridge: Bridge, run: Any) -> None:
    reader = Reader()

    async def go() -> Operation[str]:
        operation = bridge.run(flood, label="flood", owner=reader, on_changes=reader.read)
        operation.finished.connect(reader.finished)
        assert await operation.wait() == "all"
        return operation

    run(go())
    assert reader.changes == list(range(50_000))
    assert reader.at_finish == 50_000
    assert reader.threads == {threading.main_thread()}


def test_changes_come_at_most_once_a_frame(bridge: Bridge, run: Any) -> None:
    reader = Reader()

    async def go() -> None:
        await bridge.run(flood, label="flood", owner=reader, on_changes=reader.read).wait()

    run(go())
    begins = [begun for begun, _, _ in reader.calls]
    gaps = [later - earlier for earlier, later in itertools.pairwise(begins)]
    # Slices of one flush follow each other within its budget; between flushes a frame passes.
    flushes = 1 + sum(gap > BUDGET for gap in gaps)
    assert flushes <= (begins[-1] - begins[0]) / FRAME + 2
    assert len(reader.calls) < 500


def test_a_long_list_is_delivered_in_slices_that_fit_the_budget(bridge: Bridge, run: Any) -> None:
    reader = Reader(seconds_each=0.0002)

    async def push_at_once(sink: Sink) -> None:
        sink.push(list(range(1000)))

    async def go() -> None:
        await bridge.run(push_at_once, label="list", owner=reader, on_changes=reader.read).wait()

    run(go())
    assert reader.changes == list(range(1000))
    sizes = [size for _, _, size in reader.calls]
    assert len(sizes) > 20
    assert sorted(sizes)[len(sizes) // 2] <= 2 * BUDGET / reader.seconds_each


def test_dear_changes_are_handed_over_less_often(bridge: Bridge, run: Any) -> None:
    reader = Reader(seconds_each=0.02)

    async def push_three(sink: Sink) -> None:
        for number in range(3):
            sink.push([number])

    async def go() -> None:
        await bridge.run(push_three, label="dear", owner=reader, on_changes=reader.read).wait()

    run(go())
    assert reader.changes == [0, 1, 2]
    first_end = reader.calls[0][0] + reader.calls[0][1]
    later = [begun for begun, _, _ in reader.calls[1:] if begun > first_end + BUDGET]
    assert all(begun - reader.calls[0][0] >= 3 * 0.02 for begun in later)


def test_streams_take_turns(bridge: Bridge, run: Any) -> None:
    """A stream with an endless backlog does not keep the others from being shown."""
    hog, other = Reader(seconds_each=0.0005), Reader()
    seen: list[int] = []

    async def push_much(sink: Sink) -> None:
        sink.push(list(range(2000)))

    async def push_little(sink: Sink) -> None:
        sink.push(["x"])

    async def go() -> None:
        much = bridge.run(push_much, label="much", owner=hog, on_changes=hog.read)
        little = bridge.run(push_little, label="little", owner=other, on_changes=other.read)
        await little.wait()
        seen.append(len(hog.changes))
        await much.wait()

    run(go())
    assert other.changes == ["x"]
    assert seen[0] < 1000
    assert hog.changes == list(range(2000))


def test_changes_may_come_from_any_thread(bridge: Bridge, run: Any) -> None:
    reader = Reader()

    async def push_from_threads(sink: Sink) -> None:
        def push(name: int) -> None:
            for number in range(1000):
                sink.push([(name, number)])

        await asyncio.gather(*(asyncio.to_thread(push, name) for name in range(4)))

    async def go() -> None:
        await bridge.run(push_from_threads, label="threads", owner=reader, on_changes=reader.read).wait()

    run(go())
    assert len(reader.changes) == 4000
    for name in range(4):
        assert [number for who, number in reader.changes if who == name] == list(range(1000))


def test_a_reader_that_raises_is_reported_and_the_stream_goes_on(
    bridge: Bridge, run: Any, faults: list[BaseException]
) -> None:
    class Broken(QObject):
        calls = 0

        def read(self, _changes: list[Any]) -> None:
            self.calls += 1
            raise ValueError("cannot be shown")

    reader = Broken()

    async def go() -> str:
        return await bridge.run(flood, label="flood", owner=reader, on_changes=reader.read).wait()

    assert run(go()) == "all"
    assert reader.calls >= 1
    assert {str(error) for error in faults} == {"cannot be shown"}


def test_nothing_is_armed_when_nothing_is_in_flight(bridge: Bridge, run: Any) -> None:
    reader = Reader()

    async def go() -> None:
        await bridge.run(flood, label="flood", owner=reader, on_changes=reader.read).wait()
        for _ in range(1000):
            if not bridge.armed:
                break
            await asyncio.sleep(0.005)

    run(go())
    assert not bridge.armed


def test_progress_is_told_in_frames_and_the_last_one_counts(bridge: Bridge, run: Any) -> None:
    seen: list[float] = []

    class Watcher(QObject):
        def changed(self) -> None:
            seen.append(operation.progress.done)

    watcher = Watcher()
    operation: Operation[None]

    async def work(sink: Sink) -> None:
        for number in range(10_000):
            sink.progress(number + 1, 10_000, "bytes")
            if number % 100 == 0:
                await asyncio.sleep(0)

    async def go() -> None:
        nonlocal operation
        operation = bridge.run(work, label="work", owner=watcher)
        operation.changed.connect(watcher.changed)
        await operation.wait()

    run(go())
    assert operation.progress.done == 10_000
    assert operation.progress.total == 10_000
    assert seen == sorted(seen)
    assert len(seen) < 200


@pytest.mark.parametrize("count", [1, 3000])
def test_posted_functions_run_in_order_in_the_gui_thread(bridge: Bridge, run: Any, count: int) -> None:
    order: list[tuple[int, bool]] = []

    class Post:
        def __init__(self, number: int) -> None:
            self.number = number

        def __call__(self) -> None:
            order.append((self.number, threading.current_thread() is threading.main_thread()))

    def post_all() -> None:
        for number in range(count):
            bridge.post(Post(number))

    async def go() -> None:
        await bridge.blocking(post_all, label="post", owner=None).wait()

    run(go())
    assert order == [(number, True) for number in range(count)]


def test_what_a_call_costs_anyway_is_no_reason_for_slices() -> None:
    """A reader that takes 6 ms for however many changes comes to be given all that wait, not one at a time."""
    pace = Pace()
    taken = []
    for waiting in (1, 1, *[40] * 16):
        taken.append(pace.take(waiting))
        pace.learn(taken[-1], 0.006 + 0.000001 * taken[-1])
    assert taken[-1] == 40


def test_slices_settle_at_what_the_budget_allows() -> None:
    pace = Pace()
    taken = []
    for _ in range(20):
        taken.append(pace.take(10_000))
        pace.learn(taken[-1], 0.0005 + 0.0001 * taken[-1])
    assert 20 <= taken[-1] <= 60
