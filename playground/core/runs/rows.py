"""The events in the bytes of an answer, as rows to look at: found when they are asked for, told as they came.

Everything that stood in the stream is a row: comments, events whose data is no JSON, `[DONE]`, and what was cut off.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Literal

import orjson

from playground.core.runs.events import EventLog
from playground.core.runs.previews import kind_of, preview_of
from playground.core.runs.run import is_stream
from playground.core.runs.sse import DONE, SseEvent, parse_frame

COMMENT, NO_JSON, CUT_OFF, NO_DATA, DOCUMENT, DONE_KIND = (
    "comment",
    "not JSON",
    "cut off",
    "no data",
    "document",
    "[DONE]",
)
ODD = frozenset({NO_JSON, CUT_OFF})
"""Kinds of rows that should not be in a stream."""

SMALL = 64 * 1024
"""Bytes up to which the JSON of an event is read where somebody waits for it."""
BLOCK = 1 << 20
"""Bytes that are looked through at once."""
_BORDER = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_TYPE = re.compile(rb'"type"\s*:\s*"([^"\\]{1,120})"')
_PLAIN = re.compile(rb"(?:\A|\n\n)(?:event: ([^\r\n]*)\n)?data: ([^\r\n]+)(?=\n\n|\Z)")
_GROUP = 256
"""Rows whose kinds are found at once."""
_BOM = b"\xef\xbb\xbf"

Column = Literal["number", "gap", "kind", "size"]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event, or what else stood between two empty lines."""

    number: int
    """From 1."""
    at: float
    """Seconds since the call began, when its last byte came."""
    gap: float | None
    """Seconds since the one before; None for the first."""
    kind: str
    """The event's type; for a chunk of a chat, which fields its delta has; or what is odd about it."""
    size: int
    """Bytes, the lines' names included."""
    preview: str

    @property
    def is_odd(self) -> bool:
        return self.kind in ODD


