"""The line above a document: as tree or as text, how large it is, what can be done; and the line that tells a fault."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.commands import Command
from playground.widgets.controls import IconButton, Label, Segmented
from playground.widgets.theme import color

MARGINS = (16, 6, 8, 6)
NO_TREE = "What is no JSON has no tree"


class _Note(Label):
    """Words at the right, on one line that ends in “…” where there is no room."""

    def __init__(self) -> None:
        super().__init__("", "muted", 12)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


class JsonHead(QWidget):
    """Pills, words and buttons on one line. `chosen` carries "tree" or "text" when a person chose it."""

    chosen = Signal(str)

    def __init__(self, name: str, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modes = Segmented([("tree", "Tree"), ("text", "Text")], name="Show JSON as")
        self._pills = {pill.text().lower(): pill for pill in self._modes.findChildren(QAbstractButton)}
        for mode, pill in self._pills.items():
            pill.setObjectName(f"{name}.{mode}")
        self._modes.changed.connect(self.chosen)
        self._note = _Note()
        row = QHBoxLayout(self)
        row.setContentsMargins(*MARGINS)
        row.setSpacing(4)
        row.addWidget(self._modes)
        row.addWidget(self._note, 1)
        row.addSpacing(4)
        for command in commands:
            row.addWidget(IconButton(command))

    def show_mode(self, mode: str, *, readable: bool) -> None:
        """What is seen now; what is not readable as JSON has no tree to choose."""
        tree = self._pills["tree"]
        tree.setEnabled(readable)
        tree.setToolTip("" if readable else NO_TREE)
        self._modes.blockSignals(True)
        self._modes.set_value(mode)
        self._modes.blockSignals(False)

    def say(self, text: str) -> None:
        """Words beside the pills; whole in the tooltip."""
        self._note.setText(text)
        self._note.setToolTip(text)
        self._note.setAccessibleName(text)

    def said(self) -> str:
        return self._note.source()


class FaultLine(QWidget):
    """What is wrong with a document, in as many lines as it takes. Hidden while nothing is."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = "error"
        self._words = Label("", "error", 12, wrap=True, selectable=True)
        self._words.setObjectName(f"{name}.fault")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 6)
        column.addWidget(self._words)
        self.hide()

    def say(self, text: str, role: str = "error") -> None:
        """Tell it, in a colour role ("error", "warning"); "" for nothing."""
        self._role = role
        self._words.set_role(role)
        self._words.setText(text)
        self._words.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()

    def text(self) -> str:
        return self._words.source() if not self.isHidden() else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), color(f"{self._role}_soft"))
