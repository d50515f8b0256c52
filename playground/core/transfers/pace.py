"""How fast a transfer goes, and when it may go on: rates, waits between attempts, and what a server asks for."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from playground.core.errors import Problem

WINDOW = 5.0
"""Seconds over which a rate is taken."""
_STEP = 0.1
_HOPELESS = frozenset({"certificate", "tls", "url", "proxy_password"})
"""Failures of the connection that waiting does not mend."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Options:
    """How a queue works."""

    parallel: int = 4
    """Requests at once that carry a file or a part, over all transfers."""
    whole_most: int = 64 * 1024 * 1024
    """Bytes up to which a file is sent in one request."""
    part_bytes: int = 64 * 1024 * 1024
    """Of each part of a larger one; the API takes 64 MB at most."""
    tries: int = 8
    """Attempts in a row of which none brought anything, after which a transfer has failed."""
    first_wait: float = 0.5
    """Seconds before the second attempt; doubled each time."""
    longest_wait: float = 30.0
    stall: float = 60.0
    """Seconds without a byte that moves, after which a connection is given up."""


class Meter:
    """Bytes that moved, and how fast; by a monotonic clock, so that setting the clock of the day does no harm."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, count: int) -> None:
        """So many bytes have moved."""
        self._total += count
        now = self._clock()
        if not self._marks or now - self._marks[-1][0] >= _STEP:
            self._marks.append((now, self._total))
            while now - self._marks[0][0] > WINDOW and len(self._marks) > 2:
                self._marks.popleft()

    def rate(self) -> float:
        """Bytes a second over the last seconds; 0 where nothing has moved in them."""
        now = self._clock()
        while self._marks and now - self._marks[0][0] > WINDOW:
            self._marks.popleft()
        if not self._marks:
            return 0.0
        began, then = self._marks[0]
        return (self._total - then) / max(now - began, _STEP)

    def rest(self) -> None:
        """It was stopped: what comes next is not to be spread over the time between."""
        self._marks.clear()


class Pace:
    """When the next request to one server may be sent: what it asked one transfer to wait holds for all."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self.until = 0.0

    def hold(self, seconds: float) -> None:
        self.until = max(self.until, self._clock() + seconds)

    async def ready(self) -> None:
        """Wait until then."""
        left = self.until - self._clock()
        if left > 0:
            await asyncio.sleep(left)
            await self.ready()  # it may have been put off meanwhile


class Patience:
    """How often something is tried, and how long the waits are. What gets on starts from the beginning (`good`)."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.failed = 0

    def good(self) -> None:
        self.failed = 0

    def wait(self, problem: Problem) -> float | None:
        """Seconds to wait before the next attempt; None where there is to be none."""
        self.failed += 1
        if self.failed >= self._options.tries or not is_passing(problem):
            return None
        grown = self._options.first_wait * 2.0 ** (self.failed - 1)
        # A little less, by chance: several that failed together are not to come back together.
        wait = min(grown, self._options.longest_wait) * (1 - 0.25 * random.random())
        return max(wait, problem.wait or 0.0)


def is_passing(problem: Problem) -> bool:
    """Whether it may be otherwise in a while, without anybody's doing."""
    if problem.type == "connection_error":
        return problem.code not in _HOPELESS
    return problem.again in ("wait", "soon", "now", "perhaps")
