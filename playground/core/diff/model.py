"""What differs between two things, as lines that stand side by side."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["same", "changed", "added", "removed", "moved", "volatile"]
"""`volatile`: another one, as it is each time (a date, the ID of a request): told apart, and not counted."""
Span = tuple[int, int]
"""Characters of a line, from and up to."""
COUNTED: tuple[Kind, ...] = ("changed", "added", "removed", "moved")
"""What is a difference that somebody looks for."""

SECONDS = 3.0
"""Of work on one comparison (of its thread's own time, so that a busy machine finds the same); what is left then is
shown as other, and said so."""
LINES = 30_000
"""Lines beyond which equal parts are told in one line, and four times as many beyond which nothing more is compared."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of each side; None where a side has none there."""

    kind: Kind
    left: str | None
    right: str | None
    left_marks: tuple[Span, ...] = ()
    """Within the line what is another; empty: all of it, or nothing that could be told apart."""
    right_marks: tuple[Span, ...] = ()
    pointer: str = ""
    """Where it is: a JSON pointer (RFC 6901) into the right side, into the left one where that alone has it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, however many lines it takes."""

    kind: Kind
    pointer: str
    """As of `DiffLine`."""
    before: Any = field(default=None, repr=False)
    after: Any = field(default=None, repr=False)
    left_pointer: str = ""
    """Where it was, if that is another place."""


@dataclass(slots=True)
class Diff:
    """All that was found. `notes`: what was not compared, and why, in sentences."""

    lines: list[DiffLine] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    folds: list[tuple[int, int]] | None = field(default=None, repr=False)
    """What `folding.folds` found, once it was asked; so with `places`."""
    places: int = -1
    """Stretches of lines that differ."""

    def counts(self) -> dict[Kind, int]:
        """How many differences of each kind there are, without the volatile."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in COUNTED if found[kind]}

    @property
    def is_same(self) -> bool:
        """Nothing differs but what does each time."""
        return not self.counts() and not self.notes

    def note(self, words: str) -> None:
        """Say something once."""
        if words not in self.notes:
            self.notes.append(words)

    def extend(self, other: Diff) -> None:
        """Put another one below."""
        self.folds, self.places = None, -1
        self.lines += other.lines
        self.changes += other.changes
        for words in other.notes:
            self.note(words)


class Budget:
    """The time and the lines that one comparison may take. Made and used in one thread."""

    def __init__(self, seconds: float = SECONDS, lines: int = LINES) -> None:
        self._until = time.thread_time() + seconds
        self._lines = lines
        self._left = lines * 4
        self._asked = 0
        self._late = False
        self.cut = False
        """Something was left out of the comparison."""

    def take(self, lines: int = 1) -> None:
        """So many lines were made."""
        self._left -= lines

    @property
    def tight(self) -> bool:
        """Equal parts are to be told in one line."""
        return self._left < self._lines * 3

    @property
    def spent(self) -> bool:
        """No more can be compared. The clock is read at each 64th time of asking."""
        if self._late or self._left <= 0:
            return True
        self._asked += 1
        if self._asked & 63 == 1:
            self._late = time.thread_time() > self._until
        return self._late


def hunks(lines: Iterable[DiffLine]) -> list[tuple[int, int]]:
    """The stretches of lines that differ (volatile ones are no difference): first and last, counted from 0."""
    found: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if line.kind not in COUNTED:
            continue
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


CUT = "The two differ too much to be compared to the end in reasonable time: what is left is shown as other lines."
