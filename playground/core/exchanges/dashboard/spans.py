"""Spans of time, and the buckets they are cut into: round local times, also where clocks are changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from playground.core.exchanges.query import parse
from playground.core.exchanges.query.parse import Term
from playground.core.exchanges.query.values import moment

HOUR, DAY = 3600.0, 86400.0
SPANS: dict[str, tuple[str, float]] = {
    "1h": ("1 hour", HOUR),
    "24h": ("24 hours", DAY),
    "7d": ("7 days", 7 * DAY),
    "30d": ("30 days", 30 * DAY),
    "all": ("All", math.inf),
}
"""Key → words, and seconds until now. A query with `since:` or `until:` says its own."""
_STEPS = ((120.0, 1.0), (20 * 60.0, 10.0), (2 * HOUR, 60.0), (8 * HOUR, 300.0), (26 * HOUR, 900.0),
          (4 * DAY, HOUR), (8 * DAY, 2 * HOUR), (100 * DAY, DAY), (2 * 365 * DAY, 7 * DAY))  # fmt: skip
"""Up to so long, buckets of so many seconds."""
_LONGEST_STEP = 28 * DAY
_EPOCH = date(1970, 1, 1).toordinal()
_MOST_BUCKETS = 2000


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time in buckets. All times are Unix seconds."""

    key: str
    """Of `SPANS`, or `custom`."""
    start: float
    end: float
    step: float
    """Seconds of one bucket; of days also where one has 23 or 25 hours."""
    edges: tuple[float, ...]
    """Where the buckets begin, and the end of the last."""
    days: tuple[float, ...]
    """The same for what is counted by day; the same as `edges` where the span is no longer than about a day, or the
    buckets are days."""

    @property
    def by_day(self) -> bool:
        """Whether `days` are days (or several days) and not shorter buckets."""
        return self.step >= DAY or self.days != self.edges

    def bucket(self, start: float) -> tuple[float, float]:
        """From when until when the bucket or day lasts that begins then. Raises ValueError for none of them."""
        for edges in (self.edges, self.days):
            if start in edges[:-1]:
                return start, edges[edges.index(start) + 1]
        raise ValueError(f"no bucket begins at {start}")


def exact(when: float) -> str:
    """A time as `since:` and `until:` take it, to the microsecond, whatever the zone of who reads it."""
    return datetime.fromtimestamp(when).astimezone().isoformat()


def term(field: str, value: str) -> str:
    """`field:"value"`, whatever is in the value; without one, what finds the rows that have none."""
    if not value:
        return f"-{field}:*"
    return f"{field}:{quoted(value)}"


