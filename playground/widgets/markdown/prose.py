"""Rendering of Markdown pieces into a text document, in the theme's looks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QPainter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableCellFormat,
    QTextTableFormat,
)
from PySide6.QtWidgets import QWidget

from playground.widgets.markdown.inline import BOLD, CODE, IMAGE, ITALIC, STRIKE, Span, is_special, spans
from playground.widgets.markdown.pieces import Piece
from playground.widgets.panes import TextPane
from playground.widgets.presentation import is_plain
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, current_theme, font_scale, mono_font, scaled, ui_font

BODY = 14
"""Pixels of prose; its lines are 22 apart."""
_HEADINGS = {1: (20, 600), 2: (17, 600), 3: (15, 600), 4: (14, 600), 5: (14, 600), 6: (13, 600)}
_QUOTE, _RULE, _PRE = 1, 2, 3
_MARK = QTextFormat.Property.UserProperty.value + 1
"""A property of block formats: which mark is painted at the block."""
LINE_SEPARATOR = "\u2028"


@lru_cache(maxsize=256)
def _format(theme: str, scale: float, size: float, weight: int, flags: int, role: str) -> QTextCharFormat:
    """One look of characters; all that decides it is in the key."""
    result = QTextCharFormat()
    if flags & CODE:
        result.setFont(mono_font(size - 1.5, min(weight, 500)))
        result.setBackground(QBrush(color("sunken")))
    else:
        font = ui_font(size, 600 if flags & BOLD else weight)
        font.setItalic(bool(flags & ITALIC))
        result.setFont(font)
    if flags & STRIKE:
        result.setFontStrikeOut(True)
    if role != "text":
        result.setForeground(QBrush(color(role)))
    return result


def char_format(size: float = BODY, weight: int = 400, flags: int = 0, role: str = "text") -> QTextCharFormat:
    theme = current_theme()
    return _format(theme.name, font_scale(), size, weight, flags, role)


@lru_cache(maxsize=128)
def _block_format(scale: float, kind: str, level: int, marked: bool, first: bool) -> QTextBlockFormat:
    result = QTextBlockFormat()
    result.setLineHeight(130.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    result.setBottomMargin(scaled(10))
    if kind == "heading":
        result.setLineHeight(122.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        result.setTopMargin(scaled(16 if level <= 2 else 12))
        result.setBottomMargin(scaled(8 if level <= 2 else 6))
    elif kind == "item":
        step = scaled(22)
        result.setLeftMargin(step * (level + 1))
        result.setBottomMargin(scaled(4))
        if marked:
            result.setTextIndent(-step)
            result.setTabPositions([QTextOption.Tab(step, QTextOption.TabType.LeftTab)])
    elif kind == "quote":
        result.setLeftMargin(scaled(16) * (level + 1))
    elif kind == "pre":
        result.setLeftMargin(scaled(12))
        result.setRightMargin(scaled(12))
    elif kind == "rule":
        result.setBottomMargin(scaled(6))
    mark = {"quote": _QUOTE, "rule": _RULE, "pre": _PRE}.get(kind)
    if mark is not None:
        result.setProperty(_MARK, mark)
    if kind in ("paragraph", "quote", "pre", "rule"):
        result.setTopMargin(scaled(10))
    if first:
        result.setTopMargin(0)
    return result


def link_target(href: str) -> bool:
    """Whether an address may be a link: only http, https and mail."""
    return href.lower().startswith(("http://", "https://", "mailto:"))


class ProseSegment(TextPane):
    """A stretch of prose. `show_pieces` adds final pieces and replaces the unfinished ones at the end.

    Links are accent-coloured, lists hang, quotes have a bar; a table is a segment of its own.
    """

    def __init__(self, definitions: Mapping[str, str], parent: QWidget | None = None, role: str = "text") -> None:
        super().__init__(parent)
        self.setAccessibleName("Text")
        self.pieces: list[Piece] = []
        self.size = 0
        """Characters of the final pieces."""
        self._tail: list[Piece] = []
        self._definitions = definitions
        self._role = role
        self._end = 0
        self._end_format = QTextBlockFormat()
        self._final_empty = True
        self._tail_text = ""
        self._empty = True
        self._marks = False
        self._cursor = QTextCursor(self.document())
        self._set_defaults()

    def _set_defaults(self) -> None:
        self.document().setDefaultFont(ui_font(BODY))

    def has_table(self) -> bool:
        return any(piece.kind == "table" for piece in (*self.pieces, *self._tail))

    def is_blank(self) -> bool:
        return not self.pieces and not self._tail

    def show_pieces(self, final: list[Piece], tail: list[Piece]) -> None:
        """Add pieces for good, then show the unfinished ones after them."""
        if not final and self._grow_tail(tail):
            return
        cursor = self._cursor
        cursor.beginEditBlock()
        self._drop_tail(cursor)
        start = cursor.position()
        for piece in final:
            self._insert(cursor, piece, False)
            self.pieces.append(piece)
            self.size += len(piece.text) + sum(map(len, (cell for row in piece.rows for cell in row)))
        self._end = cursor.position()
        self._end_format = cursor.blockFormat()
        self._final_empty = self._empty
        for piece in tail:
            self._insert(cursor, piece, True)
        self._tail = tail
        self._tail_text = tail[0].text if len(tail) == 1 else ""
        cursor.endEditBlock()
        self.update_from(start)

    def _grow_tail(self, tail: list[Piece]) -> bool:
        """Only add to the unfinished paragraph, where what came is plain text: the usual case, and the cheapest."""
        before = self._tail_text
        if not before or len(tail) != 1 or len(self._tail) != 1:
            return False
        now, last = tail[0], self._tail[0]
        if now.kind not in ("paragraph", "item") or now.kind != last.kind or now.marker != last.marker:
            return False
        added = now.text[len(before) :]
        if not is_plain(added):
            return False
        if not now.text.startswith(before) or is_special(before[-400:]) or is_special(added) or "\n" in before[-1:]:
            return False
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.insertText(added.replace("\n", LINE_SEPARATOR), char_format(BODY, 400, 0, self._role))
        self._tail, self._tail_text = tail, now.text
        self.update_from(self._cursor.position() - len(added) - 1)
        return True

    def _drop_tail(self, cursor: QTextCursor) -> None:
        if not self._tail:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            return
        if not self.pieces:
            self.document().clear()
            self._empty = True
            cursor.setPosition(0)
            return
        cursor.setPosition(self._end)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if cursor.block().length() == 1:
            # An empty block, such as a rule, took over the looks of what was removed behind it.
            cursor.setBlockFormat(self._end_format)
        self._empty = self._final_empty

    def rerender(self) -> None:
        """All of it again: another theme, another type size, or link definitions that came late."""
        pieces, tail = self.pieces, self._tail
        self.document().clear()
        self.stand_ins.clear()
        self._set_defaults()
        self._cursor.setPosition(0)
        self.pieces, self._tail, self._tail_text, self.size, self._empty, self._end = [], [], "", 0, True, 0
        self.show_pieces(pieces, tail)

    # one piece

    def _insert(self, cursor: QTextCursor, piece: Piece, unfinished: bool) -> None:
        if piece.kind == "table":
            self._insert_table(cursor, piece)
            return
        format_ = _block_format(
            font_scale(), piece.kind, piece.level, bool(piece.marker), self._empty or piece.continues
        )
        size, weight = _HEADINGS[piece.level] if piece.kind == "heading" else (BODY, 400)
        role = "muted" if piece.kind == "quote" else self._role
        base = char_format(size, weight, 0, role)
        if self._empty:
            self._empty = False
            cursor.setBlockFormat(format_)
            cursor.setBlockCharFormat(base)
        else:
            cursor.insertBlock(format_, base)
        self._marks = self._marks or piece.kind in ("rule", "pre", "quote")
        if piece.kind == "rule":
            return
        if piece.kind == "pre":
            self.stand_ins.insert(cursor, piece.text, char_format(BODY, 400, CODE))
            return
        if piece.marker:
            cursor.insertText(piece.marker + "\t", char_format(size, weight, 0, "muted"))
        self._insert_spans(cursor, spans(piece.text, self._definitions, unfinished=unfinished), size, weight, role)

    def _insert_spans(self, cursor: QTextCursor, found: list[Span], size: float, weight: int, role: str) -> None:
        said, before = "", ""
        for number, span in enumerate(found):
            look = char_format(size, weight, span.flags, role)
            if not span.href:
                self.stand_ins.insert(cursor, span.text, look, before)
            elif not link_target(span.href):
                self.stand_ins.insert(cursor, f"{span.text} ({span.href})", look, before)
            else:
                link = QTextCharFormat(char_format(size, weight, span.flags & ~IMAGE, "accent"))
                link.setAnchor(True)
                link.setAnchorHref(span.href)
                link.setFontUnderline(True)
                self.stand_ins.insert(cursor, span.text, link, before)
                said += span.text
                if number + 1 == len(found) or found[number + 1].href != span.href:
                    self._call_out(cursor, said.removeprefix("image: "), span.href, size)
                    said = ""
            before = span.text[-1:]

    def _call_out(self, cursor: QTextCursor, said: str, href: str, size: float) -> None:
        """Say where a link goes, where its words look like another address. Not part of what is copied."""
        from playground.core.links import misleads

        if (host := misleads(said, href)) is not None:
            look = QTextCharFormat(char_format(size - 1.5, 500, 0, "warning"))
            self.stand_ins.insert_for(cursor, f" (goes to {host})", "", look)

    def _insert_table(self, cursor: QTextCursor, piece: Piece) -> None:
        self._empty = False
        columns = len(piece.aligns)
        format_ = QTextTableFormat()
        format_.setBorder(0)
        format_.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        format_.setCellPadding(0)
        format_.setCellSpacing(0)
        if piece.widths:
            total = sum(piece.widths)
            kind = QTextLength.Type.PercentageLength
            format_.setColumnWidthConstraints([QTextLength(kind, 100 * width / total) for width in piece.widths])
        table = cursor.insertTable(max(1, len(piece.rows)), columns, format_)
        cell_format = _cell_format(current_theme().name, font_scale())
        for number, row in enumerate(piece.rows):
            head = number == 0 and not piece.continues
            for column in range(columns):
                cell = table.cellAt(number, column)
                cell.setFormat(cell_format)
                inner = cell.firstCursorPosition()
                inner.setBlockFormat(_cell_block(font_scale(), piece.aligns[column]))
                text = row[column] if column < len(row) else ""
                self._insert_spans(inner, spans(text, self._definitions), 13, 600 if head else 400, "text")
        cursor.movePosition(QTextCursor.MoveOperation.End)
        last = QTextBlockFormat()
        last.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(last)

    # painting

    def paint_below(self, painter: QPainter, exposed: QRectF) -> None:
        if not self._marks:
            return
        layout = self.document().documentLayout()
        first = layout.hitTest(exposed.topLeft(), Qt.HitTestAccuracy.FuzzyHit)
        block = self.document().findBlock(max(0, first))
        if block.previous().isValid():
            block = block.previous()
        while block.isValid():
            rect = layout.blockBoundingRect(block)
            if rect.top() > exposed.bottom():
                return
            state = block.blockFormat().intProperty(_MARK)
            if state:
                if state == _RULE:
                    painter.fillRect(QRectF(0, round(rect.center().y()), self.width(), 1), color("line"))
                elif state == _QUOTE:
                    depth = max(1, round(block.blockFormat().leftMargin() / scaled(16)))
                    for level in range(depth):
                        painter.fillRect(QRectF(level * scaled(16), rect.y(), 2, rect.height()), color("line_strong"))
                else:
                    rounded(painter, QRectF(0, rect.y() - 6, self.width(), rect.height() + 12), "sunken", "line")
            block = block.next()


@lru_cache(maxsize=16)
def _cell_format(theme: str, scale: float) -> QTextTableCellFormat:
    result = QTextTableCellFormat()
    result.setBottomBorder(1)
    result.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    result.setBottomBorderBrush(QBrush(color("line")))
    result.setTopPadding(4)
    result.setBottomPadding(4)
    result.setRightPadding(16)
    result.setLeftPadding(2)
    return result


@lru_cache(maxsize=16)
def _cell_block(scale: float, align: str) -> QTextBlockFormat:
    result = QTextBlockFormat()
    side = {"right": Qt.AlignmentFlag.AlignRight, "center": Qt.AlignmentFlag.AlignHCenter}
    result.setAlignment(side.get(align, Qt.AlignmentFlag.AlignLeft))
    result.setLineHeight(125.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return result
