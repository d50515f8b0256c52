"""The text of a document, of any size: only the lines on the screen are laid out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from playground.core.jsondoc import Document, Fault
from playground.core.jsondoc.lines import Block, Line, Lines, pretty_blocks, raw_blocks
from playground.widgets.json.work import AT_ONCE, Lining
from playground.widgets.presentation import mask, mask_field, presenting
from playground.widgets.theme import color, mono_font, scaled
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation

MARGIN = 16
COPIED = 20_000
"""Lines that are copied at most; more than that is copied as it came, whole."""
_ROLES = {"key": "syntax.builtin", "string": "syntax.string", "number": "syntax.number", "word": "syntax.keyword",
          "mark": "muted", "more": "muted", "plain": "text"}  # fmt: skip

Place = tuple[int, int]
"""Line and column."""


def masked(spans: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """A line's spans without what presentation mode hides. Nothing is selected by these."""
    found, name = [], ""
    for kind, text in spans:
        if kind == "key":
            name = text
            found.append((kind, mask(text)))
        elif kind == "plain":
            found.append((kind, mask(text)))
        else:
            found.append((kind, mask_field(name, text) if kind in ("string", "number") else text))
    return found


class JsonText(Themed, QAbstractScrollArea):
    """Lines in monospace, coloured; text is selected with the mouse and copied with Ctrl+C."""

    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("JSON text")
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().setAutoFillBackground(False)
        self._lines: Lines | None = None
        self._bridge: Bridge | None = None
        self._lining: Operation[None] | None = None
        self._started = False
        self._widest = 0.0
        self._fault: Fault | None = None
        self._mark: tuple[int, int] = (-1, 0)
        """Byte and number of letters of the hit that is marked."""
        self._from: Place = (0, 0)
        self._to: Place = (0, 0)
        self.retheme()

    # What it shows

    def set_document(self, document: Document | None, bridge: Bridge | None) -> None:
        """Show another document; its lines are counted when it is seen first."""
        lining, self._lining = self._lining, None
        if lining is not None:
            lining.cancel()
        self._lines = Lines(document) if document is not None else None
        self._bridge = bridge
        self._started = False
        self._widest = 0.0
        self._fault = None
        self._mark = (-1, 0)
        self._from = self._to = (0, 0)
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        if self.isVisible():
            self._start()
        self._fit()

    def lines(self) -> Lines | None:
        return self._lines

    def show_fault(self, fault: Fault) -> None:
        """Mark the place of a fault, and scroll to it."""
        self._fault = fault
        self.mark(fault.offset, 0)

    def mark(self, offset: int, letters: int) -> None:
        """Scroll to a byte, and mark so many letters from there; -1: nothing is marked any more."""
        self._mark = (offset, letters)
        self._go()

    def _go(self) -> None:
        offset, letters = self._mark
        lines = self._lines
        if lines is not None and 0 <= offset < lines.reached + (lines.reached == len(lines.document.data)):
            number = lines.at(offset)
            self._from, self._to = self._span(lines.get(number), number, offset, letters)
            bar = self.verticalScrollBar()
            if not bar.value() <= number < bar.value() + bar.pageStep() - 1:
                bar.setValue(max(0, number - bar.pageStep() // 3))
            x = self._x(lines.get(number).text, self._from[1])
            side = self.horizontalScrollBar()
            side.setMaximum(max(side.maximum(), int(x) + 200 - self.viewport().width()))
            if not side.value() + 40 <= x + MARGIN <= side.value() + self.viewport().width() - 80:
                side.setValue(max(0, int(x) - self.viewport().width() // 2))
        self.viewport().update()

    def _span(self, line: Line, number: int, offset: int, letters: int) -> tuple[Place, Place]:
        """Where the hit is in the line: what precedes it there may hold the same words."""
        document = line and self._lines and self._lines.document
        assert document
        text = line.text
        before = document.decode(document.data[line.offset : offset])
        column = min(len(text), 2 * line.depth + len(before))
        if not letters:
            return (number, column), (number, column)
        return (number, column), (number, min(len(text), column + letters))

    # Counting lines

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start()

    def _start(self) -> None:
        lines = self._lines
        if lines is None or self._started:
            return
        self._started = True
        document = lines.document
        if self._bridge is None or len(document.data) <= AT_ONCE:
            self._add(list(pretty_blocks(document) if lines.pretty else raw_blocks(document.data)))
        else:
            self._lining = self._bridge.run(Lining(document), label="Laying out JSON", owner=self, on_changes=self._add)

    def _add(self, blocks: list[Block]) -> None:
        if self._lines is None:
            return
        before, count = self._lines.reached, self._lines.count
        self._lines.add(blocks)
        self._fit_bars()
        if count <= self.verticalScrollBar().value() + self.verticalScrollBar().pageStep() + 2:
            self.viewport().update()  # else all of them are below what is seen
        if before <= self._mark[0] <= self._lines.reached:
            self._go()

    # Selecting and copying

    def selected_text(self) -> str:
        """What is selected, line by line as it is shown."""
        first, last = sorted((self._from, self._to))
        lines = self._lines
        if lines is None or first == last:
            return ""
        texts = [lines.get(number).text for number in range(first[0], min(last[0] + 1, lines.count))]
        if first[0] == last[0]:
            return texts[0][first[1] : last[1]]
        texts[0] = texts[0][first[1] :]
        texts[-1] = texts[-1][: last[1]]
        return "\n".join(texts)

    def copy(self) -> None:
        """Put what is selected on the clipboard; very much of it as the whole document, as it came."""
        lines = self._lines
        if lines is None or self._from == self._to:
            return
        if abs(self._from[0] - self._to[0]) > COPIED:
            text = lines.document.decode(lines.document.data)
        else:
            text = self.selected_text()
        QGuiApplication.clipboard().setText(text.encode("utf-8", "replace").decode("utf-8"))

    def select_all(self) -> None:
        if self._lines is not None and self._lines.count:
            last = self._lines.count - 1
            self._from, self._to = (0, 0), (last, len(self._lines.get(last).text))
            self.viewport().update()

    def _place(self, point: QPointF) -> Place:
        lines = self._lines
        if lines is None or not lines.count:
            return (0, 0)
        number = self.verticalScrollBar().value() + int((point.y() - 8) // self._height)
        number = max(0, min(lines.count - 1, number))
        text = lines.get(number).text
        x = point.x() - MARGIN + self.horizontalScrollBar().value()
        column = max(0, min(len(text), round(x / self._advance)))
        if not text.isascii():
            while column and self._x(text, column) > x:
                column -= 1
        return number, column

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._to = self._place(event.position())
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._from = self._to
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            bar = self.verticalScrollBar()
            if event.position().y() < 0:
                bar.setValue(bar.value() - 1)
            elif event.position().y() > self.viewport().height():
                bar.setValue(bar.value() + 1)
            self._to = self._place(event.position())
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number, column = self._place(event.position())
        if self._lines is None or number >= self._lines.count:
            return
        text = self._lines.get(number).text
        first = last = column
        while first and (text[first - 1].isalnum() or text[first - 1] in "_-"):
            first -= 1
        while last < len(text) and (text[last].isalnum() or text[last] in "_-"):
            last += 1
        self._from, self._to = (number, first), (number, last)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    # Looks

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        metrics = QFontMetricsF(self.font())
        self._height = scaled(18)
        self._ascent = (self._height + metrics.ascent() - metrics.descent()) / 2
        self._advance = metrics.horizontalAdvance("m")
        self._metrics = metrics
        self._fit()

    def _fit(self) -> None:
        self._fit_bars()
        self.viewport().update()

    def _fit_bars(self) -> None:
        rows = max(1, (self.viewport().height() - 16) // self._height)
        count = self._lines.count if self._lines is not None else 0
        bar = self.verticalScrollBar()
        bar.setPageStep(rows)
        bar.setRange(0, max(0, count - rows))
        side = self.horizontalScrollBar()
        side.setPageStep(self.viewport().width())
        side.setSingleStep(int(4 * self._advance))
        side.setRange(0, max(0, int(self._widest) + 2 * MARGIN - self.viewport().width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _x(self, text: str, column: int) -> float:
        head = text[:column]
        return len(head) * self._advance if head.isascii() else self._metrics.horizontalAdvance(head)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), color("surface"))
        lines = self._lines
        if lines is None:
            return
        painter.setFont(self.font())
        painter.translate(MARGIN - self.horizontalScrollBar().value(), 8)
        first = self.verticalScrollBar().value()
        last = min(lines.count, first + self.viewport().height() // self._height + 1)
        widest = self._widest
        for number in range(first, last):
            line = lines.get(number)
            y = (number - first) * self._height
            self._paint_selection(painter, line.text, number, y)
            widest = max(widest, self._paint_line(painter, line, y))
        if widest > self._widest:
            self._widest = widest
            self.horizontalScrollBar().setMaximum(max(0, int(widest) + 2 * MARGIN - self.viewport().width()))

    def _paint_line(self, painter: QPainter, line: Line, y: int) -> float:
        """Draw one line; returns where it ends, in pixels."""
        x = 2 * line.depth * self._advance
        for kind, text in line.spans if not presenting() else masked(line.spans):
            painter.setPen(color(_ROLES[kind]))
            painter.drawText(QPointF(x, y + self._ascent), text)
            x += self._x(text, len(text))
        return x

    def _paint_selection(self, painter: QPainter, text: str, number: int, y: int) -> None:
        first, last = sorted((self._from, self._to))
        if self._fault is not None and (number, self._mark[1]) == (self._from[0], 0):
            painter.fillRect(QRect(-MARGIN, y, 100_000, self._height), color("error_soft"))
            left = round(self._x(text, self._from[1]))
            painter.fillRect(QRect(left, y + self._height - 3, round(self._advance), 2), color("error"))
        if first == last or not first[0] <= number <= last[0]:
            return
        left = self._x(text, first[1]) if number == first[0] else 0.0
        right = self._x(text, last[1]) if number == last[0] else self._x(text, len(text)) + self._advance
        painter.fillRect(QRect(round(left), y, round(right - left), self._height), color("highlight"))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.viewport().update()
        return super().viewportEvent(event)

    def place_of(self, line: int) -> QPoint:
        """Where a line is in the viewport, for tests."""
        return QPoint(MARGIN, 8 + (line - self.verticalScrollBar().value()) * self._height + self._height // 2)
