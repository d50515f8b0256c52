"""JSON to write: coloured, with line numbers, and with what is wrong underlined where it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from playground.widgets.places import Places
from playground.widgets.presentation import tip
from playground.widgets.theme import color, mono_font
from playground.widgets.themed import Themed

_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b')
_COLOURED = 20_000
"""Characters of one line that are coloured."""
_PAD = 10


@dataclass(frozen=True)
class Mark:
    """What is wrong with a stretch of the text, in characters."""

    start: int
    end: int
    words: str


class JsonColours(QSyntaxHighlighter):
    """Names, texts, numbers and words, line by line."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.retheme()

    def retheme(self) -> None:
        for kind in ("builtin", "string", "number", "keyword"):
            made = QTextCharFormat()
            made.setForeground(color(f"syntax.{kind}"))
            self._formats[kind] = made

    def highlightBlock(self, text: str) -> None:
        formats, qt = self._formats, Places(text).to_qt
        for found in _TOKEN.finditer(text[:_COLOURED]):
            if found[1]:
                kind = "builtin" if found[2] else "string"
                start, end = qt(found.start(1)), qt(found.end(1))
            else:
                kind = "number" if found[3] else "keyword"
                start, end = qt(found.start()), qt(found.end())
            self.setFormat(start, end - start, formats[kind])


class _Gutter(QWidget):
    """The line numbers."""

    def __init__(self, editor: JsonEdit) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_gutter(QPainter(self), event.rect())


class JsonEdit(Themed, QPlainTextEdit):
    """`edited`: a person changed the text. `text()` gives it to the letter, lines ending in a line feed; places are
    those of its characters, other than the positions of Qt's cursors."""

    edited = Signal()
    gutter_room = 0
    """Pixels that are left free between the numbers and the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: list[Mark] = []
        self._here = (0, 0)
        self._quiet = False
        self._places: Places | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.document().setDocumentMargin(6)
        self._gutter = _Gutter(self)
        self._colours = JsonColours(self.document())
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scrolled)
        self.textChanged.connect(self._changed)
        self.retheme()

    # The text

    def text(self) -> str:
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def show_text(self, text: str) -> None:
        """Another text, as nobody's edit: only what differs is replaced, the cursor stays, and it can be undone."""
        before = self.text()
        if text == before:
            return
        start = _shared(before, text)
        rest = _shared(before[start:][::-1], text[start:][::-1])
        self._quiet = True
        cursor = QTextCursor(self.document())
        places = Places(before)
        cursor.setPosition(places.to_qt(start))
        cursor.setPosition(places.to_qt(len(before) - rest), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[start : len(text) - rest])
        self._quiet = False

    def places(self) -> Places:
        """Where Qt has the characters of `text()`."""
        if self._places is None:
            self._places = Places(self.text())
        return self._places

    def place(self) -> int:
        """The character that the cursor is before."""
        return self.places().from_qt(self.textCursor().position())

    def _changed(self) -> None:
        self._places = None
        if not self._quiet:
            self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
            Qt.KeyboardModifier.ShiftModifier,
        ):
            cursor = self.textCursor()
            before = cursor.block().text()[: cursor.positionInBlock()]
            indent = before[: len(before) - len(before.lstrip(" "))]
            if before.rstrip().endswith(("{", "[")):
                indent += "  "
            cursor.insertText(f"\n{indent}")
            self.ensureCursorVisible()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # Ctrl+Enter is the window's
            return
        super().keyPressEvent(event)

    # What is wrong, and what is looked at

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Underline these stretches."""
        if list(marks) != self._marks:
            self._marks = list(marks)
            self._show_marks()

    def marks(self) -> list[Mark]:
        return list(self._marks)

    def set_here(self, start: int, end: int) -> None:
        """Lay a quiet colour under a stretch: the place that is edited elsewhere."""
        if (start, end) != self._here:
            self._here = (start, end)
            self._show_marks()

    def _show_marks(self) -> None:
        made = []
        if self._here[1] > self._here[0]:
            made.append(self._selection(*self._here, background=color("accent_soft")))
        for mark in self._marks:
            made.append(self._selection(mark.start, max(mark.end, mark.start + 1), underline=color("error")))
        self.setExtraSelections(made)
        self._gutter.update()

    def _selection(
        self, start: int, end: int, *, underline: QColor | None = None, background: QColor | None = None
    ) -> QTextEdit.ExtraSelection:
        last = self.document().characterCount() - 1
        start, end = self.places().to_qt(start), self.places().to_qt(end)
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(start if end <= last else max(0, last - 1), last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        made = QTextEdit.ExtraSelection()
        made.cursor = cursor  # type: ignore[attr-defined]
        look = QTextCharFormat()
        if underline is not None:
            look.setUnderlineColor(underline)
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        if background is not None:
            look.setBackground(background)
        made.format = look  # type: ignore[attr-defined]
        return made

    def go_to(self, start: int) -> None:
        """Put the cursor at a place, in view and with the focus."""
        self.show_place(start)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_place(self, start: int) -> None:
        """Put the cursor at a place, in view."""
        cursor = self.textCursor()
        cursor.setPosition(min(self.places().to_qt(start), self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.cursorForPosition(self.viewport().mapFrom(self, event.pos())).position()
            place = self.places().from_qt(at)
            words = [mark.words for mark in self._marks if mark.start <= place <= max(mark.end, mark.start + 1)]
            QToolTip.showText(event.globalPos(), tip("\n".join(words)), self)
            return True
        return super().event(event)

    # Looks

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, color("surface"))
        palette.setColor(QPalette.ColorRole.Text, color("text"))
        self.setPalette(palette)
        self._colours.retheme()
        self._colours.rehighlight()
        self._make_room()
        self._show_marks()

    def gutter_width(self) -> int:
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 2 * _PAD + self.gutter_room

    def _make_room(self, *_count: object) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _scrolled(self, rect: QRect, by: int) -> None:
        if by:
            self._gutter.scroll(0, by)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._gutter.setGeometry(QRect(inner.left(), inner.top(), self.gutter_width(), inner.height()))

    def paint_gutter(self, painter: QPainter, rect: QRect) -> None:
        """The numbers of the lines that are seen; those with something wrong in the error's colour."""
        painter.fillRect(rect, color("surface"))
        painter.setFont(self.font())
        document = self.document()
        wrong = {document.findBlock(mark.start).blockNumber() for mark in self._marks}
        block = self.firstVisibleBlock()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= rect.bottom():
            height = round(self.blockBoundingRect(block).height())
            if block.isVisible() and top + height >= rect.top():
                number = block.blockNumber()
                painter.setPen(color("error" if number in wrong else "faint"))
                area = QRect(0, top, self._gutter.width() - _PAD - self.gutter_room, self.fontMetrics().height())
                painter.drawText(area, Qt.AlignmentFlag.AlignRight, str(number + 1))
            block = block.next()
            top += height


def _shared(first: str, second: str) -> int:
    """How many characters two texts have in common at their beginning."""
    most = min(len(first), len(second))
    if first[:most] == second[:most]:
        return most
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if first[:middle] == second[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
