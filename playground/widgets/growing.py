"""Text that grows while it is read: it stays at its end only while the reader is there."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from playground.widgets.presentation import presenting, settled
from playground.widgets.stand_ins import StandIns
from playground.widgets.theme import ui_font
from playground.widgets.themed import Themed

MOST = 400_000
"""Characters that are shown; copying gives all."""
LINE = 4000
"""Characters after which a line is broken: a paragraph is laid out anew with each piece that it gets."""


class GrowingText(Themed, QPlainTextEdit):
    """Plain text from elsewhere, what cannot be seen in codes, IDs masked while presenting."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(16)
        self._stand_ins = StandIns(self.document())
        self._parts: list[str] = []
        self._held = ""
        self._shown = self._column = 0
        self._presented = presenting()
        self.retheme()

    def text(self) -> str:
        """The text itself."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def clear(self) -> None:
        self._parts, self._held, self._shown, self._column = [], "", 0, 0
        self._stand_ins.clear()
        super().clear()

    def append_text(self, text: str) -> None:
        """More at the end."""
        if not text:
            return
        self._parts.append(text)
        self._put(text)

    def finish(self) -> None:
        """No more comes: what was held back until its word was whole is shown."""
        held, self._held = self._held, ""
        self._insert(held)

    def _put(self, text: str) -> None:
        rest = self._held + text
        at = settled(rest)
        self._held = rest[at:]
        self._insert(rest[:at])

    def _insert(self, text: str) -> None:
        room = MOST - self._shown
        if not text or room <= 0:
            return
        bar = self.verticalScrollBar()
        at_end, place = bar.value() >= bar.maximum() - 4, bar.value()
        text = text[:room]
        self._shown += len(text)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._stand_ins.insert(cursor, self._broken(text), QTextCharFormat(), line_break="\n")
        if self._shown >= MOST:
            cursor.insertText(f"\n… the first {MOST:,} characters are shown; Copy gives all.")
        bar.setValue(bar.maximum() if at_end else place)

    def _broken(self, text: str) -> str:
        """With breaks in what is too long for one line."""
        out = []
        for number, line in enumerate(text.split("\n")):
            if number:
                self._column = 0
            while self._column + len(line) > LINE:
                room = LINE - self._column
                out += [line[:room], "\n"]
                line, self._column = line[room:], 0
            self._column += len(line)
            out += [line, "\n"]
        return "".join(out[:-1])

    def copy_all(self) -> None:
        """Put all of it on the clipboard, as it came."""
        QGuiApplication.clipboard().setText(self.text())

    def retheme(self) -> None:
        self.setFont(ui_font(13))
        if presenting() or self._presented:
            self._presented = presenting()
            text = self.text()
            self.clear()
            self.append_text(text)
            self.finish()
        else:
            self._stand_ins.recolour()

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor, data = self.textCursor(), QMimeData()
        data.setText(self._stand_ins.original(cursor.selectionStart(), cursor.selectionEnd()))
        return data
