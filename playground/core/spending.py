"""The spend guard: what was spent today by known prices, and whether a run would pass the day's budget.

Nothing here is a bill: prices are the dated list's (`core/runs/cost.py`), and what is not known is said and never
counted as nothing. What the sandbox simulates costs nothing; what was imported was spent by others; calls that came
through the recording proxy are on record here, and count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from playground.core.settings import BUDGET, BUDGET_PASSED

if TYPE_CHECKING:
    import sqlite3

    from playground.core.profiles import Profile
    from playground.core.settings import Settings

Level = Literal["", "near", "passed"]
NEAR = 0.8
"""The share of the budget at which the window warns first."""
_LIMITS = ("max_output_tokens", "max_completion_tokens", "max_tokens")


class Log(Protocol):
    """What of `RequestLog` is needed."""

    def spent(self, since: float) -> Spent: ...


class Store(Protocol):
    """What of `ExchangeStore` is needed."""

    @property
    def log(self) -> Log: ...


@dataclass(frozen=True, slots=True)
class Spent:
    """Of the calls to real servers that began since a moment."""

    cost: float = 0.0
    """USD of the calls whose cost is known."""
    calls: int = 0
    """Calls that used tokens."""
    unpriced: int = 0
    """Those of them whose cost is not known."""

    def level(self, budget: float) -> Level:
        """How far the budget is used up; "" without one."""
        if budget <= 0 or self.cost < budget * NEAR:
            return ""
        return "passed" if self.cost >= budget else "near"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run will cost, in USD, before it is sent. None: not known."""

    least: float | None
    """Its input, with no output at all."""
    most: float | None
    """With as much output as it allows; None also where it sets no limit."""
    input_tokens: int | None = None
    about: bool = False
    """Whether the number of tokens is only near."""

    runs: int = 1
    """Requests that this is the price of, together."""

    @property
    def is_free(self) -> bool:
        return self.most == 0

    def times(self, runs: int) -> Expected:
        """The price of so many such requests."""
        least = None if self.least is None else self.least * runs
        most = None if self.most is None else self.most * runs
        tokens = None if self.input_tokens is None else self.input_tokens * runs
        return Expected(least, most, tokens, self.about, self.runs * runs)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question before a run that passes the budget, or may."""

    title: str
    words: str


def midnight(now: datetime | None = None) -> float:
    """When today began here, Unix seconds."""
    now = datetime.now().astimezone() if now is None else now
    return now.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0).timestamp()


def today() -> str:
    """The local date, YYYY-MM-DD."""
    return datetime.now().astimezone().date().isoformat()


def spent_since(db: sqlite3.Connection, since: float) -> Spent:
    """Sums over the log, by the index of times. Raises sqlite3.Error."""
    from playground.core.profiles import SANDBOX

    row = db.execute(
        "SELECT coalesce(sum(cost), 0.0), count(*), coalesce(sum(cost IS NULL), 0) FROM exchanges"
        " WHERE started_at >= ? AND +tokens > 0 AND +origin != 'import' AND +profile != ? COLLATE NOCASE",
        (since, SANDBOX.name),
    ).fetchone()
    return Spent(float(row[0]), int(row[1]), int(row[2]))


def watches(settings: Settings, profile: Profile) -> bool:
    """Whether a run by this profile may have to be asked for: free in any thread."""
    passed = settings.get(BUDGET_PASSED) == today()
    return settings.get(BUDGET) > 0 and not profile.is_sandbox and not passed


def pass_today(settings: Settings) -> None:
    """Ask no more on this day. Saved with the other settings."""
    settings.set(BUDGET_PASSED, today())


def expected(input_tokens: int | None, body: Mapping[str, Any], profile: Profile, *, about: bool = False) -> Expected:
    """What a request will cost by the list of prices. `input_tokens`: as counted; None: nobody could."""
    from playground.core.profiles import OPENAI_BASE_URL
    from playground.core.runs.changes import Usage
    from playground.core.runs.cost import price

    limit = next((body[name] for name in _LIMITS if isinstance(body.get(name), int)), None)
    server = "http://sandbox.invalid" if profile.is_sandbox else profile.base_url or OPENAI_BASE_URL
    model, tier = str(body.get("model") or ""), body.get("service_tier")

    def cost(output: int) -> float | None:
        usage = Usage(input=input_tokens, output=output)
        found = price(model, usage, base_url=server, service_tier=tier if isinstance(tier, str) else None)
        return None if found is None else float(found)

    least = None if input_tokens is None else cost(0)
    unlimited = None if least is None else cost(1)
    if unlimited is not None and unlimited == least:  # output costs nothing: embeddings
        return Expected(least, least, input_tokens, about)
    return Expected(least, cost(limit) if least is not None and limit is not None else None, input_tokens, about)


def asked(budget: float, spent: Spent, run: Expected, *, charged: bool) -> Asked | None:
    """What to ask before a run; None where it stays within the budget, as far as anybody knows.

    `charged`: whether the server is known to take money. Of another one (a model on this machine) nobody knows the
    price, and nobody is asked about it.
    """
    if budget <= 0 or run.is_free or (run.least is None and not charged):
        return None
    highest = run.most if run.most is not None else run.least or 0.0
    left = budget - spent.cost
    what, may, does = ("This run", "may pass", "passes") if run.runs == 1 else ("These runs", "may pass", "pass")
    if left <= 0:
        title = "Today's budget is used up"
    elif highest <= left:
        return None
    else:
        title = f"{what} {may if (run.least or 0.0) <= left else does} today's budget"
    return Asked(title, f"{title}. {_spent_words(budget, spent)} {_run_words(run)}")


def _spent_words(budget: float, spent: Spent) -> str:
    words = f"{usd(spent.cost)} of {usd(budget)} {'is' if spent.cost < budget else 'and more is'} spent"
    if spent.cost >= budget:
        words = f"{usd(spent.cost)} is spent, of {usd(budget)}"
    if spent.unpriced:
        calls = "1 call" if spent.unpriced == 1 else f"{spent.unpriced:,} calls"
        return f"{words}, without {calls} at an unknown price."
    return f"{words}."


def _run_words(run: Expected) -> str:
    this, whose = ("this run", "its") if run.runs == 1 else (f"these {run.runs:,} runs", "their")
    if run.least is None:
        return f"What {this} will cost is not known."
    about = "about " if run.about and run.least >= 0.0001 else ""
    start = f"{whose.capitalize()} input costs {about}{usd(run.least)}"
    if run.most is None:
        return f"{start}; {whose} output has no limit, so what it will cost is not known."
    if run.most == run.least:
        return f"{start}."
    return f"{start}, with as much output as it allows {usd(run.most)}."


def usd(cost: float) -> str:
    """`$12.30`, `$0.0023`, `under $0.0001`."""
    if cost == 0:
        return "$0"
    if cost >= 0.995:
        return f"${cost:,.2f}"
    return f"${cost:.4f}".rstrip("0").ljust(5, "0") if cost >= 0.0001 else "under $0.0001"


def warning(level: Level, budget: float, spent: Spent) -> str:
    """What the window says when a level is reached; "" for none."""
    if not level:
        return ""
    rest = f" {spent.unpriced:,} calls at an unknown price are not in it." if spent.unpriced > 1 else ""
    rest = " One call at an unknown price is not in it." if spent.unpriced == 1 else rest
    share = f"{spent.cost / budget * 100:.0f} %"
    if level == "near":
        return f"{share} of today's budget is spent: {usd(spent.cost)} of {usd(budget)}.{rest}"
    return f"Today's budget is spent: {usd(spent.cost)} of {usd(budget)} ({share}). Runs are asked for now.{rest}"


def check(
    store: Store,
    settings: Settings,
    profile: Profile,
    body: Mapping[str, Any],
    count: Any,
    *,
    runs: int = 1,
    now: Any = None,
) -> Asked | None:
    """The question for one request, or for `runs` like it. Reads the log and counts tokens: not in the GUI thread.
    `count()` gives (tokens of the input, whether they are only near); what it raises makes them unknown. Raises
    StoreError, sqlite3.Error."""
    if not watches(settings, profile):
        return None
    from urllib.parse import urlsplit

    spent = store.log.spent(midnight(now))
    charged = profile.base_url is None or urlsplit(profile.base_url).hostname == "api.openai.com"
    tokens: int | None = None
    about = False
    if expected(1, body, profile).least is not None:
        try:
            tokens, about = count()
        except (OSError, ValueError):
            tokens = None
    run = expected(tokens, body, profile, about=about).times(runs)
    return asked(settings.get(BUDGET), spent, run, charged=charged)
