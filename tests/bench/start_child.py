"""A fresh process up to its first painted frame.

    python -m tests.bench.start_child minimal|app [stay]

prints one JSON line with the monotonic time of the first frame; `stay` keeps the window until stdin ends.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench import frames


def minimal() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    watch = Frame(window.close)
    window.show()
    app.exec()
    del watch


def real(folder: Path) -> None:
    from playground.app import main
    from playground.bridge import Bridge
    from playground.cli.options import AppOptions

    run_app = Bridge.run_app

    def watched(bridge, *args, **more):  # type: ignore[no-untyped-def]
        watch = Frame(bridge.quit)
        try:
            return run_app(bridge, *args, **more)
        finally:
            del watch

    Bridge.run_app = watched  # type: ignore[method-assign]
    main(AppOptions(sandbox=True, data_dir=folder))


class Frame:
    """Prints the time of the first frame; then ends the program, or has it ended when stdin is."""

    def __init__(self, end) -> None:  # type: ignore[no-untyped-def]
        self._end = end
        self._after = frames.AfterPaint(self.painted, windows_only=True)
        self._stay = None

    def painted(self) -> None:
        print(json.dumps({"frame": time.monotonic()}), flush=True)
        if "stay" in sys.argv:
            self._stay = frames.Posted(self._end)
            threading.Thread(target=self._wait, daemon=True).start()
        else:
            self._end()

    def _wait(self) -> None:
        sys.stdin.buffer.read()
        self._stay.post()


if __name__ == "__main__":
    if sys.argv[1] == "minimal":
        minimal()
    else:
        with tempfile.TemporaryDirectory() as temporary:
            real(Path(temporary))
