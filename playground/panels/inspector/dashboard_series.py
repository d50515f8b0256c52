"""What the dashboard's charts show, made in the pool of the numbers that were read there too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.core.importing import IMPORTING
from playground.widgets.chart.data import Bar, Series

if TYPE_CHECKING:
    from playground.core.exchanges.dashboard import Dashboard, Layer, Percentiles, Source, Span
    from playground.core.spending import Spent

_ROLES = {"done": "accent", "failed": "error", "stopped": "muted", "open": "accent_light"}
_ERRORS = ("error", "warning", "series_4", "series_3", "series_6")
"""Of errors by code, the most frequent first."""
_SHARES = (50, 90, 99)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page shows: a key of `SPANS`, a query, and whose calls (None: whoever made some)."""

    span: str = "24h"
    query: str = ""
    source: Source | None = None
    budget: float = 0.0
    """USD a day; 0: none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was read for it. `mistake`: the query is not understood, and why; `start`, `end`: where it is wrong."""

    wanted: Wanted
    board: Dashboard | None = None
    calls: tuple[Series, ...] = ()
    rates: tuple[Series, ...] = ()
    codes: tuple[Bar, ...] = ()
    duration: tuple[Series, ...] = ()
    first_token: tuple[Series, ...] = ()
    tokens: tuple[Series, ...] = ()
    cost: tuple[Series, ...] = ()
    spent: Spent | None = None
    """Today, whatever the span; None without a budget."""
    mistake: str = ""
    start: int = 0
    end: int = 0


def read(store: Any, wanted: Wanted) -> Shown:
    """The numbers and what the charts make of them. Raises StoreError, sqlite3.Error."""
    with IMPORTING:
        from playground.core.exchanges import QueryError

    try:
        board = store.log.dashboard(wanted.span, wanted.query, wanted.source)
    except QueryError as error:
        return Shown(wanted, mistake=error.words, start=error.start, end=error.end)
    span = board.span
    return Shown(
        wanted,
        board,
        _bars(board.outcomes, span.edges, tuple(_ROLES.get(layer.key, "") for layer in board.outcomes)),
        _bars(board.rates, span.edges, _ERRORS),
        _codes(board),
        _percentiles(board.duration, span),
        _percentiles(board.first_token, span),
        _bars(board.tokens, span.days),
        _bars(board.cost, span.days),
        _spent(store, wanted.budget),
    )


def _spent(store: Any, budget: float) -> Spent | None:
    if budget <= 0:
        return None
    with IMPORTING:
        from playground.core.spending import midnight
    spent: Spent = store.log.spent(midnight())
    return spent


def _bars(layers: Sequence[Layer], edges: Sequence[float], roles: Sequence[str] = ()) -> tuple[Series, ...]:
    width = edges[1] - edges[0]
    given = (*roles, *("" for _ in layers[len(roles) :]))
    return tuple(
        Series(layer.key or "-", layer.title, edges[:-1], layer.values, "bars", role, width)
        for layer, role in zip(layers, given, strict=False)
    )


def _codes(board: Dashboard) -> tuple[Bar, ...]:
    failed = board.totals.failed
    return tuple(
        Bar(layer.key, layer.title, layer.total, f"{layer.total / failed * 100:.0f} %", "error")
        for layer in board.codes[:8]
    )


def _percentiles(of: Percentiles, span: Span) -> tuple[Series, ...]:
    if not of.counted:
        return ()
    width, xs = span.edges[1] - span.edges[0], span.edges[:-1]
    ground = Series("ground", "p50 – p99", xs, of.p99, "band", "series_1", width, lows=of.p50, quiet=True)
    lines = (of.p50, of.p90, of.p99)
    roles = ("series_1", "series_2", "series_3")
    named = [
        Series(f"p{share}", f"p{share}", xs, line, "line", role, width)
        for share, line, role in zip(_SHARES, lines, roles, strict=True)
    ]
    return (ground, *named)


def slower_query(field: str, seconds: float) -> str:
    """Calls that took at least so long, as the query language writes it: to the microsecond, rounded down."""
    return f"status:done {field}>={math.floor(seconds * 1e6) / 1e6:.6f}"
