"""A text cut into chunks that overlap, by tokens."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from playground.sandbox import tokens

USUAL_SIZE, USUAL_OVERLAP = 800, 400
"""Tokens of a chunk, and of it that the next one has too, as in the API's strategy `auto`."""
PAGE = "\f"
"""Stands between the pages of a text that has pages."""


class Chunk(NamedTuple):
    text: str
    start: int
    """Where it begins in the whole text, in characters."""
    size: int
    """Its tokens."""
    page: int | None
    """The page on which it begins, counted from 1; None for a text without pages."""


def cut(text: str, size: int = USUAL_SIZE, overlap: int = USUAL_OVERLAP) -> Iterator[Chunk]:
    """The chunks of a text, in order; nothing of a text that is blank."""
    if not text.strip():
        return
    starts = array("L", (0,))  # a long text has millions of tokens: where each begins is enough
    for part in tokens.pieces(text):
        starts.append(starts[-1] + len(part))
    count = len(starts) - 1
    paged = PAGE in text
    page, seen, begin = 1, 0, 0
    while True:
        end = min(begin + size, count)
        page += text.count(PAGE, seen, starts[begin])
        seen = starts[begin]
        chunk = text[starts[begin] : starts[end]]
        if chunk.strip():
            yield Chunk(chunk, starts[begin], end - begin, page if paged else None)
        if end == count:
            return
        begin += size - overlap
