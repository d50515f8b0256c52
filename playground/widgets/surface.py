"""Filled areas with hairlines, and text in a colour role that can be selected and copied."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.widgets.presentation import original, shown_line
from playground.widgets.theme import current_theme, scaled
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
        size: float = 13,
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
