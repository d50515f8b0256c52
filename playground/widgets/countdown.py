"""The time until another try makes sense, where a server named one; it counts while it is seen."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from playground.core.error_table import countdown
from playground.widgets.panes import Paragraph


class Countdown(Paragraph):
    """Hidden where no time was named."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", "warning", weight=500, parent=parent)
        self.setObjectName(name)
        self._asked: float | None = None
        self._ready_at = 0.0
        self.timer = QTimer(self)
        self.timer.setInterval(1000)
        self.timer.timeout.connect(self._count)

    def set_wait(self, asked: float | None, ready_at: float) -> None:
        """`asked`: seconds that the server asked to wait, None: it did not; `ready_at`: Unix time of their end."""
        self._asked, self._ready_at = asked, ready_at
        self._count()
        self.setVisible(asked is not None)

    def _count(self) -> None:
        now = time.time()
        self.set_text("" if self._asked is None else countdown(self._asked, self._ready_at - now))
        if self._asked is not None and self._ready_at > now and self.isVisible():
            if not self.timer.isActive():
                self.timer.start()
        else:
            self.timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._count()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.timer.stop()
