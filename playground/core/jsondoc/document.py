"""A JSON body as a tree that is read where someone looks: bytes, and the index of its large containers."""

from __future__ import annotations

import codecs
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from playground.core.jsondoc.build import Big, Builder
from playground.core.jsondoc.scan import (
    COMMA,
    OPEN_ARRAY,
    OPEN_OBJECT,
    QUOTE,
    WINDOW,
    Broken,
    Scanner,
    expected,
)

_CHUNK = 256 * 1024
_KINDS = {QUOTE: "string", OPEN_ARRAY: "array", OPEN_OBJECT: "object", ord("t"): "boolean", ord("f"): "boolean",
          ord("n"): "null"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a body is not (quite) JSON, and where."""

    what: str
    """A clause without a full stop: "Here a comma should stand, not ]"."""
    offset: int
    """Bytes from the beginning."""
    line: int
    column: int
    """From 1, in characters."""

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.what}."


class Child(NamedTuple):
    """One element or member."""

    key: int
    """Where its key's opening quote is; -1 in an array."""
    key_end: int
    start: int
    end: int
    """-1: not known yet; see `Document.end`."""
    length: int
    """How many children it has itself; -1: none, or not counted yet."""


class Step(NamedTuple):
    """One step on the way from the root to a value."""

    container: int
    number: int
    child: Child


class Document:
    """A body that was indexed. Reads are quick wherever they are, and are for one thread."""

    def __init__(self, data: bytes, window: int = WINDOW) -> None:
        self.data = data
        self.root = -1
        """Where the outermost value begins; -1 in a body that is no JSON."""
        self.tail = 0
        """The byte behind it."""
        self.fault: Fault | None = None
        """Why it is no JSON."""
        self.encoding: Fault | None = None
        """Where it is not UTF-8; such bytes are shown as they are escaped in Python."""
        self.big: dict[int, Big] = {}
        self._scanner = Scanner(data, window)

    # What is where

    def kind(self, start: int) -> str:
        """object, array, string, number, boolean or null."""
        return _KINDS.get(self.data[start], "number")

    def is_container(self, start: int) -> bool:
        return self.data[start] in (OPEN_ARRAY, OPEN_OBJECT)

    def is_empty(self, start: int) -> bool:
        """Whether a container has no children."""
        return self.data[self._scanner.space(start + 1)] == self.data[start] + 2

    def end(self, start: int) -> int:
        """The byte behind the value that begins here."""
        if start == self.root:
            return self.tail
        big = self.big.get(start)
        if big is not None:
            return big.end
        end = self._scanner.counted(start)[0]
        return end if end >= 0 else self._scanner.scalar_end(start)

    def count(self, start: int) -> int:
        """How many children a container has."""
        big = self.big.get(start)
        return big.count if big is not None else self._scanner.counted(start)[1]

    def children(self, start: int, first: int = 0, last: int | None = None) -> list[Child]:
        """The children with the numbers `first` to `last` (excluded; None: all)."""
        found = []
        for number, child in self._from(start, first):
            if last is not None and number >= last:
                break
            if number >= first:
                found.append(child)
        return found

    def path(self, offset: int) -> list[Step]:
        """The way to the innermost value whose key or value holds a byte; empty for the root itself."""
        steps: list[Step] = []
        at = self.root
        while at >= 0 and self.is_container(at):
            step = self._holding(at, offset)
            if step is None:
                break
            steps.append(step)
            if offset < step.child.start:
                break
            at = step.child.start
        return steps

    def _holding(self, start: int, offset: int) -> Step | None:
        big = self.big.get(start)
        first = 0
        if big is not None and big.count:
            first = big.numbers[max(0, bisect_right(big.offsets, offset) - 1)]
        for number, child in self._from(start, first):
            begin = child.start if child.key < 0 else child.key
            if offset < begin:
                return None
            if offset < (child.end if child.end >= 0 else self.end(child.start)):
                return Step(start, number, child)
        return None

    def _from(self, start: int, first: int) -> Iterator[tuple[int, Child]]:
        """Children from a number on or from a mark before it."""
        data, scanner = self.data, self._scanner
        is_object = data[start] == OPEN_OBJECT
        close = data[start] + 2
        big = self.big.get(start)
        at, number, mark = scanner.space(start + 1), 0, 0
        if big is not None and big.count:
            mark = bisect_right(big.numbers, first) - 1
            at, number = big.offsets[mark], big.numbers[mark]
            mark += 1
        while data[at] != close:
            key = key_end = -1
            if is_object:
                key = at
                key_end = scanner.counted(at)[0]
                if key_end < 0:
                    key_end = scanner.string_end(at)
                at = scanner.space(scanner.space(key_end) + 1)
            following = -1
            if big is not None and mark < len(big.numbers) and big.numbers[mark] == number + 1:
                following = big.offsets[mark]
                mark += 1
                end, count = self._before(following), -1
            else:
                end, count = self._measure(at)
            yield number, Child(key, key_end, at, end, count)
            number += 1
            if following >= 0:
                at = following
                continue
            at = scanner.space(end)
            if data[at] == COMMA:
                at = scanner.space(at + 1)

    def _measure(self, at: int) -> tuple[int, int]:
        big = self.big.get(at)
        if big is not None:
            return big.end, big.count
        end, count = self._scanner.counted(at)
        return (end, count) if end >= 0 else (self._scanner.scalar_end(at), -1)

    def _before(self, following: int) -> int:
        """The end of a value, from where the next one begins."""
        data = self.data
        at = following - 1
        while data[at] != COMMA:
            at -= 1
        while data[at - 1] in b" \t\n\r":
            at -= 1
        return at

    # What it says

    def source(self, start: int, end: int = -1) -> str:
        """A value exactly as it stands in the body."""
        return self.decode(self.data[start : end if end >= 0 else self.end(start)])

    def string(self, start: int, end: int = -1, limit: int = 0) -> tuple[str, bool]:
        """A string without quotes and escapes, and whether that is all: `limit` bytes of it at most."""
        end = end if end >= 0 else self.end(start)
        whole = not limit or end - start - 2 <= limit
        raw = self.data[start + 1 : end - 1] if whole else _cut(self.data[start + 1 : start + 1 + limit])
        text = self.decode(raw)
        if "\\" in text:
            text = json.loads(f'"{text}"')
        return text, whole

    def decode(self, raw: bytes) -> str:
        """Text of some bytes; what is not UTF-8 becomes lone surrogates, which `visible` shows."""
        return raw.decode("utf-8", "surrogateescape")

    def key(self, child: Child) -> str:
        return self.string(child.key, child.key_end)[0]


def _cut(raw: bytes) -> bytes:
    """Without the character or escape that a cut may have left unfinished at the end."""
    escape = raw.rfind(b"\\", max(0, len(raw) - 6))
    while escape > 0 and raw[escape - 1] == 0x5C:
        escape -= 1
    if escape >= 0:
        raw = raw[:escape]
    for back in range(1, min(4, len(raw)) + 1):
        byte = raw[-back]
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return raw if back >= needed else raw[:-back]
        if byte < 0x80:
            break
    return raw


def parse(
    data: bytes,
    *,
    stopped: Callable[[], bool] | None = None,
    progress: Callable[[int], object] | None = None,
    window: int = WINDOW,
) -> Document:
    """Index a body. What is wrong with it is in the document's `fault`, never raised; `Stopped` is, where `stopped()`
    said so. `progress` hears how many bytes are done. From any thread; it takes about as long as `json.loads`."""
    data = utf8(data)
    document = Document(data, window)
    scanner = Scanner(data, window)
    builder = Builder(scanner, stopped, progress)
    try:
        at = scanner.space(3 if data.startswith(codecs.BOM_UTF8) else 0)
        document.tail = builder.value(at)
        end = scanner.space(document.tail)
        if end != len(data):
            raise expected("the end", data, end)
        document.root = at
        document.big = builder.big
    except Broken as broken:
        document.fault = fault(data, broken.what, broken.offset)
    document.encoding = _not_utf8(data)
    return document


def utf8(data: bytes) -> bytes:
    """The body as UTF-8 where it begins as UTF-16 or UTF-32; else as it is."""
    encoding = json.detect_encoding(data[:8])
    if encoding.startswith("utf-8"):
        return data
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeError:
        return data


def fault(data: bytes, what: str, offset: int) -> Fault:
    """A fault with line and column, counted in steps so that nothing waits for it long."""
    line, begin = 1, 0
    for at in range(0, offset, _CHUNK):
        newlines = data.count(b"\n", at, min(offset, at + _CHUNK))
        if newlines:
            line += newlines
            begin = data.rfind(b"\n", at, min(offset, at + _CHUNK)) + 1
    column = 1
    for at in range(begin, offset, _CHUNK):
        column += len(data[at : min(offset, at + _CHUNK)].translate(None, _CONTINUATION))
    if begin == 0 and data.startswith(codecs.BOM_UTF8) and offset >= 3:
        column -= 1
    return Fault(what, offset, line, column)


_CONTINUATION = bytes(range(0x80, 0xC0))


def _not_utf8(data: bytes) -> Fault | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for at in range(0, len(data), _CHUNK):
        chunk = data[at : at + _CHUNK]
        pending = len(decoder.getstate()[0])
        if not pending and chunk.isascii():
            continue
        try:
            decoder.decode(chunk, at + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            offset = at - pending + error.start
            return fault(data, f"The byte 0x{data[offset]:02X} is not UTF-8", offset)
    return None
