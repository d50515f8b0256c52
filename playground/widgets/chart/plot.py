"""The part of a chart that is painted, pointed at and walked through with the arrow keys."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.widgets.chart import paint, readout
from playground.widgets.chart.content import Content, Mark
from playground.widgets.chart.data import series_csv
from playground.widgets.chart.geometry import Geometry
from playground.widgets.chart.marked import MarkedWidget
from playground.widgets.presentation import shown
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font

PAGE = 0.1
"""Of the axis: how far Page Up and Page Down go."""


class TimePlot(MarkedWidget):
    """Arrow keys move a mark from value to value, up and down from series to series; Enter or a click chooses it."""

    mark_chosen = Signal(str, float, float)
    """Key of the series; the time it stands for, from and until, in Unix seconds."""
    mark_moved = Signal(str)
    """Its words; empty: there is none now."""

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.content = Content()
        self.empty = empty
        self.choosable = True
        self._mark: Mark | None = None
        self._hover: Mark | None = None
        self._picture: QPixmap | None = None
        self._geometry: Geometry | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.describe()

    def set_content(self, content: Content) -> None:
        """Show something else. The mark stays where there is still a value of its series at its time."""
        mark = self.mark
        held = None if mark is None else (mark[0], self.content.span(mark)[0])
        self.content = content
        self._hover = None
        self._mark = self._found(*held) if held is not None else None
        self._changed()
        self.describe()

    def set_hidden(self, keys: frozenset[str]) -> None:
        """Leave these series out."""
        self.set_content(dataclasses.replace(self.content, hidden=keys))

    @property
    def mark(self) -> Mark | None:
        """What is marked with the keys or pointed at."""
        return self._hover or self._mark

    def words(self) -> str:
        """What is read out of the mark; empty without one."""
        return self.content.words(self.mark, self.geometry_now().seconds_a_pixel) if self.mark is not None else ""

    def geometry_now(self) -> Geometry:
        """Where values lie now."""
        if self._geometry is None:
            self._geometry = paint.layout(self.content, self.width(), self.height())[0]
        return self._geometry

    def csv(self) -> str:
        """All series, also those that the legend has switched off."""
        return series_csv(self.content.series, self.content.unit)

    def retheme(self) -> None:
        self._changed()

    def sizeHint(self) -> QSize:
        return QSize(scaled(360), scaled(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(160), scaled(96))

    def _changed(self) -> None:
        self._picture = self._geometry = None
        self.update()

    def _found(self, key: str, x: float) -> Mark | None:
        series = self.content.one(key)
        if series is None:
            return None
        index = series.nearest(x + series.width / 2)
        return (key, index) if index is not None and series.xs[index] == x else None

    # Painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.content.is_empty or not any(one.parts for one in self.content.shown):
            words = self.empty if self.content.is_empty else "All series are switched off above."
            painter.setFont(ui_font(13))
            painter.setPen(color("muted"))
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 0, -16, 0), wrapped, shown(words))
        else:
            painter.drawPixmap(0, 0, self._painted())
            if self.mark is not None:
                readout.paint_mark(painter, self.content, self.geometry_now(), self.mark, QRectF(self.rect()))
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4)

    def _painted(self) -> QPixmap:
        """Grid and series, painted once for each size and content: a mark that moves costs nothing of it."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            self._geometry, values, times = paint.layout(self.content, self.width(), self.height())
            painter = QPainter(self._picture)
            paint.paint(painter, self.content, self._geometry, values, times)
            painter.end()
        return self._picture

    def resizeEvent(self, event: object) -> None:
        self._changed()

    # Pointer and keys ---------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, geometry = event.position(), self.geometry_now()
        hit = self.content.hit(geometry, at.x(), at.y()) if geometry.holds(at.x(), at.y()) else None
        if hit != self._hover:
            self._hover = hit
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if hit is not None and self.choosable else Qt.CursorShape.ArrowCursor
            )
            self._moved()

    def leaveEvent(self, event: QEvent) -> None:
        if self._hover is not None:
            self._hover = None
            self._moved()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.mouseMoveEvent(event)
        if self._hover is not None:
            self._mark = self._hover
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.mark is not None:
            self._choose()
        elif key == Qt.Key.Key_Escape and self.mark is not None:
            self._go(None)
        elif not self._walk(key):
            super().keyPressEvent(event)

    def _walk(self, key: int) -> bool:
        """Move the mark; False for a key that does not."""
        content, here = self.content, self.mark
        pixel = self.geometry_now().seconds_a_pixel
        start, end = content.times()
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                # In a dense line at least a pixel, so that each press is seen.
                beside = content.beside(here, key == Qt.Key.Key_Right, pixel * 0.99)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                forward = key == Qt.Key.Key_PageDown
                beside = content.beside(here, forward, (end - start) * PAGE)
                beside = beside or content.beside(None, not forward, 0.0)
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                beside = content.beside(None, key == Qt.Key.Key_Home, 0.0)
            case Qt.Key.Key_Up | Qt.Key.Key_Down if here is not None:
                beside = content.beneath(here, key == Qt.Key.Key_Up, pixel)
            case _:
                return False
        if beside is not None:
            self._go(beside)
        return True

    def _go(self, mark: Mark | None) -> None:
        self._hover, self._mark = None, mark
        self._moved()

    def _moved(self) -> None:
        self.update()
        self.describe()
        self.mark_moved.emit(self.words())

    def _choose(self) -> None:
        mark = self.mark
        if mark is not None and self.choosable:
            self.mark_chosen.emit(mark[0], *self.content.span(mark))

    def spoken(self) -> str:
        words = self.words()
        if words:
            return words
        if self.content.is_empty:
            return self.empty
        titles = ", ".join(one.title for one in self.content.shown if not one.quiet)
        enter = ", Enter opens what is behind one" if self.choosable else ""
        return f"{titles}. Arrow keys read out the values{enter}."

    def unmark(self) -> None:
        if self._mark is not None:
            self._go(None)
