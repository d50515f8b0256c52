"""How many changes to hand over at once, so that one call stays within the budget."""

from __future__ import annotations

BUDGET = 0.004
"""Seconds of one flush, over all streams together."""
FIRST = 256
"""Changes handed over at once as long as nobody knows what one costs."""
MEMORY = 0.3
"""Weight of the newest call against all before it."""


class Pace:
    """Learns what one more change costs a reader, apart from what each call costs anyway.

    Only the former can be spent in slices: a reader that takes 1 ms however little it is given must be given all.
    """

    __slots__ = ("_budget", "_cost", "_covariance", "_size", "_variance")

    def __init__(self, budget: float) -> None:
        self._budget = budget
        self._size = 0.0
        self._cost = 0.0
        self._variance = 0.0
        self._covariance = 0.0

    def take(self, waiting: int) -> int:
        """How many of the waiting changes to hand over now: at least one."""
        if not self._size:
            return min(waiting, FIRST)
        known = self._variance > 0.01 * self._size**2
        each = self._covariance / self._variance if known else self._cost / self._size
        if each * waiting <= self._budget:
            return waiting
        count = max(1, int(self._budget / each))
        if not known and count <= self._size:
            # Always the same size says nothing about what more would cost: try.
            if count < 0.9 * self._size:
                return min(waiting, count)
            count = int(2 * self._size)
        return min(waiting, count)

    def learn(self, count: int, seconds: float) -> None:
        """A call with `count` changes took so long."""
        if not self._size:
            self._size, self._cost = float(count), seconds
            return
        more, dearer = count - self._size, seconds - self._cost
        self._size += MEMORY * more
        self._cost += MEMORY * dearer
        self._variance = (1 - MEMORY) * (self._variance + MEMORY * more * more)
        self._covariance = (1 - MEMORY) * (self._covariance + MEMORY * more * dearer)
