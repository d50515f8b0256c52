"""Text from elsewhere, with what cannot be seen made visible: controls, bidirectional signs, zero-width characters.

A model, a server or a file's name may hold characters that reorder, hide or overwrite what stands beside them. Each is
shown as its code point, `‹U+202E›`. What scripts and emoji need to be written rightly stays: a joiner after a letter
that joins, a variation sign after an emoji. Only what is shown changes; the text itself, and copies of it, never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Run = tuple[str, str | None]
"""What is shown, and the text it stands for; None where it stands for itself."""

RANGES = (
    (0x00, 0x08),
    (0x0B, 0x0C),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xD800, 0xDFFF),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFC),
    (0xFFFE, 0xFFFF),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""C0 but tab and line feed (a carriage return counts unless a line feed follows), C1, soft hyphen, fillers, zero-width
and bidirectional signs, line and paragraph separators, lone surrogates, variation signs, tags, non-characters."""

_BREAKS = "\t\n\r"
_PRINTED = (
    (0x34F, 0x34F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFFC, 0xFFFC),
    (0xE0100, 0xE01EF),
)
_EMOJI = (
    (0xA9, 0xA9),
    (0xAE, 0xAE),
    (0x203C, 0x3299),
    (0x1F000, 0x1FAFF),
)
_JOINING = (
    (0x600, 0x6FF),
    (0x750, 0x77F),
    (0x8A0, 0xDFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0xFB50, 0xFDCF),
    (0xFE70, 0xFEFC),
)
_MONGOLIAN = ((0x1820, 0x18AA),)
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def visible(text: str, before: str = "") -> str:
    """The text with codes for what cannot be seen. `before`: the character before it, where it is a later portion."""
    return text if is_clear(text) else "".join(shown for shown, _ in runs(text, before))


def visible_line(text: str) -> str:
    """The same for an ID or a name, which stands in one line: tabs and line breaks are codes too."""
    if is_clear_line(text):
        return text
    return "".join(shown for shown, _ in runs(text, line=True))


def is_clear(text: str) -> bool:
    """Whether there is nothing in it to make visible. False also where a joiner may turn out to be needed."""
    plain = text.replace("\n", "")
    if plain.isprintable():
        return plain.isascii() or _printed().isdisjoint(plain)
    return _pattern().search(text) is None


def is_clear_line(text: str) -> bool:
    """The same for an ID or a name."""
    return text.isprintable() and (text.isascii() or _printed().isdisjoint(text))


def runs(text: str, before: str = "", *, line: bool = False) -> Iterator[Run]:
    """The text in runs: what is shown as it is, and codes with the character each stands for."""
    start = 0
    for match in (_line_pattern() if line else _pattern()).finditer(text):
        at = match.start()
        if _harmless(text, at, text[at - 1] if at else before):
            continue
        if at > start:
            yield text[start:at], None
        yield code(text[at]), text[at]
        start = at + 1
    if start < len(text):
        yield text[start:], None


def code(sign: str) -> str:
    """A character's code point as it is shown: `‹U+202E›`."""
    return f"‹U+{ord(sign):04X}›"


def _harmless(text: str, at: int, before: str) -> bool:
    """Whether writing it rightly needs the character at this place."""
    point = ord(text[at])
    if not before:
        return False
    last = ord(before)
    if point in (0xFE0E, 0xFE0F):
        return _within(last, _EMOJI) or (before in "0123456789#*" and text[at + 1 : at + 2] == "\u20e3")
    if point == 0x200D:
        return last == 0xFE0F or _within(last, _EMOJI) or _within(last, _JOINING)
    if point == 0x200C:
        return _within(last, _JOINING)
    if 0x180B <= point <= 0x180F:
        return _within(last, _MONGOLIAN)
    if 0xE0100 <= point <= 0xE01EF:
        return _within(last, _IDEOGRAPHS)
    return False


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)


@lru_cache(maxsize=1)
def _printed() -> frozenset[str]:
    """Those that `str.isprintable` takes for printable: marks and letters that draw nothing."""
    return frozenset(chr(point) for first, last in _PRINTED for point in range(first, last + 1))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    inner = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in RANGES)
    return re.compile(f"[{inner}]|\\r(?!\\n)")


@lru_cache(maxsize=1)
def _line_pattern() -> re.Pattern[str]:
    return re.compile(f"{_pattern().pattern}|[{_BREAKS}]")
