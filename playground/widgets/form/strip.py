"""One line that says what is wrong with a request, and leads there."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed


class ProblemLine(Themed, QAbstractButton):
    """A click, Space or Enter goes to what it says; with more than one, to each in turn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = "error"
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.retheme()

    def say(self, words: str, role: str = "error") -> None:
        """Other words, in a colour role; "" hides the line."""
        self._role = role
        self.setText(words)
        self.setAccessibleName(words or "Nothing is wrong")
        self.setToolTip(words)
        self.setVisible(bool(words))
        self.update()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(120, scaled(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect()
        painter.fillRect(rect, color("hover" if self.underMouse() else "window"))
        painter.fillRect(QRect(0, 0, rect.width(), 1), color("line"))
        if self.hasFocus():
            rounded(painter, rect.adjusted(4, 4, -4, -3), None, "accent", 5, 1.5)
        icon = "circle-alert" if self._role == "error" else "info"
        paint_icon(painter, QRect(14, (rect.height() - 14) // 2, 14, 14), icon, self._role)
        painter.setPen(color(self._role if self._role != "muted" else "muted"))
        area = rect.adjusted(36, 0, -12, 0)
        text = painter.fontMetrics().elidedText(shown_line(self.text()), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
