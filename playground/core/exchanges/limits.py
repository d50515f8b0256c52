"""The limits of each model as the log has them: what answers told, over time, and what is to be expected."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from playground.core.exchanges import limit_pace
from playground.core.exchanges.limit_pace import Outlook, Told

if TYPE_CHECKING:
    from playground.core.exchanges.store import ExchangeStore

POINTS = 400
"""Points of a series at most: each is the lowest of its part of the span."""
_MEDIAN_OF = 1000
"""The newest answers that processing times are taken from."""
_PACE_OF = 2000
"""The newest answers that a pace is taken from."""
_ORDER = ("requests", "tokens")
_MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose limit it is. Empty: the server, or the request, said none."""

    number: int
    host: str
    organization: str
    project: str
    model: str


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit of a model."""

    kind: str
    """`requests`, `tokens`, or what the server calls it."""
    last: Told
    """What the newest answer told that named it."""
    outlook: Outlook
    series: tuple[Told, ...]
    """Over the span, oldest first, at most `POINTS`."""

    @property
    def share(self) -> float | None:
        """What is left now, of all (0 to 1)."""
        left = self.outlook.left
        return None if left is None or not self.last.most else min(1.0, left / self.last.most)

    @property
    def short(self) -> bool:
        """Less than a tenth is left."""
        return self.share is not None and self.share < limit_pace.SHORT


@dataclass(frozen=True, slots=True)
class Processing:
    """Of the newest answers in the span: medians, in seconds."""

    answers: int
    server: float
    """What the server says that it took (`openai-processing-ms`)."""
    way: float | None
    """What was waited for the first byte beyond that: the network, and whatever stands between."""


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """All limits of one model at one server."""

    scope: Scope
    profile: str
    """Of the newest answer."""
    moment: float
    """Of the newest answer, Unix seconds."""
    answers: int
    """In the span."""
    version: str
    """`openai-version`."""
    region: str
    region_from: str
    """The header that named the region."""
    lines: tuple[LimitLine, ...]
    """Requests first, then tokens, then what else the server named; empty where it named no limit."""
    processing: Processing | None


@dataclass(frozen=True, slots=True)
class LastTold:
    """The limits that one answer told."""

    scope: Scope
    moment: float
    """Unix seconds."""
    limits: dict[str, Told]

    @property
    def short(self) -> bool:
        """Whether less than a tenth of some limit was left."""
        return any(
            one.most and one.left is not None and one.left / one.most < limit_pace.SHORT for one in self.limits.values()
        )

    def line(self) -> str:
        """In one line, as the window's foot has it: `requests 499 / 500 · tokens 198k / 200k · resets in 120 ms`."""
        parts, waits = [], []
        for kind in sorted(self.limits, key=_place):
            one = self.limits[kind]
            if one.left is None:
                continue
            of = f" / {limit_pace.number_text(one.most)}" if one.most is not None else ""
            parts.append(f"{limit_pace.kind_words(kind)} {limit_pace.number_text(one.left)}{of}")
            if one.reset is not None:
                waits.append(one.reset)
        if parts and waits:
            parts.append(f"resets in {limit_pace.wait_text(max(waits))}")
        return " · ".join(parts[:_MOST_PARTS])


def _place(kind: str) -> tuple[int, str]:
    """Requests first, then tokens, then the rest."""
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)


def overview(store: ExchangeStore, now: float, span: float) -> list[ModelLimits]:
    """Every model that answered within the last `span` seconds, the newest first. `now` in Unix seconds. Reads the
    disk: off the GUI thread. Raises StoreError."""
    with store.reader() as db:
        found = [one for scope in _scopes(db) if (one := _model(db, scope, now, span)) is not None]
    return sorted(found, key=lambda one: one.moment, reverse=True)


