"""The program that `test_quitting.py` starts 200 times: a window with much in flight that ends at a random moment.

    python tests/bridge/quitting_child.py PORT DELAY_MS HOW

It must end with exit code 0 (143 for `sigterm`) and print nothing on stderr.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit

from playground.bridge import Bridge, Reporter, Sink, async_slot
from playground.core.signals import Signal

STREAMS = 3


class Window(QMainWindow):
    """Shows streams, hears a plain signal, awaits in a slot, reads in the pool; and quits."""

    def __init__(self, bridge: Bridge, port: int, how: str) -> None:
        super().__init__()
        self._bridge = bridge
        self._port = port
        self._how = how
        self._emitter = Emitter()
        self._view = QPlainTextEdit(self)
        self.setCentralWidget(self._view)

    def begin(self) -> None:
        for number in range(STREAMS):
            self._bridge.run(self._stream, label=f"Stream {number}", owner=self, on_changes=self._show)
        self._bridge.listen(self._emitter.changed, self._heard, self)
        self._bridge.blocking(self._emitter.emit_all, label="Emit", owner=self)
        self._bridge.call(self._fail_when_cancelled, label="Fail when cancelled", owner=self)
        self.wait_for_stream()

    async def _stream(self, sink: Sink) -> None:
        import asyncio

        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while data := await reader.read(65536):
                sink.push(data.decode().splitlines())
                sink.progress(len(data))
        finally:
            writer.close()
            await writer.wait_closed()

    async def _fail_when_cancelled(self) -> None:
        import asyncio

        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.001)

    @async_slot
    async def wait_for_stream(self) -> None:
        await self._bridge.run(self._stream, label="Awaited", owner=self).wait()

    def _show(self, changes: list[str]) -> None:
        self._view.appendPlainText("\n".join(changes[-5:]))

    def _heard(self, emissions: list[tuple[Any, ...]]) -> None:
        self._view.setWindowTitle(str(emissions[-1]))

    def end(self) -> None:
        if self._how == "close":
            self.close()
        elif self._how == "app":
            QApplication.quit()
        elif self._how == "sigterm":
            os.kill(os.getpid(), signal.SIGTERM)
        elif self._how == "delete":
            self.deleteLater()
            self._bridge.quit()
        else:
            self._bridge.quit()


class Emitter:
    """Emits from the pool for as long as the program runs, and a little longer."""

    def __init__(self) -> None:
        self.changed: Signal[[int]] = Signal()

    def emit_all(self) -> None:
        for number in range(20_000):
            self.changed.emit(number)


class Program:
    def __init__(self, port: int, delay: int, how: str) -> None:
        self._app = QApplication([])
        self._bridge = Bridge()
        self._reporter = Reporter(None)
        self._reporter.install()
        self._port, self._delay, self._how = port, delay, how
        self._window: Window | None = None
        self._finalized = False

    def build(self) -> None:
        self._window = Window(self._bridge, self._port, self._how)
        self._window.show()
        self._window.begin()
        QTimer.singleShot(self._delay, self._window.end)

    async def main(self) -> int:
        return await self._bridge.until_quit()

    def run(self) -> int:
        self._bridge.at_shutdown(self._finalize)
        code = self._bridge.run_app(self.main, self.build)
        self._reporter.uninstall()
        threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        if self._bridge.operations or threads or not self._finalized:
            print("left:", self._bridge.operations, threads, self._finalized, file=sys.stderr)
        return code

    async def _finalize(self) -> None:
        self._finalized = True


if __name__ == "__main__":
    sys.exit(Program(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]).run())
