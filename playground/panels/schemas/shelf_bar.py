"""A strip above the middle column: asks for a name, asks whether something is meant, or says that two hands wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from playground.widgets.controls import CommandButton, HairLine, Label
from playground.widgets.flow import FlowLayout
from playground.widgets.presentation import shown
from playground.widgets.surface import Surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.widgets.commands import Command


class ShelfBar(QWidget):
    """Hidden until it asks. Enter in the field does the first of what is offered; Escape refrains."""

    def __init__(self, no: Command, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.shelf.bar")
        self._no, self._all = no, list(commands)
        self.offered: list[Command] = []
        self.title = Label("", "text", 13, 600, wrap=True, selectable=True)
        self.words = Label("", "muted", 12, wrap=True, selectable=True)
        self.field = QLineEdit()
        self.field.setObjectName("schemas.shelf.field")
        self.field.setAccessibleName("Name")
        self.refrain = CommandButton(no, "plain", shortcut=False)
        self.buttons = {command: CommandButton(command, "plain", shortcut=False) for command in self._all}
        row = FlowLayout(gap=8, line_gap=8)
        for button in (*self.buttons.values(), self.refrain):
            row.addWidget(button)
        ground = Surface("sunken")
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(6)
        inner.addWidget(self.title)
        inner.addWidget(self.words)
        inner.addWidget(self.field)
        inner.addSpacing(2)
        inner.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(ground)
        column.addWidget(HairLine())
        self.hide()
        self._allow()

    @property
    def is_asking(self) -> bool:
        return not self.isHidden()

    def text(self) -> str:
        return self.field.text().strip()

    def ask(
        self, title: str, words: str, offered: Sequence[Command], *, name: str | None = None, role: str = "text",
        label: str = "Name", no: str = "Cancel",
    ) -> None:  # fmt: skip
        """`name`: what stands in the field at first; without one there is no field. `no`: what refraining is called."""
        self._no.setText(no)
        self.title.set_role(role)
        self.title.setText(title)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.setAccessibleName(shown(f"{title} {words}".strip()))
        self.field.setVisible(name is not None)
        self.field.setAccessibleName(label)
        self.field.setPlaceholderText(label)
        self.field.setText(name or "")
        self.offered = list(offered)
        self.show()
        self._allow()
        (self.field if name is not None else self.refrain).setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def put_away(self, then: QWidget) -> None:
        """Ask no more. Where the focus is in it, it goes to `then`."""
        if not self.is_asking:
            return
        if self.isAncestorOf(self.window().focusWidget() or self.window()):
            then.setFocus(Qt.FocusReason.OtherFocusReason)
        self.offered = []
        self.hide()
        self._allow()

    def _allow(self) -> None:
        for command, button in self.buttons.items():
            command.setEnabled(command in self.offered)
            button.setVisible(command in self.offered)
        self._no.setEnabled(self.is_asking)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._no.trigger()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus() and self.offered:
            self.offered[0].trigger()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            focus := self.window().focusWidget(), CommandButton
        ):
            focus.click()
        else:
            super().keyPressEvent(event)
