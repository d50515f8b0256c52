"""What is shown in a document for a text from elsewhere, and the way back from it when something is copied.

Codes for what cannot be seen, masks, and words that are added stand in the document as text; a property of their
format tells what they stand for.
"""

from __future__ import annotations

from PySide6.QtGui import QBrush, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat, QTextFragment

from playground.widgets.presentation import is_plain, shown_runs
from playground.widgets.theme import color

STANDS_FOR = QTextFormat.Property.UserProperty.value + 2
"""A property of character formats: the number of the text that what is shown stands for."""
LINE_BREAK = "\u2028"
"""Qt's line break inside a paragraph."""


class StandIns:
    """Of one document. Without any, it is false."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._originals: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._originals)

    def insert(
        self, cursor: QTextCursor, text: str, look: QTextCharFormat, before: str = "", line_break: str = LINE_BREAK
    ) -> None:
        """Insert a text from elsewhere as it is to be shown; `before`: the character before it. Copies give the text.

        Line breaks become breaks inside the paragraph, or what `line_break` is.
        """
        if is_plain(text):
            cursor.insertText(text.replace("\n", line_break), look)
            return
        for part, stands_for in shown_runs(text, before):
            if stands_for is None:
                cursor.insertText(part.replace("\n", line_break), look)
            else:
                self.insert_for(cursor, part, stands_for, look)

    def insert_for(self, cursor: QTextCursor, words: str, stands_for: str, look: QTextCharFormat) -> None:
        """Insert words that are shown for another text, or for none, in the colour of a warning if they are a code."""
        own = QTextCharFormat(look)
        if stands_for not in self._originals:
            self._originals.append(stands_for)
        own.setProperty(STANDS_FOR, self._originals.index(stands_for) + 1)
        if words.startswith("‹"):
            own.setForeground(QBrush(color("warning")))
            own.setBackground(QBrush(color("warning_soft")))
        cursor.insertText(words, own)

    def recolour(self) -> None:
        """Give codes the colours of another theme, where the text is not inserted again."""
        if not self._originals:
            return
        cursor, look = QTextCursor(self._document), QTextCharFormat()
        look.setForeground(QBrush(color("warning")))
        look.setBackground(QBrush(color("warning_soft")))
        block = self._document.firstBlock()
        while block.isValid():
            places = []
            walk = block.begin()
            while not walk.atEnd():
                fragment = walk.fragment()
                if fragment.charFormat().hasProperty(STANDS_FOR) and fragment.text().startswith("‹"):
                    places.append((fragment.position(), fragment.length()))
                walk += 1
            for position, length in places:
                cursor.setPosition(position)
                cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(look)
            block = block.next()

    def clear(self) -> None:
        """The document was emptied."""
        self._originals.clear()

    def original(self, start: int, end: int) -> str:
        """The text between two places, as it came."""
        lines = []
        block = self._document.findBlock(start)
        while block.isValid() and block.position() <= end:
            parts = []
            walk = block.begin()
            while not walk.atEnd():
                fragment = walk.fragment()
                parts.append(self.part(fragment, start, end))
                walk += 1
            lines.append("".join(parts))
            if block.position() + block.length() > end:
                break
            block = block.next()
        return "\n".join(lines)

    def part(self, fragment: QTextFragment, start: int, end: int) -> str:
        at, text = fragment.position(), fragment.text()
        first, last = max(start - at, 0), min(end - at, len(text.encode("utf-16-le")) // 2)
        if first >= last:
            return ""
        number = fragment.charFormat().intProperty(STANDS_FOR)
        if number:
            return self._originals[number - 1] * _repeats(text, first, last)
        return _between(text, first, last).replace(LINE_BREAK, "\n")


def _between(text: str, first: int, last: int) -> str:
    """A part of a text between two places that Qt counts, in units of UTF-16."""
    if text.isascii():
        return text[first:last]
    return text.encode("utf-16-le", "surrogatepass")[2 * first : 2 * last].decode("utf-16-le", "replace")


def _repeats(text: str, first: int, last: int) -> int:
    """How often what a fragment stands for is touched: two equal codes side by side are one fragment."""
    width = text.find("›") + 1 if text.startswith("‹") else 0
    return (last - 1) // width - first // width + 1 if width else 1
