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

_ROLES = {"done": "accent", "stopped": "muted", "open": "accent_light"}
_ERRORS = ("error", "warning", "error", "warning", "error")
_SHARES = (50, 90, 99)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page shows: a key of `SPANS`, a query, and whose calls (None: whoever made some)."""

    span: str = "24h"
    query: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What was read for it. `mistake`: the query is not understood, and why; `start`, `end`: where it is wrong."""

    wanted: Wanted
    board: Dashboard | None = None
    calls: tuple[Series, ...] = ()
    codes: tuple[Bar, ...] = ()
    duration: tuple[Series, ...] = ()
    first_token: tuple[Series, ...] = ()
    tokens: tuple[Series, ...] = ()
    cost: tuple[Series, ...] = ()
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
        _bars(board.outcomes, span.edges, errors=True),
        _codes(board),
        _percentiles(board.duration, span),
        _percentiles(board.first_token, span),
        _bars(board.tokens, span.days),
        _bars(board.cost, span.days),
    )


def _bars(layers: Sequence[Layer], edges: Sequence[float], *, errors: bool = False) -> tuple[Series, ...]:
    width = edges[1] - edges[0]
    found, failures = [], 0
    for layer in layers:
        role = ""
        if errors:
            role = _ROLES.get(layer.key, "")
            if not role:
                role, failures = _ERRORS[failures % len(_ERRORS)], failures + 1
        found.append(Series(layer.key or "-", layer.title, edges[:-1], layer.values, "bars", role, width))
    return tuple(found)


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
    ground = Series("ground", "p50 – p99", xs, of.p99, "band", "accent", width, lows=of.p50, quiet=True)
    lines = (of.p50, of.p90, of.p99)
    roles = ("accent", "simulated", "warning")
    named = [
        Series(f"p{share}", f"p{share}", xs, line, "line", role, width)
        for share, line, role in zip(_SHARES, lines, roles, strict=True)
    ]
    return (ground, *named)


def slower_query(field: str, seconds: float) -> str:
    """Calls that took at least so long, as the query language writes it: to the microsecond, rounded down."""
    return f"status:done {field}>={math.floor(seconds * 1e6) / 1e6:.6f}"
