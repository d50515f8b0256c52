"""What Models says above its table."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.widgets.commands import Command
from playground.widgets.controls import CommandButton, Label
from playground.widgets.theme import color


class FetchStrip(QWidget):
    """On the sandbox, while its real model is not on this machine: what it is, and the way to have it."""

    def __init__(self, command: Command | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.fetch")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        text = Label(
            "The sandbox has a real model too: SmolLM2, 135 million parameters. Its weights (112 MB) are fetched once.",
            "text",
            12.5,
            wrap=True,
        )
        row.addWidget(text, 1)
        if command is not None:
            button = CommandButton(command, text="Fetch")
            button.setObjectName("models.fetch.button")
            row.addWidget(button)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("simulated_soft"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, color("line"))
