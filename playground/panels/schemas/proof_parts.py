"""What a proof comes to, painted: the counts, and a bar for each field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.core.schemas.proof.showing import field_words
from playground.widgets.presentation import shown_line
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, mono_font, scaled, ui_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.core.schemas.proof import Field, Totals, Verdict

LOW = 0.5
"""Shares below it are shown as a warning: less than half of the runs agree."""
_ROW = 24
_ALWAYS: tuple[tuple[Verdict, str, str], ...] = (
    ("valid", "valid", "text"),
    ("cut", "cut short", "warning"),
    ("refused", "refused", "warning"),
)
_SOMETIMES: tuple[tuple[Verdict, str, str], ...] = (("invalid", "not valid", "error"), ("failed", "failed", "error"))


class Counts(Themed, QWidget):
    """58 / 60 valid, 2 cut short, 0 refused; what is wrong only where it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.proof.counts")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.figures: list[tuple[str, str, str, str]] = []
        """Number, what follows it, words, colour role."""
        self.setAccessibleName("No runs yet")

    def show_totals(self, totals: Totals) -> None:
        rows = [*_ALWAYS, *(row for row in _SOMETIMES if totals.count(row[0]))]
        figures = []
        for verdict, words, role in rows:
            count = totals.count(verdict)
            after = f" / {totals.total:,}" if verdict == "valid" else ""
            figures.append((f"{count:,}", after, words, role if count else "text"))
        if figures != self.figures:
            self.figures = figures
            self.setAccessibleName(", ".join(f"{number}{after} {words}" for number, after, words, _ in figures))
            self.update()

    def retheme(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(280, scaled(46))

    def _gap(self, large: QFont, small: QFont, below: QFont) -> int:
        """Between two figures: less where there are more of them than the column has room for."""
        wide = 0
        for number, after, words, _ in self.figures:
            first = QFontMetrics(large).horizontalAdvance(number) + QFontMetrics(small).horizontalAdvance(after)
            wide += max(first, QFontMetrics(below).horizontalAdvance(words))
        room = (self.width() - wide) // max(1, len(self.figures) - 1)
        return max(8, min(scaled(24), room))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        large, small, below = ui_font(20, 600), ui_font(13), ui_font(12)
        gap = self._gap(large, small, below)
        x = 0
        for number, after, words, role in self.figures:
            wide = QFontMetrics(large).horizontalAdvance(number)
            rest = QFontMetrics(small).horizontalAdvance(after)
            painter.setFont(large)
            painter.setPen(color(role))
            top = QRect(x, 0, wide + 4, scaled(26))
            painter.drawText(top, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, number)
            painter.setFont(small)
            painter.setPen(color("muted"))
            painter.drawText(
                QRect(x + wide, 0, rest + 4, scaled(25)),
                Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft,
                after,
            )
            painter.setFont(below)
            label = QFontMetrics(below).horizontalAdvance(words)
            box = QRect(x, scaled(28), label + 4, scaled(18))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
            x += max(wide + rest, label) + gap


class Agreements(Themed, QWidget):
    """A bar for each field. Up and Down walk through them; Enter or a click asks for a field's place in the schema."""

    wanted = Signal(str)
    """A pointer into the output."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.proof.agreement")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.fields: tuple[Field, ...] = ()
        self.row = 0
        self.setAccessibleName("Agreement between runs")

    def show_fields(self, fields: tuple[Field, ...]) -> None:
        if fields != self.fields:
            if len(fields) != len(self.fields):
                self.row = 0
                self.updateGeometry()
            self.fields = fields
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(", ".join(words_of(one) for one in self.fields[self.row : self.row + 12]))

    def retheme(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(240, max(1, len(self.fields)) * scaled(_ROW))

    def _label_width(self) -> int:
        metrics = QFontMetrics(mono_font(12))
        widest = max((metrics.horizontalAdvance(field_words(one.pointer)) for one in self.fields), default=0)
        return min(widest + 6, self.width() * 2 // 5)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        height, label = scaled(_ROW), self._label_width()
        first, last = event.rect().top() // height, event.rect().bottom() // height
        for number, one in enumerate(self.fields[first : last + 1], first):
            self._paint(painter, QRect(0, number * height, self.width(), height), label, one)
        if self.hasFocus() and self.fields:
            rounded(painter, QRect(0, self.row * height + 1, self.width(), height - 2), None, "accent", 4, 1.5)

    def _paint(self, painter: QPainter, box: QRect, label: int, one: Field) -> None:
        middle, low = Qt.AlignmentFlag.AlignVCenter, one.share < LOW
        inner = box.adjusted(4, 0, -4, 0)
        painter.setFont(mono_font(12))
        painter.setPen(color("text"))
        name = shown_line(field_words(one.pointer))
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, label)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(ui_font(12))
        painter.setPen(color("warning" if low else "muted"))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, f"{one.share * 100:.0f} %")
        left = inner.left() + label + scaled(12)
        track = QRect(left, box.center().y() - 2, max(8, inner.right() - scaled(46) - left), 5)
        rounded(painter, track, "sunken", None, 2.5)
        filled = QRect(track.x(), track.y(), max(5, round(track.width() * one.share)), 5)
        rounded(painter, filled, "warning" if low else "accent", None, 2.5)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y()) // scaled(_ROW)
        self.setToolTip(words_of(self.fields[row]) if 0 <= row < len(self.fields) else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y()) // scaled(_ROW)
        if 0 <= row < len(self.fields):
            self.row = row
            self.update()
            self.wanted.emit(self.fields[row].pointer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and 0 <= self.row + step < len(self.fields):
            self.row += step
            self._describe()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.fields:
            self.wanted.emit(self.fields[self.row].pointer)
        else:
            super().keyPressEvent(event)


def words_of(one: Field) -> str:
    """In a sentence, for tooltips and for those who hear it."""
    words = f"{field_words(one.pointer)}: {one.share * 100:.0f} % of {one.runs:,} runs give the most frequent value"
    return words if one.length is None else f"{words}; its length agrees in {one.length * 100:.0f} %"
