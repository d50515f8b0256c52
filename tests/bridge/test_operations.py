"""An operation's states, its end, and its owner's end."""

from __future__ import annotations

import asyncio
import gc
import itertools
import threading
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QObject

from playground.bridge import Bridge, Operation, OperationState, Sink
from playground.core.signals import Signal


class Owner(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Any] = []
        self.ends = 0
        self.first = asyncio.Event()

    def read(self, changes: list[Any]) -> None:
        self.first.set()
        self.changes.extend(changes)

    def ended(self) -> None:
        self.ends += 1


async def forever() -> None:
    await asyncio.Event().wait()


async def answer() -> int:
    await asyncio.sleep(0)
    return 42


async def fail() -> int:
    raise ValueError("no")


async def begun(operation: Operation[Any]) -> None:
    for _ in range(10_000):
        if operation.state is not OperationState.PENDING:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never began")


def test_it_succeeds(bridge: Bridge, run: Any) -> None:
    owner = Owner()

    async def go() -> Operation[int]:
        operation = bridge.call(answer, label="Answer", owner=owner)
        operation.finished.connect(owner.ended)
        assert not operation.done
        assert bridge.operations == (operation,)
        assert await operation.wait() == 42
        assert await operation.wait() == 42  # again, when it is over
        return operation

    operation = run(go())
    assert operation.state is OperationState.SUCCEEDED
    assert (operation.result, operation.error, operation.label, owner.ends) == (42, None, "Answer", 1)
    assert bridge.operations == ()


def test_the_work_is_done_in_another_thread(bridge: Bridge, run: Any) -> None:
    async def where() -> threading.Thread:
        return threading.current_thread()

    async def go() -> tuple[Any, ...]:
        worker = await bridge.call(where, label="where", owner=None).wait()
        pool = await bridge.blocking(threading.current_thread, label="where", owner=None).wait()
        return worker, pool

    worker, pool = run(go())
    assert len({worker, pool, threading.main_thread()}) == 3


def test_a_failure_is_kept_and_raised(bridge: Bridge, run: Any, faults: list[BaseException]) -> None:
    async def go() -> Operation[int]:
        operation = bridge.call(fail, label="fail", owner=None)
        with pytest.raises(ValueError, match="no"):
            await operation.wait()
        with pytest.raises(ValueError, match="no"):
            await operation.wait()
        return operation

    operation = run(go())
    assert operation.state is OperationState.FAILED
    assert isinstance(operation.error, ValueError)
    assert faults == []


def test_a_failure_that_nobody_looks_at_is_reported(bridge: Bridge, run: Any, faults: list[BaseException]) -> None:
    class Attentive(QObject):
        def ended(self) -> None:
            assert operation.error is not None

    attentive = Attentive()
    operation: Operation[int]

    async def go() -> None:
        nonlocal operation
        operation = bridge.call(fail, label="looked at", owner=None)
        operation.finished.connect(attentive.ended)
        await bridge.idle(5)
        bridge.call(fail, label="not looked at", owner=None)
        await bridge.idle(5)
        assert faults == []  # there is still time to look
        await bridge.shutdown()

    run(go())
    assert [str(error) for error in faults] == ["no"]


def test_how_one_ends_that_was_dropped_is_nobodys_business(
    bridge: Bridge, run: Any, faults: list[BaseException]
) -> None:
    raised = threading.Event()

    async def fail_and_say_so() -> None:
        raised.set()
        raise ValueError("no")

    async def go() -> None:
        operation = bridge.call(fail_and_say_so, label="dropped", owner=None)
        assert raised.wait(5)  # here too, so that its end is not known yet: to cancel it is too late
        operation.drop()
        await bridge.idle(5)
        await bridge.shutdown()

    run(go())
    assert faults == []


def test_cancel_reaches_the_task(bridge: Bridge, run: Any) -> None:
    told = threading.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.set()

    async def go() -> Operation[None]:
        operation = bridge.call(work, label="work", owner=None)
        await begun(operation)
        operation.cancel()
        with pytest.raises(asyncio.CancelledError):
            await operation.wait()
        return operation

    operation = run(go())
    assert told.is_set()
    assert operation.state is OperationState.CANCELLED


def test_cancelled_before_it_began_it_never_does(bridge: Bridge, run: Any) -> None:
    ran: list[bool] = []

    async def work() -> None:
        ran.append(True)

    async def go() -> Operation[None]:
        bridge.hold()
        operation = bridge.call(work, label="work", owner=None)
        operation.cancel()
        bridge.release()
        await bridge.idle(5)
        return operation

    assert run(go()).state is OperationState.CANCELLED
    assert ran == []


def test_what_was_pushed_before_the_cancel_is_delivered(bridge: Bridge, run: Any) -> None:
    owner = Owner()

    async def work(sink: Sink) -> None:
        sink.push([1, 2])
        try:
            await asyncio.Event().wait()
        finally:
            sink.push([3])

    async def go() -> None:
        operation = bridge.run(work, label="work", owner=owner, on_changes=owner.read)
        await begun(operation)
        operation.cancel()
        await bridge.idle(5)

    run(go())
    assert owner.changes == [1, 2, 3]


def test_cancelling_the_one_who_waits_cancels_the_operation(bridge: Bridge, run: Any) -> None:
    async def go() -> Operation[None]:
        operation = bridge.call(forever, label="forever", owner=None)
        waiting = asyncio.ensure_future(operation.wait())
        await asyncio.sleep(0)  # it waits
        await begun(operation)
        waiting.cancel()
        await bridge.idle(5)
        assert waiting.cancelled()
        return operation

    assert run(go()).state is OperationState.CANCELLED


