"""An answer that is no stream of events as rows like events: the pieces in which it came, or the messages of a
WebSocket as the log has them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import orjson

from playground.core.plain import hex_dump
from playground.core.runs.events import EventLog
from playground.core.runs.previews import kind_of, preview_of
from playground.core.runs.rows import SMALL, EventIndex

PIECE = "piece"
_HEAD = 240


class _Parts(EventIndex):
    """Rows whose places are known from the beginning. Does what an `EventIndex` of a log that has ended does."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self._is_stream = False

    def extend(self, limit: int = 1 << 62, *, final: bool = False) -> bool:
        return True

    def at(self, row: int) -> float:
        """When its first byte came."""
        return self.log.time_at(self._starts[row])

    def _gaps(self) -> list[float]:
        times = [self.at(row) for row in range(len(self))]
        return [-1.0, *(late - early for early, late in pairwise(times))]


class PieceIndex(_Parts):
    """The reads of a body."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        at = 0
        for _, data in log.chunks():
            self._starts.append(at)
            at += len(data)
            self._ends.append(at)

    def _look(self, row: int, start: int, end: int) -> tuple[str, str]:
        return PIECE, _preview(self.log.slice(start, min(end, start + _HEAD)))


class MessageIndex(_Parts):
    """The messages of a WebSocket: one a line, as `core.sockets` records them, those that were sent among them."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        at = 0
        for line in log.body().splitlines(keepends=True):
            self._starts.append(at)
            at += len(line)
            self._ends.append(at - line.endswith(b"\n"))

    def _look(self, row: int, start: int, end: int) -> tuple[str, str]:
        raw = self.log.slice(start, min(end, start + SMALL))
        try:
            message: Any = orjson.loads(raw)
        except ValueError:
            return ("large message" if end - start > SMALL else "cut off"), _preview(raw[:_HEAD])
        if not isinstance(message, dict):
            return "message", _preview(raw[:_HEAD])
        direction = str(message.get("direction") or "")
        if direction == "closed":
            words = f"{message.get('code')} {message.get('reason') or ''} by the {message.get('by')}"
            return "closed", " ".join(words.split())
        data = message.get("data")
        arrow = {"sent": "↑ ", "received": "↓ "}.get(direction, "")
        return f"{arrow}{kind_of('', data)}", preview_of(data)


def _preview(head: bytes) -> str:
    """Text, or bytes in hexadecimal. A piece may begin and end within a character."""
    text = head.decode("utf-8", "replace")
    odd = sum(1 for sign in text if sign == "\ufffd" or (sign < " " and sign not in "\t\r\n"))
    if odd > max(2, len(text) // 20):
        return hex_dump(head, 16).partition("  ")[2]
    return text.strip()
