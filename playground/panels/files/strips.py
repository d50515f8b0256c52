"""What stands above the list for a while: work under way, and what of it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from playground.widgets.controls import Banner, CommandButton, Label
from playground.widgets.icons import paint_icon
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, ui_font

if TYPE_CHECKING:
    from playground.core.errors import Problem
    from playground.widgets.commands import Command


class WorkStrip(QWidget):
    """How far something is, and the command that stops it. Hidden while there is nothing."""

    def __init__(self, name: str, stop: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.words = Label("", "text", 12.5)
        self.bar = QProgressBar()
        self.bar.setObjectName(f"{name}.progress")
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self._stop = stop
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addWidget(CommandButton(stop, "plain", shortcut=False))
        self.hide()

    def say(self, words: str, done: float, total: float) -> None:
        """So much of so much."""
        self.words.setText(words)
        self.bar.setRange(0, 1000)
        self.bar.setValue(int(1000 * done / total) if total else 0)
        self._stop.setEnabled(True)
        self.show()

    def put_away(self) -> None:
        self._stop.setEnabled(False)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, color("line"))


class FailureStrip(QWidget):
    """A problem with what can be done about it, until it is put away."""

    def __init__(self, name: str, *commands: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._commands = commands
        self.banner: Banner | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self.hide()

    def show_problem(self, problem: Problem) -> None:
        """In place of the one before."""
        self._drop()
        self.banner = Banner(problem)
        for command in self._commands:
            command.setEnabled(True)
            self.banner.add_action(command)
        self._column.addWidget(self.banner)
        self.show()

    def put_away(self) -> None:
        self._drop()
        for command in self._commands:
            command.setEnabled(False)
        self.hide()

    def _drop(self) -> None:
        if self.banner is not None:
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, self.height() - 1, self.width(), 1, color("line"))


class DropHint(QWidget):
    """Over the panel while files are dragged over it: what a drop does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("files.drop")
        self.setAccessibleName("Drop files to upload them")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def over(self, over: bool) -> None:
        self.setVisible(over)
        if over:
            self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("window"))
        rounded(painter, self.rect().adjusted(12, 12, -12, -12), "accent_soft", "accent", 8, 1.5)
        middle = self.rect().center()
        paint_icon(painter, QRect(middle.x() - 14, middle.y() - 34, 28, 28), "upload", "accent")
        painter.setFont(ui_font(14, 600))
        painter.setPen(color("text"))
        box = self.rect().adjusted(0, 24, 0, 24)
        words = "Drop to upload: you choose the purpose before anything is sent"
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
