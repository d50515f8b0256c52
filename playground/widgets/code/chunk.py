"""Up to a few hundred lines of code as one text, coloured after they are shown."""

from __future__ import annotations

from functools import lru_cache
from time import perf_counter

from PySide6.QtCore import Signal
from PySide6.QtGui import (
    QBrush,
    QFontMetricsF,
    QPaintEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QWidget

from playground.widgets.code.lexing import LineLexer, Run
from playground.widgets.panes import TextPane
from playground.widgets.presentation import is_plain
from playground.widgets.theme import color, current_theme, font_scale, mono_font, scaled

CHUNK_LINES = 300
LINE_LIMIT = 2000
"""Characters after which a line without an end is broken, on the screen only."""
LEX_LIMIT = 600
"""Characters of a line beyond which it is not coloured while it grows."""


@lru_cache(maxsize=64)
def _look(theme: str, kind: str) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(QBrush(color(f"syntax.{kind}")))
    return result


@lru_cache(maxsize=4)
def _line_format(scale: float) -> QTextBlockFormat:
    result = QTextBlockFormat()
    result.setLineHeight(scaled(18), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return result


class CodeChunk(TextPane):
    """Lines of code. Text is appended plain; once it was seen, `colour` gives it looks, from where it left off."""

    seen = Signal()
    """It was painted with lines that have no colours yet."""

    def __init__(
        self, language: str, wrap: bool, before: CodeChunk | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Code")
        self._wrap = wrap
        self.lexer = LineLexer(language)
        self._before = before
        self.final = False
        self.stale = False
        self.lines = 1
        self._scale = font_scale()
        self._column = 0
        self._last = ""
        self._coloured = 0
        self._cursor = QTextCursor(self.document())
        self._set_defaults()

    def wraps(self) -> bool:
        return self._wrap

    def _set_defaults(self) -> None:
        document = self.document()
        font = mono_font()
        document.setDefaultFont(font)
        option = QTextOption()
        mode = QTextOption.WrapMode
        option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if self._wrap else mode.NoWrap)
        option.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(" "))
        document.setDefaultTextOption(option)
        self._cursor.select(QTextCursor.SelectionType.Document)
        self._cursor.setBlockFormat(_line_format(font_scale()))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)

    def append_lines(self, text: str) -> None:
        """Append text; lines beyond `LINE_LIMIT` characters are broken."""
        if self._column + len(text) > LINE_LIMIT:
            text = self._broken(text)
        self.lines += text.count("\n")
        newline = text.rfind("\n")
        self._column = len(text) - newline - 1 if newline >= 0 else self._column + len(text)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        start = self._cursor.position()
        if is_plain(text) and not self.stand_ins:
            self._cursor.insertText(text)
        else:
            self.stand_ins.insert(self._cursor, text, QTextCharFormat(), self._last, "\n")
        self._last = text[-1:]
        self.stale = True
        self.update_from(start)

    def _broken(self, text: str) -> str:
        out = []
        room = LINE_LIMIT - self._column
        for line in text.split("\n"):
            while len(line) > room:
                out.append(line[:room])
                line, room = line[room:], LINE_LIMIT
            out.append(line)
            room = LINE_LIMIT
        return "\n".join(out)

    def close(self) -> bool:
        """No more text comes: the last line is complete."""
        if not self.final:
            self.final = True
            self.stale = True
            self.update()
        return True

    def colour(self, deadline: float) -> bool:
        """Colour lines until a `time.perf_counter` deadline, the unfinished one too; True when there is more to do."""
        self.stale = False
        if self.lexer.plain:
            return False
        if not self._coloured and self._before is not None and self._before.coloured:
            self.lexer.follow(self._before.lexer)
        document = self.document()
        last = document.blockCount() - (0 if self.final else 1)
        block = document.findBlockByNumber(self._coloured)
        start = block.position()
        self._cursor.beginEditBlock()
        while self._coloured < last and perf_counter() < deadline:
            blocks = []
            size = 0
            while block.isValid() and self._coloured + len(blocks) < last and len(blocks) < 8 and size < 400:
                blocks.append(block)
                size += block.length()
                block = block.next()
            self._colour_blocks(blocks)
            self._coloured += len(blocks)
        if self._coloured == last and not self.final and 1 < block.length() < LEX_LIMIT:
            self._apply(block, self.lexer.lex(block.text(), keep=False))
        self._cursor.endEditBlock()
        self.update_from(start)
        self.stale = self._coloured < last
        return self.stale

    @property
    def coloured(self) -> bool:
        """Whether every line has its colours and none follows."""
        return self.final and self._coloured >= self.document().blockCount()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.stale and not self.lexer.plain:
            self.seen.emit()

    def _colour_blocks(self, blocks: list[QTextBlock]) -> None:
        texts = [block.text() for block in blocks]
        runs = self.lexer.lex("\n".join(texts) + "\n")
        start, index = 0, 0
        for block, text in zip(blocks, texts, strict=True):
            end = start + len(text)
            here: list[Run] = []
            while index < len(runs) and runs[index][0] < end:
                first, length, kind = runs[index]
                left, right = max(first, start), min(first + length, end)
                if right > left:
                    here.append((left - start, right - left, kind))
                if first + length > end:
                    break
                index += 1
            self._apply(block, here)
            start = end + 1

    def _apply(self, block: QTextBlock, runs: list[Run]) -> None:
        theme = current_theme().name
        ranges = []
        for start, length, kind in runs:
            one = QTextLayout.FormatRange()
            one.start, one.length, one.format = start, length, _look(theme, kind)
            ranges.append(one)
        layout = block.layout()
        if ranges or layout.formats():
            layout.setFormats(ranges)
            self.document().markContentsDirty(block.position(), block.length())

    def recolour(self) -> None:
        """Start again from the first line: another theme, or all of a text that came in portions."""
        self.lexer = LineLexer(self.lexer.language)
        self._coloured = 0
        self.stale = True
        self.stand_ins.recolour()
        if self._scale != font_scale():
            self._scale = font_scale()
            self._set_defaults()
        self.update()

    def content_width(self) -> int:
        """Pixels of the longest line."""
        return int(self.document().idealWidth()) + 1

    def shift(self, x: int) -> None:
        """Scroll sideways."""
        if x != self._shift:
            self._shift = x
            self.update()
