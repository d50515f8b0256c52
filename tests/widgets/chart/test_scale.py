"""Axes: ticks that people would choose, in local time, also where clocks are changed; values in words."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.widgets.chart.data import Unit
from playground.widgets.chart.scale import span_text, time_ticks, value_text, value_ticks

Zone = Callable[[str], None]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    def use(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield use
    monkeypatch.undo()
    time.tzset()


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    "high, unit, labels",
    [
        (0, "count", ["0", "1"]),
        (3, "count", ["0", "1", "2", "3"]),
        (47, "count", ["0", "10", "20", "30", "40", "50"]),
        (118_204, "tokens", ["0", "50k", "100k", "150k"]),
        (2.3e9, "tokens", ["0", "500M", "1.0B", "1.5B", "2.0B", "2.5B"]),
        (2.3e9, "bytes", ["0", "500MB", "1.0GB", "1.5GB", "2.0GB", "2.5GB"]),
        (0.031, "percent", ["0 %", "1 %", "2 %", "3 %", "4 %"]),
        (0.9, "seconds", ["0", "200 ms", "400 ms", "600 ms", "800 ms", "1.0 s"]),
        (4.2, "seconds", ["0", "1 s", "2 s", "3 s", "4 s", "5 s"]),
        (400, "seconds", ["0", "2 min", "4 min", "6 min", "8 min"]),
        (0.0031, "usd", ["$0", "$0.001", "$0.002", "$0.003", "$0.004"]),
        (12, "usd", ["$0", "$5", "$10", "$15"]),
    ],
)
def test_values_have_round_ticks(high: float, unit: Unit, labels: list[str]) -> None:
    assert [tick.label for tick in value_ticks(0.0, high, 5, unit)] == labels


@given(
    st.floats(0, 1e12, allow_nan=False),
    st.integers(1, 12),
    st.sampled_from(["count", "percent", "seconds", "tokens", "usd", "bytes"]),
)
def test_ticks_cover_the_values_and_are_told_apart(high: float, most: int, unit: Unit) -> None:
    ticks = value_ticks(0.0, high, most, unit)
    assert ticks[0].at == 0 and ticks[-1].at >= high * (1 - 1e-8)
    assert 2 <= len(ticks) <= most + 2
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_times_are_those_on_the_wall(zone: Zone) -> None:
    zone("Europe/Berlin")
    ticks = time_ticks(at("2026-11-26T22:10"), at("2026-11-27T01:10"), 7)
    assert [tick.label for tick in ticks] == ["22:30", "23:00", "23:30", "27 Nov", "00:30", "01:00"]
    assert [tick.strong for tick in ticks].index(True) == 3


@pytest.mark.parametrize(
    "day, hours", [("2026-03-29", ["00:00", "03:00", "06:00"]), ("2026-10-25", ["00:00", "03:00", "06:00"])]
)
def test_hours_stay_round_where_clocks_are_changed(zone: Zone, day: str, hours: list[str]) -> None:
    zone("Europe/Berlin")
    ticks = time_ticks(at(f"{day}T00:00"), at(f"{day}T08:00"), 3)
    assert [datetime.fromtimestamp(tick.at).strftime("%H:%M") for tick in ticks] == hours  # noqa: DTZ006


def test_the_hour_that_comes_twice_has_its_ticks_twice(zone: Zone) -> None:
    zone("Europe/Berlin")
    ticks = time_ticks(at("2026-10-25T01:30"), at("2026-10-25T03:30"), 12)
    assert [tick.label for tick in ticks].count("02:30") == 2
    assert all(later.at - tick.at == 900 for tick, later in pairwise(ticks))


def test_months_and_years(zone: Zone) -> None:
    zone("UTC")
    ticks = time_ticks(at("2025-10-15T00:00"), at("2026-04-15T00:00"), 7)
    assert [tick.label for tick in ticks] == ["Nov", "Dec", "2026", "Feb", "Mar", "Apr"]
    days = time_ticks(at("2026-11-01T00:00"), at("2026-11-28T00:00"), 5)
    assert [tick.label for tick in days] == ["2 Nov", "9 Nov", "16 Nov", "23 Nov"], "weeks begin on Mondays"


@given(st.floats(0, 4e9), st.floats(0.01, 3e9), st.integers(1, 20))
def test_times_lie_on_the_axis_and_ascend(start: float, span: float, most: int) -> None:
    ticks = time_ticks(start, start + span, most)
    assert len(ticks) <= most + 4
    assert all(start <= tick.at <= start + span for tick in ticks)
    assert all(tick.at < later.at for tick, later in pairwise(ticks))


def test_values_are_said_exactly_enough() -> None:
    said = [value_text(value, "seconds") for value in (0.0004, 0.088, 3.1, 125.0)]
    assert said == ["0.4 ms", "88 ms", "3.10 s", "2 min 05 s"]
    assert [value_text(value, "usd") for value in (0, 0.00001, 0.0023, 12.3)] == [
        "$0", "under $0.0001", "$0.0023", "$12.30"]  # fmt: skip
    assert [value_text(value, "percent") for value in (0, 0.003, 0.0321, 1)] == ["0 %", "0.30 %", "3.2 %", "100 %"]
    assert value_text(None, "count") == value_text(math.nan, "usd") == "no value"


def test_a_span_says_its_day_once(zone: Zone) -> None:
    zone("Europe/Berlin")
    assert span_text(at("2026-11-27T14:05"), 300, 86400) == "27 Nov 14:05 – 14:10"
    assert span_text(at("2026-11-27T23:00"), 7200, 86400 * 7) == "27 Nov 23:00 – 28 Nov 01:00"
    assert span_text(at("2026-11-27T00:00"), 86400, 86400 * 30) == "27 Nov"
    assert span_text(at("2026-11-23T00:00"), 7 * 86400, 86400 * 90) == "23 Nov – 29 Nov"
    assert span_text(at("2026-11-27T14:05:30"), 0, 3600) == "27 Nov 14:05:30"
