"""An editor for JSON that people write by hand and read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from playground.widgets.completion import Completion
from playground.widgets.form.json_edit import JsonEdit
from playground.widgets.source.regions import Region, around, pair_at, regions
from playground.widgets.style_parts import chevron, rounded
from playground.widgets.theme import color

if TYPE_CHECKING:
    from playground.widgets.completion import Candidate

LONGEST = 1_000_000
"""Characters of a text in which brackets are looked for while it is written."""
LOOK_AFTER_MS = 120
_FOLD = 14
"""Pixels for the arrows."""
_PAIRS = {"{": "}", "[": "]", '"': '"'}


class SourceEdit(JsonEdit):
    """`completer(text, cursor)` gives what may be typed next; it is asked while somebody types, in the GUI thread."""

    gutter_room = _FOLD - 4

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        self._folds: dict[int, int] = {}
        self._regions: list[Region] = []
        self._pair: Region | None = None
        self._folded: set[int] = set()
        self.completer: Callable[[str, int], Sequence[Candidate]] | None = None
        self._completion: Completion | None = None
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(LOOK_AFTER_MS)
        self._looking.timeout.connect(self._look)
        self.textChanged.connect(self._looking.start)
        self.cursorPositionChanged.connect(self._moved)
        self._arrows = _Arrows(self)

    # Brackets and folds

    def _look(self) -> None:
        self._looking.stop()
        text = self.text()
        self._regions = regions(text) if len(text) <= LONGEST else []
        document, qt = self.document(), self.places().to_qt
        self._folds = {}
        for region in self._regions:
            first, last = (document.findBlock(qt(place)).blockNumber() for place in (region.start, region.end))
            if last > first and first not in self._folds:
                self._folds[first] = last
        if not self._folded <= self._folds.keys():
            self._folded &= self._folds.keys()
            self._show_folds()
        self._moved()
        self._arrows.update()

    def _moved(self) -> None:
        place = self.place()
        pair = pair_at("", place, self._regions) if not self._looking.isActive() else None
        if pair != self._pair:
            self._pair = pair
            self._show_marks()

    def folds(self) -> dict[int, int]:
        """First and last line (from 0) of what can be folded."""
        return dict(self._folds)

    def is_folded(self, line: int) -> bool:
        return line in self._folded

    def fold(self, line: int, folded: bool = True) -> None:
        """Fold what begins in a line (from 0), or open it."""
        if line in self._folds and folded != self.is_folded(line):
            (self._folded.add if folded else self._folded.discard)(line)
            self._show_folds()

    def toggle_fold(self) -> None:
        """Fold or open what the cursor is in."""
        line = self.textCursor().blockNumber()
        if line not in self._folds:
            qt = self.places().to_qt
            holding = (self.document().findBlock(qt(one.start)) for one in around(self.place(), self._regions))
            line = next((block.blockNumber() for block in holding if block.blockNumber() in self._folds), -1)
        if line >= 0:
            self.fold(line, not self.is_folded(line))

    def fold_all(self) -> None:
        """Fold everything below the outermost object."""
        self._folded = {line for line in self._folds if line}
        self._show_folds()

    def unfold_all(self) -> None:
        self._folded.clear()
        self._show_folds()

    def _show_folds(self) -> None:
        """Show the lines that no fold hides. The last line of a fold, with the closing bracket, stays."""
        document, block, hidden = self.document(), self.document().begin(), -1
        while block.isValid():
            number = block.blockNumber()
            visible = number >= hidden
            if block.isVisible() != visible:
                block.setVisible(visible)
                block.setLineCount(1 if visible else 0)
            if visible and number in self._folded:
                hidden = self._folds[number]
            block = block.next()
        cursor = self.textCursor()
        if not cursor.block().isVisible():
            above = cursor.block()
            while above.isValid() and not above.isVisible():
                above = above.previous()
            cursor.setPosition(above.position() + max(above.length() - 1, 0))
            self.setTextCursor(cursor)
        document.markContentsDirty(0, document.characterCount())
        layout = document.documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())
        self.viewport().update()
        self._gutter.update()
        self._arrows.update()

    def show_place(self, start: int) -> None:
        """Put the cursor at a place, in view; what hides it is opened."""
        block = self.document().findBlock(min(self.places().to_qt(start), self.document().characterCount() - 1))
        if not block.isVisible():
            number = block.blockNumber()
            self._folded = {line for line in self._folded if not line < number < self._folds[line]}
            self._show_folds()
        super().show_place(start)

    def _show_marks(self) -> None:
        super()._show_marks()
        if self._pair is None:
            return
        found = self.extraSelections()
        for place in map(self.places().to_qt, (self._pair.start, self._pair.end)):
            made = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            last = self.document().characterCount() - 1
            cursor.setPosition(min(place, last))
            cursor.setPosition(min(place + 1, last), QTextCursor.MoveMode.KeepAnchor)
            made.cursor = cursor  # type: ignore[attr-defined]
            look = QTextCharFormat()
            look.setBackground(color("highlight"))
            look.setProperty(QTextFormat.Property.UserProperty, "pair")
            made.format = look  # type: ignore[attr-defined]
            found.append(made)
        self.setExtraSelections(found)

    # Typing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.completing() and self._completion is not None:
            done = self._completion.key(key)
            if not isinstance(done, bool) and done is not None:
                self._take(done)
                return
            if done:
                return
        if key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.complete()
            return
        if self._closes_itself(event):
            self.complete(typed=True)
            return
        super().keyPressEvent(event)
        if event.text() and (event.text().isprintable() or key == Qt.Key.Key_Backspace):
            self.complete(typed=True)
        elif key not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
            self.close_completion()

    def _closes_itself(self, event: QKeyEvent) -> bool:
        """An opening bracket brings its closing one; the closing one that is there already is walked over."""
        text, cursor = event.text(), self.textCursor()
        if text not in ("{", "}", "[", "]", '"') or cursor.hasSelection():
            return False
        ahead = self.document().characterAt(cursor.position())
        behind = self.document().characterAt(cursor.position() - 1) if cursor.position() else ""
        if text == ahead and text in _PAIRS.values() and behind != "\\":
            cursor.movePosition(QTextCursor.MoveOperation.Right)
            self.setTextCursor(cursor)
            return True
        if text in _PAIRS and (not ahead.strip("\u2029") or ahead in "}],:"):
            if text == '"' and (behind == "\\" or behind.isalnum()):
                return False
            cursor.insertText(text + _PAIRS[text])
            cursor.movePosition(QTextCursor.MoveOperation.Left)
            self.setTextCursor(cursor)
            return True
        return False

    # Completing

    def completing(self) -> bool:
        return self._completion is not None and self._completion.isVisible()

    def close_completion(self) -> None:
        if self._completion is not None:
            self._completion.hide()

    def complete(self, typed: bool = False) -> None:
        """Offer what may be typed next. `typed`: only where something of it was typed."""
        if self.completer is None:
            return
        found = list(self.completer(self.text(), self.place()))
        if typed and found and found[0].start == found[0].end:
            found = []
        if self._completion is None:
            if not found:
                return
            self._completion = Completion(f"{self.objectName()}.completion", self)
            self._completion.taken.connect(self._take)
        below = self.cursorRect().bottomLeft() + self.viewport().pos() + QPoint(0, 4)
        self._completion.offer(found, below)

    def _take(self, candidate: Candidate) -> None:
        cursor = self.textCursor()
        qt = self.places().to_qt
        cursor.setPosition(qt(candidate.start))
        cursor.setPosition(qt(candidate.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(candidate.text)
        self.setTextCursor(cursor)
        self.close_completion()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_completion()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_completion()

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        metrics = self.fontMetrics()
        for line, box in self._arrows.lines():
            if self.is_folded(line):
                block = self.document().findBlockByNumber(line)
                left = self.document().documentMargin() + self.contentOffset().x()
                x = round(left + metrics.horizontalAdvance(block.text())) + 8
                place = QRect(x, box.y() + 3, metrics.horizontalAdvance("…") + 12, metrics.height() - 4)
                rounded(painter, place, "sunken", "line", 4)
                painter.setPen(color("muted"))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "…")

    def _make_room(self, *count: object) -> None:
        super()._make_room(*count)
        if hasattr(self, "_arrows"):
            self._arrows.place()

    def _scrolled(self, rect: QRect, by: int) -> None:
        super()._scrolled(rect, by)
        if hasattr(self, "_arrows"):
            self._arrows.update()


class _Arrows(QWidget):
    """Beside the line numbers: a click folds or opens."""

    def __init__(self, editor: SourceEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Fold or open")
        self.place()

    def sizeHint(self) -> QSize:
        return QSize(_FOLD, 0)

    def place(self) -> None:
        inner = self._editor.contentsRect()
        width = self._editor.gutter_width()
        self.setGeometry(QRect(inner.left() + width - _FOLD - 2, inner.top(), _FOLD, inner.height()))

    def lines(self) -> list[tuple[int, QRect]]:
        """The lines that are seen and can be folded, and where they stand."""
        editor, found = self._editor, []
        block = editor.firstVisibleBlock()
        top = round(editor.blockBoundingGeometry(block).translated(editor.contentOffset()).top())
        folds = editor._folds
        while block.isValid() and top <= self.height():
            height = round(editor.blockBoundingRect(block).height())
            if block.isVisible() and block.blockNumber() in folds:
                found.append((block.blockNumber(), QRect(0, top, _FOLD, max(height, 12))))
            block = block.next()
            top += height if block.isVisible() or height else 0
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("surface"))
        for line, box in self.lines():
            chevron(painter, box, "right" if self._editor.is_folded(line) else "down", "muted")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for line, box in self.lines():
            if box.contains(event.position().toPoint()):
                self._editor.fold(line, not self._editor.is_folded(line))
                return
