"""What lies under each value of a stacked series."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from playground.widgets.chart.data import Series


def bases(series: Sequence[Series]) -> Mapping[str, list[float]]:
    """For bars and stacked areas: the sum of what is below, one for each value. Values at the same time stand on each
    other, in the order of the series."""
    totals: dict[str, dict[float, float]] = {"bars": {}, "area": {}}
    found: dict[str, list[float]] = {}
    for one in series:
        if not is_stacked(one):
            continue
        total = totals[one.kind]
        below: list[float] = []
        for x, value in zip(one.xs, one.ys, strict=True):
            base = total.get(x, 0.0)
            below.append(base)
            if value is not None and not math.isnan(value):
                total[x] = base + value
        found[one.key] = below
    return found


def is_stacked(series: Series) -> bool:
    return series.kind == "bars" or (series.kind == "area" and series.stacked)


def extent(series: Sequence[Series], below: Mapping[str, list[float]]) -> tuple[float, float]:
    """The lowest and the highest value that is drawn; (0, 0) where there is none."""
    lows: list[float] = []
    highs: list[float] = []
    for one in series:
        for start, end in one.parts:
            if one.key in below:
                sums = [base + (y or 0.0) for base, y in zip(below[one.key][start:end], one.ys[start:end], strict=True)]
                lows.append(min(0.0, min(sums)))
                highs.append(max(sums))
                continue
            values: list[float] = one.ys[start:end]  # type: ignore[assignment]  # no gaps within a stretch
            highs.append(max(values))
            under: list[float] = one.lows[start:end] if one.kind == "band" else values  # type: ignore[assignment]
            lows.append(min(value for value in (min(under), highs[-1]) if not math.isnan(value)))
    return (min(lows), max(highs)) if lows else (0.0, 0.0)
