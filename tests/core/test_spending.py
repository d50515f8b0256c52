"""The spend guard: what is spent by known prices, and when to ask."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import SANDBOX, KeySource, Profile
from playground.core.settings import BUDGET, BUDGET_PASSED, Settings
from playground.core.spending import (
    Asked,
    Expected,
    Spent,
    asked,
    check,
    expected,
    midnight,
    pass_today,
    today,
    usd,
    warning,
    watches,
)
from tests.bench import log_made

OPENAI = Profile.new("Work", key=KeySource.KEYRING)
LOCAL = Profile.new("Local", base_url="http://localhost:8000/v1", key=KeySource.NONE)
BODY = {"model": "gpt-4o", "input": "hello", "max_output_tokens": 1000}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(tmp_path / "settings.json")
    made.set(BUDGET, 5.0)
    return made


def test_what_was_spent_today_is_of_real_servers(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    log_made.make(path, 60)
    now = time.time()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE exchanges SET cost = 0.01, tokens = 10, started_at = ?, profile = 'Work'", (now,))
        db.execute("UPDATE exchanges SET started_at = ? WHERE rowid <= 10", (midnight() - 1,))
        db.execute("UPDATE exchanges SET profile = 'sandbox' WHERE rowid BETWEEN 11 AND 20")
        db.execute("UPDATE exchanges SET origin = 'import' WHERE rowid BETWEEN 21 AND 30")
        db.execute("UPDATE exchanges SET cost = NULL WHERE rowid BETWEEN 31 AND 33")
        db.execute("UPDATE exchanges SET cost = NULL, tokens = NULL WHERE rowid BETWEEN 34 AND 35")
    db.close()
    store = ExchangeStore.open(path)
    spent = store.log.spent(midnight())
    store.close()
    assert (spent.calls, spent.unpriced, round(spent.cost, 6)) == (28, 3, 0.25)


def test_a_run_is_priced_from_its_input_to_all_it_allows() -> None:
    assert expected(400_000, BODY, OPENAI) == Expected(1.0, 1.01, 400_000)
    open_end = {"model": "gpt-4o", "input": "hello"}
    assert expected(400_000, open_end, OPENAI) == Expected(1.0, None, 400_000)
    assert expected(100, {"model": "gpt-4o", "max_completion_tokens": 10}, OPENAI).most is not None
    unknown = Expected(None, None, 100)
    assert expected(100, {"model": "no-such-model", "max_output_tokens": 5}, OPENAI) == unknown
    assert expected(100, {**BODY, "service_tier": "flex"}, OPENAI) == unknown
    assert expected(100, BODY, LOCAL) == unknown, "another server's price is not OpenAI's"
    assert expected(None, BODY, OPENAI) == Expected(None, None, None)
    assert expected(100, {"model": "sandbox-echo"}, SANDBOX).is_free


@pytest.mark.parametrize(
    ("spent", "run", "charged", "title"),
    [
        (Spent(1.0, 3), Expected(0.5, 3.9), True, ""),
        (Spent(1.0, 3), Expected(0.5, 4.1), True, "This run may pass today's budget"),
        (Spent(4.6, 3), Expected(0.5, 0.6), True, "This run passes today's budget"),
        (Spent(4.6, 3), Expected(0.5, None), True, "This run passes today's budget"),
        (Spent(4.6, 3), Expected(0.1, None), True, ""),
        (Spent(5.0, 3), Expected(0.0001, 0.0002), True, "Today's budget is used up"),
        (Spent(9.0, 3), Expected(None, None), True, "Today's budget is used up"),
        (Spent(1.0, 3), Expected(None, None), True, ""),
        (Spent(9.0, 3), Expected(None, None), False, ""),
        (Spent(9.0, 3), Expected(0.0, 0.0), True, ""),
    ],
)
def test_it_asks_where_the_budget_is_passed_or_may_be(spent: Spent, run: Expected, charged: bool, title: str) -> None:
    found = asked(5.0, spent, run, charged=charged)
    assert (found.title if found is not None else "") == title
    assert asked(0.0, spent, run, charged=charged) is None, "no budget, no question"


def test_the_question_says_what_is_known_and_what_is_not() -> None:
    found = asked(5.0, Spent(4.9, 7, 2), Expected(0.02, 0.3, 8000, about=True), charged=True)
    assert found is not None and found.words == (
        "This run may pass today's budget. $4.90 of $5.00 is spent, without 2 calls at an unknown price. "
        "Its input costs about $0.02, with as much output as it allows $0.30."
    )
    endless = asked(5.0, Spent(5.5, 7), Expected(0.02, None), charged=True)
    assert endless is not None and "$5.50 is spent, of $5.00." in endless.words
    assert "its output has no limit, so what it will cost is not known" in endless.words
    unknown = asked(5.0, Spent(5.5, 7), Expected(None, None), charged=True)
    assert unknown is not None and unknown.words.endswith("What this run will cost is not known.")


@pytest.mark.parametrize(
    ("cost", "level", "words"),
    [
        (3.99, "", ""),
        (4.0, "near", "80 % of today's budget is spent: $4.00 of $5.00. One call at an unknown price is not in it."),
        (5.0, "passed", "Today's budget is spent: $5.00 of $5.00 (100 %). Runs are asked for now. "
         "One call at an unknown price is not in it."),
    ],
)  # fmt: skip
def test_the_window_warns_at_80_and_at_100_percent(cost: float, level: Any, words: str) -> None:
    spent = Spent(cost, 9, 1)
    assert spent.level(5.0) == level and spent.level(0.0) == ""
    assert warning(level, 5.0, spent) == words


class _Log:
    """A log that has spent so much."""

    def __init__(self, cost: float) -> None:
        self.log = self
        self.cost = cost

    def spent(self, since: float) -> Spent:
        assert midnight() == since
        return Spent(self.cost, 1)


def test_a_request_is_checked_against_log_and_prices(settings: Settings) -> None:
    def tokens() -> tuple[int, bool]:
        return 400_000, False

    def never() -> tuple[int, bool]:
        raise AssertionError("nothing is counted where the price is not known")

    def fails() -> tuple[int, bool]:
        raise OSError("no process")

    assert check(_Log(3.0), settings, OPENAI, BODY, tokens) is None
    assert isinstance(check(_Log(4.5), settings, OPENAI, BODY, tokens), Asked)
    assert check(_Log(9.0), settings, LOCAL, BODY, never) is None
    assert check(_Log(9.0), settings, OPENAI, {"model": "no-such-model"}, never) is not None
    assert check(_Log(4.5), settings, OPENAI, BODY, fails) is None
    beyond = check(_Log(9.0), settings, OPENAI, BODY, fails)
    assert beyond is not None and "is not known" in beyond.words
    assert check(_Log(9.0), settings, SANDBOX, BODY, never) is None


def test_a_day_on_which_it_may_be_passed_ends(settings: Settings) -> None:
    assert watches(settings, OPENAI) and not watches(settings, SANDBOX)
    pass_today(settings)
    assert not watches(settings, OPENAI) and settings.get(BUDGET_PASSED) == today()
    settings.set(BUDGET_PASSED, "2026-01-01")
    assert watches(settings, OPENAI)
    settings.set(BUDGET, 0.0)
    assert not watches(settings, OPENAI)


def test_amounts_are_readable() -> None:
    assert [usd(cost) for cost in (0, 0.00001, 0.0023, 0.02, 0.3, 0.996, 4.0, 1234.5)] == [
        "$0", "under $0.0001", "$0.0023", "$0.02", "$0.30", "$1.00", "$4.00", "$1,234.50"]  # fmt: skip
