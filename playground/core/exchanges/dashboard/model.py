"""The dashboard's numbers as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from playground.core.exchanges.dashboard.spans import Span

Source = Literal["servers", "sandbox", "imported"]
"""Whose calls are counted: ours to real servers, what the sandbox simulated, or what was imported and others called.
Never two of them in one number."""
OTHERS = "others"
"""The key of what is not told apart."""


@dataclass(slots=True)
class Totals:
    """Sums over calls."""

    calls: int = 0
    open: int = 0
    failed: int = 0
    """No answer, an error status, or an error inside the stream."""
    stopped: int = 0
    """By the person, or because the program ended."""
    input_tokens: int = 0
    output_tokens: int = 0
    tokens: int = 0
    """As servers counted them."""
    cost: float = 0.0
    """USD of the calls whose cost is known."""
    priced: int = 0
    """Calls whose cost is known."""
    unpriced: int = 0
    """Calls with tokens whose cost is not known: they are not in `cost`, and are not free."""

    @property
    def over(self) -> int:
        """Calls that have an outcome of the server's: not open, not stopped."""
        return self.calls - self.open - self.stopped

    @property
    def error_rate(self) -> float | None:
        """Share of failed calls among those that are over, 0 … 1; None where none is."""
        return self.failed / self.over if self.over else None

    @property
    def known_cost(self) -> float | None:
        """None: of no call with tokens is the cost known."""
        return None if self.unpriced and not self.priced else self.cost


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of the calls over time."""

    key: str
    title: str
    values: tuple[float | None, ...]
    """One for each bucket (or day); None: not known."""
    query: str
    """Finds its rows, without the time."""
    total: float


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Nearest-rank percentiles in seconds."""

    p50: tuple[float | None, ...] = ()
    p90: tuple[float | None, ...] = ()
    p99: tuple[float | None, ...] = ()
    overall: dict[int, float] = field(default_factory=dict)
    """Of the whole span: 50, 90, 95, 99; empty where there is no value."""
    counted: int = 0
    """Values they were made of."""
    every: int = 1
    """Of how many calls one was looked at; 1: all."""


@dataclass(frozen=True, slots=True)
class Group:
    """What the calls of one model or profile took."""

    name: str
    """Empty: calls without a model."""
    totals: Totals
    query: str


@dataclass(frozen=True, slots=True)
class Dear:
    """One call that took much time or money."""

    id: str
    started_at: float
    model: str
    path: str
    profile: str
    state: str
    status: int | None
    duration: float | None
    first_token: float | None
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All that is shown, read at one moment."""

    span: Span
    source: Source
    query: str
    """What all numbers are narrowed to: the person's query and the source, without the time."""
    totals: Totals
    calls: Mapping[Source, int]
    """Calls in the span by source; only those of `source` are in the other numbers."""
    outcomes: tuple[Layer, ...]
    """Calls by outcome over time: answered, failed, stopped, under way."""
    rates: tuple[Layer, ...]
    """Errors by code over time, as shares (0 … 1) of the calls that were over: the most frequent codes, then the others
    together. None where no call was over; `total` is a number of calls."""
    codes: tuple[Layer, ...]
    """Errors by code, the most frequent first; all of them."""
    duration: Percentiles
    """Of answered calls."""
    first_token: Percentiles
    tokens: tuple[Layer, ...]
    """By model and day (or bucket: see `Span.days`)."""
    cost: tuple[Layer, ...]
    """The same in USD."""
    models: tuple[Group, ...]
    profiles: tuple[Group, ...]
    slowest: tuple[Dear, ...]
    dearest: tuple[Dear, ...]
    oldest: float | None
    """When the first call in the log began (Unix seconds), whatever the span; None: it holds none."""
    took: float
    """Seconds that reading took."""
