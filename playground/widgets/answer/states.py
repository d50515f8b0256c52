"""What an answer's place says while there is none: nothing asked yet, under way, failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from playground.widgets.commands import Command
from playground.widgets.controls import Banner, CommandButton, Label
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.core.errors import Problem

BUSY_AFTER = 250
"""Milliseconds before the bar is seen: most answers are there before, and nothing should flash."""


class BusyPage(QWidget):
    """A bar, what is being done, and the command that ends it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}.busy")
        self.bar = QProgressBar()
        self.bar.setObjectName(f"{name}.progress")
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(240, 4)
        self.words = Label("", "muted", 13)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._box = QWidget()
        inner = QVBoxLayout(self._box)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        center = Qt.AlignmentFlag.AlignHCenter
        inner.addWidget(self.bar, 0, center)
        inner.addWidget(self.words, 0, center)
        self._inner = inner
        self._button: CommandButton | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(BUSY_AFTER)
        self._later.timeout.connect(self._box.show)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self._box, 0, center)
        column.addStretch(3)

    def say(self, words: str, done: float = 0, total: float | None = None) -> None:
        """`total` None: nobody knows how much there is to do."""
        self.words.setText(words)
        self.bar.setAccessibleName(words)
        self.bar.setRange(0, 1000 if total else 0)
        if total:
            self.bar.setValue(int(1000 * min(1.0, done / total)))

    def offer(self, command: Command | None) -> None:
        """What ends it."""
        if self._button is not None:
            self._button.hide()
            self._button.deleteLater()
            self._button = None
        if command is not None:
            self._button = CommandButton(command, "plain")
            self._inner.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._box.hide()
        self._later.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._later.stop()
        self.bar.setRange(0, 1)  # what moves without an end costs time where nobody sees it


class ProblemPage(QScrollArea):
    """A banner at the top of an else empty page."""

    opened = Signal(str)
    param_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}.problem")
        self.setAccessibleName("Problem")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.banner: Banner | None = None

    def show_problem(self, problem: Problem, action: Command | None = None, *, leads: bool = False) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 16, 16, 16)
        self.banner = make_banner(problem, action, leads=leads)
        self.banner.opened.connect(self.opened)
        self.banner.param_wanted.connect(self.param_wanted)
        column.addWidget(self.banner)
        column.addStretch(1)
        self.setWidget(page)

    def clear(self) -> None:
        self.banner = None
        self.setWidget(QWidget())


def make_banner(problem: Problem, action: Command | None, *, leads: bool = False) -> Banner:
    """As wide as what it says is well read. `leads`: it offers a way to the parameter that is named."""
    banner = Banner(problem, action)
    if leads:
        banner.offer_param()
    banner.setMaximumWidth(scaled(860))
    return banner
