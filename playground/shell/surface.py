"""The shell's plain parts: key hints, painted buttons, and those that are anybody's: filled areas, text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from playground.widgets.surface import Surface as Surface
from playground.widgets.surface import Text as Text
from playground.widgets.theme import current_theme, ui_font
from playground.widgets.themed import Themed


def key_words(text: str) -> str:
    """A shortcut as the design writes it: `Ctrl+K` → `Ctrl K`, `Ctrl++` → `Ctrl +`."""
    if text.endswith("++"):
        return f"{text[:-2].replace('+', ' ')} +"
    return text.replace("+", " ")


def draw_key_hint(painter: QPainter, right: int, middle: int, text: str, *, role: str = "muted") -> int:
    """Paint a small key cap that ends at `right`; returns its left edge. For what paints itself."""
    theme = current_theme()
    painter.save()
    painter.setFont(ui_font(11))
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + 12
    box = QRectF(right - width + 0.5, middle - 8.5, width - 1, 17)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("line"))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.color(role))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return right - width


def draw_focus(painter: QPainter, box: QRectF, radius: float = 7.0) -> None:
    """The one way a focused control of the shell looks."""
    pen = painter.pen()
    pen.setColor(current_theme().color("accent"))
    pen.setWidthF(1.5)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius)


class Dot(QWidget):
    """A small round sign of a state; the words beside it say the same."""

    def __init__(self, role: str = "good", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setFixedSize(9, 9)

    def set_role(self, role: str) -> None:
        if role != self._role:
            self._role = role
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().color(self._role))
        painter.drawEllipse(QRectF(0, 0, 9, 9))


class PaintedButton(Themed, QAbstractButton):
    """A button that paints itself from the theme; subclasses give `paint(painter, box)`."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        self.updateGeometry()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        raise AssertionError(f"{type(self).__name__} paints nothing")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        self.paint(painter, box)
        if self.hasFocus():
            draw_focus(painter, box)

    def below(self) -> QPoint:
        """Where a menu of this button opens, in screen coordinates."""
        return self.mapToGlobal(QPoint(0, self.height() + 4))
