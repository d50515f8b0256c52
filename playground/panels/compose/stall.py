"""The strip that announces a silent stream, and leaves the choice: to wait, or to stop and keep what came."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import CommandButton, Label
from playground.widgets.theme import color


def length(seconds: float) -> str:
    """`15 s`, `2 min 5 s`."""
    whole = round(seconds) if seconds >= 1 else 0
    if not whole:
        return f"{seconds:.1g} s"
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"


class StallStrip(QWidget):
    """Shown while the server sends nothing; goes by itself when something comes. Never in the way: what came can be
    read and copied meanwhile."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.stall")
        self.setAccessibleName("The stream is silent")
        self._began = 0.0
        self._silent = False
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tell)
        self.hide()

    def build(self, commands: CommandRegistry) -> None:
        """Make its parts, once the commands that the buttons show are there."""
        self.words = Label("", "text", 13, 500)
        self.words.setObjectName("compose.stall.words")
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 8, 16, 8)
        row.setSpacing(10)
        row.addWidget(self.words)
        row.addStretch(1)
        for name in ("compose.wait", "compose.stop"):
            command = commands.get(name)
            assert command is not None
            button = CommandButton(command, "plain")
            button.setObjectName(f"{name}_stalled")
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def follow(self, silent: bool, after: float) -> None:
        """The stream has been silent for `after` seconds, or is not any more."""
        if silent is self._silent:
            return
        self._silent = silent
        if silent:
            self._began = time.monotonic() - after
            self._tell()
            self._second.start()
        else:
            self._second.stop()
        self.setVisible(silent)

    @property
    def is_silent(self) -> bool:
        return self._silent

    def put_away(self) -> None:
        """The person waits: not shown again before the next silence."""
        self._second.stop()
        self.hide()

    def _tell(self) -> None:
        self.words.setText(f"Nothing has come for {length(time.monotonic() - self._began)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("warning_soft"))
        painter.fillRect(0, 0, 4, self.height(), color("warning"))
