"""Reads the dashboard's numbers: a few statements over the columns of `exchanges`, in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from playground.core.exchanges.dashboard import spans
from playground.core.exchanges.dashboard.model import (
    OTHERS,
    Dashboard,
    Dear,
    Group,
    Layer,
    Percentiles,
    Source,
    Totals,
)
from playground.core.exchanges.dashboard.spans import Span, quoted, term
from playground.core.exchanges.query import parse
from playground.core.exchanges.query.sql import conditions
from playground.core.profiles import SANDBOX

Reader = Callable[[], AbstractContextManager[sqlite3.Connection]]

LAYERS = 5
"""Models or codes that a chart tells apart; the others are one layer."""
TOP = 10
"""Of the slowest and of the most expensive."""
SHARES = (50, 90, 95, 99)
SAMPLE = 100_000
"""Calls that percentiles are made of at most: sorting more takes longer than it changes them."""
_SIMULATED = f"+e.profile = '{SANDBOX.name}' COLLATE NOCASE"
_IMPORTED = "+e.origin = 'import'"
_SOURCES: dict[Source, tuple[str, str]] = {
    "servers": (f"NOT {_SIMULATED} AND NOT {_IMPORTED}", f"-{term('profile', SANDBOX.name)} -origin:import"),
    "sandbox": (f"{_SIMULATED} AND NOT {_IMPORTED}", f"{term('profile', SANDBOX.name)} -origin:import"),
    "imported": (_IMPORTED, "origin:import"),
}
"""Each as SQL and as the query that finds the same. The + keeps their indexes out of it: the one of times is better."""
_ENDS = {"cancelled": "stopped", "cut": "stopped"}
_OUTCOMES = {
    "done": ("answered", "status:done"),
    "failed": ("failed", "status:failed"),
    "stopped": ("stopped", "status:stopped,cut"),
    "open": ("under way", "status:open"),
}
"""In the order in which they stand on each other: title and query."""
_DEAR = (
    "e.id, e.started_at, coalesce(e.model, ''), e.path, e.profile, e.state, e.status, e.duration, e.first_token,"
    " e.input_tokens, e.output_tokens, e.cost, coalesce(e.request_id, '')"
)


@dataclass(frozen=True, slots=True)
class _Where:
    sql: str
    parameters: tuple[object, ...]

    def also(self, sql: str) -> _Where:
        return _Where(f"{self.sql} AND {sql}", self.parameters)


def read(
    reader: Reader, span: str = "24h", query: str = "", source: Source | None = None, now: float | None = None
) -> Dashboard:
    """The numbers of a span (a key of `SPANS`; a `since:` or `until:` in the query says another) and a query.

    `source` None: servers where the span has calls of any, else the sandbox. Takes some microseconds for each row in
    the span (0.6 s for 100,000, 2.4 s for a million): call it off the GUI thread. Raises QueryError, StoreError,
    sqlite3.Error.
    """
    began = time.perf_counter()
    now = time.time() if now is None else now
    with reader() as db:
        db.execute("BEGIN")
        try:
            (first,) = db.execute("SELECT min(started_at) FROM exchanges").fetchone()
            cut = spans.make(span, query, now, first)
            where = _where(query, cut, now)
            return replace(_read(db, cut, query.strip(), where, source), oldest=first, took=time.perf_counter() - began)
        finally:
            db.execute("ROLLBACK")


def _where(query: str, span: Span, now: float) -> _Where:
    wanted = conditions(parse(query), now)
    parts, parameters = ["e.started_at >= ? AND e.started_at < ?"], [span.start, span.end]
    held: list[object] = [*parameters]
    for condition in wanted.held:
        parts.append(condition.plain())
        held += condition.plain_parameters()
    if wanted.match:
        parts.append("e.rowid IN (SELECT rowid FROM words WHERE words MATCH ?)")
        held.append(wanted.match)
    return _Where(" AND ".join(parts), tuple(held))


def _read(db: sqlite3.Connection, span: Span, query: str, where: _Where, source: Source | None) -> Dashboard:
    counts = _Counts(span)
    counts.add(_grouped(db, span, where))
    calls = counts.calls
    order: tuple[Source, ...] = (source,) if source is not None else ("servers", "sandbox", "imported")
    chosen = next((one for one in order if calls[one]), order[0])
    counts.choose(chosen)
    sql, own = _SOURCES[chosen]
    here = where.also(sql)
    every = max(1, -(-counts.totals.calls // SAMPLE))
    return Dashboard(
        span,
        chosen,
        f"{query} {own}".strip(),
        counts.totals,
        calls,
        counts.outcomes(),
        counts.rates(),
        counts.codes(),
        _percentiles(db, span, here, "duration", every),
        _percentiles(db, span, here, "first_token", every),
        counts.layers("tokens"),
        counts.layers("cost"),
        counts.groups("model"),
        counts.groups("profile"),
        _dearest(db, here, "duration"),
        _dearest(db, here, "cost"),
        None,
        0.0,
    )


def _grouped(db: sqlite3.Connection, span: Span, where: _Where) -> Iterable[tuple[object, ...]]:
    """What all sums are made of: one row for each bucket, day, model, profile and outcome. Bare columns as keys: with a
    function around each, sorting a million rows takes twice as long."""
    day = spans.day_sql(span, "e.started_at") if span.days != span.edges else "NULL"
    sql = (
        f"SELECT {spans.bucket_sql(span, 'e.started_at')}, {day}, e.model, e.profile, e.origin, e.state, e.error_code,"
        " e.status, count(*), coalesce(sum(e.input_tokens), 0), coalesce(sum(e.output_tokens), 0),"
        " coalesce(sum(e.tokens), 0), coalesce(sum(e.cost), 0.0), count(e.cost),"
        " sum(e.cost IS NULL AND e.tokens IS NOT NULL)"
        f" FROM exchanges AS e WHERE {where.sql} GROUP BY 1, {'2, ' if day != 'NULL' else ''}3, 4, 5, 6, 7, 8"
    )
    return db.execute(sql, where.parameters)


def _percentiles(db: sqlite3.Connection, span: Span, where: _Where, column: str, every: int) -> Percentiles:
    """`every`: of how many rows one is looked at. By nearest rank: the smallest value that so many are not above."""
    sampled = where.also(f"e.state = 'done' AND e.{column} IS NOT NULL")
    if every > 1:
        sampled = sampled.also(f"e.rowid % {every} = 0")
    wanted = ", ".join(f"min(CASE WHEN n * 100 >= c * {share} THEN v END)" for share in SHARES)
    sql = (
        f"WITH d AS MATERIALIZED (SELECT {spans.bucket_sql(span, 'e.started_at')} AS b, e.{column} AS v"
        f" FROM exchanges AS e WHERE {sampled.sql}),"
        " r AS (SELECT b, v, row_number() OVER (PARTITION BY b ORDER BY v) AS n, count(*) OVER (PARTITION BY b) AS c"
        " FROM d), o AS (SELECT v, row_number() OVER (ORDER BY v) AS n, (SELECT count(*) FROM d) AS c FROM d)"
        f" SELECT b, max(c), {wanted} FROM r GROUP BY b UNION ALL SELECT NULL, max(c), {wanted} FROM o"
    )
    size = len(span.edges) - 1
    lines: dict[int, list[float | None]] = {share: [None] * size for share in SHARES}
    overall: dict[int, float] = {}
    counted = 0
    for bucket, count, *found in db.execute(sql, sampled.parameters):
        if bucket is None:
            counted = count or 0
            overall = dict(zip(SHARES, found, strict=True)) if counted else {}
        elif 0 <= bucket < size:
            for share, value in zip(SHARES, found, strict=True):
                lines[share][bucket] = value
    return Percentiles(tuple(lines[50]), tuple(lines[90]), tuple(lines[99]), overall, counted, every)


def _dearest(db: sqlite3.Connection, where: _Where, column: str) -> tuple[Dear, ...]:
    known = where.also(f"e.{column} IS NOT NULL AND e.{column} > 0")
    sql = f"SELECT {_DEAR} FROM exchanges AS e WHERE {known.sql} ORDER BY +e.{column} DESC, e.rowid DESC LIMIT {TOP}"
    return tuple(Dear(*row) for row in db.execute(sql, known.parameters))


class _Counts:
    """Adds the groups up in every way they are shown."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self._rows: list[tuple[int, int, str, str, Source, str, str, int | None, Totals]] = []
        self.calls: dict[Source, int] = dict.fromkeys(_SOURCES, 0)
        self.totals = Totals()

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        for bucket, day, model, profile, origin, state, code, status, *sums in rows:
            simulated = str(profile).casefold() == SANDBOX.name.casefold()
            source: Source = "imported" if origin == "import" else "sandbox" if simulated else "servers"
            count, given, made, tokens, cost, priced, unpriced = sums
            totals = Totals(
                count,  # type: ignore[arg-type]
                count if state == "open" else 0,  # type: ignore[arg-type]
                count if state == "failed" else 0,  # type: ignore[arg-type]
                count if state in ("cancelled", "cut") else 0,  # type: ignore[arg-type]
                given, made, tokens, cost, priced, unpriced,  # type: ignore[arg-type]
            )  # fmt: skip
            self.calls[source] += totals.calls
            self._rows.append(
                (bucket, bucket if day is None else day, model or "", profile, source, state, code or "", status,
                 totals)  # type: ignore[arg-type]
            )  # fmt: skip

    def choose(self, source: Source) -> None:
        """Count only what is of one source."""
        self._rows = [row for row in self._rows if row[4] == source]
        for row in self._rows:
            _add(self.totals, row[8])

    # Over time ----------------------------------------------------------------------------------------------------

    def outcomes(self) -> tuple[Layer, ...]:
        """Those of answered, failed, stopped and under way that there are."""
        layers: dict[str, list[float | None]] = {}
        for row in self._rows:
            self._put(layers, _ENDS.get(row[5], row[5]), row[0], row[8].calls, len(self._span.edges) - 1)
        return tuple(_layer(key, *_OUTCOMES[key], layers[key]) for key in _OUTCOMES if key in layers)

    def rates(self) -> tuple[Layer, ...]:
        """Errors by code as shares of the calls that were over."""
        size = len(self._span.edges) - 1
        codes = [layer.key for layer in self.codes()]
        named = codes
        if len(codes) > LAYERS:
            # Those that a query can leave out: an error without a code has no name to leave it out by.
            named = [code for code in codes if not code.startswith("=")][: LAYERS - 1]
        layers: dict[str, list[float | None]] = {}
        over: dict[str, list[float | None]] = {"": [0.0] * size}
        for row in self._rows:
            self._put(over, "", row[0], row[8].over, size)
            if row[5] == "failed":
                code = _code(row[6], row[7])
                self._put(layers, code if code in named else OTHERS, row[0], row[8].calls, size)
        rest = f" -code:{','.join(quoted(code) for code in named)}" if named else ""
        made = []
        for key in (key for key in (*named, OTHERS) if key in layers):
            title, query = code_words(key), f"status:failed {_code_query(key)}"
            if key == OTHERS:
                title, query = "other errors", f"status:failed{rest}"
            layer = _layer(key, title, query, layers[key])
            shares = tuple(
                (value or 0.0) / calls if calls else None for value, calls in zip(layer.values, over[""], strict=True)
            )
            made.append(replace(layer, values=shares))
        return tuple(made)

    def codes(self) -> tuple[Layer, ...]:
        layers: dict[str, list[float | None]] = {}
        for row in self._rows:
            if row[5] == "failed":
                self._put(layers, _code(row[6], row[7]), row[0], row[8].calls, len(self._span.edges) - 1)
        made = [
            _layer(key, code_words(key), f"status:failed {_code_query(key)}", values) for key, values in layers.items()
        ]
        return tuple(sorted(made, key=lambda layer: (-layer.total, layer.key)))

    def layers(self, what: str) -> tuple[Layer, ...]:
        """Tokens or cost by model and day: the models with most, then the others together."""
        sums: dict[str, float] = defaultdict(float)
        for row in self._rows:
            sums[row[2]] += getattr(row[8], what)
        ranked = sorted((name for name, value in sums.items() if value > 0), key=lambda name: (-sums[name], name))
        # As with codes: calls without a model have no name to leave them out by.
        named = ranked if len(ranked) <= LAYERS else [name for name in ranked if name][: LAYERS - 1]
        layers: dict[str, list[float | None]] = {name: [] for name in named}
        for row in self._rows:
            value = getattr(row[8], what)
            if value:
                key = row[2] if row[2] in named else OTHERS
                self._put(layers, key, row[1], value, len(self._span.days) - 1)
        made = [_layer(name, name or "no model", term("model", name), layers[name]) for name in named]
        if OTHERS in layers and OTHERS not in named:
            names = ",".join(map(quoted, named))
            made.append(_layer(OTHERS, "other models", f"-model:{names}", layers[OTHERS]))
        return tuple(made)

    @staticmethod
    def _put(layers: dict[str, list[float | None]], key: str, at: int, value: float, size: int) -> None:
        line = layers.setdefault(key, [])
        if not line:
            line.extend([0.0] * size)
        if 0 <= at < size:
            line[at] = (line[at] or 0.0) + value

    # In all -------------------------------------------------------------------------------------------------------

    def groups(self, by: str) -> tuple[Group, ...]:
        """By model or profile, what was called most first."""
        found: dict[str, Totals] = defaultdict(Totals)
        for row in self._rows:
            _add(found[row[2] if by == "model" else row[3]], row[8])
        made = [Group(name, totals, term(by, name)) for name, totals in found.items()]
        return tuple(sorted(made, key=lambda group: (-group.totals.calls, group.name)))


def _add(into: Totals, more: Totals) -> None:
    for name in Totals.__slots__:
        setattr(into, name, getattr(into, name) + getattr(more, name))


def _layer(key: str, title: str, query: str, values: list[float | None]) -> Layer:
    return Layer(key, title, tuple(values), query, sum(value or 0.0 for value in values))


def _code(code: str, status: int | None) -> str:
    """What an error is called here: its code; without one, `=` and its status."""
    return code or (f"={status}" if status is not None else "=")


def code_words(code: str) -> str:
    """The same in words."""
    if not code.startswith("="):
        return code
    return f"HTTP {code[1:]}, no code" if code[1:] else "no answer, no code"


def _code_query(code: str) -> str:
    if not code.startswith("="):
        return term("code", code)
    return f"status:{code[1:]} -code:*" if code[1:] else "-status:1xx,2xx,3xx,4xx,5xx -code:*"
