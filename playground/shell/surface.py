"""The shell's plain parts: filled areas with hairlines, text in a colour role, key hints, painted buttons."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from playground.widgets.presentation import original, shown_line
from playground.widgets.theme import current_theme, scaled, ui_font
from playground.widgets.themed import Label, Themed


class Surface(Themed, QWidget):
    """An area filled with a colour role, with hairlines at the edges named ("t", "b", "l", "r").

    `height`: fixed, in pixels; it grows with the type and never shrinks.
    """

    def __init__(
        self, role: str = "surface", edges: str = "", parent: QWidget | None = None, *, height: int = 0
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._edges = edges
        self._height = height
        self.retheme()

    def retheme(self) -> None:
        if self._height:
            self.setFixedHeight(max(self._height, scaled(self._height)))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color(self._role))
        line, box = theme.color("line"), self.rect()
        for edge in self._edges:
            painter.fillRect(edge_rect(box, edge), line)


def edge_rect(box: QRect, edge: str) -> QRect:
    """The one-pixel strip along an edge of a rectangle."""
    if edge == "t":
        return QRect(box.left(), box.top(), box.width(), 1)
    if edge == "b":
        return QRect(box.left(), box.bottom(), box.width(), 1)
    if edge == "l":
        return QRect(box.left(), box.top(), 1, box.height())
    return QRect(box.right(), box.top(), 1, box.height())


class Text(Label):
    """A line or paragraph in a colour role that can be selected and copied; elides on one line if asked."""

    def __init__(
        self,
        text: str = "",
        role: str = "text",
        *,
        size: int = 13,
        weight: int = 400,
        mono: bool = False,
        wrap: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._full = ""
        self._elide = elide
        super().__init__("", role, size, weight, mono=mono, wrap=wrap, selectable=True, parent=parent)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        if text != self._full:
            self._full = text
            self._show_text()

    def full_text(self) -> str:
        """The whole text, also where it is shown shortened."""
        return self._full

    def retheme(self) -> None:
        super().retheme()
        self._show_text()

    def _show_text(self) -> None:
        if not self._elide:
            self.setText(self._full)
            return
        metrics = QFontMetrics(self.font())
        whole = shown_line(self._full.replace("\n", " "))
        words = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        self.setToolTip(self._full if words != self._full else "")
        self.setAccessibleName(self._full)
        if self.text() != words:
            self.setText(words)

    def original(self, start: int, end: int) -> str:
        if not self._elide:
            return super().original(start, end)
        if self.text().endswith("…") and end == len(self.text()) and not self._full.endswith("…"):
            end -= 1  # the sign that there is more is no part of the text
        return original(self._full.replace("\n", " "), start, end, line=True)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(0, hint.height()) if self._elide else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide:
            self._show_text()


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