def quoted(value: str) -> str:
    """A value that is taken as it is."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def asked(query: str, now: float) -> tuple[float | None, float | None]:
    """From when and until when a query wants rows; None: it does not say. Raises QueryError."""
    since: list[float] = []
    until: list[float] = []
    for part in parse(query):
        if isinstance(part, Term) and not part.negated and part.field.kind in ("since", "until"):
            times = [moment(part.field, value, now) for value in part.values]
            if part.field.kind == "since":
                since.append(min(times))
            else:
                until.append(max(times))
    return max(since, default=None), min(until, default=None)


def make(key: str, query: str, now: float, first: float | None) -> Span:
    """The span of a key, or the one that the query asks for. `first`: when the oldest call began. Raises QueryError."""
    since, until = asked(query, now)
    if since is not None or until is not None:
        end = min(until, now + DAY) if until is not None else now
        start = since if since is not None else min(first if first is not None else end - DAY, end - 1)
        return _cut("custom", start, max(end, start + 1), exact_ends=True)
    length = SPANS[key][1]
    if math.isinf(length):
        start = first if first is not None else now - DAY
        return _cut(key, min(start, now - 60), now + 1)
    if length > 2 * DAY:  # days of the calendar, today the last of them
        midnight = _midnight(now) - timedelta(days=round(length / DAY) - 1)
        return _cut(key, midnight.timestamp(), now)
    step = _step(length)
    origin = _midnight(now - length).timestamp()
    # As many whole buckets, the last one with the present in it.
    last = math.floor((now - origin) / step) + 1
    return _cut(key, origin + (last - round(length / step)) * step, now)


def _step(length: float) -> float:
    return next((step for longest, step in _STEPS if length <= longest), _LONGEST_STEP)


def _cut(key: str, start: float, end: float, *, exact_ends: bool = False) -> Span:
    """`exact_ends`: nothing outside is counted, though the first bucket may begin before and the last end after."""
    step = _step(end - start)
    if step >= DAY:
        edges = _day_edges(start, end, round(step / DAY))
    else:
        origin = _midnight(start).timestamp()
        first, last = math.floor((start - origin) / step), math.floor((end - origin) / step) + 1
        edges = tuple(origin + number * step for number in range(first, last + 1))
    days = _day_edges(start, end, 1) if step < DAY and end - start > 26 * HOUR else edges
    return Span(key, start if exact_ends else edges[0], end if exact_ends else edges[-1], step, edges, days)


def _day_edges(start: float, end: float, days: int) -> tuple[float, ...]:
    """Local midnights, from the one at or before `start` to the one after `end`."""
    day = _midnight(start)
    if days == 7:
        day -= timedelta(days=day.weekday())
    edges: list[float] = []
    while (not edges or edges[-1] <= end) and len(edges) <= _MOST_BUCKETS:
        edges.append(day.timestamp())
        day += timedelta(days=days)
    return tuple(edges)


def _midnight(at: float) -> datetime:
    return wall(at).replace(hour=0, minute=0, second=0, microsecond=0)


def wall(at: float) -> datetime:
    """What the clock on the wall says, without a zone."""
    return datetime.fromtimestamp(at).astimezone().replace(tzinfo=None)


def bucket_sql(span: Span, column: str) -> str:
    """An expression for the number of the bucket in `edges` that a time lies in."""
    return _by_day(span.edges, column) if span.step >= DAY else _even(span.edges[0], span.step, column)


def day_sql(span: Span, column: str) -> str:
    """The same for `days`."""
    return _by_day(span.days, column) if span.by_day else _even(span.edges[0], span.step, column)


def _even(first: float, step: float, column: str) -> str:
    # Rounded down also before the first, which is then bucket -1.
    return f"CAST(({column} - {first!r}) / {step!r} + 1 AS INTEGER) - 1"


def _by_day(edges: Sequence[float], column: str) -> str:
    """By the local date: seconds of the clock on the wall, whose offset is another where clocks are changed."""
    changes = _offsets(edges[0], edges[-1])
    shifted = f"{column} + {changes[-1][1]!r}"
    for until, offset in reversed(changes[:-1]):
        shifted = f"CASE WHEN {column} < {until!r} THEN {column} + {offset!r} ELSE {shifted} END"
    first = wall(edges[0]).date().toordinal() - _EPOCH
    days = max(1, round((edges[1] - edges[0]) / DAY))
    return f"(CAST(({shifted}) / 86400.0 AS INTEGER) - {first}) / {days}"


def _offsets(start: float, end: float) -> list[tuple[float, float]]:
    """(until when, seconds that local time is ahead of UTC then)."""
    found: list[tuple[float, float]] = []
    at, offset = start, _offset(start)
    while at < end:
        following = min(at + DAY, end)
        other = _offset(following)
        if other != offset:
            low, high = at, following
            while high - low > 0.5:
                middle = (low + high) / 2
                low, high = (middle, high) if _offset(middle) == offset else (low, middle)
            found.append((float(round(high)), offset))
            offset = other
        at = following
    found.append((end, offset))
    return found


def _offset(at: float) -> float:
    ahead = datetime.fromtimestamp(at).astimezone().utcoffset()
    return ahead.total_seconds() if ahead is not None else 0.0
