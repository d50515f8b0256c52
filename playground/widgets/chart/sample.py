"""Points of a series as the points of a line on the screen: at most the lowest and the highest of each pixel column."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QPointF

from playground.widgets.chart.data import Series
from playground.widgets.chart.geometry import Geometry

DENSE = 3
"""Points in one pixel column, on average, from which on only its lowest and highest are drawn."""


def lines(series: Series, geometry: Geometry, bases: Sequence[float] | None = None) -> list[list[QPointF]]:
    """One polyline for each unbroken stretch; only what is seen, and one point beyond on each side. `bases` are added
    to the values, one for each."""
    ys = series.ys if bases is None else [_sum(y, base) for y, base in zip(series.ys, bases, strict=True)]
    return _polylines(series, geometry, ys)


def lows(series: Series, geometry: Geometry) -> list[list[QPointF]]:
    """The lower edge of a band."""
    return _polylines(series, geometry, series.lows)


def _sum(value: float | None, base: float) -> float:
    return (value or 0.0) + base


def _polylines(series: Series, geometry: Geometry, ys: Sequence[float | None]) -> list[list[QPointF]]:
    xs = series.xs
    shift = series.width / 2 if series.kind != "step" else 0.0
    low, high = geometry.start - shift, geometry.end - shift
    first, end = max(0, bisect_left(xs, low) - 1), min(len(xs), bisect_right(xs, high) + 1)
    found = []
    for part_start, part_end in series.parts:
        start, stop = max(first, part_start), min(end, part_end)
        if start >= stop:
            continue
        if stop - start > DENSE * max(1, geometry.columns):
            found.append(_columns(xs, ys, start, stop, shift, geometry))
        elif series.kind == "step":
            found.append(_steps(series, ys, start, stop, geometry))
        else:
            found.append([QPointF(geometry.x(xs[i] + shift), geometry.y(ys[i] or 0.0)) for i in range(start, stop)])
    return found


def _steps(series: Series, ys: Sequence[float | None], start: int, stop: int, geometry: Geometry) -> list[QPointF]:
    points: list[QPointF] = []
    for index in range(start, stop):
        y = geometry.y(ys[index] or 0.0)
        if points:
            points.append(QPointF(geometry.x(series.xs[index]), points[-1].y()))
        points.append(QPointF(geometry.x(series.xs[index]), y))
    if series.width:
        points.append(QPointF(geometry.x(series.xs[stop - 1] + series.width), points[-1].y()))
    return points


def _columns(
    xs: Sequence[float], ys: Sequence[float | None], start: int, stop: int, shift: float, geometry: Geometry
) -> list[QPointF]:
    """The slices of the columns are handed to `min` and `max` whole: 100,000 points take about 4 ms."""
    points: list[QPointF] = []
    width = (geometry.end - geometry.start) / geometry.columns
    at = start
    for column in range(-1, geometry.columns + 1):
        edge = geometry.start + (column + 1) * width - shift
        following = bisect_left(xs, edge, at, stop) if column < geometry.columns else stop
        if following <= at:
            continue
        part: list[float] = ys[at:following]  # type: ignore[assignment]  # no gaps within a stretch
        x = geometry.x(edge + shift - width / 2)
        lowest, highest = min(part), max(part)
        # In the order in which they come, so that the line does not jump back.
        pair = (lowest, highest) if part[0] <= part[-1] else (highest, lowest)
        points += [QPointF(x, geometry.y(value)) for value in (pair if lowest != highest else pair[:1])]
        at = following
    return points
