"""The bytes of an answer with their arrival times, and the events in them.

While a stream runs, all that is kept of it here is each network read as it came: one clock reading and a few appends.
Events are found in the bytes only when somebody wants to see them (`playground.core.runs.rows`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator


class EventLog:
    """What came over the network, read by read. One thread adds; others may read what is there at the same time.

    Times are seconds since the call began.
    """

    __slots__ = ("_ends", "_mark_ends", "_pieces", "_times", "content_type")

    def __init__(self, content_type: str = "") -> None:
        self.content_type = content_type
        """Of the answer; empty where nobody said."""
        self._pieces: list[bytes] = []
        self._ends: list[int] = []
        """Where each piece ends, counted from the beginning."""
        self._times: list[float] = []
        self._mark_ends = self._ends
        """Where each read ends; another list than `_ends` only where a body came in one piece with its times."""

    @classmethod
    def of(
        cls, body: bytes, arrivals: Iterable[tuple[int, float]], *, shift: float = 0.0, content_type: str = ""
    ) -> EventLog:
        """A body that was kept as a whole, with where each of its reads began and when it came, as the request log
        has them (`AttemptDetail.response_body`, `.arrivals`). `shift` is added to the times."""
        log = cls(content_type)
        if not body:
            return log
        starts, times = [], []
        for offset, at in arrivals:
            if offset < len(body):
                starts.append(offset)
                times.append(at + shift)
        log._pieces, log._ends = [body], [len(body)]
        log._times = times or [shift]
        log._mark_ends = [*starts[1:], len(body)]
        return log

    def add(self, at: float, data: bytes) -> None:
        """One network read. Empty ones are left out."""
        if data:
            ends = self._ends
            self._times.append(at)
            self._pieces.append(data)
            # Last: whoever reads at the same time goes by the ends.
            ends.append((ends[-1] if ends else 0) + len(data))

    @property
    def size(self) -> int:
        """Bytes so far."""
        ends = self._ends
        return ends[-1] if ends else 0

    @property
    def reads(self) -> int:
        """Network reads so far."""
        return len(self._mark_ends)

    @property
    def last(self) -> float:
        """When the last byte came; 0.0 where nothing did."""
        count = self.reads
        return self._times[count - 1] if count else 0.0

    def time_at(self, offset: int) -> float:
        """When the byte at an offset came. Beyond the end: when the last one did."""
        ends = self._mark_ends
        return self._times[min(bisect_right(ends, offset), len(ends) - 1)] if ends else 0.0

    def times_at(self, offsets: Iterable[int]) -> Iterator[float]:
        """The same as `time_at` of each offset + 1, for offsets that ascend."""
        ends, times = self._mark_ends, self._times
        read, last = 0, len(ends) - 1
        for offset in offsets:
            while read < last and ends[read] <= offset + 1:
                read += 1
            yield times[read]

    def slice(self, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`, which need not lie in one read."""
        ends, pieces = self._ends, self._pieces
        first = bisect_right(ends, start)
        parts = []
        for index in range(first, len(ends)):
            begin = ends[index] - len(pieces[index])
            parts.append(pieces[index][max(0, start - begin) : end - begin])
            if ends[index] >= end:
                break
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def body(self) -> bytes:
        """All bytes so far."""
        return self.slice(0, self.size)

    def pieces(self, first: int = 0) -> Iterator[tuple[int, bytes]]:
        """The pieces in which the bytes are kept, with where each begins, from the piece number `first` on."""
        ends, pieces = self._ends, self._pieces
        for index in range(first, len(ends)):
            yield ends[index] - len(pieces[index]), pieces[index]

    def chunks(self, first: int = 0) -> Iterator[tuple[float, bytes]]:
        """The reads with their times, from the read number `first` on."""
        ends, times = self._mark_ends, self._times
        start = ends[first - 1] if first else 0
        for index in range(first, len(ends)):
            yield times[index], self.slice(start, ends[index])
            start = ends[index]
