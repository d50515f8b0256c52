"""A plain-text editor in the design's type that grows with what is written in it, up to a limit.

It is part of the first frame, so it keeps away from two dear things: the classes of text formats (their enums cost
PySide 6 ms), and methods that give a QWidget made in C++ such as `viewport()` (to find its class, PySide makes the
classes of all widgets there are: 14 ms).
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Label, Themed

LINE = 20
"""Pixels from one line to the next, of 13-pixel type."""
LONG = 6000
"""Characters from which the height is taken as the most there is, without laying the text out."""
_EMPTY = "<p style='margin:0; -qt-paragraph-type:empty; -qt-line-height-type:fixed; line-height:{}px'></p>"
"""One paragraph without text that has the line height; what is written into it inherits that."""


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
        self._line = 0
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(placeholder)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.retheme()
        self.textChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """What is written, lines ending in a line feed."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def set_text(self, text: str) -> None:
        """Other text; undo begins anew."""
        if text == self.text():
            return
        self._fill(text)
        self._fit()
        self.textChanged.emit()

    def to_end(self) -> None:
        """Put the cursor behind the text."""
        from PySide6.QtGui import QTextCursor

        self.moveCursor(QTextCursor.MoveOperation.End)

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        palette.setColor(QPalette.ColorRole.Text, color("text"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, color("muted"))
        self.setPalette(palette)
        if self._line != scaled(LINE):
            self._fill(self.text())
            self._fit()

    def _fill(self, text: str) -> None:
        """Text in lines of the right height, the cursor behind it; there is nothing to undo afterwards."""
        self._line = scaled(LINE)
        self.blockSignals(True)
        self.setHtml(_EMPTY.format(self._line))
        self.insertPlainText(text)
        self.document().clearUndoRedoStacks()
        self.verticalScrollBar().setValue(0)
        self.blockSignals(False)

    def _fit(self) -> None:
        line = scaled(LINE)
        document = self.document()
        if document.characterCount() > LONG or document.blockCount() > self._most:
            height = self._most * line
        else:
            document.setTextWidth(self.width())
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
        self.trouble = Trouble(editor, self)
        self.trouble.setContentsMargins(0, 4, 6, 0)
        column.addWidget(self.trouble)

    def paintEvent(self, _event: object) -> None:
        paint_box(self, self.editor.hasFocus(), self.trouble.isVisibleTo(self))


class Trouble(Label):
    """What a server said about the text of an editor above it; the next change of the text takes it away."""

    def __init__(self, editor: GrowingEdit, parent: QWidget) -> None:
        super().__init__("", "error", 12, wrap=True, selectable=True, parent=parent)
        self.hide()
        editor.textChanged.connect(self.forget)

    def say(self, words: str) -> None:
        self.setText(words)
        self.show()
        self._repaint()

    def forget(self) -> None:
        if not self.isHidden():
            self.hide()
            self._repaint()

    def _repaint(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            parent.update()


def paint_box(widget: QWidget, focus: bool, trouble: bool = False) -> None:
    """The box that an editor stands in."""
    line = "error" if trouble else "accent" if focus else "line"
    rounded(QPainter(widget), widget.rect(), "surface", line, 7, 1.5 if focus else 1)
