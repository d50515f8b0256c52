"""What a window does in time: its frames, and how late its thread is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

TICK = 0.005
"""Seconds between two ticks of the timer whose lateness is the stall."""


class Stalls(QObject):
    """How late a 5 ms timer in the GUI thread fires, in milliseconds, from `start` to `stop`."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(int(TICK * 1000))
        self._timer.timeout.connect(self._tick)
        self._before = 0.0

    def start(self) -> None:
        self.late.clear()
        self._before = time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        self._timer.stop()
        return list(self.late)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._before - TICK) * 1000)
        self._before = now


class AfterPaint(QObject):
    """Calls once after the next paint event of a widget (a filter for all widgets would itself cost much)."""

    _settled = Signal()

    def __init__(self, widget: QWidget, call: Callable[[], object]) -> None:
        super().__init__()
        self._call = call
        self._widget = widget
        self._settled.connect(self._painted, Qt.ConnectionType.QueuedConnection)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self._settled.emit()  # comes when this round of painting is over, and before anything else begins
        return False

    def _painted(self) -> None:
        self._call()


class Posted(QObject):
    """Calls a function in the GUI thread, asked for in another."""

    _wanted = Signal()

    def __init__(self, call: Callable[[], object]) -> None:
        super().__init__()
        self._call = call
        self._wanted.connect(self._now, Qt.ConnectionType.QueuedConnection)

    def post(self) -> None:
        self._wanted.emit()

    @Slot()
    def _now(self) -> None:
        self._call()


async def painted(window: QWidget) -> None:
    """Wait until what was changed so far is on the screen."""
    import asyncio

    done = asyncio.get_running_loop().create_future()
    watch = AfterPaint(window, lambda: done.done() or done.set_result(None))
    window.update()
    await done
    del watch
