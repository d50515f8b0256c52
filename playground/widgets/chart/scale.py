"""Axes: round numbers and local times to write at them, and values in words. Without Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from playground.widgets.chart.data import Unit

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
_STEPS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, MINUTE, 2 * MINUTE, 5 * MINUTE,
          10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY,
          7 * DAY, 14 * DAY)  # fmt: skip
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_MONTH = 30.44 * DAY
_FINEST = {"percent": 1e-4, "seconds": 1e-5, "usd": 1e-5}
"""The smallest distance of ticks: what is less is written as 0."""
_ROUND = (1.0, 2.0, 5.0, 10.0)
_OF_A_MINUTE = (60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 18000.0, 36000.0, 86400.0)
_NAMES = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str
    strong: bool = False
    """Time axis: a new day, month or year begins here."""


# Values -------------------------------------------------------------------------------------------------------------


def value_step(span: float, most: int, unit: Unit) -> float:
    """The round distance of ticks over a span of values, so that there are about `most` of them at most."""
    if unit in ("count", "tokens", "bytes") and span <= most:
        return 1.0
    least = max(span / max(1, most), _FINEST.get(unit, 1.0))
    if unit == "seconds" and least > 30:
        return next((step for step in _OF_A_MINUTE if step >= least), DAY * math.ceil(least / DAY))
    power: float = 10.0 ** math.floor(math.log10(least))
    steps = [power * factor for factor in _ROUND]
    if unit in ("count", "tokens", "bytes"):
        steps = [step for step in steps if step == round(step)] or [1.0]
    return next((step for step in steps if step >= least * (1 - 1e-9)), steps[-1])


def value_ticks(low: float, high: float, most: int, unit: Unit) -> list[Tick]:
    """Ticks that cover the values: the first is at or below `low`, the last at or above `high`."""
    step = value_step(max(high - low, 0.0) or _smallest(unit), most, unit)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if last <= first:
        last = first + 1
    return [Tick(number * step, axis_text(number * step, unit, step)) for number in range(first, last + 1)]


def _smallest(unit: Unit) -> float:
    return {"percent": 0.05, "seconds": 0.1, "usd": 0.01}.get(unit, 1.0)


def axis_text(value: float, unit: Unit, step: float) -> str:
    """A tick's words: as many digits as tell it from its neighbour."""
    if unit == "percent":
        return f"{value * 100:.{_digits(step * 100)}f} %"
    if unit == "seconds":
        if step < 0.9995 and abs(value) < 0.9995:
            return f"{value * 1000:.{_digits(step * 1000)}f} ms" if value else "0"
        if step < 60:
            return f"{value:.{_digits(step)}f} s" if value else "0"
        if not value:
            return "0"
        return f"{value / 60:.0f} min" if step < HOUR else f"{value / HOUR:.{_digits(step / HOUR)}f} h"
    if unit == "usd":
        return f"${value:,.{max(_digits(step), 2 if step < 1 else 0)}f}" if value else "$0"
    for size, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            text = f"{value / size:.{_digits(step / size)}f}"
            return f"{text}{suffix}B" if unit == "bytes" else f"{text}{'B' if suffix == 'G' else suffix}"
    return f"{value:.0f}" + (" B" if unit == "bytes" and value else "")


def _digits(step: float) -> int:
    """Decimal places that a step needs."""
    for digits in range(7):
        if abs(step * 10**digits - round(step * 10**digits)) < 1e-6 * max(1.0, step * 10**digits):
            return digits
    return 6


def value_text(value: float | None, unit: Unit) -> str:
    """A value to read: `412 ms`, `3.2 %`, `$0.0023`, `12,400`; None: `no value`."""
    if value is None or math.isnan(value):
        return "no value"
    if unit == "percent":
        return f"{value * 100:.{0 if value in (0, 1) else 2 if abs(value) < 0.01 else 1}f} %"
    if unit == "seconds":
        return seconds_words(value)
    if unit == "usd":
        return usd_words(value)
    if unit == "bytes":
        return axis_text(value, unit, max(abs(value) / 100, 1)) if abs(value) >= 1000 else f"{value:.0f} B"
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:,.2f}"


def seconds_words(value: float) -> str:
    """`0.4 ms`, `88 ms`, `3.10 s`, `2 min 05 s`."""
    if abs(value) < 0.9995:
        return f"{value * 1000:.{1 if 0 < abs(value) < 0.00995 else 0}f} ms"
    if value < 59.995:
        return f"{value:.2f} s"
    return f"{round(value) // 60} min {round(value) % 60:02d} s"


def usd_words(value: float) -> str:
    """`$12.30`; less than half a cent with two digits that count."""
    if value == 0:
        return "$0"
    if abs(value) >= 0.005:
        return f"${value:,.2f}"
    return f"${value:.4f}" if abs(value) >= 0.00005 else "under $0.0001"


