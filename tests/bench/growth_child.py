"""What one flush costs at 10 KB and at 1 MB of text.

    python -m tests.bench.growth_child SHAPE

prints one JSON line: milliseconds of 64 more characters, painted, at both sizes (41 each).
"""

from __future__ import annotations

import itertools
import json
import sys
import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from playground.core.runs import Block, BlockKind, BlockOpened, TextAppended
from playground.widgets.blocks import OutputView
from playground.widgets.theme import ThemeManager
from tests.bench.texts import shape

SIZES = (10_000, 1_000_000)
FLUSHES = 41
FILL = 2_048
"""Characters of one flush while the text grows to the next size."""


class Growth(QObject):
    """Feeds a view, a flush at a time, each when the last one is painted."""

    def __init__(self, view: OutputView, name: str) -> None:
        super().__init__()
        self.results: dict[str, list[float]] = {}
        self._view = view
        self._pieces = shape(name)
        self._length = 0
        self._sizes = list(SIZES)
        self._times: list[float] = []
        self._begun = 0.0
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(0)
        self._settled.timeout.connect(self._after)
        view.apply([BlockOpened(Block(key="text", kind=BlockKind.TEXT, title=""))])

    def go(self) -> None:
        size = self._sizes[0]
        filling = self._length < size
        pieces = list(itertools.islice(self._pieces, FILL // 64 if filling else 1))
        self._begun = 0.0 if filling else time.perf_counter()
        text = "".join(pieces)
        self._length += len(text)
        self._view.apply([TextAppended("text", text)])
        self._settled.start()

    def _after(self) -> None:
        if self._begun:
            self._times.append((time.perf_counter() - self._begun) * 1000)
        if len(self._times) == FLUSHES:
            self.results[str(self._sizes.pop(0))] = self._times
            self._times = []
            if not self._sizes:
                app = QApplication.instance()
                assert app is not None
                app.quit()
                return
        self.go()


def main() -> None:
    app = QApplication([])
    theme = ThemeManager()
    theme.apply("light")
    view = OutputView()
    view.resize(900, 700)
    view.show()
    growth = Growth(view, sys.argv[1])
    QTimer.singleShot(100, growth.go)
    app.exec()
    print(json.dumps(growth.results))


if __name__ == "__main__":
    main()
