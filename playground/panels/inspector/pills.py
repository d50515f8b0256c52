"""A command as a pill that is on or off."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.widgets.commands import Command
from playground.widgets.controls.buttons import ActionButton
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font


class TogglePill(ActionButton):
    """`dot`: the role of a dot before the words, seen while it is on."""

    def __init__(self, command: Command, text: str, *, dot: str = "", parent: QWidget | None = None) -> None:
        self._words, self._dot, self._note = text, dot, ""
        command.setCheckable(True)
        super().__init__(command, parent)

    def set_note(self, note: str) -> None:
        """Words behind the others; "" for none."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(note)
            self.updateGeometry()
            self.update()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def _text(self) -> str:
        return f"{self._words} · {self._note}" if self._note else self._words

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._text())
        return QSize(width + (13 if self._dot else 0) + 22, scaled(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, on = self.rect(), self.isChecked()
        fill = "accent_soft" if on else "hover" if self.underMouse() else "surface"
        rounded(painter, rect, fill, None if on else "line", rect.height() / 2)
        if self.hasFocus():
            rounded(painter, rect, None, "accent", rect.height() / 2, 1.5)
        x = 11
        if self._dot:
            side = 7.0
            role = self._dot if on else "faint"
            rounded(painter, QRectF(x, (rect.height() - side) / 2, side, side), role, None, side / 2)
            x += 13
        painter.setFont(self.font())
        painter.setPen(color("accent" if on else "text"))
        painter.drawText(rect.adjusted(x, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, self._text())
