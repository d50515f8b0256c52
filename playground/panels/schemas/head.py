"""The left column's head: what the schema is called, how it stands, where it comes from and goes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from playground.widgets.controls import Chip, CommandButton, IconButton
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.core.schemas import Report, SchemaTextError
    from playground.widgets.commands import Command

NAME = re.compile(r"[^A-Za-z0-9_-]")
LONGEST = 64
"""Characters of a name that the API takes (`text.format.name`)."""


def clean_name(name: str) -> str:
    """A name as it is sent."""
    return NAME.sub("_", name)[:LONGEST]


class Head(QWidget):
    """`named`: somebody calls it otherwise; `settled`: and has left the field."""

    named = Signal(str)
    settled = Signal(str)

    def __init__(
        self, bring: Command, make: Command, library: Command, save: Command, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.head")
        self.name = QLineEdit()
        self.name.setObjectName("schemas.name")
        self.name.setAccessibleName("Name of the schema")
        self.name.setToolTip("As it is sent: letters, digits, _ and -, up to 64")
        self.name.setMaxLength(LONGEST)
        self.state = Chip("strict", "muted")
        self.state.setObjectName("schemas.state")
        self.bring = CommandButton(bring, text="From ▾", shortcut=False)
        self.make = CommandButton(make, text="To ▾", shortcut=False)
        self.saved = Text("", "muted", size=12, elide=True)
        self.saved.setObjectName("schemas.saved")
        row, below = QHBoxLayout(), QHBoxLayout()
        for one in (row, below):
            one.setContentsMargins(0, 0, 0, 0)
            one.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.bring)
        row.addWidget(self.make)
        below.addWidget(self.state)
        below.addWidget(self.saved, 1)
        below.addWidget(CommandButton(library, "quiet", text="Library", shortcut=False))
        below.addWidget(IconButton(save))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 6)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(below)
        self.name.textEdited.connect(self._edited)
        self.name.editingFinished.connect(self._settled)

    def set_name(self, name: str) -> None:
        self.name.setText(clean_name(name))
        self.name.setCursorPosition(0)  # of a long one the beginning is seen

    def _edited(self, text: str) -> None:
        clean = NAME.sub("_", text)
        if clean != text:
            place = self.name.cursorPosition()
            self.name.setText(clean)
            self.name.setCursorPosition(place)
        if clean:
            self.named.emit(clean)

    def _settled(self) -> None:
        if self.name.text():
            self.settled.emit(self.name.text())

    def set_saved(self, words: str, *, is_dirty: bool) -> None:
        """Which version it is, and whether it has changed since."""
        self.saved.set_role("warning" if is_dirty else "muted")
        self.saved.set_text(words)
        self.saved.setAccessibleName(words.replace("•", "").strip())

    def set_state(self, broken: SchemaTextError | None, report: Report | None) -> None:
        """In a word: strict, how much is wrong, or no JSON."""
        if broken is not None or report is None:
            self.state.set_role("error")
            self.state.set_text("no JSON")
        elif report.is_accepted:
            self.state.set_role("good")
            self.state.set_text("strict" if report.profile.startswith("openai") else "accepted")
        else:
            self.state.set_role("error")
            count = len(report.errors)
            self.state.set_text("1 error" if count == 1 else f"{count} errors")
