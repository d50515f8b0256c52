"""All that a chart over time shows at one moment, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from playground.widgets.chart import stacking
from playground.widgets.chart.data import Limit, Moment, Series, Unit
from playground.widgets.chart.geometry import Geometry
from playground.widgets.chart.look import Look, looks
from playground.widgets.chart.scale import Tick, span_text, time_ticks, value_text, value_ticks

Mark = tuple[str, int]
"""The key of a series and the place of a value in it."""
NEAR = 1.5
"""Pixels between two values that are read out together."""


@dataclass(eq=False)
class Content:
    """`start`, `end`: Unix seconds of the axis; 0: as the series have them."""

    unit: Unit = "count"
    series: tuple[Series, ...] = ()
    limits: tuple[Limit, ...] = ()
    moments: tuple[Moment, ...] = ()
    start: float = 0.0
    end: float = 0.0
    top: float = 0.0
    """The value axis goes at least so high."""
    hidden: frozenset[str] = frozenset()
    looks: Mapping[str, Look] = field(init=False)
    shown: tuple[Series, ...] = field(init=False)
    below: Mapping[str, list[float]] = field(init=False)
    _read: tuple[Series, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.looks = looks(self.series)
        self.shown = tuple(one for one in self.series if one.key not in self.hidden)
        self._read = tuple(one for one in self.shown if not one.quiet)
        self.below = stacking.bases(self.shown)

    @property
    def is_empty(self) -> bool:
        return not any(one.parts for one in self.series)

    def times(self) -> tuple[float, float]:
        """The ends of the time axis; never the same."""
        start, end = self.start, self.end
        if not start or not end:
            held = [one for one in self.shown if len(one.xs)]
            start = start or min((one.xs[0] for one in held), default=0.0)
            end = end or max((one.xs[-1] + one.width for one in held), default=1.0)
        return (start, end) if end > start else (start - 0.5, start + 0.5)

    def values(self, most: int) -> list[Tick]:
        """The ticks of the value axis; the first and the last are its ends."""
        low, high = self._extent
        high = max([high, self.top, *(limit.value for limit in self.limits)])
        return value_ticks(min(low, 0.0), high, most, self.unit)

    @cached_property
    def _extent(self) -> tuple[float, float]:
        return stacking.extent(self.shown, self.below)

    def ticks(self, most: int) -> list[Tick]:
        start, end = self.times()
        return time_ticks(start, end, most)

    # Marks --------------------------------------------------------------------------------------------------------

    def one(self, key: str) -> Series | None:
        return next((one for one in self.shown if one.key == key), None)

    def place(self, mark: Mark) -> float:
        """Where a mark is on the time axis."""
        series = self.one(mark[0])
        return series.place(mark[1]) if series is not None else 0.0

    def height(self, mark: Mark) -> float:
        """Where a mark is on the value axis: the top of its bar or its point."""
        series = self.one(mark[0])
        if series is None:
            return 0.0
        base = self.below[mark[0]][mark[1]] if mark[0] in self.below else 0.0
        return base + (series.value(mark[1]) or 0.0)

    def span(self, mark: Mark) -> tuple[float, float]:
        """The time that a mark stands for, Unix seconds; of a step, until the next. The same twice: a moment."""
        series, index = self.one(mark[0]), mark[1]
        if series is None:
            return 0.0, 0.0
        begin = series.xs[index]
        if series.width or series.kind != "step":
            return begin, begin + series.width
        return begin, series.xs[index + 1] if index + 1 < len(series.xs) else begin

    def at(self, series: Series, time: float) -> int | None:
        """The value of a series that a pointer at a time means."""
        if series.kind == "step" and not series.width:
            return series.beside(time, forward=False, least=-1e-9)
        return series.nearest(time)

    def hit(self, geometry: Geometry, x: float, y: float) -> Mark | None:
        """The mark that a pointer means: the nearest in time, and of those at that time the nearest in value."""
        time = geometry.time(x)
        found: list[tuple[float, Mark]] = []
        for one in self._read:
            index = self.at(one, time)
            if index is not None:
                away = abs(geometry.x(one.place(index)) - x)
                inside = one.kind == "step" or abs(one.place(index) - time) <= one.width / 2
                found.append((0.0 if inside else away, (one.key, index)))
        if not found:
            return None
        least = min(away for away, _ in found)
        near = [mark for away, mark in found if away <= least + NEAR]
        return min(near, key=lambda mark: self._away(mark, geometry, y))

    def _away(self, mark: Mark, geometry: Geometry, y: float) -> float:
        top = geometry.y(self.height(mark))
        if mark[0] not in self.below:
            return abs(y - top)
        bottom = geometry.y(self.below[mark[0]][mark[1]])
        return max(0.0, top - y, y - bottom)

    def beside(self, mark: Mark | None, forward: bool, least: float) -> Mark | None:
        """The next mark in time, of the same series where it has one there. `least`: seconds that it is away, at least.
        From none, the first or the last."""
        start, end = self.times()
        here = (start if forward else end) if mark is None else self.place(mark)
        least = 0.0 if mark is None else least
        slack = -1.0 if mark is None else 0.0
        found: list[tuple[float, Mark]] = []
        for one in self._read:
            index = one.beside(here, forward, least + slack * (end - start) * 1e-6)
            if index is not None and start <= one.place(index) <= end:
                found.append((abs(one.place(index) - here), (one.key, index)))
        if not found:
            return None
        nearest = min(away for away, _ in found)
        near = [one for away, one in found if away <= nearest + 1e-6]
        return next((one for one in near if mark is not None and one[0] == mark[0]), near[0])

    def together(self, mark: Mark, slack: float) -> list[tuple[Series, int | None]]:
        """What is read out with a mark: of each shown series its value at that time (None: it has none there).
        `slack`: seconds that still count as the same time."""
        time = self.place(mark)
        rows: list[tuple[Series, int | None]] = []
        for one in self._read:
            index = mark[1] if one.key == mark[0] else self.at(one, time)
            held = one.kind == "step" and not one.width
            if index is not None and not held and abs(one.place(index) - time) > max(slack, one.width / 2):
                index = None
            rows.append((one, index))
        return rows

    def beneath(self, mark: Mark, up: bool, slack: float) -> Mark:
        """The mark of the series before (`up`) or after it at the same time; at the ends, itself."""
        marks = [(one.key, index) for one, index in self.together(mark, slack) if index is not None]
        here = next(number for number, (key, _) in enumerate(marks) if key == mark[0])
        return marks[max(0, here - 1) if up else min(len(marks) - 1, here + 1)]

    # Words --------------------------------------------------------------------------------------------------------

    def when(self, mark: Mark) -> str:
        start, end = self.times()
        series = self.one(mark[0])
        return span_text(series.xs[mark[1]], series.width, end - start) if series is not None else ""

    def rows(self, mark: Mark, slack: float) -> list[tuple[Series, str]]:
        """The read-out of a mark: a value in words for each series that has one."""
        return [(one, self.value_words(one, index)) for one, index in self.together(mark, slack) if index is not None]

    def value_words(self, series: Series, index: int) -> str:
        words = value_text(series.value(index), self.unit)
        if series.kind == "band":
            return f"{value_text(series.lows[index], self.unit)} – {words}"
        return words

    def words(self, mark: Mark, slack: float) -> str:
        """The read-out in one line, what is marked first."""
        rows = sorted(self.rows(mark, slack), key=lambda row: row[0].key != mark[0])
        return f"{self.when(mark)}: {', '.join(f'{one.title} {words}' for one, words in rows)}"

    def legend(self) -> Iterator[tuple[Series, Look]]:
        """What can be switched off and on."""
        for one in self.series:
            if not one.quiet:
                yield one, self.looks[one.key]
