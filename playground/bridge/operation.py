"""One piece of work that someone started: its state, progress, result or error, and the way to stop it."""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from playground.bridge.pace import Pace
from playground.bridge.worker import Job, Progress

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


class OperationState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Operation(QObject, Generic[T]):
    """Lives in the GUI thread; `Bridge.run`, `call` and `blocking` make them.

    All changes are delivered before `finished`. When the owner is destroyed the operation is cancelled, its
    callbacks and signals never fire again, and whoever awaits it gets CancelledError. A failure that nobody looks
    at soon (neither with `error` nor with `wait()`) goes to the reporter.
    """

    changed = Signal()
    """State or progress changed; at most once a frame."""
    finished = Signal()

    def __init__(
        self,
        job: Job,
        label: str,
        owner: QObject | None,
        on_changes: Callable[[list[Any]], object] | None,
        pace: Pace,
        cancel_job: Callable[[Job], None],
    ) -> None:
        super().__init__()
        self.label = label
        """What it does, in a person's words: "Answer from gpt-5"."""
        self.job = job
        self.began = time.monotonic()
        self._owner = owner
        self._on_changes = weakly(on_changes)
        self._cancel_job: Callable[[Job], None] | None = cancel_job
        self._state: OperationState | None = None
        self._result: T | None = None
        self._error: BaseException | None = None
        self._looked = False
        self._detached = False
        self._progress = Progress()
        self._waiters: list[asyncio.Future[T]] = []
        self._pace = pace
        if owner is not None:
            owner.destroyed.connect(self._owner_destroyed)

    @property
    def state(self) -> OperationState:
        if self._state is not None:
            return self._state
        return OperationState.RUNNING if self.job.started else OperationState.PENDING

    @property
    def done(self) -> bool:
        """Succeeded, failed or cancelled."""
        return self._state is not None

    @property
    def progress(self) -> Progress:
        return self._progress

    @property
    def result(self) -> T | None:
        """What it returned; None until it succeeded."""
        return self._result

    @property
    def error(self) -> BaseException | None:
        """What it raised; None unless it failed."""
        self._looked = True
        return self._error

    def cancel(self) -> None:
        """Ask it to end. What it had pushed is still delivered; then the state is CANCELLED."""
        if self._state is None and self._cancel_job is not None:
            self._cancel_job(self.job)

    def drop(self) -> None:
        """Ask it to end, and have nobody hear how it did: it may have failed this very moment."""
        self.cancel()
        self._looked = True

    async def wait(self) -> T:
        """The result, in a coroutine of the GUI thread. Raises what the operation raised, and CancelledError when it
        was cancelled. Cancelling the one who waits cancels the operation."""
        import asyncio

        if self._state is None:
            future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            self._waiters.append(future)
            try:
                return await future
            except asyncio.CancelledError:
                self.cancel()
                raise
        self._looked = True
        if self._error is not None:
            raise self._error
        if self._state is OperationState.CANCELLED:
            raise asyncio.CancelledError
        return self._result  # type: ignore[return-value]

    # Below: called by the bridge, in the GUI thread.

    def deliver(self, seconds: float) -> bool:
        """Hand over as many changes as fit into so many seconds, at least one; True where more are left."""
        job = self.job
        if job.progress is not None:
            self._progress, job.progress = job.progress, None
            if not self._detached:
                self.changed.emit()
        if not job.changes:
            return False
        callback = self._on_changes()
        if self._detached or callback is None:
            job.changes.clear()
            return False
        changes = take(job.changes, self._pace.take(len(job.changes), seconds))
        begun = time.perf_counter()
        try:
            callback(changes)
        except Exception:
            sys.excepthook(*sys.exc_info())
        self._pace.learn(len(changes), time.perf_counter() - begun)
        return bool(job.changes)

    @property
    def unseen(self) -> bool:
        """It failed, and nobody has looked."""
        return self._error is not None and not self._looked and not self._detached

    def report_unseen(self) -> None:
        """A failure that nobody has looked at goes where all faults go."""
        error = self._error
        if error is not None and self.unseen:
            sys.excepthook(type(error), error, error.__traceback__)

    def finish(self) -> None:
        """Take over how the job ended, tell everyone, let go of everything."""
        job = self.job
        self._state = OperationState(job.state or "cancelled")
        self._result = job.result
        self._error = job.error
        job.clear()
        self._cancel_job = None
        self._on_changes = weakly(None)
        self._disconnect_owner()
        self._wake_waiters()
        if self._detached:
            return
        self.changed.emit()
        self.finished.emit()

    def _wake_waiters(self) -> None:
        waiters, self._waiters = self._waiters, []
        for future in waiters:
            if future.done():
                continue
            if self._detached or self._state is OperationState.CANCELLED:
                future.cancel()
            elif self._error is not None:
                self._looked = True
                future.set_exception(self._error)
            else:
                future.set_result(self._result)  # type: ignore[arg-type]

    def _disconnect_owner(self) -> None:
        owner, self._owner = self._owner, None
        if owner is not None and not self._detached:
            try:
                owner.destroyed.disconnect(self._owner_destroyed)
            except RuntimeError:  # its C++ side went meanwhile
                return

    @Slot()
    def _owner_destroyed(self) -> None:
        self._detached = True
        self._owner = None
        self.job.closed = True
        self.blockSignals(True)
        self.cancel()
        self._wake_waiters()


def take(changes: Any, count: int) -> list[Any]:
    """The first `count` of a deque that other threads append to, which has as many."""
    return [changes.popleft() for _ in range(count)]


def weakly(function: Callable[..., object] | None) -> Callable[[], Callable[..., object] | None]:
    """Hold bound methods weakly, so that work in flight keeps nobody alive; plain functions as they are."""
    if function is not None and hasattr(function, "__self__") and hasattr(function, "__func__"):
        return weakref.WeakMethod(function)
    return lambda: function
