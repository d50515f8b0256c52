"""Words looked for in keys and values of a body, in the bytes: no tree is made, whatever the size.

A letter of what is looked for meets itself and any escape that stands for it; letters of an escape (the `n` of a
`\\n`) are none. Commas, colons and spaces between values are not text and are not found.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator

from playground.core.jsondoc.build import Stopped
from playground.core.jsondoc.document import Document

CHUNK = 128 * 1024
MOST = 100_000
"""Hits after which nobody looks for more."""

_STRUCTURE = re.compile(rb"[\s,:\[\]{}]")
_SHORT = {'"': '"', "\\": "\\\\", "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


class Query:
    """What is looked for. Letters' case does not matter, unless `case` says so."""

    def __init__(self, text: str, *, case: bool = False) -> None:
        self.text = text
        letters = [_forms(letter, case) for letter in text]
        raw = "".join(f"(?:{'|'.join(_plain(forms))})" for forms in letters)
        any_ = "".join(f"(?:{'|'.join(_plain(forms) + _escaped(forms))})" for forms in letters)
        self.escaped = re.compile(f"({any_})|\\\\(?:u[0-9a-fA-F]{{4}}|.)".encode(), re.DOTALL)
        self.in_plain = all(_plain(forms) for forms in letters)
        """Whether it can stand in a body without escapes."""
        self.plain = re.compile(raw.encode()) if self.in_plain else None
        self.simple = text.encode() if text.isascii() else b""
        self.lower = not case
        self.reach = 12 * len(text)
        """Bytes of the longest way to write it."""
        self.only_strings = _STRUCTURE.search(text.encode("utf-8", "surrogatepass")) is not None

    def places(self, chunk: bytes) -> Iterator[tuple[int, int]]:
        """Begin and end of each place, from the left, none overlapping another."""
        escapes = b"\\" in chunk
        if escapes and not (self.simple and self.in_plain and b"\\u" not in chunk and b"/" not in self.simple):
            for match in self.escaped.finditer(chunk):
                if match.start(1) >= 0:
                    yield match.span(1)
        elif self.simple and self.in_plain:
            words = self.simple.lower() if self.lower else self.simple
            text = chunk.lower() if self.lower else chunk
            at = text.find(words)
            while at >= 0:
                if escapes and _is_escaped(text, at):
                    at = text.find(words, at + 1)
                    continue
                yield at, at + len(words)
                at = text.find(words, at + len(words))
        elif self.plain is not None:
            for match in self.plain.finditer(chunk):
                yield match.span()


def _is_escaped(text: bytes, at: int) -> bool:
    """Whether the letter here belongs to an escape like `\\n`."""
    before = at
    while before and text[before - 1] == 0x5C:
        before -= 1
    return bool((at - before) & 1)


def _forms(letter: str, case: bool) -> list[str]:
    forms = {letter} if case else {letter, letter.lower(), letter.upper()}
    return sorted(form for form in forms if len(form) == 1)


def _plain(forms: list[str]) -> list[str]:
    return [
        re.escape(form)
        for form in forms
        if form not in '"\\' and ord(form) >= 0x20 and not 0xD800 <= ord(form) <= 0xDFFF
    ]


def _escaped(forms: list[str]) -> list[str]:
    found = []
    for form in forms:
        units = form.encode("utf-16-be", "surrogatepass")
        codes = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
        found.append("".join(f"\\\\u(?i:{code})" for code in codes))
        if form in _SHORT:
            found.append("\\\\" + (_SHORT[form] if form != "/" else "/"))
    return found


def find(
    document: Document,
    query: Query,
    *,
    stopped: Callable[[], bool] | None = None,
    found: Callable[[list[int]], object] | None = None,
    most: int = MOST,
    chunk: int = CHUNK,
) -> tuple[array[int], bool]:
    """The bytes at which the keys and values that hold the words are hit first, and whether that is all.

    `found` hears of them as they are found. Raises Stopped when `stopped()` says so. For any thread.
    """
    hits: array[int] = array("Q")
    data = document.data
    if not query.text:
        return hits, True
    state = _State(query, strict=document.root >= 0)
    at = 0
    while at < len(data):
        if stopped is not None and stopped():
            raise Stopped
        end = _safe_end(data, at, at + chunk)
        new = state.chunk(data[at : end + query.reach], end - at)
        if new:
            new = [at + place for place in new][: most - len(hits)]
            hits.extend(new)
            if found is not None:
                found(new)
            if len(hits) >= most:
                return hits, False
        at = end
    return hits, True


def _safe_end(data: bytes, at: int, end: int) -> int:
    """An end of a chunk that cuts no escape in two."""
    if end >= len(data):
        return len(data)
    escape = data.rfind(b"\\", max(at, end - 12), end)
    while escape > at and end - escape < 512:
        run = escape
        while run > at and data[run - 1] == 0x5C:
            run -= 1
        end = run
        escape = data.rfind(b"\\", max(at, end - 12), end)
    return end if end > at else min(len(data), at + CHUNK)


class _State:
    """Where the search stands between two chunks."""

    def __init__(self, query: Query, *, strict: bool) -> None:
        self._query = query
        self._strict = strict
        self._inside = False
        """Within a string."""
        self._same = False
        """Within the key or value that was hit last."""

    def chunk(self, text: bytes, size: int) -> list[int]:
        """The hits that begin in the first `size` bytes, as places in the chunk."""
        query, hits, at = self._query, [], 0
        for begin, end in query.places(text):
            if begin >= size:
                break
            self._pass(text[at:begin])
            if (self._inside or not (self._strict and query.only_strings)) and not self._same:
                hits.append(begin)
                self._same = True
            at = min(end, size)
        self._pass(text[at:size])
        return hits

    def _pass(self, between: bytes) -> None:
        """Go over bytes that are no hit."""
        if not between:
            return
        bare = between.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in between else between
        quotes = bare.count(b'"')
        if quotes:
            self._inside ^= bool(quotes & 1)
            self._same = False
        elif not self._inside and self._same and _STRUCTURE.search(between):
            self._same = False
