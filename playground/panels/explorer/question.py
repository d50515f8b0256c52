"""Asks, below the form, before something is ended, removed or exposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.widgets.controls import CommandButton, Label
from playground.widgets.theme import color

if TYPE_CHECKING:
    from playground.core.catalog import MethodEntry
    from playground.core.profiles import Profile
    from playground.widgets.commands import Command


def question_words(entry: MethodEntry, arguments: Mapping[str, Any], profile: Profile) -> str:
    """What will happen, naming the object."""
    named = [
        f"{(parameter.id_kind or parameter.name).replace('_', ' ')} {arguments[parameter.name]}"
        for parameter in reversed(entry.parameters)
        if parameter.place == "path" and arguments.get(parameter.name)
    ]
    what = " of ".join(named) or entry.summary.rstrip(".")
    last = entry.name.rpartition(".")[2]
    act = {"DELETE": "Delete"}.get(entry.verb) or last.replace("_", " ").capitalize()
    where = "the sandbox" if profile.is_sandbox else f"“{profile.name}”"
    return f"{act} {what} on {where}? {entry.verb} {entry.path} cannot be undone from here."


class Question(QWidget):
    """Hidden until it asks."""

    def __init__(self, yes: Command, no: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer.question")
        self._yes, self._no = yes, no
        self.words = Label("", "text", 13, 500, wrap=True, selectable=True)
        self._confirm = CommandButton(yes, "plain", shortcut=False)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(CommandButton(no, "plain", shortcut=False))
        buttons.addWidget(self._confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addLayout(buttons)
        self.hide()

    @property
    def is_asking(self) -> bool:
        return not self.isHidden()

    def ask(self, entry: MethodEntry, arguments: Mapping[str, Any], profile: Profile) -> None:
        self.words.setText(question_words(entry, arguments, profile))
        self.setAccessibleName(self.words.source())
        self._yes.setEnabled(True)
        self._no.setEnabled(True)
        self.show()
        self._confirm.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_away(self) -> None:
        self._yes.setEnabled(False)
        self._no.setEnabled(False)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("warning_soft"))
        painter.fillRect(0, 0, self.width(), 1, color("line"))
