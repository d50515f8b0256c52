"""Where JSON values end, found in bytes without building any.

The standard library's scanner does the work at C speed. It wants a `str`, so it is given windows of the body as
Latin-1, in which places are those of the bytes; and it is told to count what it finds instead of making it: no
memory, and of a large body all of it takes about as long as `json.loads`. It holds the interpreter for one call, so a
window bounds what it can stall.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from json.decoder import JSONDecodeError, JSONDecoder
from typing import Any

WINDOW = 128 * 1024
"""Bytes that are scanned in one go: 0.5 to 1 ms."""

OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT = b"[]{}"
QUOTE, COMMA, COLON = b'",:'

_SPACE = re.compile(rb"[ \t\n\r]*")
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(rb"true|false|null|NaN|-?Infinity")
_IN_STRING = re.compile(rb'(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_STEP = 64 * 1024
_LONGEST_ESCAPE = 6

_DECODER: Any = JSONDecoder(object_pairs_hook=len, parse_int=len, parse_float=len, parse_constant=len)


class Broken(Exception):
    """It is not JSON: what is wrong, and at which byte."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


class Scanner:
    """Finds ends in one body. Not to be used by two threads at once."""

    def __init__(self, data: bytes, window: int = WINDOW) -> None:
        self.data = data
        self.window = window
        self.text = ""
        self.base = 0
        self.scan: Callable[[str, int], tuple[Any, int]] = _DECODER.scan_once
        self.too_deep = False
        """The last container that did not fit was nested deeper than the library's scanner goes."""
        self._view = memoryview(data)

    def load(self, at: int) -> None:
        """Put the window where it begins at a byte."""
        self.base = at
        self.text = str(self._view[at : at + self.window], "latin-1")

    def space(self, at: int) -> int:
        """The first byte from here that is no white space."""
        data = self.data
        if at < len(data) and data[at] > 32:
            return at
        found = _SPACE.match(data, at)
        return found.end() if found else at

    def counted(self, at: int) -> tuple[int, int]:
        """End and number of children of the value at a byte: for a container that fits into a window, or any other.
        An end of -1: it does not fit, or it is broken. A number of -1: it has none, or they were not counted."""
        place = at - self.base
        size = len(self.text)
        if not 0 <= place < size:
            self.load(at)
            place, size = 0, len(self.text)
        while True:
            try:
                value, end = self.scan(self.text, place)
            except (JSONDecodeError, StopIteration):
                self.too_deep = False
            except RecursionError:
                self.too_deep = True
                return -1, -1
            else:
                kind = self.data[at]
                if kind == OPEN_ARRAY:
                    return self.base + end, len(value)
                if kind == OPEN_OBJECT:
                    return self.base + end, value
                # A number that ends where the window does may go on behind it ("1e+" is read as 1).
                if kind == QUOTE or end + 2 < size or self.base + size == len(self.data):
                    return self.base + end, -1
            if place == 0:
                return -1, -1
            self.load(at)
            place, size = 0, len(self.text)

    def scalar_end(self, at: int) -> int:
        """The end of a string, number, `true`, `false` or `null`, however long. Raises Broken."""
        data = self.data
        if at >= len(data):
            raise Broken("It ends where a value should follow", len(data))
        if data[at] == QUOTE:
            return self.string_end(at)
        found = _WORD.match(data, at) or _NUMBER.match(data, at)
        if found is None:
            raise Broken(_unexpected("a value", data, at), at)
        return found.end()

    def string_end(self, at: int) -> int:
        """The byte behind a string's closing quote. Raises Broken."""
        data = self.data
        place = at + 1
        while True:
            # In steps: one call for 50 MB would hold the interpreter for a tenth of a second.
            reached = self._string_step(place)
            if reached >= len(data):
                raise Broken("It ends inside the string that begins here", at)
            if data[reached] == QUOTE:
                return reached + 1
            if reached == place:
                return self._bad_string(at, place)
            place = reached

    def _string_step(self, place: int) -> int:
        """A byte up to which a string goes on, the closing quote at most; `place` itself where it is broken."""
        piece = str(self._view[place : place + _STEP], "latin-1")
        escape = piece.rfind("\\", max(0, len(piece) - _LONGEST_ESCAPE))
        while escape > 0 and piece[escape - 1] == "\\":
            escape -= 1
        if escape > 0:
            piece = piece[:escape]
        try:
            return place + self.scan(f'"{piece}"', 0)[1] - 2
        except (JSONDecodeError, StopIteration):
            found = _IN_STRING.match(self.data, place, place + _STEP)
            return found.end() if found else place

    def _bad_string(self, at: int, place: int) -> int:
        data = self.data
        if data[place] != 0x5C:
            raise Broken(f"A string holds the control character U+{data[place]:04X} unescaped", place)
        rest = data[place : place + _LONGEST_ESCAPE]
        cut = place + len(rest) == len(data)
        if cut and re.fullmatch(rb"\\(?:u[0-9a-fA-F]{0,3})?", rest):
            raise Broken("It ends inside the string that begins here", at)
        if rest[1:2] == b"u":
            raise Broken("After \\u four hexadecimal digits must follow", place)
        raise Broken(f"\\{rest[1:2].decode('latin-1')} is no escape that JSON knows", place)


def _unexpected(wanted: str, data: bytes, at: int) -> str:
    """What is wrong where something else stands, or nothing."""
    if at >= len(data):
        return f"It ends where {wanted} should follow"
    found = data[at : at + 4].decode("utf-8", "replace")[:1]
    shown = found if found.isprintable() else f"U+{ord(found):04X}"
    return f"Here {wanted} should stand, not {shown}"


def expected(wanted: str, data: bytes, at: int) -> Broken:
    """What to raise where something else stands, or the body ends."""
    return Broken(_unexpected(wanted, data, at), min(at, len(data)))
