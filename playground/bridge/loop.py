"""The asyncio loop of the GUI thread: qasync's, with four of its faults mended. Imported after the first frame.

qasync 0.28 keeps cancelled timers alive until they would have fired, cuts delays to whole milliseconds, lets other
threads in through a lambda, and sets no hooks for asynchronous generators.
"""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Callable
from typing import Any

import qasync
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimerEvent

from playground.bridge.reporter import report_context


class _Timers(QObject):
    """One Qt timer for each pending callback, gone as soon as it ran or was cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self._handles: dict[int, asyncio.Handle] = {}
        self._ids: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._handles)

    def add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        timer = self.startTimer(math.ceil(max(0.0, delay) * 1000), Qt.TimerType.PreciseTimer)
        self._handles[timer] = handle
        self._ids[id(handle)] = timer
        return handle

    def drop(self, handle: asyncio.Handle) -> None:
        timer = self._ids.pop(id(handle), None)
        if timer is not None:
            self.killTimer(timer)
            del self._handles[timer]

    def timerEvent(self, event: QTimerEvent) -> None:
        timer = event.timerId()
        self.killTimer(timer)
        handle = self._handles.pop(timer, None)
        if handle is None:
            return
        del self._ids[id(handle)]
        if not handle.cancelled():
            handle._run()

    def stop(self) -> None:
        for timer in self._handles:
            self.killTimer(timer)
        self._handles.clear()
        self._ids.clear()

    def set_debug(self, enabled: bool) -> None:
        """qasync calls it."""


class GuiLoop(qasync.QEventLoop):  # type: ignore[misc]
    """A thin layer to await on: no network on it, nothing long. `post` calls a function in the GUI thread."""

    def __init__(self, post: Callable[[Callable[[], object]], None], *, already_running: bool) -> None:
        super().__init__(QCoreApplication.instance(), already_running=already_running)
        self._post = post
        self._timer = _Timers()
        self.set_exception_handler(_handler)
        self._hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)

    @property
    def timers(self) -> int:
        """How many callbacks wait for their turn or their time."""
        return len(self._timer)

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(self.time() + delay, callback, args, self, context)
        self._timer.add_callback(handle, delay)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._timer.drop(handle)

    def call_soon_threadsafe(self, callback: Any, *args: Any, context: Any = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._post(_Call(handle))
        return handle

    def close(self) -> None:
        """For a loop that was made `already_running`: end it without ending the application."""
        if self.is_closed():
            return
        sys.set_asyncgen_hooks(*self._hooks)
        if self.is_running():
            self._QEventLoop__is_running = False
            asyncio._set_running_loop(None)
        super().close()


class _Call:
    """A handle from another thread, to be run unless it was cancelled on its way."""

    __slots__ = ("_handle",)

    def __init__(self, handle: asyncio.Handle) -> None:
        self._handle = handle

    def __call__(self) -> None:
        if not self._handle.cancelled():
            self._handle._run()


def _handler(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    report_context(context)
