"""The GUI thread's loop: what qasync 0.28 gets wrong, and coroutines as slots."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer, Signal

from playground.bridge import async_slot, awaited
from playground.bridge.loop import GuiLoop


def test_cancelled_timers_are_gone(gui_loop: GuiLoop, run: Any) -> None:
    """qasync kept 1,003 of them after a stream of 1,000 chunks, each with a time-out of minutes."""
    pending: list[int] = []

    async def go() -> None:
        before = gui_loop.timers
        for _ in range(1003):
            async with asyncio.timeout(600):
                await asyncio.sleep(0)
        pending.append(gui_loop.timers - before)

    run(go())
    assert pending[0] <= 1


def test_a_cancelled_timer_lets_go_of_what_it_would_have_called(gui_loop: GuiLoop) -> None:
    class Callee:
        def call(self) -> None: ...

    callee = Callee()
    handle = gui_loop.call_later(600, callee.call)
    handle.cancel()
    gone = weakref.ref(callee)
    del callee, handle
    gc.collect()
    assert gone() is None


def test_it_never_sleeps_too_short(run: Any) -> None:
    async def go() -> float:
        begun = time.monotonic()
        await asyncio.sleep(0.0109)
        return time.monotonic() - begun

    assert min(run(go()) for _ in range(5)) >= 0.0105


def test_callbacks_keep_their_order(gui_loop: GuiLoop, run: Any) -> None:
    order: list[int] = []

    async def go() -> None:
        for number in range(200):
            gui_loop.call_soon(order.append, number)
        await asyncio.sleep(0.01)

    run(go())
    assert order == list(range(200))


def test_other_threads_may_call_into_it(gui_loop: GuiLoop, run: Any) -> None:
    async def go() -> list[tuple[int, threading.Thread]]:
        called: list[tuple[int, threading.Thread]] = []
        everything = asyncio.Event()

        def note(number: int) -> None:
            called.append((number, threading.current_thread()))
            if number == 999:
                everything.set()

        def call_all() -> None:
            for number in range(1000):
                gui_loop.call_soon_threadsafe(note, number)

        thread = threading.Thread(target=call_all)
        thread.start()
        await everything.wait()
        thread.join()
        return called

    assert run(go()) == [(number, threading.main_thread()) for number in range(1000)]


def test_a_generator_that_is_left_is_closed(run: Any) -> None:
    """Without hooks its `finally` would never run."""
    closed: list[bool] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(10):
                yield number
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    async def go() -> None:
        async for _ in numbers():
            break
        gc.collect()
        for _ in range(5):
            await asyncio.sleep(0)

    run(go())
    assert closed == [True]


class Button(QObject):
    clicked = Signal(bool)
    named = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []
        self.release = asyncio.Event()
        self.clicked.connect(self.run)
        self.named.connect(self.read)

    @async_slot()
    async def run(self) -> None:
        await asyncio.sleep(0)
        self.got.append("run")

    @async_slot(str)
    async def read(self, name: str) -> None:
        await asyncio.sleep(0)
        self.got.append(name)

    @async_slot
    async def fail(self) -> None:
        await asyncio.sleep(0)
        raise ValueError("in a slot that awaits")

    @async_slot
    async def wait(self) -> None:
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise


cancelled: list[bool] = []


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_a_slot_may_await_and_takes_what_it_wants_of_the_arguments(run: Any) -> None:
    async def go() -> list[Any]:
        button = Button()
        button.clicked.emit(True)
        button.named.emit("name", 7)
        await turns()
        return button.got

    assert run(go()) == ["run", "name"]


def test_an_exception_in_a_slot_that_awaits_is_reported(run: Any, faults: list[BaseException]) -> None:
    async def go() -> None:
        button = Button()
        button.clicked.connect(button.fail)
        button.clicked.emit(True)
        await turns()

    run(go())
    assert [str(error) for error in faults] == ["in a slot that awaits"]


def test_a_slots_task_dies_with_its_object(run: Any) -> None:
    cancelled.clear()

    async def go() -> None:
        button = Button()
        button.wait()
        await turns()
        assert cancelled == []
        button.deleteLater()
        await turns(20)

    run(go())
    assert cancelled == [True]


def test_a_signal_can_be_awaited(run: Any) -> None:
    async def go() -> list[Any]:
        timer = QTimer()
        timer.setSingleShot(True)
        timer.start(1)
        button = Button()
        results = [await awaited(timer.timeout)]
        for emit, args in ((button.clicked, (True,)), (button.named, ("x", 1))):
            waiting = asyncio.ensure_future(awaited(emit))
            await turns()
            emit.emit(*args)
            results.append(await waiting)
        waiting = asyncio.ensure_future(awaited(button.clicked, button))
        await turns()
        button.deleteLater()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return results

    assert run(go()) == [None, True, ("x", 1)]
