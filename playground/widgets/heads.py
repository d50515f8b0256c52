"""The line above a face: controls, words in the middle that end in “…” where there is no room, more controls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from playground.widgets.controls import Label, Segmented
from playground.widgets.theme import scaled
from playground.widgets.themed import Themed


class Note(Label):
    """Words on one line, which end in “…” where there is no room. `right`: they end at the right."""

    def __init__(self, *, right: bool = False) -> None:
        super().__init__("", "muted", 12)
        self._side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | self._side, text)


class Head(Themed, QWidget):
    """A line of controls, words in the middle, and more controls at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.retheme()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(16, 0, 12, 0)
        self.row.setSpacing(8)
        self.note = Note()

    def retheme(self) -> None:
        self.setFixedHeight(scaled(40))

    def say(self, text: str, role: str = "muted") -> None:
        """Words in the middle; whole in the tooltip."""
        self.note.set_role(role)
        self.note.setText(text)
        self.note.setToolTip(text)
        self.note.setAccessibleName(text)


def pills(name: str, options: list[tuple[str, str]], title: str) -> Segmented:
    """A `Segmented` whose pills can be told apart by their names (`NAME.VALUE`)."""
    made = Segmented(options, name=title)
    made.setObjectName(name)
    for pill, (value, _) in zip(made.findChildren(QAbstractButton), options, strict=True):
        pill.setObjectName(f"{name}.{value}")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return made
