"""Much text to read: only what is seen is laid out."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from playground.widgets.presentation import original, presenting, shown
from playground.widgets.theme import mono_font
from playground.widgets.themed import Themed


class ReadOnlyText(Themed, QPlainTextEdit):
    """Monospaced text, shown as texts from elsewhere are; copies give the text itself.

    Not highlighted: a body may have a megabyte, which takes 0.2 s here and 3 s in a `CodeView`.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._presented = presenting()
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(16)
        self.retheme()
        self.show_text(text)

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        if presenting() or self._presented:
            self._presented = presenting()
            self._show()

    def show_text(self, text: str) -> None:
        """Show it, unless it is shown already: what is selected stays so."""
        if text != self._text:
            self._text = text
            self._show()

    def text(self) -> str:
        """The text itself."""
        return self._text

    def _show(self) -> None:
        words = shown(self._text)
        if words != self.toPlainText():
            self.setPlainText(words)

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor, data = self.textCursor(), QMimeData()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        data.setText(_selected(self._text, self.toPlainText(), start, end))
        return data


def _selected(text: str, words: str, start: int, end: int) -> str:
    """The part of `text` between two places of `words`, which Qt counts in units of UTF-16."""
    if not words.isascii():
        units = words.encode("utf-16-le", "surrogatepass")
        start = len(units[: 2 * start].decode("utf-16-le", "replace"))
        end = len(units[: 2 * end].decode("utf-16-le", "replace"))
    return words[start:end] if words == text else original(text, start, end)
