"""Running the Qt application: paint first, then the loop, and an orderly end in every case.

asyncio and qasync take a third of the time to the first frame, so they are imported after it: `build` makes and shows
the window in a plain application, `furnish` puts in what the frame can do without, and the loop is put into the running
application as soon as that was painted too.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from playground.bridge import slots

if TYPE_CHECKING:
    import asyncio

    from playground.bridge.bridge import Bridge
    from playground.bridge.loop import GuiLoop

_log = logging.getLogger(__name__)

FIRST_FRAME_TIMEOUT = 500
"""Milliseconds to wait for something to be painted (a minimised window never is)."""


def run_app(
    bridge: Bridge,
    main: Callable[[], Awaitable[int]],
    build: Callable[[], object] | None,
    furnish: Callable[[], object] | None = None,
) -> int:
    """Run the application until `main` has returned its exit code; then cancel all work and end cleanly.

    `build` is called first, before there is a loop: it makes and shows the window. `furnish` is called when the window
    was painted, `main` when what `furnish` changed was painted. `main` typically awaits
    `bridge.until_quit()` and then saves what is to be saved. SIGINT, SIGTERM, the last window's closing and
    `QApplication.quit` all end in `bridge.quit`. Raises what `build` raises; what `main` raises is reported, and the
    exit code is 1.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("make the QApplication before run_app")
    app.setQuitOnLastWindowClosed(False)
    run = _Run(app, bridge, main, furnish)
    bridge.hold()
    try:
        if build is not None:
            build()
    except BaseException:
        bridge.close_entrance()
        bridge.close_exit()
        raise
    return run.run(wait_for_frame=build is not None)


class _Run(QObject):
    """One run of the application."""

    def __init__(
        self,
        app: QApplication,
        bridge: Bridge,
        main: Callable[[], Awaitable[int]],
        furnish: Callable[[], object] | None,
    ) -> None:
        super().__init__()
        self._furnish = furnish
        self._app = app
        self._bridge = bridge
        self._main = main
        self._loop: GuiLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._windows: list[QWidget] = []
        self._done = False
        self._clean = True
        self._code = 0
        self._fallback = QTimer(self)
        self._fallback.setSingleShot(True)
        self._fallback.timeout.connect(self._painted)

    def run(self, wait_for_frame: bool) -> int:
        signals = _Signals(self._bridge)
        self._app.lastWindowClosed.connect(self._last_window_closed)
        if wait_for_frame:
            self._watch()
        else:
            self._fallback.start(0)
        try:
            self._app.exec()
            while not self._done:  # someone ended Qt's loop; ours ends in order
                self._bridge.quit(self._code)
                self.begin()
                self._app.exec()
        finally:
            signals.close()
            self._app.lastWindowClosed.disconnect(self._last_window_closed)
            slots.forget_early()
            if self._loop is not None:
                self._loop.close()
        if not self._clean:
            _exit_hard(self._code)
        return self._code

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A window is asked to bring its changed parts to the screen, and does so before it looks at timers.
        if event.type() in (QEvent.Type.Paint, QEvent.Type.UpdateRequest):
            self._stop_watching()
            self._fallback.start(0)
        return False

    def _watch(self) -> None:
        """`_painted` is called after the next frame. Only the windows are watched: a filter for all events in Python
        would have every class of event wrapped."""
        self._windows = [widget for widget in self._app.topLevelWidgets() if widget.isVisible()]
        for window in self._windows:
            window.installEventFilter(self)
        self._fallback.start(FIRST_FRAME_TIMEOUT)

    def _stop_watching(self) -> None:
        windows, self._windows = self._windows, []
        for window in windows:
            if isValid(window):
                window.removeEventFilter(self)

    @Slot()
    def _painted(self) -> None:
        """A frame is on the screen, or none will be."""
        furnish, self._furnish = self._furnish, None
        if furnish is None or self._loop is not None:
            self.begin()
            return
        self._stop_watching()
        try:
            furnish()
        except Exception:
            sys.excepthook(*sys.exc_info())
        self._watch()

    def begin(self) -> None:
        """Put the asyncio loop into the running application and start `main`."""
        if self._loop is not None:
            return
        self._stop_watching()
        self._fallback.stop()
        self._bridge.release()
        from playground.bridge.loop import GuiLoop

        self._loop = GuiLoop(self._bridge.post, already_running=True)
        self._task = self._loop.create_task(self._session())  # asyncio itself holds its tasks weakly
        self._task.add_done_callback(self._ended)
        slots.run_early()

    async def _session(self) -> None:
        import asyncio

        try:
            self._code = await self._main()
        except Exception:
            self._code = 1
            sys.excepthook(*sys.exc_info())
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=1.0)
        self._clean = await self._bridge.shutdown()

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._code = self._code or 1
            self._clean = False
            sys.excepthook(type(error), error, error.__traceback__)
        self._done = True
        self._app.exit(self._code)

    @Slot()
    def _last_window_closed(self) -> None:
        self._bridge.quit(0)


class _Signals:
    """SIGINT and the like end the program in order, without a timer that looks for them: Qt is woken through a pipe.
    A second one ends it at once."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._before: dict[int, Any] = {}
        self._notifier: QSocketNotifier | None = None
        if threading.current_thread() is not threading.main_thread():
            return
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._received)
        if sys.platform != "win32":  # there, only sockets can be woken, and Ctrl+C comes with the next event
            self._read, self._write = os.pipe()
            os.set_blocking(self._read, False)
            os.set_blocking(self._write, False)
            signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
            self._notifier = QSocketNotifier(self._read, QSocketNotifier.Type.Read)
            self._notifier.activated.connect(self._drain)

    def _received(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        self._bridge.quit(128 + number)

    def _drain(self) -> None:
        try:
            os.read(self._read, 512)
        except BlockingIOError:
            return

    def close(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._notifier is not None:
            signal.set_wakeup_fd(-1)
            self._notifier.setEnabled(False)
            self._notifier = None
            os.close(self._read)
            os.close(self._write)


def _exit_hard(code: int) -> None:
    """A thread hangs (a locked keyring, a name look-up): let the program do the rest of its end, and then go without
    waiting for that thread."""
    _log.warning("ending without waiting for a thread that hangs")
    register = getattr(threading, "_register_atexit", None)
    leave = _Leave(code)
    if register is None:
        leave()
    else:
        register(leave)


class _Leave:
    def __init__(self, code: int) -> None:
        self._code = code

    def __call__(self) -> None:
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(self._code)
