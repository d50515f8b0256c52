"""The left column's head: what the schema is called, how it stands, where it comes from and goes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from playground.widgets.controls import Chip, CommandButton

if TYPE_CHECKING:
    from playground.core.schemas import Report, SchemaTextError
    from playground.widgets.commands import Command

NAME = re.compile(r"[^A-Za-z0-9_-]")
LONGEST = 64
"""Characters of a name that the API takes (`text.format.name`)."""


class Head(QWidget):
    """`named`: somebody calls it otherwise."""

    named = Signal(str)

    def __init__(self, bring: Command, make: Command, parent: QWidget | None = None) -> None:
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
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.state)
        row.addWidget(self.bring)
        row.addWidget(self.make)
        self.name.textEdited.connect(self._edited)

    def set_name(self, name: str) -> None:
        self.name.setText(NAME.sub("_", name)[:LONGEST])
        self.name.setCursorPosition(0)  # of a long one the beginning is seen

    def _edited(self, text: str) -> None:
        clean = NAME.sub("_", text)
        if clean != text:
            place = self.name.cursorPosition()
            self.name.setText(clean)
            self.name.setCursorPosition(place)
        if clean:
            self.named.emit(clean)

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
