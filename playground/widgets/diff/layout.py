"""The lines of a comparison as they stand on the screen: equal ones folded, long ones broken at the same place on both
sides, so that what belongs together stays side by side."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from playground.core.diff import Diff, DiffLine, Span, prepared
from playground.core.diff.model import COUNTED
from playground.widgets.presentation import is_plain, shown_runs

MOST = 800
"""Lines on the screen that are laid out at once (in 35 ms); more follow when somebody comes to their end."""
LONGEST = 6000
"""Characters of one line that are shown: a picture as base64 would be 10,000 lines."""
_HANG = 2
"""Blanks by which the rest of a broken line stands further in."""
SIGNS = {"changed": "~", "added": "+", "removed": "−", "moved": "↷", "volatile": "≈"}


class Shown(NamedTuple):
    """One line on the screen."""

    text: str
    kind: str
    """Of its `DiffLine`; or `fold` (equal lines left out), `more` (the rest), `blank` (the other side has more)."""
    sign: str = ""
    marks: tuple[Span, ...] = ()
    """Characters of `text`."""
    row: int = -1
    """Of the comparison; of a fold its first."""
    source: str = ""
    """What the text stands for."""
    lead: int = 0
    """Blanks before it that are not in the source."""
    goes_on: bool = False
    """The next line on the screen is of the same line."""


@dataclass(slots=True)
class Layout:
    """`sides`: the left and the right lines, as many of each; of the unified view all in the first."""

    sides: tuple[list[Shown], list[Shown]] = field(default_factory=lambda: ([], []))
    hunks: list[tuple[int, int]] = field(default_factory=list)
    """The stretches that differ: first and last line on the screen."""
    folded: int = 0
    """Folds that are closed."""
    rest: int = 0
    """Lines of the comparison that are left below."""


def lay_out(diff: Diff, opened: set[int], columns: int, *, unified: bool, most: int = MOST) -> Layout:
    """`opened`: first rows of the folds that are open. `columns`: characters that have room. Where more than `most`
    lines would stand there, the last one says how much is left."""
    layout = Layout()
    left, right = layout.sides
    closed = {first: until for first, until in prepared(diff).folds or () if first not in opened}
    number = 0
    while number < len(diff.lines):
        start = len(left)
        if start >= most:
            rest = len(diff.lines) - number
            _add_both(layout, Shown(f"{rest:,} more lines", "more", "…", row=number), unified)
            layout.rest = rest
            break
        if number in closed:
            until = closed[number]
            words = f"{until - number:,} equal lines"
            _add_both(layout, Shown(words, "fold", "▸", row=number), unified)
            layout.folded += 1
            number = until
            continue
        line = diff.lines[number]
        if unified:
            number = _unified(diff.lines, number, closed, left, columns)
        else:
            _beside(line, number, left, right, columns)
            number += 1
        if line.kind in COUNTED:
            if layout.hunks and layout.hunks[-1][1] == start - 1:
                layout.hunks[-1] = (layout.hunks[-1][0], len(left) - 1)
            else:
                layout.hunks.append((start, len(left) - 1))
    return layout


def _add_both(layout: Layout, line: Shown, unified: bool) -> None:
    layout.sides[0].append(line)
    if not unified:
        layout.sides[1].append(line)


def _beside(line: DiffLine, row: int, left: list[Shown], right: list[Shown], columns: int) -> None:
    kinds = {"changed": ("changed", "changed"), "moved": ("moved", "moved"), "volatile": ("volatile", "volatile")}
    kind_left, kind_right = kinds.get(line.kind, (line.kind, line.kind))
    ours = _broken(line.left, line.left_marks, kind_left, row, columns)
    theirs = _broken(line.right, line.right_marks, kind_right, row, columns)
    blank = Shown("", "blank", row=row)
    high = max(len(ours), len(theirs))
    left += ours + [blank] * (high - len(ours))
    right += theirs + [blank] * (high - len(theirs))


def _unified(lines: Sequence[DiffLine], first: int, closed: dict[int, int], out: list[Shown], columns: int) -> int:
    """A stretch of one kind: what was there, then what is. Gives the row after it."""
    kind = lines[first].kind
    until = first + 1
    if kind in ("changed", "volatile"):
        while until < len(lines) and lines[until].kind == kind and until not in closed:
            until += 1
    for row in range(first, until):
        line = lines[row]
        if kind != "same" and line.left is not None:
            shown = "removed" if kind == "changed" else kind
            out += _broken(line.left, line.left_marks, shown, row, columns, "−" if kind == "volatile" else "")
    for row in range(first, until):
        line = lines[row]
        if line.right is not None:
            shown = "added" if kind == "changed" else kind
            out += _broken(line.right, line.right_marks, shown, row, columns, "+" if kind == "volatile" else "")
    return until


def _broken(
    text: str | None, marks: tuple[Span, ...], kind: str, row: int, columns: int, sign: str = ""
) -> list[Shown]:
    """One line as it is shown, in as many pieces as it needs."""
    if text is None:
        return []
    sign = sign or SIGNS.get(kind, "")
    words, marks, places = _visible(text, marks)
    if "\n" in words:
        words = words.replace("\n", "⏎")
    if "\t" in words:
        words = words.replace("\t", " ")
    if len(words) <= columns and words.isascii():
        return [Shown(words, kind, sign, marks, row, text)]
    indent = min(len(words) - len(words.lstrip(" ")) + _HANG, columns // 2)
    pieces: list[Shown] = []
    rest = words[LONGEST:]
    words = words[:LONGEST]
    for start, end in _breaks(words, columns, indent):
        lead = indent if start else 0
        within = tuple(
            (max(first, start) - start + lead, min(last, end) - start + lead)
            for first, last in marks
            if first < end and last > start
        )
        if marks and not within:
            within = ((0, 0),)  # none in this piece, which is not: all of it
        source = text[start:end] if places is None else text[_back(places, start) : _back(places, end)]
        goes_on = end < len(words) or bool(rest)
        piece = " " * lead + words[start:end]
        pieces.append(Shown(piece, kind, "" if start else sign, within, row, source, lead, goes_on))
    if rest:
        source = text[len(words) :] if places is None else text[_back(places, len(words)) :]
        piece = f"{' ' * indent}… {len(rest):,} more characters; copying takes all of them"
        pieces.append(Shown(piece, kind, "", ((0, 0),), row, source, len(piece)))
    return pieces


def _visible(text: str, marks: tuple[Span, ...]) -> tuple[str, tuple[Span, ...], list[tuple[int, int]] | None]:
    """A text as it is shown, its marks there, and where its runs begin (on the screen, in the source); None: as is."""
    if is_plain(text):
        return text, marks, None
    parts, places = [], [(0, 0)]
    for part, stands_for in shown_runs(text):
        parts.append(part)
        on_screen, in_source = places[-1]
        places.append((on_screen + len(part), in_source + len(part if stands_for is None else stands_for)))
    words = "".join(parts)
    if words == text:
        return text, marks, None
    starts = [source for _, source in places]

    def there(at: int) -> int:
        run = max(0, bisect_right(starts, at) - 1)
        screen, source = places[run]
        if run + 1 < len(places):
            return min(screen + at - source, places[run + 1][0])
        return screen

    return words, tuple((there(first), max(there(last), there(first) + 1)) for first, last in marks), places


def _back(places: list[tuple[int, int]], at: int) -> int:
    """The place in the source of one on the screen."""
    run = max(0, bisect_right([screen for screen, _ in places], at) - 1)
    screen, source = places[run]
    if run + 1 < len(places):
        return min(source + at - screen, places[run + 1][1])
    return source


def _width(sign: str) -> int:
    if sign.isascii():
        return 1
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _breaks(words: str, columns: int, indent: int) -> list[tuple[int, int]]:
    """Where a line is broken: after a blank, where there is one near the end of a piece."""
    ends = None if words.isascii() else list(accumulate(map(_width, words)))
    found, start = [], 0
    while start < len(words) or not found:
        room = columns - (indent if start else 0)
        if ends is None:
            end = min(len(words), start + room)
        else:
            end = max(start + 1, bisect_right(ends, (ends[start - 1] if start else 0) + room))
        if end < len(words):
            blank = words.rfind(" ", start + (end - start) * 2 // 3, end)
            end = blank + 1 if blank >= 0 else end
        found.append((start, end))
        start = end
    return found
