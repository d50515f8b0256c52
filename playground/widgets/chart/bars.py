"""Horizontal bars with names: what there is most of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.chart.data import Bar, Unit, bars_csv
from playground.widgets.chart.marked import MarkedWidget
from playground.widgets.chart.scale import value_text
from playground.widgets.controls import SectionLabel
from playground.widgets.presentation import shown, shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font

ROW = 24
"""Pixels."""
_NAMES = 0.4
"""Of the width: the names' part at most."""
Align = Qt.AlignmentFlag


class BarRows(MarkedWidget):
    """Up and down move the mark, Enter or a click chooses it."""

    mark_chosen = Signal(str, float, float)

    def __init__(self, name: str, unit: Unit, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.bars: tuple[Bar, ...] = ()
        self.empty = empty
        self._unit: Unit = unit
        self._mark: int | None = None
        self._hover: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.describe()

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these, from the top. The mark stays on its key."""
        key = self.bars[self._mark].key if self._mark is not None else None
        self.bars = tuple(bars)
        self._mark = next((row for row, bar in enumerate(self.bars) if bar.key == key), None)
        self._hover = None
        self.updateGeometry()
        self.update()
        self.describe()

    @property
    def mark(self) -> int | None:
        """The row that is marked with the keys or pointed at."""
        return self._hover if self._hover is not None else self._mark

    def words(self, row: int) -> str:
        """A bar in one line."""
        bar = self.bars[row]
        return f"{bar.title}: {self._value(bar)}{f', {bar.note}' if bar.note else ''}"

    def _value(self, bar: Bar) -> str:
        return "unknown" if bar.value is None else value_text(bar.value, self._unit)

    def sizeHint(self) -> QSize:
        return QSize(scaled(240), scaled(ROW) * max(2, len(self.bars)))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(140), self.sizeHint().height())

    def retheme(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.bars:
            painter.setFont(ui_font(13))
            painter.setPen(color("muted"))
            painter.drawText(self.rect(), Align.AlignCenter | Qt.TextFlag.TextWordWrap, shown(self.empty))
        else:
            self._paint_rows(painter)
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4)

    def _paint_rows(self, painter: QPainter) -> None:
        font, figures = ui_font(12), ui_font(12, 500)
        metrics, wide = QFontMetrics(font), QFontMetrics(figures)
        height = scaled(ROW)
        titles = [shown_line(bar.title) for bar in self.bars]
        values = [self._value(bar) for bar in self.bars]
        names = min(max(map(metrics.horizontalAdvance, titles)) + 4, int(self.width() * _NAMES))
        notes = max((metrics.horizontalAdvance(shown_line(bar.note)) + 8 for bar in self.bars if bar.note), default=0)
        numbers = max(map(wide.horizontalAdvance, values))
        left = 4.0 + names + 12
        room = max(8.0, self.width() - left - 12 - numbers - notes - 4)
        most = max((bar.value for bar in self.bars if bar.value), default=1.0)
        for row, bar in enumerate(self.bars):
            top = row * height
            if row == self.mark:
                rounded(painter, QRectF(0, top + 1, self.width(), height - 2), "hover", None, 4)
            painter.setFont(font)
            painter.setPen(color("text"))
            title = metrics.elidedText(titles[row], Qt.TextElideMode.ElideMiddle, names)
            painter.drawText(QRectF(4, top, names + 1, height), Align.AlignLeft | Align.AlignVCenter, title)
            if bar.value:
                length = max(2.0, room * max(0.0, bar.value) / most)
                rounded(painter, QRectF(left, top + height / 2 - 4, length, 8), bar.role or "accent", None, 2)
            edge = self.width() - 4 - notes
            painter.setFont(figures)
            painter.setPen(color("muted" if bar.value is None else "text"))
            painter.drawText(QRectF(0, top, edge, height), Align.AlignRight | Align.AlignVCenter, values[row])
            if bar.note:
                painter.setFont(font)
                painter.setPen(color("muted"))
                box = QRectF(edge, top, notes, height)
                painter.drawText(box, Align.AlignRight | Align.AlignVCenter, shown_line(bar.note))

    # Pointer and keys ---------------------------------------------------------------------------------------------

    def _row_at(self, event: QMouseEvent) -> int | None:
        row = int(event.position().y() // scaled(ROW))
        return row if 0 <= row < len(self.bars) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row != self._hover:
            self._hover = row
            self.setCursor(Qt.CursorShape.ArrowCursor if row is None else Qt.CursorShape.PointingHandCursor)
            self._moved()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self._moved()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._mark = row
            self._moved()
            self._choose()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.bars) - 1
        here, key = self.mark, event.key()
        steps = {Qt.Key.Key_Down: 0 if here is None else min(last, here + 1), Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
                 Qt.Key.Key_Up: last if here is None else max(0, here - 1)}  # fmt: skip
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in steps and self.bars:
            self._hover, self._mark = None, steps[Qt.Key(key)]
            self._moved()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and here is not None:
            self._choose()
        elif key == Qt.Key.Key_Escape and here is not None:
            self._hover = self._mark = None
            self._moved()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        if self.mark is not None:
            self.mark_chosen.emit(self.bars[self.mark].key, 0.0, 0.0)

    def _moved(self) -> None:
        self.update()
        self.describe()

    def spoken(self) -> str:
        if not self.bars:
            return self.empty
        if self.mark is None:
            return f"{len(self.bars)} bars. Arrow keys read them out, Enter opens what is behind one."
        return self.words(self.mark)

    def csv(self) -> str:
        return bars_csv(self.bars, self._unit)

    def unmark(self) -> None:
        self._mark = None
        self._moved()


class BarChart(QWidget):
    """A title and its bars; as high as they are. Parts: `<name>.rows`."""

    mark_chosen = Signal(str, float, float)
    """A click or Enter on a bar: its key, and twice 0: as in `TimeChart`."""

    def __init__(
        self,
        name: str,
        title: str,
        unit: Unit = "count",
        empty: str = "Nothing to show yet.",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.title = SectionLabel(title)
        self.rows = BarRows(f"{name}.rows", unit, empty)
        self.rows.setAccessibleName(f"Chart: {title}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.rows)
        column.addStretch(1)
        self.rows.mark_chosen.connect(self.mark_chosen)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these, from the top."""
        self.rows.set_bars(bars)

    def csv(self) -> str:
        return self.rows.csv()
