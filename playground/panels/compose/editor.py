"""A plain-text editor in the design's type that grows with what is written in it, up to a limit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QPainter,
    QPalette,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

LINE = 20
"""Pixels from one line to the next, of 13-pixel type."""
LONG = 6000
"""Characters from which the height is taken as the most there is, without laying the text out."""
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


class GrowingEdit(Themed, QTextEdit):
    """`lines` at least, `most` at most; then it scrolls. Tab leaves it, pasted text loses its formats.

    A QTextEdit for its line height; `text()` gives what was written to the letter (Qt's own `toPlainText` turns
    non-breaking spaces into plain ones).
    """

    entered = Signal()
    """It got the focus."""

    def __init__(self, placeholder: str, *, lines: int = 1, most: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines, self._most = lines, most
        self._height = 0
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(placeholder)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.retheme()
        self._space_lines()
        self.textChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """What is written, lines ending in a line feed."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def set_text(self, text: str) -> None:
        """Other text; undo begins anew."""
        if text == self.text():
            return
        self.blockSignals(True)
        self.setPlainText(text)
        self._space_lines()
        self.blockSignals(False)
        self._fit()
        self.textChanged.emit()

    def to_end(self) -> None:
        """Put the cursor behind the text."""
        self.moveCursor(QTextCursor.MoveOperation.End)

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        palette.setColor(QPalette.ColorRole.Text, color("text"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, color("muted"))
        self.setPalette(palette)
        self.viewport().setAutoFillBackground(False)
        if self._height:
            self._space_lines()
            self._fit()

    def _space_lines(self) -> None:
        """Give every paragraph the line height; it cannot be undone by Ctrl+Z."""
        document: QTextDocument = self.document()
        document.setUndoRedoEnabled(False)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(scaled(LINE), _FIXED)
        cursor.mergeBlockFormat(spaced)
        document.setUndoRedoEnabled(True)

    def _fit(self) -> None:
        line = scaled(LINE)
        document = self.document()
        if document.characterCount() > LONG or document.blockCount() > self._most:
            height = self._most * line
        else:
            document.setTextWidth(self.viewport().width())
            height = round(min(max(document.size().height(), self._lines * line), self._most * line))
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if height >= self._most * line else policy.ScrollBarAlwaysOff
        )
        height += 2
        if height != self._height:
            self._height = height
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(200, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self._height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()
        parent = self.parentWidget()
        if parent is not None:
            parent.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            parent.update()


class EditorBox(QWidget):
    """A rounded box around an editor; the border is the accent's while the editor has the focus."""

    def __init__(self, editor: GrowingEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        column = QVBoxLayout(self)
        column.setContentsMargins(11, 8, 4, 8)
        column.addWidget(editor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: object) -> None:
        paint_box(self, self.editor.hasFocus())


def paint_box(widget: QWidget, focus: bool) -> None:
    """The box that an editor stands in."""
    rounded(QPainter(widget), widget.rect(), "surface", "accent" if focus else "line", 7, 1.5 if focus else 1)
