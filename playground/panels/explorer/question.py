"""Asks, below the form, before something is ended, removed or exposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.widgets.controls import CommandButton, Label
from playground.widgets.theme import color

if TYPE_CHECKING:
    from playground.core.catalog import MethodEntry
    from playground.core.profiles import Profile
    from playground.widgets.commands import Command


def act_words(entry: MethodEntry, arguments: Mapping[str, Any]) -> str:
    """What will be done, naming the object: `Delete file file-1`."""
    named = [
        f"{(parameter.id_kind or parameter.name).replace('_', ' ')} {arguments[parameter.name]}"
        for parameter in reversed(entry.parameters)
        if parameter.place == "path" and arguments.get(parameter.name)
    ]
    *_, family, last = f".{entry.name}".split(".")
    act = {"DELETE": "Delete"}.get(entry.verb) or last.replace("_", " ").capitalize()
    return f"{act} {' of '.join(named) or family.replace('_', ' ').rstrip('s')}"


def question_words(entry: MethodEntry, arguments: Mapping[str, Any], profile: Profile) -> str:
    """What is asked."""
    where = "the sandbox" if profile.is_sandbox else f"“{profile.name}”"
    path = entry.path
    for name in entry.path_parameters:
        path = path.replace(f"{{{name}}}", str(arguments.get(name, f"{{{name}}}")))
    return f"{act_words(entry, arguments)} on {where}? {entry.verb} {path} cannot be undone from here."


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
        self._refrain = CommandButton(no, "plain", shortcut=False)
        buttons.addWidget(self._refrain)
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
        self._yes.setText(act_words(entry, arguments))
        self._yes.setEnabled(True)
        self._no.setEnabled(True)
        self.show()
        self._refrain.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter, pressed once too often, does no harm

    def put_away(self, then: QWidget) -> None:
        """Ask no more. Where the focus is in the question, it goes to `then`."""
        if self.isAncestorOf(self.window().focusWidget() or self.window()):
            then.setFocus(Qt.FocusReason.OtherFocusReason)
        self._yes.setEnabled(False)
        self._no.setEnabled(False)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus."""
        focus = self.window().focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, CommandButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("warning_soft"))
        painter.fillRect(0, 0, self.width(), 1, color("line"))
