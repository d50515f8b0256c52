"""The bridge between the GUI thread and the worker thread, where asyncio, sockets, disk and keyring are.

Work goes over with `run`, `call` and `blocking`; what comes back is collected and handed over in the GUI thread,
at most once a frame and within a budget, so that a stream of 10,000 events a second never stalls the window.
An idle bridge wakes nobody.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from playground.bridge.channel import Channel
from playground.bridge.garbage import FREEZES, Collector
from playground.bridge.mailbox import Mailbox, Source
from playground.bridge.operation import Operation
from playground.bridge.pace import BUDGET, Pace
from playground.bridge.worker import Job, Sink, Worker
from playground.core.signals import Signal as PlainSignal

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

FRAME = 0.016
"""Seconds: changes are handed over at most this often, …"""
COST_FACTOR = 3
"""… and at most a third of the time goes into handing over, unless the window has fallen behind."""
STRETCH = 0.012
"""Seconds that handing over and painting may take together; then the window does what else there is to do."""
LEAST, MOST = 0.002, 0.007
"""Seconds of one flush, depending on what painting leaves of a stretch."""
QUIET = 0.1
"""Seconds after a flush in which the next one may well come."""
GRACE = 200
"""Milliseconds in which someone may look at a failure before it is reported."""
SWITCH_INTERVAL = 0.001
"""Seconds after which Python takes the interpreter from the worker; with the default of 5 ms the window's p99 is 27."""


