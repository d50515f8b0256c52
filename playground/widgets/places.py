"""Where Qt has the characters of a text: it counts units of UTF-16, of which an emoji has two, Python has one."""

from __future__ import annotations

import re
from bisect import bisect_left

_WIDE = re.compile("[\U00010000-\U0010ffff]")


class Places:
    """Of one text."""

    def __init__(self, text: str) -> None:
        found = [] if text.isascii() else [match.start() for match in _WIDE.finditer(text)]
        self._wide = found
        self._units = [place + number for number, place in enumerate(found)]

    def to_qt(self, place: int) -> int:
        """The place of a character, in units."""
        return place + bisect_left(self._wide, place) if self._wide else place

    def from_qt(self, unit: int) -> int:
        """The character that a unit belongs to."""
        return unit - bisect_left(self._units, unit) if self._units else unit
