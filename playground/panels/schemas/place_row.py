"""A row of a list that is about a place of the schema: a click or Enter goes there, the arrows go on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.widgets.themed import Themed


class PlaceRow(Themed, QWidget):
    """Subclasses paint it, and say how high it is for a width."""

    chosen = Signal(str)

    def __init__(self, name: str, pointer: str, parent: QWidget | None = None) -> None:
        """`pointer`: the JSON pointer of its place."""
        super().__init__(parent)
        self._pointer = pointer
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def retheme(self) -> None:
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self._pointer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._pointer)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
