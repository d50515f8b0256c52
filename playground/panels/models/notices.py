"""What Models says above or instead of its table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.core.errors import Problem
from playground.widgets.commands import Command
from playground.widgets.controls import Banner, CommandButton, Label
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


class TroublePage(QScrollArea):
    """Instead of the table: why there is none."""

    def __init__(self, refresh: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._refresh = refresh
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Why there is no list")
        self.setObjectName("models.trouble")

    def show_problem(self, problem: Problem, more: Sequence[Command]) -> None:
        """Show it as a box with the commands that may help."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(16, 16, 16, 16)
        box = Banner(problem, self._refresh)
        box.setMaximumWidth(720)
        # Its own policy would cap it at the height it has before its sentences are wrapped.
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        for command in more:
            box.add_action(command)
        column.addWidget(box)
        column.addStretch(1)
        old = self.takeWidget()
        self.setWidget(holder)
        holder.setAutoFillBackground(False)
        if old is not None:
            old.deleteLater()
