"""The strip below the head: that the document is a format or a function tool, with its name and description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from playground.panels.schemas.head import LONGEST, NAME
from playground.widgets.controls import Chip, HairLine, IconButton

if TYPE_CHECKING:
    from playground.core.schemas.use import Held
    from playground.widgets.commands import Command

_WORDS = {"text.format": "text.format", "response_format": "response_format", "function": "function tool"}
LONGEST_DESCRIPTION = 10_000


class HolderStrip(QWidget):
    """`named` and `described`: somebody wrote another one, and left the field or pressed Enter."""

    named = Signal(str)
    described = Signal(str)

    def __init__(self, unwrap: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.holder")
        self._shown = ("", "")
        self.kind = Chip("", "accent")
        self.kind.setObjectName("schemas.holder.kind")
        self.name = QLineEdit()
        self.name.setObjectName("schemas.holder.name")
        self.name.setMaxLength(LONGEST)
        self.name.setPlaceholderText("name")
        self.name.setToolTip("As it is sent: letters, digits, _ and -, up to 64")
        self.description = QLineEdit()
        self.description.setObjectName("schemas.holder.description")
        self.description.setMaxLength(LONGEST_DESCRIPTION)
        self._speak("format or tool")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.kind)
        head.addWidget(self.name, 1)
        head.addWidget(IconButton(unwrap, size=24))
        column = QVBoxLayout()
        column.setContentsMargins(16, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.description)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(column)
        layout.addWidget(HairLine())
        self.name.textEdited.connect(self._clean)
        self.name.editingFinished.connect(self._name_left)
        self.description.editingFinished.connect(self._description_left)
        self.hide()

    def show_held(self, one: Held) -> None:
        """What holds the schema; hidden where nothing does. A field that somebody writes in is left alone."""
        self.setVisible(one.holder != "schema")
        if one.holder == "schema":
            return
        words = _WORDS[one.holder]
        self.kind.set_text(words)
        self._speak(words)
        tool = one.holder == "function"
        self.description.setPlaceholderText("What it is for: the model reads it" if tool else "Description, not sent")
        self._shown = (one.name, one.description or "")
        for field, text in zip((self.name, self.description), self._shown, strict=True):
            if field.text() != text and not (field.hasFocus() and field.isModified()):
                field.setText(text)
                field.setCursorPosition(0)
        self.description.setToolTip(one.description or "")

    def _speak(self, words: str) -> None:
        self.name.setAccessibleName(f"Name of the {words}")
        self.description.setAccessibleName(f"Description of the {words}")

    def _clean(self, text: str) -> None:
        clean = NAME.sub("_", text)
        if clean != text:
            place = self.name.cursorPosition()
            self.name.setText(clean)
            self.name.setModified(True)
            self.name.setCursorPosition(place)

    def _name_left(self) -> None:
        self.name.setModified(False)
        if not self.name.text():
            self.name.setText(self._shown[0])
        elif self.name.text() != self._shown[0]:
            self.named.emit(self.name.text())

    def _description_left(self) -> None:
        self.description.setModified(False)
        if self.description.text() != self._shown[1]:
            self.described.emit(self.description.text())
