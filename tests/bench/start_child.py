"""A fresh process up to its first painted frame.

    python -m tests.bench.start_child minimal|app|panel [stay]

prints one JSON line with the monotonic time of the first frame (`panel`: of the first with Compose in it, and ends);
`stay` keeps the window until stdin ends.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import frames

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from playground.shell.window import Window, WindowParts


def minimal() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    watch = Frame(window, window.close)
    window.show()
    app.exec()
    del watch


def real(folder: Path) -> None:
    from playground.app import Application, main
    from playground.bridge import Bridge
    from playground.cli.options import AppOptions
    from playground.shell.window import Window

    init, release = Window.__init__, Bridge.release

    def watched(window: Window, parts: WindowParts) -> None:
        init(window, parts)
        window.watch = Frame(window, parts.bridge.quit)  # type: ignore[attr-defined]

    async def begun(program: Application) -> int:
        return 0

    def released(bridge: Bridge) -> None:
        """What comes when the panel was painted."""
        print(json.dumps({"frame": time.monotonic()}), flush=True)
        release(bridge)

    if sys.argv[1] == "panel":
        Application.run = begun  # type: ignore[method-assign]
        Bridge.release = released  # type: ignore[method-assign]
    else:
        Window.__init__ = watched  # type: ignore[method-assign]
    main(AppOptions(sandbox=True, data_dir=folder))


class Frame:
    """Prints the time of the first frame; then ends the program, or has it ended when stdin is."""

    def __init__(self, window: QWidget, end: Callable[[], object]) -> None:
        self._stay = frames.Posted(end)
        self._after = frames.AfterPaint(window, self.painted)

    def painted(self) -> None:
        print(json.dumps({"frame": time.monotonic()}), flush=True)
        if "stay" in sys.argv:
            threading.Thread(target=self._wait, daemon=True).start()
        else:
            self._stay.post()

    def _wait(self) -> None:
        sys.stdin.buffer.read()
        self._stay.post()


if __name__ == "__main__":
    if sys.argv[1] == "minimal":
        minimal()
    else:
        with tempfile.TemporaryDirectory() as temporary:
            real(Path(temporary))
