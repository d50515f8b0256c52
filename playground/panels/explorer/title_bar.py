"""A bar below the form that asks for a title, or whether something is really meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from playground.widgets.controls import CommandButton, HairLine, Label

if TYPE_CHECKING:
    from playground.widgets.commands import Command


class TitleBar(QWidget):
    """Hidden until it asks. Enter agrees; Escape is the panel's Stop, which puts it away."""

    def __init__(self, yes: Command, no: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer.title_bar")
        self._yes, self._no = yes, no
        self.words = Label("", "text", 13, wrap=True)
        self.field = QLineEdit()
        self.field.setObjectName("explorer.title")
        self.field.setAccessibleName("Title of the saved request")
        self.refrain = CommandButton(no, "plain", shortcut=False)
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.field, 3)
        row.addWidget(self.refrain)
        row.addWidget(CommandButton(yes, "plain", shortcut=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(HairLine())
        column.addLayout(row)
        self.hide()

    @property
    def is_asking(self) -> bool:
        return not self.isHidden()

    def text(self) -> str:
        return self.field.text().strip()

    def ask(self, words: str, title: str | None = None) -> None:
        """`title`: one to begin with; without one it is a question."""
        self.words.setText(words)
        self.field.setVisible(title is not None)
        self.field.setText(title or "")
        self._yes.setText("Delete" if title is None else "Save")
        self._yes.setEnabled(True)
        self._no.setEnabled(True)
        self.show()
        (self.refrain if title is None else self.field).setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def put_away(self, then: QWidget) -> None:
        if self.isAncestorOf(self.window().focusWidget() or self.window()):
            then.setFocus(Qt.FocusReason.OtherFocusReason)
        self._yes.setEnabled(False)
        self._no.setEnabled(False)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.field.hasFocus():
            self._yes.trigger()
        elif isinstance(focus := self.window().focusWidget(), CommandButton):
            focus.click()