class Bridge(QObject):
    """Owns the worker thread. Made once, in the GUI thread; every method but `post` is called there."""

    operations_changed = Signal()
    """An operation began or ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox(self._woken)
        self._worker = Worker(self._mailbox)
        self._keys = itertools.count(1)
        self._operations: dict[int, Operation[Any]] = {}
        self._channels: dict[int, Channel] = {}
        self._finalizers: list[Callable[[], Awaitable[object]]] = []
        self._collector = Collector(self._streaming, self)
        self._closing = False
        self._held = False
        self._is_app = False
        self._exit_code: int | None = None
        self._quit_waiters: list[asyncio.Future[int]] = []
        self._idle_waiters: list[asyncio.Future[None]] = []
        self._line: deque[Source] = deque()
        self._flush_began = self._flush_ended = 0.0
        self._painting = 0.0
        self._budget = BUDGET
        self._paces: dict[str, Pace] = {}
        self._not_before = 0.0
        self._failed: list[Operation[Any]] = []
        self._look_back = QTimer(self)
        self._look_back.setSingleShot(True)
        self._look_back.setInterval(GRACE)
        self._look_back.timeout.connect(self._report_unseen)
        self._next_flush = QTimer(self)
        self._next_flush.setSingleShot(True)
        self._next_flush.setTimerType(Qt.TimerType.PreciseTimer)
        self._next_flush.timeout.connect(self._flush)
        self._painted = QTimer(self)
        self._painted.setSingleShot(True)
        self._painted.setInterval(0)
        self._painted.timeout.connect(self._after_painting)

    # Starting work

    def start(self) -> None:
        """Start the worker thread, unless it runs; `run_app` does it after the first frame. Work that is started before
        begins then."""
        if not self._held and not self._closing:
            sys.setswitchinterval(SWITCH_INTERVAL)
            self._collector.start(FREEZES if self._is_app else 0)
            self._worker.start()

    def hold(self) -> None:
        """Have `start` wait for `release`: until the first frame nothing competes with painting it."""
        self._held = self._is_app = True

    def release(self) -> None:
        """Start what was held back."""
        self._held = False
        self.start()

    def run(
        self,
        make: Callable[[Sink], Awaitable[T]],
        *,
        label: str,
        owner: QObject | None,
        on_changes: Callable[[list[Any]], object] | None = None,
    ) -> Operation[T]:
        """Run `make(sink)` in the worker thread. What it pushes into the sink arrives at `on_changes` (held weakly
        where it is a bound method) in the GUI thread, in order. When `owner` is destroyed the work is cancelled."""
        job = Job(next(self._keys), make)
        # What a reader's changes cost is known from its last operation.
        pace = self._paces.setdefault(getattr(on_changes, "__qualname__", ""), Pace())
        operation: Operation[T] = Operation(job, label, owner, on_changes, pace, self._worker.cancel)
        self._operations[job.key] = operation
        if self._closing:
            job.cancelled = True
            job.state = "cancelled"
            self._finish(operation)
        else:
            self.start()
            self._worker.submit(job)
        self.operations_changed.emit()
        return operation

    def call(self, make: Callable[[], Awaitable[T]], *, label: str, owner: QObject | None) -> Operation[T]:
        """Run `make()` in the worker thread: `run` without changes."""
        return self.run(_Sinkless(make), label=label, owner=owner)

    def blocking(self, function: Callable[..., T], *args: Any, label: str, owner: QObject | None) -> Operation[T]:
        """Call a function that blocks (disk, SQLite, keyring) in the pool. Cancelling drops its result."""
        return self.run(_Blocking(function, args), label=label, owner=owner)

    @property
    def operations(self) -> tuple[Operation[Any], ...]:
        """What has begun and not ended, oldest first."""
        return tuple(self._operations.values())

    # Hearing from other threads

    def listen(self, signal: PlainSignal[...], slot: Callable[[list[tuple[Any, ...]]], object], owner: QObject) -> None:
        """Call `slot` (a bound method, held weakly) in the GUI thread with the arguments of every emission since the
        last call: a list of tuples, at most once a frame. Ends when `owner` is destroyed."""
        channel = Channel(next(self._keys), signal, slot, owner, self._mailbox, self._forget_channel)
        self._channels[channel.key] = channel

    def post(self, function: Callable[[], object]) -> None:
        """Call a plain function in the GUI thread, soon and in order. From any thread."""
        self._mailbox.post(function)

    # The end

    def at_shutdown(self, finalizer: Callable[[], Awaitable[object]]) -> None:
        """Have a coroutine function run in the worker thread at the end, after the operations; the last one first."""
        self._finalizers.append(finalizer)

    def quit(self, code: int = 0) -> None:
        """Ask the program to end; the first code counts."""
        if self._exit_code is None:
            self._exit_code = code
        waiters, self._quit_waiters = self._quit_waiters, []
        for future in waiters:
            if not future.done():
                future.set_result(self._exit_code)

    async def until_quit(self) -> int:
        """Wait for `quit`, and give its code. In a coroutine of the GUI thread."""
        import asyncio

        if self._exit_code is None:
            future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._quit_waiters.append(future)
            return await future
        return self._exit_code

    async def shutdown(self, timeout: float = 3.0) -> bool:
        """Cancel all operations, run the finalizers, end the thread: within `timeout` seconds. False where something
        did not end in time. In a coroutine of the GUI thread; the bridge is of no use afterwards."""
        from playground.bridge.shutdown import shutdown

        return await shutdown(self, timeout)

    def close_entrance(self) -> None:
        """Begin the end: what runs is cancelled, what is started from now on is cancelled at once."""
        self._closing = True
        for operation in self.operations:
            operation.cancel()
        if self._worker.thread is None:
            for job in self._worker.cancel_waiting():
                job.state = "cancelled"
                self._mailbox.finish(job)

    async def idle(self, timeout: float) -> bool:
        """Wait until no operation is left; False where `timeout` seconds were not enough."""
        import asyncio

        if not self._operations:
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._idle_waiters.append(future)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        return True

    @property
    def closed(self) -> bool:
        """`shutdown` has been called."""
        return self._closing

    def _streaming(self) -> bool:
        """Whether changes are being handed over, or were a moment ago."""
        return bool(self._line) or time.perf_counter() - self._flush_ended < QUIET

    @property
    def armed(self) -> bool:
        """Something is due in the GUI thread; False whenever nothing is in flight."""
        return self._next_flush.isActive() or self._painted.isActive() or bool(self._line) or not self._mailbox.empty

    def close_exit(self) -> None:
        """Finish the end: deliver what is left, and hear nothing more."""
        for _ in range(10_000):  # not for ever, should something post itself again and again
            if self._mailbox.empty and not self._line:
                break
            self._next_flush.stop()
            self._painted.stop()
            self._not_before = 0.0
            self._woken()
        self._next_flush.stop()
        self._painted.stop()
        self._look_back.stop()
        self._report_unseen()
        self._mailbox.close()
        self._collector.stop()

    def run_app(
        self,
        main: Callable[[], Awaitable[int]],
        build: Callable[[], object] | None = None,
        furnish: Callable[[], object] | None = None,
    ) -> int:
        """Run the Qt application until `main` (a coroutine function in the GUI thread) has returned its exit code.
        See `playground.bridge.application.run_app`."""
        from playground.bridge.application import run_app

        return run_app(self, main, build, furnish)

    # Handing over, in the GUI thread

    def _woken(self) -> None:
        """Something came: functions at once, changes with the next flush."""
        mailbox = self._mailbox
        mailbox.opened()
        for _ in range(len(mailbox.posted)):
            function = mailbox.posted.popleft()
            try:
                function()
            except Exception:
                sys.excepthook(*sys.exc_info())
        deadline = time.perf_counter() + BUDGET
        for _ in range(len(mailbox.urgent)):
            source = mailbox.urgent.popleft()
            operation = self._operations.get(source.key)
            if operation is None:
                continue
            if operation.job.changes or operation.job.progress or time.perf_counter() > deadline:
                if source not in self._line:
                    self._line.append(source)
            else:
                self._finish(operation)
        self._schedule()

    def _schedule(self) -> None:
        if not (self._line or self._mailbox.marked) or self._next_flush.isActive() or self._painted.isActive():
            return
        wait = self._not_before - time.perf_counter()
        if wait <= 0 and not self._line:
            self._flush()
        else:
            self._next_flush.start(max(1, round(wait * 1000)))

    @Slot()
    def _flush(self) -> None:
        line, marked = self._line, self._mailbox.marked
        self._flush_began = now = time.perf_counter()
        deadline = now + self._budget
        for _ in range(len(marked)):
            source = marked.popleft()
            source.marked = False
            if source not in line:
                line.append(source)
        while line and now < deadline:
            source = line.popleft()
            if self._deliver(source, deadline - now):
                line.append(source)
            now = time.perf_counter()
        self._flush_ended = now
        self._painted.start()

    def _deliver(self, source: Source, seconds: float) -> bool:
        """One slice of one source; True where it has more."""
        channel = self._channels.get(source.key)
        if channel is not None:
            return channel.deliver(seconds)
        operation = self._operations.get(source.key)
        if operation is None:
            return False
        if operation.deliver(seconds):
            return True
        if operation.job.state and not operation.job.changes:
            self._finish(operation)
        return False

    @Slot()
    def _after_painting(self) -> None:
        """Qt has painted what the flush changed: plan the next one.

        A window that keeps up rests at least two thirds of the time. One that has fallen behind goes on as soon as
        everything else that was due is done, in stretches that nobody notices.
        """
        now = time.perf_counter()
        cost = self._flush_ended - self._flush_began
        self._painting += 0.3 * (now - self._flush_ended - self._painting)
        self._budget = min(MOST, max(LEAST, STRETCH - self._painting))
        if self._line and cost < 2 * MOST:
            self._not_before = now
        else:
            self._not_before = self._flush_began + max(FRAME, COST_FACTOR * cost)
        self._schedule()

    def _finish(self, operation: Operation[Any]) -> None:
        if self._operations.pop(operation.job.key, None) is None:
            return
        operation.finish()
        if operation.unseen:
            self._failed.append(operation)
            self._look_back.start()
        if not self._operations:
            waiters, self._idle_waiters = self._idle_waiters, []
            for future in waiters:
                if not future.done():
                    future.set_result(None)
        self.operations_changed.emit()

    @Slot()
    def _report_unseen(self) -> None:
        failed, self._failed = self._failed, []
        for operation in failed:
            operation.report_unseen()

    def _forget_channel(self, key: int) -> None:
        self._channels.pop(key, None)


class _Sinkless:
    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Awaitable[Any]]) -> None:
        self._make = make

    def __call__(self, _sink: Sink) -> Awaitable[Any]:
        return self._make()


class _Blocking:
    __slots__ = ("_args", "_function")

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._function = function
        self._args = args

    async def __call__(self, _sink: Sink) -> Any:
        import asyncio

        return await asyncio.get_running_loop().run_in_executor(None, self._function, *self._args)
