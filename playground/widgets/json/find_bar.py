"""The line above a document in which words are looked for, with the number of hits, and next and previous."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from playground.widgets.commands import Command
from playground.widgets.controls import IconButton, Label

PAUSE = 150
"""Milliseconds without a key after which a search begins."""


class FindBar(QWidget):
    """`wanted` carries the words when they have changed and the typing paused, or Enter was pressed."""

    wanted = Signal(str)
    step = Signal(int)
    closed = Signal()

    def __init__(
        self, name: str, previous: Command, following: Command, close: Command, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setObjectName(f"{name}.find.text")
        self.edit.setAccessibleName("Find in keys and values")
        self.edit.setPlaceholderText("Find in keys and values")
        self.edit.setClearButtonEnabled(True)
        self.edit.textChanged.connect(self._typed)
        self.edit.installEventFilter(self)
        self.count = Label("", "muted", 12)
        self.count.setMinimumWidth(90)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 6)
        row.setSpacing(4)
        row.addWidget(self.edit, 1)
        row.addSpacing(8)
        row.addWidget(self.count)
        for command in (previous, following, close):
            row.addWidget(IconButton(command))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._ask)
        self._asked = ""

    def text(self) -> str:
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Look for other words, at once."""
        self.edit.setText(text)
        self._ask()

    def ask_again(self) -> None:
        """The document is another one."""
        self._asked = ""
        if self.text():
            self._ask()

    def _typed(self, _text: str) -> None:
        self._timer.start()

    def _ask(self) -> None:
        self._timer.stop()
        if self.text() != self._asked:
            self._asked = self.text()
            self.wanted.emit(self._asked)

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.text() != self._asked:
                    self._ask()
                else:
                    self.step.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.closed.emit()
                return True
        return False
