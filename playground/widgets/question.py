"""Asks in place before something is done that cannot be undone, or costs: a strip, no box that holds all else up."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.widgets.commands import Command
from playground.widgets.controls import CommandButton, Label
from playground.widgets.flow import FlowLayout
from playground.widgets.theme import color


class QuestionBar(QWidget):
    """Hidden until it asks. `no`: the command that refrains, which has the focus; `yes`: those that do it."""

    def __init__(self, name: str, no: Command, *yes: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._commands = (no, *yes)
        self.words = Label("", "text", 13, 500, wrap=True, selectable=True)
        self._refrain = CommandButton(no, "plain", shortcut=False)
        buttons = FlowLayout(gap=8, line_gap=8)
        buttons.addWidget(self._refrain)
        for command in yes:
            buttons.addWidget(CommandButton(command, "plain", shortcut=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addLayout(buttons)
        self._allow(False)
        self.hide()

    @property
    def is_asking(self) -> bool:
        return not self.isHidden()

    def ask(self, words: str) -> None:
        """Show the question."""
        self.words.setText(words)
        self.setAccessibleName(self.words.source())
        self._allow(True)
        self.show()
        self._refrain.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter, pressed once too often, does no harm

    def put_away(self, then: QWidget) -> None:
        """Ask no more. Where the focus is in the question, it goes to `then`."""
        if self.isAncestorOf(self.window().focusWidget() or self.window()):
            then.setFocus(Qt.FocusReason.OtherFocusReason)
        self._allow(False)
        self.hide()

    def _allow(self, asking: bool) -> None:
        for command in self._commands:
            command.setEnabled(asking)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus; Esc refrains."""
        focus = self.window().focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, CommandButton):
            focus.click()
        elif event.key() == Qt.Key.Key_Escape:
            self._commands[0].trigger()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("warning_soft"))
        painter.fillRect(0, 0, self.width(), 1, color("line"))
