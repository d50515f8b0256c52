"""Asks for a store's name, in place: of a new one, or another for one that is there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from playground.core.stores.model import Store
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import CommandButton, Label
from playground.widgets.presentation import shown_line
from playground.widgets.theme import color

LONGEST = 256
"""Characters of a name that can be typed."""


class NameStrip(QWidget):
    """Hidden until it asks."""

    given = Signal(str, str)
    """The name, and the ID of the store that gets it; empty: a new one."""
    left = Signal()

    def __init__(self, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.naming")
        self._store = ""
        add = commands.add
        group = "Vector stores"
        self.no = add("stores.leave_name", "Do Not Name It", self.leave, group=group, scope=self, enabled=False)
        self.yes = add("stores.take_name", "Make the Store", self.take, group=group, scope=self, enabled=False)
        self.words = Label("", "text", 13, 500)
        self.field = QLineEdit()
        self.field.setObjectName("stores.naming.name")
        self.field.setAccessibleName("Name of the store")
        self.field.setMaxLength(LONGEST)
        self.field.returnPressed.connect(self.take)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(CommandButton(self.yes, "primary", shortcut=False))
        row.addWidget(CommandButton(self.no, "plain", text="Cancel", shortcut=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addLayout(row)
        self.hide()

    def ask(self, store: Store | None, where: str) -> None:
        """Of a new store at `where`, or another name for this one."""
        self._store = store.id if store is not None else ""
        named = f"“{shown_line(store.name or store.id)}”" if store is not None else ""
        self.words.setText(f"Another name for {named}" if store is not None else f"A new vector store at {where}")
        self.yes.setText("Rename" if store is not None else "Make It")
        self.field.setText(store.name if store is not None else "")
        self.field.setPlaceholderText("Name" if store is not None else "Name, such as “Handbook”")
        self.field.selectAll()
        self._allow(True)
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Have it so named; a store may have no name, too."""
        if not self.isHidden():
            name, store = self.field.text().strip(), self._store
            self.put_away()
            self.given.emit(name, store)

    def leave(self) -> None:
        self.put_away()
        self.left.emit()

    def put_away(self) -> None:
        self._allow(False)
        self.hide()

    def _allow(self, asking: bool) -> None:
        for command in (self.no, self.yes):
            command.setEnabled(asking)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, color("line"))
