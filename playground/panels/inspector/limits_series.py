"""What the Limits page shows, read in the pool: words and series, ready to be painted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from playground.core.exchanges import limit_pace, limits
from playground.core.exchanges.dashboard.spans import exact, term
from playground.core.exchanges.limit_pace import clock_text, number_text, wait_text
from playground.widgets.chart import Moment, Series

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeStore
    from playground.core.exchanges.limits import LimitLine, ModelLimits

SPANS = (("15m", "15 minutes", 900.0), ("1h", "1 hour", 3600.0), ("6h", "6 hours", 21_600.0),
         ("24h", "24 hours", 86_400.0), ("7d", "7 days", 604_800.0))  # fmt: skip
AHEAD = 0.12
"""Of the span: so much of the future is shown where something is foretold."""
LEAST = 120.0
"""Seconds that a chart shows at least; no more of the span than there is something of."""
_NEAR = 200
"""A mark stands for this part of the span."""


@dataclass(frozen=True, slots=True)
class MeterShown:
    """One limit."""

    kind: str
    title: str
    share: float | None
    value: str
    """`499 / 500`"""
    detail: str
    outlook: str
    role: str
    """accent, warning (less than a tenth), error (used up)."""


@dataclass(frozen=True, slots=True)
class CardShown:
    """One model at one server."""

    key: int
    model: str
    where: tuple[tuple[str, str, bool], ...]
    """What it is, which one, and whether that is private: hidden while presenting."""
    query: str
    """Finds its requests in the span."""
    meters: tuple[MeterShown, ...]
    series: tuple[Series, ...]
    moments: tuple[Moment, ...]
    start: float
    end: float
    facts: tuple[tuple[str, str, str], ...]
    """Title, value, and what it means."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole page."""

    span: str
    now: float
    cards: tuple[CardShown, ...]
    calls: int
    """Of all models in the span, whether or not their answers told anything."""
    restless: float
    """Seconds after which it will look otherwise by itself; 0: it will not."""
    took: float
    """Seconds that reading took."""


def read(store: ExchangeStore, span: str, now: float | None = None) -> Shown:
    """Read the log. Runs in the pool. Raises StoreError, KeyError for a span that is none."""
    began = time.perf_counter()
    now = time.time() if now is None else now
    seconds = {key: length for key, _, length in SPANS}[span]
    models = limits.overview(store, now, seconds)
    models.sort(key=lambda one: (not one.lines, one.scope.model == "", one.scope.model, one.scope.host))
    calls = store.log.count(f"since:{exact(now - seconds)}", now)
    moving = [wait for model in models for line in model.lines if (wait := _restless(line, now))]
    restless = min(moving, default=0.0)
    return Shown(
        span, now, tuple(_card(model, now, seconds) for model in models), calls, restless, time.perf_counter() - began
    )


def _restless(line: LimitLine, now: float) -> float:
    if line.outlook.full_in:
        return 1.0
    return 5.0 if now - line.last.moment < limit_pace.OVER else 0.0


def _card(model: ModelLimits, now: float, seconds: float) -> CardShown:
    scope = model.scope
    first = min((line.series[0].moment for line in model.lines if line.series), default=now)
    start = max(now - seconds, min(first - (now - first) * 0.05, now - LEAST))
    end = now + (now - start) * AHEAD
    series: list[Series] = []
    moments = [Moment("now", now)]
    for line in model.lines:
        points = limit_pace.curve(line.series, now)
        if not points:
            continue
        title = limit_pace.kind_words(line.kind)
        series.append(Series(line.kind, title, [x for x, _ in points], [y for _, y in points], plain=True))
        if later := limit_pace.ahead(line.outlook, line.last.most, now, end):
            xs, ys = [x for x, _ in later], [y for _, y in later]
            series.append(Series(f"{line.kind}~", f"{title}, expected", xs, ys, projected=True, plain=True))
            if ys[-1] == 0.0:
                moments.append(Moment(f"no {title} at {clock_text(xs[-1], now)}", xs[-1], "error"))
    where = (
        ("", scope.host, False),
        ("organisation", scope.organization, True),
        ("project", scope.project, True),
        ("profile", model.profile, False),
    )
    query = f"{term('model', scope.model)} {term('profile', model.profile)} since:{exact(now - seconds)}"
    return CardShown(
        scope.number,
        scope.model,
        tuple(part for part in where if part[1]),
        query,
        tuple(_meter(line, now) for line in model.lines),
        tuple(series),
        tuple(moments),
        start,
        end,
        tuple(_facts(model, now)),
    )


def _meter(line: LimitLine, now: float) -> MeterShown:
    outlook, most = line.outlook, line.last.most
    left = "?" if outlook.left is None else number_text(int(outlook.left))
    value = f"{left} / {number_text(most)}" if most is not None else f"{left} left"
    parts = []
    if outlook.full_in:
        parts.append(f"all of it in {wait_text(outlook.full_in)}")
    elif outlook.full_in == 0:
        parts.append("all of it is there")
    used_up = outlook.left is not None and outlook.left < 1
    running_out = outlook.empty_in is not None and outlook.empty_in < limit_pace.OVER
    close = limit_pace.is_close(outlook) and (line.share or 1.0) < 0.5
    role = "error" if used_up else "warning" if line.short or running_out or close else "accent"
    words = limit_pace.words(line.kind, outlook, now)
    return MeterShown(line.kind, limit_pace.kind_words(line.kind), line.share, value, " · ".join(parts), words, role)


def _facts(model: ModelLimits, now: float) -> list[tuple[str, str, str]]:
    when = clock_text(model.moment, now)
    count = f"{model.answers:,} {'answer' if model.answers == 1 else 'answers'}"
    found = [("Told", f"{when}, {count}", "When the newest answer came, and how many told something in this time.")]
    if model.processing is not None:
        took = model.processing
        words = f"{wait_text(took.server)} at the server"
        words += f", {wait_text(took.way)} on the way" if took.way is not None else ""
        found.append(("First byte", words, f"Medians of {took.answers:,} answers: what the server says that it "
                      "took (openai-processing-ms), and what was waited beyond that for the first byte."))  # fmt: skip
    if model.version:
        found.append(("API version", model.version, "openai-version"))
    if model.region:
        meaning = (
            "From cf-ray: the data centre of Cloudflare that took the request, not where the model runs."
            if model.region_from == "cf-ray"
            else f"From {model.region_from}."
        )
        found.append(("Region", f"{model.region} ({model.region_from})", meaning))
    return found


def query_at(card: CardShown, moment: float) -> str:
    """What finds the requests that were answered at a mark, or just before."""
    near = (card.end - card.start) / _NEAR
    base = card.query[: card.query.rindex(" since:")]
    return f"{base} since:{exact(moment - max(near, 5.0))} until:{exact(moment + 0.001)}"


def span_words(span: str) -> str:
    """`6 hours`; of one, `hour`."""
    return next(words for key, words, _ in SPANS if key == span).removeprefix("1 ")


def as_of(now: float) -> str:
    """The clock, as the page's foot has it."""
    return f"{datetime.fromtimestamp(now).astimezone():%H:%M:%S}"
