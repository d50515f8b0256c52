"""One side of a comparison: text that can be selected, over bands that say what differs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from playground.widgets.diff.layout import Shown
from playground.widgets.presentation import original
from playground.widgets.theme import color, current_theme, mono_font, scaled
from playground.widgets.themed import Themed

SIGN = 26
"""Pixels for the sign of a line."""
_BANDS = {
    "changed": "warning",
    "added": "good",
    "removed": "error",
    "moved": "simulated",
}
FOLDS = ("fold", "more")
_QUIET = {"fold": "muted", "volatile": "muted", "more": "accent"}


def blend(under: QColor, over: QColor, part: float) -> QColor:
    """A colour between two."""
    return QColor.fromRgbF(
        under.redF() + (over.redF() - under.redF()) * part,
        under.greenF() + (over.greenF() - under.greenF()) * part,
        under.blueF() + (over.blueF() - under.blueF()) * part,
    )


def mark_color(role: str) -> QColor:
    """Behind the words that differ: stronger than the line's band, and still a ground for text."""
    return blend(color(f"{role}_soft"), color(role), 0.34 if current_theme().dark else 0.22)


class _Gutter(QWidget):
    """The signs beside the lines: colour alone tells nothing to whoever cannot see it."""

    def __init__(self, pane: DiffPane) -> None:
        super().__init__(pane)
        self._pane = pane

    def sizeHint(self) -> QSize:
        return QSize(scaled(SIGN), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._pane.paint_signs(self, event.rect())


class DiffPane(Themed, QPlainTextEdit):
    """Shows lines of a `Layout`; copies give what they stand for."""

    fold_opened = Signal(int)
    """The row of a fold that somebody clicked, or pressed Enter on."""
    columns_changed = Signal()

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(4)
        self.viewport().setMouseTracking(True)
        self._lines: Sequence[Shown] = ()
        self._current = (-1, -1)
        self._columns = 0
        self._gutter = _Gutter(self)
        self.updateRequest.connect(self._scrolled)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        self.setViewportMargins(scaled(SIGN), 0, 0, 0)
        self._place_gutter()
        self._colour()
        self._gutter.update()
        self._look_at_columns()

    # The lines

    def set_lines(self, lines: Sequence[Shown]) -> None:
        """Other lines."""
        self._lines = ()
        self.setPlainText("")
        self._lines = lines
        self.setPlainText("\n".join(line.text for line in lines))
        self._colour()
        self._current = (-1, -1)

    def _colour(self) -> None:
        """The words of folds, and what differs each time, in a quieter colour: as a highlighter does it, which would
        be asked for each line."""
        look = QTextLayout.FormatRange()
        for number, line in enumerate(self._lines):
            if line.kind in _QUIET and line.text:
                block = self.document().findBlockByNumber(number)
                look.start, look.length = 0, block.length()
                look.format.setForeground(color(_QUIET[line.kind]))
                block.layout().setFormats([look])

    def line_of(self, block: QTextBlock) -> Shown | None:
        number = block.blockNumber()
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def columns(self) -> int:
        """Characters that have room in a line."""
        metrics = QFontMetricsF(self.font())
        width = self.viewport().width() - 2 * self.document().documentMargin() - 4
        return max(20, int(width / max(1.0, metrics.horizontalAdvance("0"))))

    def set_current(self, first: int, last: int) -> None:
        """Mark a difference as the one that is looked at, and bring it into sight."""
        self._current = (first, last)
        block = self.document().findBlockByNumber(first)
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.verticalScrollBar().setValue(max(0, first - 3))
        self._gutter.update()

    def top_line(self) -> int:
        """The first line in sight."""
        return self.firstVisibleBlock().blockNumber()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        offset = self.contentOffset()
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > event.rect().bottom():
                break
            line = self.line_of(block)
            if line is not None and line.kind != "same":
                band = QRect(0, round(box.top()), self.viewport().width(), round(box.height()))
                self._paint_band(painter, line, block, band, offset.x())
            block = block.next()
        painter.end()
        super().paintEvent(event)

    def _paint_band(self, painter: QPainter, line: Shown, block: QTextBlock, band: QRect, left: float) -> None:
        role = _BANDS.get(line.kind)
        if role is None:
            if line.kind != "volatile":
                painter.fillRect(band, color("sunken"))
            return
        painter.fillRect(band, color(f"{role}_soft"))
        layout = block.layout().lineAt(0)
        if not line.marks or not layout.isValid():
            return
        fill, start = mark_color(role), left  # where a line begins in its layout counts the margin
        for first, last in line.marks:
            if first >= last:
                continue
            begin, end = layout.cursorToX(first), layout.cursorToX(last)
            begin, end = (pair[0] if isinstance(pair, tuple) else pair for pair in (begin, end))
            painter.fillRect(QRect(round(start + begin), band.top() + 1, round(end - begin), band.height() - 2), fill)

    def paint_signs(self, gutter: QWidget, area: QRect) -> None:
        """Paint the gutter."""
        painter = QPainter(gutter)
        painter.fillRect(area, color("surface"))
        painter.setFont(self.font())
        offset, block = self.contentOffset(), self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > area.bottom():
                break
            line = self.line_of(block)
            row = QRect(0, round(box.top()), gutter.width(), round(box.height()))
            if line is not None and line.kind != "same":
                role = _BANDS.get(line.kind)
                if role is not None or line.kind != "volatile":
                    painter.fillRect(row, color(f"{role}_soft" if role is not None else "sunken"))
                painter.setPen(color(role or "muted"))
                painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line.sign)
            if self._current[0] <= block.blockNumber() <= self._current[1]:
                painter.fillRect(QRect(0, row.top(), 3, row.height()), color("accent"))
            block = block.next()

    def _scrolled(self, area: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        self._look_at_columns()

    def _place_gutter(self) -> None:
        box = self.contentsRect()
        self._gutter.setGeometry(box.left(), box.top(), scaled(SIGN), box.height())

    def _look_at_columns(self) -> None:
        columns = self.columns()
        if columns != self._columns:
            self._columns = columns
            self.columns_changed.emit()

    # Folds

    def _fold_at(self, point: QPoint) -> Shown | None:
        block = self.cursorForPosition(point).block()
        box = self.blockBoundingGeometry(block).translated(self.contentOffset())
        line = self.line_of(block)
        return line if line is not None and line.kind in FOLDS and box.top() <= point.y() <= box.bottom() else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self._fold_at(event.position().toPoint()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        fold = self._fold_at(event.position().toPoint())
        if fold is not None and event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.fold_opened.emit(fold.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            line = self.line_of(self.textCursor().block())
            if line is not None and line.kind in FOLDS:
                self.fold_opened.emit(line.row)
                return
        super().keyPressEvent(event)

    # Copying

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.selected_source())
        return data

    def selected_source(self) -> str:
        """What is selected, without the breaks that were made for the screen."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        first, last = self.document().findBlock(start), self.document().findBlock(end)
        out: list[str] = []
        for number in range(first.blockNumber(), last.blockNumber() + 1):
            line = self._lines[number] if number < len(self._lines) else None
            if line is None or line.kind == "blank":
                continue
            from_ = start - first.position() if number == first.blockNumber() else 0
            until = end - last.position() if number == last.blockNumber() else len(line.text)
            out.append(_part(line, from_, until))
            if number < last.blockNumber() and not line.goes_on:
                out.append("\n")
        return "".join(out)


def _part(line: Shown, first: int, last: int) -> str:
    """The source of some characters of a line, which Qt counts in units of UTF-16."""
    if line.kind in FOLDS:
        return line.text[first:last]
    if not line.text.isascii():
        units = line.text.encode("utf-16-le", "surrogatepass")
        first = len(units[: 2 * first].decode("utf-16-le", "replace"))
        last = len(units[: 2 * last].decode("utf-16-le", "replace"))
    if first == 0 and last >= len(line.text):
        return line.source
    first, last = max(0, first - line.lead), max(0, last - line.lead)
    words = line.text[line.lead :]
    return words[first:last] if words == line.source else original(line.source, first, last)
