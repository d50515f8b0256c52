"""With what a logged attempt can be compared, and the comparison itself: read from the log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from playground.core.diff.exchanges import Comparison, Side, compare

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeDetail, ExchangeStore, LogRow

REPLAY = re.compile(r"\breplay of (\S+?)[.,;]?(?:\s|$)", re.IGNORECASE)
"""How a note names the request that was sent again."""
ATTEMPT, CHOSEN, ORIGIN, PREVIOUS, OTHER = "attempt", "chosen", "origin", "previous", "other"


@dataclass(frozen=True, slots=True)
class Option:
    """Something to compare with: `kind`, and which: the number of an attempt, or an exchange's id."""

    kind: str
    which: str
    words: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What there is to compare with, what was chosen, and the comparison; `words`: why there is none."""

    options: tuple[Option, ...]
    chosen: Option | None
    comparison: Comparison | None = field(default=None, repr=False)
    words: str = ""
    titles: tuple[str, str] = ("", "")
    attempt: int = 0
    """Of the call at hand, from 1."""


def title_of(side: Side) -> str:
    """`12:03:11 · req_8f21 · attempt 2`."""
    moment = datetime.fromtimestamp(side.attempt.started_at).astimezone()
    words = [f"{moment:%H:%M:%S}", side.attempt.request_id or side.detail.summary.id]
    if len(side.detail.attempts) > 1:
        words.append(f"attempt {side.attempt.number}")
    return " · ".join(words)


def options_of(
    store: ExchangeStore, detail: ExchangeDetail, attempt: int, beside: Sequence[int] = ()
) -> tuple[Option, ...]:
    """Other attempts of the call, nearest first; what is chosen beside it (numbers of the log); the request that it
    repeats; the one before of the same method."""
    numbers = sorted((one.number for one in detail.attempts if one.number != attempt), key=lambda n: abs(n - attempt))
    found = [Option(ATTEMPT, str(number), f"attempt {number} of this call") for number in numbers]
    row = store.log.one(detail.summary.id)
    if row is None:
        return tuple(found)
    others = [other for other in store.log.rows(beside) if other.number != row.number] if len(beside) == 2 else []
    if len(others) == 1:
        found.append(Option(CHOSEN, others[0].summary.id, f"the other chosen one · {_clock(others[0])}"))
    named = REPLAY.search(row.note)
    origin = store.log.one(named[1]) if named is not None else None
    if origin is not None and origin.number != row.number:
        found.append(Option(ORIGIN, origin.summary.id, f"the one that it repeats · {_clock(origin)}"))
    before = _previous(store, row)
    if before is not None and (origin is None or before.number != origin.number):
        what = row.summary.sdk_method or f"{row.summary.method} {row.summary.path}"
        found.append(Option(PREVIOUS, before.summary.id, f"the {what} before it · {_clock(before)}"))
    return tuple(found)


def _clock(row: LogRow) -> str:
    return f"{datetime.fromtimestamp(row.summary.started_at).astimezone():%H:%M:%S}"


def _previous(store: ExchangeStore, row: LogRow) -> LogRow | None:
    summary = row.summary
    query = f'sdk:"{summary.sdk_method}"' if summary.sdk_method else f'method:{summary.method} path:"{summary.path}"'
    numbers = store.log.ids(query.replace("\\", ""), 1, row.number)
    return next(iter(store.log.rows(numbers)), None)


def look(
    store: ExchangeStore,
    detail: ExchangeDetail,
    attempt: int = 0,
    wanted: Option | None = None,
    beside: Sequence[int] = (),
) -> Looked:
    """Compare an attempt (from 1; 0: the last one) with what is wanted, or with what is nearest. `beside`: numbers of
    the rows that are chosen. The older one is on the left. Not for the window's thread."""
    here = Side.of(detail, attempt or -1)
    if here is None:
        return Looked((), None, words="Nothing was sent of this request, so there is nothing to compare.")
    number = here.attempt.number
    options = options_of(store, detail, number, beside)
    chosen = wanted
    if chosen is None:
        # What was sent again is to be seen beside what it repeats, also where it took several attempts.
        best = [one for kind in (CHOSEN, ORIGIN) for one in options if one.kind == kind]
        chosen = next(iter([*best, *options]), None)
    if chosen is None:
        return Looked(options, None, attempt=number, words="It is the first of its kind: paste the ID of another one.")
    if chosen.kind == ATTEMPT:
        there = Side.of(detail, int(chosen.which))
        if there is None:
            return Looked(options, chosen, attempt=number, words="There is no such attempt.")
        sides = (here, there) if here.attempt.number < there.attempt.number else (there, here)
        return _compared(options, chosen, sides, number)
    row = store.log.one(chosen.which.strip()) if chosen.which.strip() else None
    if row is None:
        words = f"No request in the log has the ID {chosen.which.strip()}." if chosen.which.strip() else "Paste an ID."
        return Looked(options, chosen, attempt=number, words=words)
    chosen = next((one for one in options if one.which == row.summary.id), chosen)
    if row.summary.id == detail.summary.id:
        return Looked(options, chosen, attempt=number, words="That is this very request.")
    other = Side.of(store.load(row.summary.id))
    if other is None:
        return Looked(options, chosen, attempt=number, words="Nothing was sent of that request.")
    sides = (other, here) if other.detail.summary.started_at <= detail.summary.started_at else (here, other)
    return _compared(options, chosen, sides, number)


def _compared(options: tuple[Option, ...], chosen: Option, sides: tuple[Side, Side], attempt: int) -> Looked:
    found = compare(*sides)
    return Looked(options, chosen, found, "", (title_of(sides[0]), title_of(sides[1])), attempt)
