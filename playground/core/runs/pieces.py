"""An answer that is no stream of events, as the pieces in which it came: each is a row, as an event is."""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import pairwise
from typing import Any

from playground.core.plain import hex_dump
from playground.core.runs.events import EventLog
from playground.core.runs.rows import EventIndex

PIECE = "piece"
_HEAD = 240


class PieceIndex(EventIndex):
    """The reads of a log that has ended. Does what an `EventIndex` does."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self._is_stream = False
        at = 0
        for _, data in log.chunks():
            self._starts.append(at)
            at += len(data)
            self._ends.append(at)

    def extend(self, limit: int = 1 << 62, *, final: bool = False) -> bool:
        return True

    def at(self, row: int) -> float:
        """When it came."""
        return self.log.time_at(self._starts[row])

    def _look(self, row: int, start: int, end: int) -> tuple[str, str]:
        return PIECE, _preview(self.log.slice(start, min(end, start + _HEAD)))

    def _kind(self, row: int, raw: bytes) -> tuple[str, Any]:
        return PIECE, raw

    def classify(self, limit: int = 1 << 62) -> bool:
        count = len(self) - len(self._codes)
        if count:
            self._names, self._numbers = [PIECE], {PIECE: 0}
            self._codes.extend(array("H", bytes(2 * count)))
            self._counts = [Counter(self._codes)[0]]
        return True

    def _gaps(self) -> list[float]:
        times = [self.at(row) for row in range(len(self))]
        return [-1.0, *(late - early for early, late in pairwise(times))]


def _preview(head: bytes) -> str:
    """Text, or bytes in hexadecimal. A piece may begin and end within a character."""
    text = head.decode("utf-8", "replace")
    odd = sum(1 for sign in text if sign == "\ufffd" or (sign < " " and sign not in "\t\r\n"))
    if odd > max(2, len(text) // 20):
        return hex_dump(head, 16).partition("  ")[2]
    return text.strip()