def latest(store: ExchangeStore, profile: str) -> LastTold | None:
    """What the newest answer that this profile got, and that named a limit, said. Looks at the newest answers only."""
    sql = (
        "SELECT a.number, a.scope, a.moment, a.exchange FROM answers AS a WHERE a.number >"
        " (SELECT coalesce(max(number), 0) - 200 FROM answers) AND a.profile = ?"
        " AND EXISTS (SELECT 1 FROM limits WHERE answer = a.number) ORDER BY a.number DESC LIMIT 1"
    )
    with store.reader() as db:
        found = db.execute(sql, (profile,)).fetchone()
        if found is None:
            return None
        number, scope, moment, exchange = found
        rows = db.execute("SELECT kind, most, remaining, reset FROM limits WHERE answer = ?", (number,)).fetchall()
        limits = {kind: Told(moment, exchange, most, left, reset) for kind, most, left, reset in rows}
        return LastTold(_scopes(db, scope)[0], moment, limits)


def series(db: sqlite3.Connection, scope: int, kind: str, since: float, until: float) -> tuple[Told, ...]:
    """What answers told of a limit, oldest first; of many, the lowest of each `POINTS`th part."""
    width = max((until - since) / POINTS, 1e-3)
    rows = db.execute(
        "SELECT a.moment, a.exchange, l.most, min(l.remaining), l.reset FROM answers AS a JOIN limits AS l"
        " ON l.answer = a.number AND l.kind = ? WHERE a.scope = ? AND a.moment BETWEEN ? AND ?"
        " GROUP BY CAST((a.moment - ?) / ? AS INTEGER) ORDER BY 1",
        (kind, scope, since, until, since, width),
    )
    return tuple(Told(*row) for row in rows)


def _scopes(db: sqlite3.Connection, number: int | None = None) -> list[Scope]:
    where = "" if number is None else " WHERE number = ?"
    sql = f"SELECT number, host, organization, project, model FROM scopes{where}"
    return [Scope(*row) for row in db.execute(sql, () if number is None else (number,)).fetchall()]


def _model(db: sqlite3.Connection, scope: Scope, now: float, span: float) -> ModelLimits | None:
    newest = db.execute(
        "SELECT profile, moment, version, region, region_from FROM answers WHERE scope = ? AND moment >= ?"
        " ORDER BY moment DESC LIMIT 1",
        (scope.number, now - span),
    ).fetchone()
    if newest is None:
        return None
    profile, moment, version, region, source = newest
    (answers,) = db.execute(
        "SELECT count(*) FROM answers WHERE scope = ? AND moment >= ?", (scope.number, now - span)
    ).fetchone()
    lines = tuple(_line(db, scope.number, kind, now, span) for kind in _kinds(db, scope.number, now - span))
    processing = _processing(db, scope.number, now - span)
    return ModelLimits(scope, profile, moment, answers, version, region, source, lines, processing)


def _kinds(db: sqlite3.Connection, scope: int, since: float) -> list[str]:
    """The limits that the newest answers named."""
    rows = db.execute(
        "SELECT DISTINCT l.kind FROM (SELECT number FROM answers WHERE scope = ? AND moment >= ?"
        " ORDER BY moment DESC LIMIT 50) AS a JOIN limits AS l ON l.answer = a.number",
        (scope, since),
    )
    return sorted((kind for (kind,) in rows), key=_place)


def _line(db: sqlite3.Connection, scope: int, kind: str, now: float, span: float) -> LimitLine:
    rows = db.execute(
        "SELECT a.moment, a.exchange, l.most, l.remaining, l.reset FROM answers AS a JOIN limits AS l"
        " ON l.answer = a.number AND l.kind = ? WHERE a.scope = ? AND a.moment >= ? ORDER BY a.moment DESC LIMIT ?",
        (kind, scope, now - max(span, limit_pace.OVER), _PACE_OF),
    ).fetchall()
    told = [Told(*row) for row in reversed(rows)]
    points = series(db, scope, kind, now - span, now)
    return LimitLine(kind, told[-1], limit_pace.outlook(told, now), points)


def _processing(db: sqlite3.Connection, scope: int, since: float) -> Processing | None:
    rows = db.execute(
        "SELECT processing, waited FROM answers WHERE scope = ? AND moment >= ? AND processing IS NOT NULL"
        " ORDER BY moment DESC LIMIT ?",
        (scope, since, _MEDIAN_OF),
    ).fetchall()
    if not rows:
        return None
    ways = [max(0.0, waited - took) for took, waited in rows if waited is not None]
    return Processing(len(rows), median(took for took, _ in rows), median(ways) if ways else None)
