"""A body as lines to read, laid out where someone looks.

`pretty_blocks` cuts a JSON document after commas between values, about every 8 kB, and counts what lines each piece
will have; `raw_blocks` does the same for a body as it came. `Lines` lays out the pieces that are asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from playground.core.jsondoc.build import Stopped
from playground.core.jsondoc.document import Document
from playground.core.jsondoc.scan import COMMA, Scanner
from playground.core.jsondoc.show import visible

PIECE = 8 * 1024
"""Bytes after which a piece ends with the next comma; to lay one out takes a millisecond or two."""
LONGEST = 2000
"""Bytes of a string, or of a line as it came, that one line shows."""
_KEPT = 64
_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_STRINGS = re.compile(_STRING, re.DOTALL)
_TOKENS = re.compile(_STRING + rb"|[\[\]{},:]|[^\s\[\]{},:\"]+", re.DOTALL)
_STOPS = re.compile(rb'[",]')
_RAW = re.compile(rb"[^\n]{0,%d}[\x80-\xbf]{0,3}\n?" % LONGEST)


class Block(NamedTuple):
    """A piece of a body: where it begins, its first line's number, and how deep that line is nested."""

    offset: int
    line: int
    depth: int


class Line(NamedTuple):
    """One line, as spans of text with what they are (key, string, number, word, mark, more, plain)."""

    offset: int
    depth: int
    spans: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "  " * self.depth + "".join(text for _, text in self.spans)


def pretty_blocks(document: Document, stopped: Callable[[], bool] | None = None) -> Iterator[Block]:
    """The pieces of a JSON document; the last one has the end's offset and the number of lines."""
    data = document.data
    scanner = Scanner(data)
    at, line, depth = document.root, 0, 0
    end = document.tail
    while at < end:
        if stopped is not None and stopped():
            raise Stopped
        yield Block(at, line, depth)
        following = _after_comma(data, scanner, at, end)
        bare = _STRINGS.sub(b'"', data[at:following]).translate(None, b" \t\r\n")
        empty = bare.count(b"[]") + bare.count(b"{}")
        opened = bare.count(b"[") + bare.count(b"{")
        closed = bare.count(b"]") + bare.count(b"}")
        line += bare.count(b",") + opened + closed - 2 * empty
        depth += opened - closed
        at = following
    yield Block(end, line + 1, 0)


def _after_comma(data: bytes, scanner: Scanner, at: int, end: int) -> int:
    """The first place behind a comma between values, `PIECE` bytes or more from here."""
    target = at + PIECE
    if target >= end:
        return end
    while data[target - 1] == 0x5C and target < end:
        target += 1
    piece = data[at:target]
    quotes = (piece.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in piece else piece).count(b'"')
    if quotes & 1:
        target = scanner.string_end(target - 1)
    while True:
        found = _STOPS.search(data, target, end)
        if found is None:
            return end
        if data[found.start()] == COMMA:
            return found.end()
        target = scanner.string_end(found.start())


def raw_blocks(data: bytes, stopped: Callable[[], bool] | None = None) -> Iterator[Block]:
    """The pieces of a body as it came: lines, and long ones broken."""
    at = line = 0
    following = 0
    while at < len(data):
        if at >= following:
            if stopped is not None and stopped():
                raise Stopped
            yield Block(at, line, 0)
            following = at + PIECE
        found = _RAW.match(data, at)
        at = found.end() if found else len(data)
        line += 1
    yield Block(len(data), line, 0)


class Lines:
    """The lines of a document, as far as their blocks are known. For one thread."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pretty = document.root >= 0
        self._blocks: list[Block] = []
        self._kept: dict[int, list[Line]] = {}

    def add(self, blocks: list[Block]) -> None:
        """More pieces, in order."""
        self._blocks += blocks

    @property
    def count(self) -> int:
        """Lines that can be asked for."""
        return self._blocks[-1].line if self._blocks else 0

    @property
    def reached(self) -> int:
        """The byte up to which lines are known."""
        return self._blocks[-1].offset if self._blocks else 0

    @property
    def complete(self) -> bool:
        """Whether these are all."""
        document = self.document
        return self.reached >= (document.tail if self.pretty else len(document.data))

    def get(self, number: int) -> Line:
        """A line by its number. Raises IndexError."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        block = bisect_right(self._blocks, number, key=_line_of) - 1
        return self._piece(block)[number - self._blocks[block].line]

    def at(self, offset: int) -> int:
        """The number of the line that shows a byte."""
        block = max(0, min(bisect_right(self._blocks, offset, key=_offset_of) - 1, len(self._blocks) - 2))
        lines = self._piece(block)
        return self._blocks[block].line + max(0, bisect_right(lines, offset, key=_offset_of_line) - 1)

    def _piece(self, number: int) -> list[Line]:
        lines = self._kept.get(number)
        if lines is None:
            block, end = self._blocks[number], self._blocks[number + 1].offset
            lines = self._pretty(block, end) if self.pretty else self._raw(block.offset, end)
            if len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[number] = lines
        return lines

    def _raw(self, at: int, end: int) -> list[Line]:
        lines = []
        while at < end:
            found = _RAW.match(self.document.data, at)
            assert found is not None
            text = self.document.decode(found.group().rstrip(b"\r\n"))
            lines.append(Line(at, 0, (("plain", visible(text)),)))
            at = found.end()
        return lines

    def _pretty(self, block: Block, end: int) -> list[Line]:
        data, document = self.document.data, self.document
        lines: list[Line] = []
        spans: list[tuple[str, str]] = []
        depth = level = block.depth
        begin, was_open = block.offset, False

        def flush() -> None:
            nonlocal spans
            lines.append(Line(begin, level, tuple(spans)))
            spans = []

        for match in _TOKENS.finditer(data, block.offset, end):
            at = match.start()
            first = data[at]
            if first in b"]}":
                depth -= 1
                if not was_open:
                    flush()
            elif was_open:
                flush()
            was_open = False
            if not spans:
                begin, level = at, depth
            if first in b"[{":
                spans.append(("mark", chr(first)))
                depth += 1
                was_open = True
            elif first in b"]},":
                spans.append(("mark", chr(first)))
                if first == COMMA:
                    flush()
            elif first == 0x3A:
                spans[-1] = ("key", spans[-1][1])
                spans.append(("mark", ": "))
            else:
                spans += _value(document, at, match.end())
        if spans:
            flush()
        return lines


def _value(document: Document, at: int, end: int) -> list[tuple[str, str]]:
    first = document.data[at]
    if first != 0x22:
        kind = "number" if first in b"-0123456789" else "word"
        return [(kind, document.source(at, min(end, at + LONGEST)))]
    if end - at <= LONGEST:
        return [("string", visible(document.source(at, end)))]
    text = document.source(at, at + LONGEST).rstrip("\\")
    return [("string", visible(text)), ("more", f"… {end - at - LONGEST:,} bytes more")]


def _line_of(block: Block) -> int:
    return block.line


def _offset_of(block: Block) -> int:
    return block.offset


def _offset_of_line(line: Line) -> int:
    return line.offset
