"""What a chart shows, as plain values: made in any thread, without Qt."""

from __future__ import annotations

import csv
import io
import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["line", "step", "area", "bars", "band"]
Unit = Literal["count", "percent", "seconds", "tokens", "usd", "bytes"]
"""Of values: shares are 0 … 1 (`percent`), times are seconds and are shown in ms, s or min."""

CSV_UNITS = {"count": "", "percent": "share", "seconds": "s", "tokens": "tokens", "usd": "USD", "bytes": "bytes"}


def numbers(values: Iterable[float | None]) -> array[float]:
    """Values as the chart keeps them; None becomes a gap (NaN)."""
    if isinstance(values, array) and values.typecode == "d":
        return values
    return array("d", [math.nan if value is None else value for value in values])


@dataclass(frozen=True, eq=False)
class Series:
    """One line, area or layer of bars over time.

    `xs`: Unix seconds, ascending; `ys`: values in the chart's unit, None or NaN for a gap. Raises ValueError where they
    do not fit together. `kind`: `line`; `step` holds a value until the next; `area` is filled to zero; `bars` of all
    series at one place stand on each other; `band` fills from `lows` to `ys` (a minimum and a maximum, p50 and p99).
    """

    key: str
    """What `mark_chosen` names."""
    title: str
    xs: Sequence[float]
    ys: Sequence[float | None]
    kind: Kind = "line"
    role: str = ""
    """A colour role; empty: by its place among the series."""
    width: float = 0.0
    """Seconds that one value stands for, from its x on; 0: a moment."""
    stacked: bool = False
    """Areas: on top of the stacked ones before it. Bars always are."""
    projected: bool = False
    """What is expected and has not happened: dashed and lighter."""
    lows: Sequence[float | None] = ()
    plain: bool = False
    """Without marks on its points, however few they are."""
    quiet: bool = False
    """Only painted: neither in the legend nor read out. For the ground between lines that are."""
    _parts: list[tuple[int, int]] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        for name in ("xs", "ys", "lows"):
            object.__setattr__(self, name, numbers(getattr(self, name)))
        if len(self.xs) != len(self.ys) or (self.kind == "band" and len(self.lows) != len(self.xs)):
            raise ValueError(f"the series “{self.key}” has {len(self.xs)} times and {len(self.ys)} values")
        if any(map(_later, self.xs, self.xs[1:])):
            raise ValueError(f"the times of the series “{self.key}” do not ascend")
        self._parts.extend(_without_gaps(self.ys))

    @property
    def parts(self) -> Sequence[tuple[int, int]]:
        """Where it has values: the first and the end of each unbroken stretch."""
        return self._parts

    def value(self, index: int) -> float | None:
        """None for a gap."""
        value = self.ys[index]
        return None if value is None or math.isnan(value) else value

    def place(self, index: int) -> float:
        """Where a value is drawn: the middle of the time it stands for."""
        return self.xs[index] + self.width / 2

    def nearest(self, x: float) -> int | None:
        """The point that has a value and is nearest to a time; None: it has no value at all."""
        x -= self.width / 2
        best: int | None = None
        for start, end in self._near_parts(x):
            at = bisect_left(self.xs, x, start, end)
            for index in (at - 1, at):
                if start <= index < end and (best is None or abs(self.xs[index] - x) < abs(self.xs[best] - x)):
                    best = index
        return best

    def beside(self, x: float, forward: bool, least: float = 0.0) -> int | None:
        """The next point with a value that is more than `least` seconds after (or before) the place `x`."""
        x -= self.width / 2
        if forward:
            at = bisect_right(self.xs, x + least)
            return next((max(at, start) for start, end in self._parts if end > at), None)
        at = bisect_left(self.xs, x - least) - 1
        return next((min(at, end - 1) for start, end in reversed(self._parts) if start <= at), None)

    def _near_parts(self, x: float) -> list[tuple[int, int]]:
        """The unbroken stretches before and after a time."""
        at = bisect_left(self.xs, x)
        after = bisect_right(self._parts, at, key=_first)
        return self._parts[max(0, after - 1) : after + 1]


def _first(part: tuple[int, int]) -> int:
    return part[0]


def _later(first: float, second: float) -> bool:
    return not first <= second


def _without_gaps(ys: Sequence[float | None]) -> Iterator[tuple[int, int]]:
    values = numbers(ys)
    if not math.isnan(math.fsum(values)) and not any(map(math.isnan, values)):
        if values:
            yield 0, len(values)
        return
    start: int | None = None
    for index, gap in enumerate(map(math.isnan, values)):
        if not gap and start is None:
            start = index
        elif gap and start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(values)


@dataclass(frozen=True, slots=True)
class Limit:
    """A line across the chart at a value: a budget, a rate limit."""

    title: str
    value: float
    role: str = "error"


@dataclass(frozen=True, slots=True)
class Moment:
    """A line down the chart at a time: now, or when something runs out."""

    title: str
    x: float
    role: str = "muted"


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar. `value` None: not known, which is said in words and is no zero."""

    key: str
    title: str
    value: float | None
    note: str = ""
    """Shown after the value, muted."""
    role: str = ""


def series_csv(series: Sequence[Series], unit: Unit) -> str:
    """Time (ISO 8601 with the zone) and one column of each series; gaps are empty."""
    rows: dict[float, list[float | None]] = {}
    columns: list[str] = []
    for one in series:
        for name, values in (("", one.ys), *((("low", one.lows),) if one.kind == "band" else ())):
            for x, value in zip(one.xs, values, strict=True):
                row = rows.setdefault(x, [])
                row.extend([None] * (len(columns) - len(row)))
                row.append(None if value is None or math.isnan(value) else value)
            columns.append(f"{one.title} {name}".rstrip() + (f" ({CSV_UNITS[unit]})" if CSV_UNITS[unit] else ""))
    lines = [["time", *columns]]
    for x in sorted(rows):
        row = rows[x] + [None] * (len(columns) - len(rows[x]))
        lines.append([iso(x), *("" if value is None else f"{value:.10g}" for value in row)])
    return _csv(lines)


def bars_csv(bars: Sequence[Bar], unit: Unit) -> str:
    """Name, value and note of each bar; what is not known is empty."""
    lines = [["name", f"value ({CSV_UNITS[unit]})" if CSV_UNITS[unit] else "value", "note"]]
    lines += [[bar.title, "" if bar.value is None else f"{bar.value:.10g}", bar.note] for bar in bars]
    return _csv(lines)


def iso(x: float) -> str:
    """Local time with its offset, to the millisecond."""
    return datetime.fromtimestamp(x).astimezone().isoformat(timespec="milliseconds")


def _csv(lines: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    # A spreadsheet runs what begins like a formula, and models are named by servers.
    csv.writer(out, lineterminator="\n").writerows([_tame(cell) for cell in line] for line in lines)
    return out.getvalue()


def _tame(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not _is_number(cell)) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
