"""Rates and waits, by a clock that the test sets."""

from __future__ import annotations

from dataclasses import replace

from playground.core.errors import Problem
from playground.core.transfers.pace import Meter, Options, Patience


def test_a_rate_is_that_of_the_last_seconds() -> None:
    now = 100.0
    meter = Meter(lambda: now)
    assert meter.rate() == 0
    for _ in range(100):
        meter.add(1000)
        now += 0.1
    assert 9_000 < meter.rate() < 11_000
    now += 60
    assert meter.rate() == 0
    meter.add(5)
    now += 1
    meter.add(2000)
    assert 1500 < meter.rate() < 2500
    meter.rest()
    assert meter.rate() == 0


def test_waits_grow_and_what_the_server_asks_goes_before() -> None:
    patience = Patience(Options(tries=6, first_wait=1.0, longest_wait=5.0))
    broken = Problem("x", "", "", again="now")
    waits = [patience.wait(broken) for _ in range(6)]
    assert waits[-1] is None
    for wait, full in zip(waits, (1, 2, 4, 5, 5), strict=False):
        assert wait is not None and 0.75 * full <= wait <= full
    patience.good()
    assert patience.wait(replace(broken, wait=42.0)) == 42.0
    assert patience.wait(Problem("x", "", "", again="change")) is None


def test_a_network_that_is_away_is_waited_for_and_a_bad_certificate_is_not() -> None:
    patience = Patience(Options())
    for code, waits in (("refused", True), ("unreachable", True), ("dns", True), ("certificate", False)):
        problem = Problem("x", "", "", type="connection_error", code=code, again="change")
        assert (patience.wait(problem) is not None) is waits, code