def test_with_its_owner_it_dies_in_silence(bridge: Bridge, run: Any) -> None:
    owner = Owner()
    changes, ends = owner.changes, []
    told = threading.Event()

    class Listener:
        def ended(self) -> None:
            ends.append(True)

    listener = Listener()

    async def work(sink: Sink) -> None:
        sink.push(["before"])
        try:
            await asyncio.Event().wait()
        finally:
            sink.push(["after"])
            told.set()

    async def go() -> Operation[None]:
        operation = bridge.run(work, label="work", owner=owner, on_changes=owner.read)
        operation.finished.connect(listener.ended)
        await begun(operation)
        await owner.first.wait()
        waiting = asyncio.ensure_future(operation.wait())
        await asyncio.sleep(0)
        owner.deleteLater()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await bridge.idle(5)
        return operation

    operation = run(go())
    assert told.is_set()
    assert operation.state is OperationState.CANCELLED
    assert changes == ["before"]
    assert ends == []


def test_operations_and_owners_are_let_go(bridge: Bridge, run: Any) -> None:
    async def go() -> list[weakref.ref[Any]]:
        references: list[weakref.ref[Any]] = []
        for make in (answer, fail, forever):
            owner = Owner()
            operation = bridge.call(make, label="work", owner=owner)
            operation.finished.connect(owner.ended)
            waiting = asyncio.ensure_future(operation.wait())
            await begun(operation)
            operation.cancel()
            await asyncio.wait([waiting])
            assert waiting.cancelled() or waiting.exception() or waiting.result()
            references += [weakref.ref(owner), weakref.ref(operation)]
        await bridge.shutdown()
        return references

    references = run(go())
    gc.collect()
    assert [reference() for reference in references] == [None] * 6


def test_qobjects_in_cycles_and_coroutines_are_freed_in_the_gui_thread(bridge: Bridge, run: Any) -> None:
    freed_in: list[threading.Thread] = []

    class Freed(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.me = self  # only the cyclic collector frees it

        def __del__(self) -> None:
            freed_in.append(threading.current_thread())

        async def work(self) -> None:
            await asyncio.sleep(0)

    def make_garbage() -> None:
        kept = []
        for _ in range(300_000):
            kept.append([])  # crosses Python's own thresholds many times

    async def go() -> None:
        for _ in range(20):
            await bridge.call(Freed().work, label="work", owner=None).wait()
            Freed()
            await bridge.blocking(make_garbage, label="garbage", owner=None).wait()

    run(go())
    gc.collect()
    assert len(freed_in) == 40
    assert set(freed_in) == {threading.main_thread()}


def test_a_plain_signal_reaches_the_gui_thread_in_lists(bridge: Bridge, run: Any) -> None:
    signal: Signal[[int, str]] = Signal()
    heard: list[list[tuple[int, str]]] = []
    everything = asyncio.Event()

    class Ear(QObject):
        def hear(self, emissions: list[tuple[int, str]]) -> None:
            assert threading.current_thread() is threading.main_thread()
            heard.append(emissions)
            if emissions[-1][0] == 4999:
                everything.set()

    ear = Ear()
    bridge.listen(signal, ear.hear, ear)

    def emit() -> None:
        for number in range(5000):
            signal.emit(number, "x")

    async def go() -> None:
        await bridge.blocking(emit, label="emit", owner=None).wait()
        await everything.wait()
        assert list(itertools.chain.from_iterable(heard)) == [(number, "x") for number in range(5000)]
        assert len(heard) < 500
        count = len(heard)
        ear.deleteLater()
        await asyncio.sleep(0.02)
        signal.emit(1, "nobody")
        await bridge.blocking(emit, label="emit", owner=None).wait()
        assert len(heard) == count

    run(go())
    assert signal._listeners == []


def test_shutdown_cancels_finalizes_and_refuses(bridge: Bridge, run: Any) -> None:
    steps: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("operation")

    async def close_first() -> None:
        steps.append("session")

    async def close_last() -> None:
        steps.append("store")

    async def go() -> None:
        bridge.at_shutdown(close_last)
        bridge.at_shutdown(close_first)
        operation = bridge.call(work, label="work", owner=None)
        await begun(operation)
        assert await bridge.shutdown()
        late = bridge.call(answer, label="late", owner=None)
        assert operation.state is OperationState.CANCELLED
        with pytest.raises(asyncio.CancelledError):
            await late.wait()

    run(go())
    assert steps == ["operation", "session", "store"]
    assert "playground-asyncio" not in {thread.name for thread in threading.enumerate()}


def test_shutdown_does_not_wait_for_what_hangs(bridge: Bridge, run: Any, caplog: pytest.LogCaptureFixture) -> None:
    release = threading.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await asyncio.sleep(0.02)
            except asyncio.CancelledError:
                continue

    async def go() -> bool:
        operation = bridge.call(stubborn, label="Stubborn", owner=None)
        hanging = bridge.blocking(release.wait, label="hang", owner=None)
        await begun(operation)
        await begun(hanging)
        try:
            return await bridge.shutdown(timeout=0.5)
        finally:
            release.set()

    assert run(go()) is False
    assert "Stubborn" in caplog.text
    thread = bridge._worker.thread
    assert thread is not None
    thread.join(10)
    assert not thread.is_alive()