class EventIndex:
    """Where the events of a log are. One thread at a time calls `extend` and `classify`; others may read meanwhile."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self._starts = array("q")
        self._ends = array("q")
        self._from = 0
        """Where the event begins that is not at its end yet."""
        self._scanned = 0
        """How far it was looked through."""
        self._has_cr = False
        self._is_stream: bool | None = None
        self._cut: int | None = None
        """The row of what was left without its empty line."""
        self._codes = array("H")
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._counts: list[int] = []

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def is_stream(self) -> bool:
        """Whether the answer is a stream of events; before the first byte it may become one."""
        return self._is_stream is not False

    # ---- finding them

    def extend(self, limit: int = 1 << 62, *, final: bool = False) -> bool:
        """Find events in what came since the last call, `limit` of them or somewhat more; True where no more are to be
        found. `final`: nothing more will come, so what has no end yet is a row too."""
        log, until = self.log, len(self) + limit
        if self._is_stream is None:
            if log.size < len(_BOM) and not final:
                return True
            self._begin(log.slice(0, 64))
        while self._is_stream and self._scanned < log.size:
            if len(self) >= until:
                return False
            # Half a border may be at the end of what was looked through.
            start = max(self._from, self._scanned - 3)
            block = log.slice(start, start + BLOCK)
            self._scan(start, block)
            self._scanned = start + len(block)
        if final:
            self._end()
        return True

    def _begin(self, head: bytes) -> None:
        self._is_stream = is_stream(self.log.content_type, head)
        if head.startswith(_BOM):
            self._from = len(_BOM)

    def _scan(self, start: int, block: bytes) -> None:
        """Find the borders in a block that begins at `start`."""
        self._has_cr = self._has_cr or b"\r" in block
        if not self._has_cr:
            # All of it in C: whoever paints meanwhile waits for every line of Python.
            sizes = list(map(len, block.split(b"\n\n")))
            borders = [start + at - 2 for at in accumulate(map((2).__add__, sizes[:-1]))]
            width = 2
            if not borders:
                return
            starts, ends = [self._from, *(at + width for at in borders[:-1])], borders
            self._from = borders[-1] + width
            if min(sizes[1:-1], default=2) >= 2 and ends[0] - starts[0] >= 2:
                self._starts.extend(starts)
                self._ends.extend(ends)
                return
            found = list(zip(starts, ends, strict=True))
        else:
            found = []
            for border in _BORDER.finditer(block):
                found.append((self._from, start + border.start()))
                self._from = start + border.end()
        for first, end in found:
            if end - first > 2 or self.log.slice(first, end).strip(b"\r\n"):
                self._starts.append(first)
                self._ends.append(end)

    def _end(self) -> None:
        size = self.log.size
        if self._cut is None and self._from < size and self.log.slice(self._from, size).strip():
            self._cut = len(self)
            self._starts.append(self._from)
            self._ends.append(size)

    # ---- one of them

    def at(self, row: int) -> float:
        """When the last byte of a row came."""
        return self.log.time_at(self._ends[row] + 1)

    def raw(self, row: int) -> bytes:
        """Its bytes, without the empty line at its end."""
        return self.log.slice(self._starts[row], self._ends[row])

    def data(self, row: int) -> bytes:
        """The data of the event; the whole row where it has none."""
        raw = self.raw(row)
        if not self._is_stream:
            return raw
        event = _parsed(raw)
        return event.data if event is not None else raw

    def row(self, row: int) -> EventRow:
        """One row as it is shown. Takes about 20 µs, however long the event is."""
        start, end = self._starts[row], self._ends[row]
        at = self.at(row)
        kind, preview = self._look(row, start, end)
        gap = at - self.at(row - 1) if row else None
        return EventRow(row + 1, at, gap, kind, end - start, preview)

    def rows(self, first: int = 0, last: int | None = None) -> list[EventRow]:
        """Rows as they are shown."""
        return [self.row(row) for row in range(first, len(self) if last is None else min(last, len(self)))]

    def row_at(self, offset: int) -> int:
        """The last row that is complete when so many bytes have come; -1 where none is."""
        return bisect_right(self._ends, max(0, offset - 2)) - 1

    def _look(self, row: int, start: int, end: int) -> tuple[str, str]:
        """Kind and preview."""
        small = end - start <= SMALL
        raw = self.log.slice(start, end if small else start + SMALL)
        if not self._is_stream:
            return DOCUMENT, _head(raw)
        if small:
            kind, value = self._kind(row, raw)
            return kind, _head(value) if isinstance(value, bytes) else preview_of(value)
        event = _parsed(raw)
        if event is None:
            return NO_DATA, _head(raw)
        found = _TYPE.search(raw)
        name = event.event or (found[1].decode("utf-8", "replace") if found else "")
        return name or "event", _head(event.data)

    def _kind(self, row: int, raw: bytes) -> tuple[str, Any]:
        """The kind of a small row, and the value of its data: bytes where that is no JSON."""
        event = _parsed(raw)
        if event is None:
            return (COMMENT if raw.lstrip(b"\r\n").startswith(b":") else NO_DATA), raw
        try:
            value: Any = orjson.loads(event.data)
        except ValueError:
            if event.data.startswith(DONE):
                return DONE_KIND, b""
            return (CUT_OFF if row == self._cut else NO_JSON), event.data
        return kind_of(event.event, value), value

    # ---- all of them

    def classify(self, limit: int = 1 << 62) -> bool:
        """Find out the kinds of about `limit` rows more; True where all are known."""
        until = min(len(self), len(self._codes) + limit)
        while len(self._codes) < until:
            first = len(self._codes)
            last = min(until, first + _GROUP)
            names = self._kinds_of(first, last)
            for name, count in Counter(names).items():
                number = self._numbers.get(name)
                self._counts[self._number(name) if number is None else number] += count
            self._codes.extend(map(self._numbers.__getitem__, names))
        return len(self._codes) >= len(self)

    def _kinds_of(self, first: int, last: int) -> list[str]:
        """The kinds of some rows; those of the form that servers write are read all at once."""
        size = self._ends[last - 1] - self._starts[first]
        if self._is_stream and size <= _GROUP * SMALL // 16:
            raw = self.log.slice(self._starts[first], self._ends[last - 1])
            found = _PLAIN.findall(raw)
            if len(found) == last - first:
                try:
                    values = orjson.loads(b"[%s]" % b",".join([data for _, data in found]))
                except ValueError:
                    values = []
                if len(values) == len(found):
                    return [
                        value["type"]
                        if type(value) is dict and type(value.get("type")) is str and value["type"]
                        else kind_of(name.decode("utf-8", "replace"), value)
                        for (name, _), value in zip(found, values, strict=True)
                    ]
        return [self._look(row, self._starts[row], self._ends[row])[0] for row in range(first, last)]

    def _number(self, name: str) -> int:
        """A new kind's number. Beyond 60,000 all are counted as the last one."""
        if len(self._names) < 60_000:
            self._names.append(name)
            self._counts.append(0)
        self._numbers[name] = len(self._names) - 1
        return self._numbers[name]

    def kinds(self) -> dict[str, int]:
        """How many rows of each kind `classify` has found, in the order of their first."""
        return dict(zip(self._names, self._counts, strict=False))

    def select(
        self, kinds: Collection[str] | None = None, by: Column = "number", *, descending: bool = False
    ) -> array[int]:
        """The rows of some kinds (None: of all), sorted. Rows whose kind is not known yet are left out where kinds
        matter. Takes up to a second for 200,000 rows by their gaps."""
        rows: Iterable[int] = range(len(self))
        if kinds is not None or by == "kind":
            rows = range(len(self._codes))
        if kinds is not None:
            wanted = {self._numbers[kind] for kind in kinds if kind in self._numbers}
            rows = [row for row, code in enumerate(self._codes) if code in wanted]
        if by == "size":
            rows = sorted(rows, key=lambda row: self._ends[row] - self._starts[row])
        elif by == "gap":
            gaps = self._gaps()
            rows = sorted(rows, key=gaps.__getitem__)
        elif by == "kind":
            names, codes = self._names, self._codes
            rows = sorted(rows, key=lambda row: names[codes[row]])
        found = array("l", rows)
        if descending:
            found.reverse()
        return found

    def longest_gap(self) -> tuple[int, float] | None:
        """The row before which it was silent for longest, and for how many seconds; None where there are fewer than
        two. Takes up to a second for 200,000 rows."""
        if len(self) < 2:
            return None
        gaps = self._gaps()
        row = max(range(1, len(gaps)), key=gaps.__getitem__)
        return row, gaps[row]

    def _gaps(self) -> list[float]:
        """The gap before each row; the first is before all others."""
        times = list(self.log.times_at(self._ends))
        return [-1.0, *(late - early for early, late in pairwise(times))]


def _parsed(raw: bytes) -> SseEvent | None:
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return parse_frame(raw)


def _head(data: bytes) -> str:
    return data[:400].decode("utf-8", "replace").strip()


def split(log: EventLog) -> list[EventRow]:
    """All rows of a log that has ended."""
    index = EventIndex(log)
    index.extend(final=True)
    return index.rows()
