"""Words that lead somewhere: a click, Space or Enter goes there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.widgets.icons import paint_icon
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

_ICON = 13


class LinkButton(Themed, QAbstractButton):
    """A link in the text's own type. `icon`: the name of a small one behind the words; `quiet`: grey until the mouse is
    over it."""

    def __init__(
        self, text: str = "", *, icon: str = "", quiet: bool = False, size: int = 13, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._role, self._size, self._words = icon, "muted" if quiet else "accent", size, ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.retheme()
        self.set_words(text)

    def set_words(self, text: str) -> None:
        """Other words; they are shown as texts from elsewhere are."""
        self._words = text
        self._say()

    def set_role(self, role: str) -> None:
        """Another colour while the mouse is elsewhere."""
        if role != self._role:
            self._role = role
            self.update()

    def words(self) -> str:
        return self._words

    def _say(self) -> None:
        self.setText(shown_line(self._words))
        self.setAccessibleName(self._words)
        self.updateGeometry()
        self.update()

    def retheme(self) -> None:
        self.setFont(ui_font(self._size))
        self._say()

    def _extra(self) -> int:
        return scaled(_ICON) + 4 if self._icon else 0

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + self._extra() + 4, scaled(22))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 60), scaled(22))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        over = self.underMouse()
        role = "accent_hover" if over else self._role
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4, 1.5)
        painter.setPen(color(role))
        box = self.rect().adjusted(1, 0, -3 - self._extra(), 0)
        metrics = painter.fontMetrics()
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width() + 1)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        end = box.x() + metrics.horizontalAdvance(words)
        if over:
            y = (self.height() + metrics.ascent() - metrics.descent()) // 2 + 2
            painter.drawLine(QPoint(box.x(), y), QPoint(end, y))
        if self._icon:
            side = scaled(_ICON)
            paint_icon(painter, QRect(end + 4, (self.height() - side) // 2, side, side), self._icon, role)
