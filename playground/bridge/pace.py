"""How many changes to hand over at once, so that one call stays within the budget."""

from __future__ import annotations

BUDGET = 0.004
"""Seconds of one flush, over all streams together, as long as nobody knows what painting costs."""
FIRST = 4
"""Changes handed over at once as long as nobody knows what one costs."""
GROWTH = 2
"""A call is given at most so many times the changes of the last one: what more would cost is only an estimate."""
MEMORY = 0.3
"""Weight of the newest call against all before it."""


class Pace:
    """Learns what one more change costs a reader, apart from what each call costs anyway.

    Only the former can be spent in slices: a reader that takes 1 ms however little it is given must be given all.
    """

    __slots__ = ("_cost", "_covariance", "_last", "_size", "_variance")

    def __init__(self) -> None:
        self._size = 0.0
        self._last = 0
        self._cost = 0.0
        self._variance = 0.0
        self._covariance = 0.0

    def take(self, waiting: int, budget: float = BUDGET) -> int:
        """How many of the waiting changes to hand over now, given so many seconds: at least one."""
        if not self._size:
            return min(waiting, FIRST)
        each = self._cost / self._size
        if self._variance > 0.01 * self._size**2:
            # Never taken for less than a third of the average: the slope is noise where the sizes are alike.
            each = max(self._covariance / self._variance, each / 3)
        elif self._last == 1:
            return min(waiting, 2)  # one at a time says nothing about what more would cost: try
        count = max(1, int(budget / each)) if each > 0 else waiting
        return min(waiting, count, max(FIRST, GROWTH * self._last))

    def learn(self, count: int, seconds: float) -> None:
        """A call with `count` changes took so long."""
        self._last = count
        if not self._size:
            self._size, self._cost = float(count), seconds
            return
        more, dearer = count - self._size, seconds - self._cost
        self._size += MEMORY * more
        self._cost += MEMORY * dearer
        self._variance = (1 - MEMORY) * (self._variance + MEMORY * more * more)
        self._covariance = (1 - MEMORY) * (self._covariance + MEMORY * more * dearer)
