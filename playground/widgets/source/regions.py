"""Where objects and arrays of a JSON text begin and end, also of one that is just being written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[{}\[\]]')
_CLOSES = {"}": "{", "]": "["}


@dataclass(frozen=True, slots=True)
class Region:
    """From an opening bracket to the one that closes it, in characters; `end` is that of the closing one."""

    start: int
    end: int


def regions(text: str) -> list[Region]:
    """All pairs of brackets outside of strings, by their beginnings. A bracket without its pair is passed over."""
    found: list[Region] = []
    open_: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(text):
        letter = match[0]
        if letter in "{[":
            open_.append((letter, match.start()))
        elif letter in _CLOSES:
            while open_:
                opening, start = open_.pop()
                if opening == _CLOSES[letter]:
                    found.append(Region(start, match.start()))
                    break
    return sorted(found, key=lambda region: region.start)


def pair_at(text: str, place: int, known: list[Region] | None = None) -> Region | None:
    """The pair one of whose brackets is before or behind a place."""
    for region in known if known is not None else regions(text):
        if place in (region.start, region.start + 1, region.end, region.end + 1):
            return region
    return None


def around(place: int, known: list[Region]) -> list[Region]:
    """The pairs that hold a place, the innermost first."""
    return sorted((one for one in known if one.start < place <= one.end), key=lambda one: one.start, reverse=True)
