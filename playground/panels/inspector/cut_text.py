"""A text in which what will be taken out is struck through, and says under the pointer what kind of secret it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QHelpEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QToolTip, QWidget

from playground.core.plain import break_lines
from playground.widgets.presentation import shown
from playground.widgets.theme import color, mono_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.core.exchanges.handover import Piece


class CutText(Themed, QPlainTextEdit):
    """Read-only."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(12)
        self._pieces: tuple[Piece, ...] = ()
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        self.show_pieces(self._pieces)

    def show_pieces(self, pieces: Iterable[Piece]) -> None:
        """Show a preview from its beginning."""
        self._pieces = tuple(pieces)
        formats = {role: _format(role) for role in ("title", "name", "plain", "quiet", "cut")}
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for piece in self._pieces:
            look = formats[piece.role]
            if piece.kind:
                look = QTextCharFormat(look)
                look.setToolTip(f"Taken out: {piece.kind}")
            cursor.insertText(break_lines(shown(piece.text)), look)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def cut_texts(self) -> list[str]:
        """What is struck through."""
        return [piece.text for piece in self._pieces if piece.role == "cut"]

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cursor = self.cursorForPosition(event.pos())
            cursor.movePosition(QTextCursor.MoveOperation.Right)
            QToolTip.showText(event.globalPos(), cursor.charFormat().toolTip(), self)
            return True
        return super().viewportEvent(event)


def _format(role: str) -> QTextCharFormat:
    look = QTextCharFormat()
    if role == "cut":
        look.setForeground(color("error"))
        look.setBackground(color("error_soft"))
        look.setFontStrikeOut(True)
    elif role == "title":
        look.setForeground(color("text"))
        look.setFontWeight(QFont.Weight.DemiBold)
    else:
        look.setForeground(color({"name": "muted", "quiet": "muted"}.get(role, "text")))
        look.setFontItalic(role == "quiet")
    return look
