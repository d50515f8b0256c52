"""Cyclic garbage is collected in the GUI thread only, and never in the midst of anything.

Python collects wherever the threshold is crossed. In the worker thread that frees QObjects which died in a cycle, and
Qt crashes on that. In the GUI thread it can be inside the destructor of a QObject: Qt calls `disconnectNotify` there
with one of its 131 locks held, PySide looks for a Python override, that allocates, and a collection that frees a
QObject with the same lock waits for itself for ever (seen with PySide6 6.11.3; gdb showed it). So the automatic
collector is switched off for good, and each time Qt's loop is about to sleep the GUI thread looks at the counts: about
a microsecond, and nothing at all while the program is idle. While something streams only the youngest objects are
looked through: what came shortly before is most often still in use, and 18 ms show.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

YOUNG = 2_500
"""Objects made and not freed before the youngest generation is looked through (0.1–0.5 ms)."""
MIDDLE = 4
"""Collections of the youngest before one of the middle (up to 3 ms)."""
PATIENCE = 40
"""Collections of the youngest before one of the middle while something is under way."""
OLD = 25
"""Collections of the middle before one of all."""
FREEZES = 3
"""How often in an application's life all objects are set aside instead of being looked through: a quarter of a million
new ones early on are the SDK's modules, which stay. Looking through those takes 150 ms, each time."""


class Collector(QObject):
    """Collects in the thread that made it, from `start` to `stop`. `busy` says whether something is under way.

    From the first one on nothing collects by itself in this process: what is left at the end goes with the process."""

    def __init__(self, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._busy = busy
        self._dispatcher: QAbstractEventDispatcher | None = None
        self._freezes = 0

    def start(self, freezes: int = 0) -> None:
        """Begin; set everything aside so many times. Without a Qt loop in this thread: does nothing."""
        dispatcher = QAbstractEventDispatcher.instance()
        if self._dispatcher is not None or dispatcher is None:
            return
        self._dispatcher = dispatcher
        self._freezes = freezes
        dispatcher.aboutToBlock.connect(self.collect)

    def stop(self) -> None:
        """Collect no more. Python does not either: QObjects are still to be destroyed."""
        dispatcher, self._dispatcher = self._dispatcher, None
        if dispatcher is None:
            return
        dispatcher.aboutToBlock.disconnect(self.collect)

    @Slot()
    def collect(self) -> None:
        """Collect what is due."""
        young, middle, old = gc.get_count()
        if young < YOUNG:
            return
        if middle < PATIENCE and self._busy():
            gc.collect(0)
        elif old >= OLD and self._freezes:
            self._freezes -= 1
            gc.collect(1)
            gc.freeze()
            gc.collect(2)  # sets the counts back; there is nothing to look through
        elif old >= OLD:
            gc.collect(2)
        elif middle >= MIDDLE:
            gc.collect(1)
        else:
            gc.collect(0)