# Times --------------------------------------------------------------------------------------------------------------


def time_ticks(start: float, end: float, most: int) -> list[Tick]:
    """Round local times from `start` to `end` (Unix seconds), at most about `most`; right where clocks are changed."""
    span = end - start
    if span <= 0 or most < 1:
        return []
    step = next((step for step in _STEPS if span / step <= most), None)
    if step is None:
        return _month_ticks(start, end, most)
    if step >= DAY:
        return _day_ticks(start, end, round(step / DAY))
    return _clock_ticks(start, end, step)


def _clock_ticks(start: float, end: float, step: float) -> list[Tick]:
    """By the clock on the wall: counted from each local midnight."""
    ticks: list[Tick] = []
    midnight = _midnight(start)
    while midnight.timestamp() <= end:
        following = midnight + timedelta(days=1)
        begin = midnight.timestamp()
        if step < HOUR:
            stop = min(end, following.timestamp() - step / 2)  # a day may have 23 or 25 hours
            numbers = range(max(0, math.ceil((start - begin) / step)), math.floor((stop - begin) / step) + 1)
            ticks += [_clock_tick(begin + number * step, step) for number in numbers]
        else:
            hours = [midnight + timedelta(seconds=number * step) for number in range(math.ceil(DAY / step))]
            there = [hour.timestamp() for hour in hours if _wall(hour.timestamp()) == hour]
            ticks += [_clock_tick(at, step) for at in there if start <= at <= end]
        midnight = following
    return ticks


def _clock_tick(at: float, step: float) -> Tick:
    moment = datetime.fromtimestamp(round(at, 3)).astimezone()
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        return Tick(at, day_text(moment), strong=True)
    if step >= MINUTE:
        return Tick(at, f"{moment:%H:%M}")
    if step >= 1:
        return Tick(at, f"{moment:%H:%M:%S}")
    return Tick(at, f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}")


def _day_ticks(start: float, end: float, days: int) -> list[Tick]:
    ticks: list[Tick] = []
    day = _midnight(start)
    # The same days whatever the range begins with; weeks begin on Mondays.
    day -= timedelta(days=day.weekday() if days == 7 else (day.toordinal() - 1) % days)
    while day.timestamp() <= end:
        if day.timestamp() >= start:
            new_year = bool(ticks) and _midnight(ticks[-1].at).year != day.year
            label = f"{day_text(day)} {day.year}" if new_year else day_text(day)
            ticks.append(Tick(day.timestamp(), label, strong=new_year))
        day += timedelta(days=days)
    return ticks


def _month_ticks(start: float, end: float, most: int) -> list[Tick]:
    months = next((count for count in _MONTHS if (end - start) / (count * _MONTH) <= most), _MONTHS[-1])
    first = _midnight(start)
    number = (first.year * 12 + first.month - 1) // months * months
    ticks: list[Tick] = []
    while number // 12 < 9999:
        moment = datetime(number // 12, number % 12 + 1, 1)  # noqa: DTZ001  a local date
        if moment.timestamp() > end:
            break
        if moment.timestamp() >= start:
            january = moment.month == 1
            label = str(moment.year) if january else f"{_NAMES[moment.month]}"
            ticks.append(Tick(moment.timestamp(), label, strong=january))
        number += months
    return ticks


def _wall(at: float) -> datetime:
    """What the clock on the wall says."""
    return datetime.fromtimestamp(at).astimezone().replace(tzinfo=None)


def _midnight(at: float) -> datetime:
    """Local, without a zone, so that days can be added where clocks are changed."""
    return _wall(at).replace(hour=0, minute=0, second=0, microsecond=0)


def day_text(moment: datetime) -> str:
    """`27 Nov`."""
    return f"{moment.day} {_NAMES[moment.month]}"


def span_text(start: float, width: float, shown: float) -> str:
    """A mark's time in words: `27 Nov 14:05 – 14:10`. `shown`: seconds of the whole axis, which say how exact it is."""
    begin = datetime.fromtimestamp(start).astimezone()
    exact = shown < HOUR or (width and width < MINUTE) or (not width and shown < DAY)
    clock = "%H:%M:%S" if exact else "%H:%M"
    if width <= 0:
        return f"{day_text(begin)} {begin.strftime(clock)}"
    end = datetime.fromtimestamp(start + width).astimezone()
    whole_days = all(one.hour == one.minute == one.second == 0 for one in (begin, end))
    if whole_days:
        last = end - timedelta(days=1)
        return day_text(begin) if last.date() <= begin.date() else f"{day_text(begin)} – {day_text(last)}"
    until = end.strftime(clock) if end.date() == begin.date() else f"{day_text(end)} {end.strftime(clock)}"
    return f"{day_text(begin)} {begin.strftime(clock)} – {until}"


def widest(ticks: Sequence[Tick]) -> str:
    """The longest label."""
    return max((tick.label for tick in ticks), key=len, default="")
