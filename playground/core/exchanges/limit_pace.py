"""What is left of a limit now, how fast it is used, and when it is used up: reckoned from what answers told.

A limit is taken as a bucket that is filled evenly: an answer tells what is left of it and in how many seconds it will
be full, and from these two how fast it fills. OpenAI's limits behave so; a server that fills its bucket at one stroke
is met by the same average. Nothing here reads a clock: `now` is given.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

NEAR, OVER = 60.0, 300.0
"""Seconds that the present pace is taken over: of the last minute, as most limits are; where that has too few answers,
of the last five."""
FEWEST = 3
"""Answers that make a pace."""
SHORT = 0.1
"""Of the limit: less is short."""
CLOSE = 0.9
"""Of what comes back: who uses as much has little to spare."""
_LEAST_SPAN = 10.0
"""Seconds: a burst of less is no pace."""
_JUMP = 0.1
"""Of the limit. What comes back beyond what was reckoned is another window, not a use below nothing."""
_WINDOWS = (60.0, 3600.0, 86400.0)
"""Seconds that limits are usually of."""
_LONG = 86400.0
"""Seconds: what lasts longer is not foretold."""


@dataclass(frozen=True, slots=True)
class Told:
    """One limit as one answer told it."""

    moment: float
    """Unix seconds."""
    exchange: int
    """Its number in the log."""
    most: int | None
    """The limit."""
    left: int | None
    """What remained."""
    reset: float | None
    """Seconds from `moment` until all of it is there again."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """One limit at one moment. None: it cannot be known from what was told."""

    left: float | None
    """What is likely there now: what was told, and what came back since."""
    refill: float | None
    """Units a second that come back."""
    full_in: float | None
    """Seconds until all of it is there, if nothing is used."""
    pace: float | None
    """Units a second that are used, by whoever uses the limit: see `NEAR`, `OVER`."""
    answers: int
    """That the pace is from."""
    over: float
    """Seconds between the first and the last of them."""
    empty_in: float | None = None
    """Seconds until nothing is left at the present pace; None: it does not come to that, or it is not known."""
    earliest: float | None = None
    latest: float | None = None
    """The same if the pace is as much off as so few answers can make it; `latest` None: then it may never come."""


def outlook(told: Sequence[Told], now: float) -> Outlook:
    """`told`: of one limit, oldest first; the last one counts, and those of the last `OVER` seconds for the pace."""
    known = [one for one in told if one.left is not None]
    if not known:
        return Outlook(None, None, None, None, 0, 0.0)
    last = known[-1]
    recent = [one for one in known if one.moment >= now - NEAR]
    if len(recent) < FEWEST:
        recent = [one for one in known if one.moment >= now - OVER]
    refill = _refill(recent or [last])
    left, full_in = _grown(last, refill, now)
    pace, over = _pace(recent, refill, now)
    empty = [None if pace is None else _until_empty(left, pace * way, refill) for way in _ways(len(recent))]
    return Outlook(left, refill, full_in, pace, len(recent), over, *empty)


def _refill(told: Sequence[Told]) -> float | None:
    """What comes back in a second. Taken over several answers: each is rounded to a whole unit and a millisecond. Where
    that leaves it open whether the limit is one of a minute, an hour or a day, it is."""
    missing = seconds = deepest = rounded = 0.0
    most = 0
    for one in told:
        if one.most is not None and one.left is not None and one.reset and one.left < one.most:
            most = one.most
            missing += most - one.left
            seconds += one.reset
            deepest = max(deepest, most - one.left)
            rounded += 0.001
    if not seconds:
        return None
    window = most * seconds / missing
    off = max(1 / deepest, rounded / max(seconds - rounded, 0.001) * 1.01, 0.02)
    return most / next((known for known in _WINDOWS if abs(window / known - 1) <= off), window)


def _grown(last: Told, refill: float | None, now: float) -> tuple[float, float | None]:
    """What is there at `now`, and in how many seconds all of it."""
    assert last.left is not None
    since = max(0.0, now - last.moment)
    if last.most is None:
        return float(last.left), None
    if last.left >= last.most:
        return float(last.left), 0.0
    if last.reset is not None and since >= last.reset:
        return float(last.most), 0.0
    if refill is None:
        return float(last.left), None
    left = min(float(last.most), last.left + refill * since)
    return left, (last.reset - since if last.reset is not None else (last.most - left) / refill)


def _pace(told: Sequence[Told], refill: float | None, now: float) -> tuple[float | None, float]:
    """Units a second that went between the answers: what is told of each against what would have been there, had
    nothing been used since the one before."""
    if len(told) < FEWEST:
        return None, 0.0
    used = 0.0
    for before, one in itertools.pairwise(told):
        assert before.left is not None and one.left is not None
        expected = before.left + (refill or 0.0) * (one.moment - before.moment)
        if one.most is not None:
            expected = min(expected, float(one.most))
        gone = expected - one.left
        if gone > -_JUMP * (one.most or before.left):
            used += gone
    over = max(now - told[0].moment, _LEAST_SPAN)
    return max(0.0, used) / over, over


def _ways(answers: int) -> tuple[float, float, float]:
    """The pace as it is, and as fast and as slow as so many answers leave open."""
    off = 1 / math.sqrt(answers) if answers else 0.0
    return 1.0, 1 + off, 1 - off


def _until_empty(left: float, pace: float, refill: float | None) -> float | None:
    net = pace - (refill or 0.0)
    return None if net <= 0 else left / net


def curve(told: Sequence[Told], now: float) -> list[tuple[float, float]]:
    """Moments and what was there then, as shares of the limit: what was told, and between two answers what came back.
    `told`: oldest first, of a limit that is known."""
    known = [one for one in told if one.most and one.left is not None]
    points: list[tuple[float, float]] = []
    for place, one in enumerate(known):
        until = known[place + 1].moment if place + 1 < len(known) else max(now, one.moment)
        assert one.most and one.left is not None
        share = min(1.0, one.left / one.most)
        points.append((one.moment, share))
        full = one.moment + one.reset if one.reset is not None else None
        if share < 1 and full is not None and full <= until:
            points.append((full, 1.0))
            share = 1.0
        elif share < 1 and full is not None:
            share += (1 - share) * (until - one.moment) / (full - one.moment)
        if until > points[-1][0]:
            points.append((until, share))
    return points


def ahead(outlook: Outlook, most: int | None, now: float, until: float) -> list[tuple[float, float]]:
    """The same from now on: used up at the present pace, or filled."""
    if outlook.left is None or not most:
        return []
    share = min(1.0, outlook.left / most)
    end, wait = (0.0, outlook.empty_in) if outlook.empty_in is not None else (1.0, outlook.full_in)
    if wait is None or share == end or until <= now:
        return []
    if now + wait > until:
        end, wait = share + (end - share) * (until - now) / wait, until - now
    return [(now, share), (now + wait, end)]


# Words --------------------------------------------------------------------------------------------------------------


def kind_words(kind: str) -> str:
    """`project-tokens` → `project tokens`."""
    return kind.replace("-", " ").replace("_", " ")


def number_text(number: float) -> str:
    """`198000` → `198k`; up to three digits that count, and none behind the point of a whole number."""
    if number < 10_000:
        return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"
    for size, letter in ((1e6, "k"), (1e9, "M"), (1e12, "G")):
        if number < size * 0.9995:
            return f"{number / size * 1000:.3g}{letter}"
    return f"{number:.3g}"


def wait_text(seconds: float) -> str:
    """A wait, in the unit that fits: `120 ms`, `1.5 s`, `6 min`, `2 h 5 min`, `3 d`."""
    if seconds < 0.9995:
        return f"{max(1, math.ceil(seconds * 1000))} ms" if seconds > 0 else "0 ms"
    if seconds < 59.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours / 24:.0f} d"


def clock_text(moment: float, now: float) -> str:
    """A time of today or of the next days as a clock shows it; seconds only where they matter."""
    from datetime import datetime

    then, today = (datetime.fromtimestamp(one).astimezone() for one in (moment, now))
    shown = f"{then:%H:%M:%S}" if abs(moment - now) < 600 else f"{then:%H:%M}"
    return shown if then.date() == today.date() else f"{shown} on {then:%Y-%m-%d}"


def pace_text(per_second: float) -> str:
    """`120 a minute`."""
    return f"{number_text(per_second * 60)} a minute"


def is_close(outlook: Outlook) -> bool:
    """Whether they come back hardly faster than they are used."""
    return bool(outlook.refill and outlook.pace and outlook.pace >= CLOSE * outlook.refill)


def words(kind: str, outlook: Outlook, now: float) -> str:
    """What is to be expected of a limit, in a sentence or two, and how sure that is."""
    name = kind_words(kind)
    if outlook.left is None:
        return f"The server told no remaining {name}."
    if outlook.left < 1:
        back = f"The next is back in {wait_text((1 - outlook.left) / outlook.refill)}." if outlook.refill else (
            "The server does not say when they come back.")  # fmt: skip
        return f"The {name} are used up. {back}"
    if outlook.pace is None:
        return (
            f"Fewer than {FEWEST} answers in the last {OVER / 60:.0f} minutes: no pace."
            if outlook.answers
            else f"Nothing was asked in the last {OVER / 60:.0f} minutes."
        )
    used = f"{pace_text(outlook.pace)} in the last {_span_text(outlook.over)}"
    if outlook.empty_in is None:
        if outlook.pace == 0:
            return f"No {name} were used in the last {_span_text(outlook.over)}."
        back = f" ({pace_text(outlook.refill)})" if outlook.refill else ""
        return f"The {name} come back{back} {'hardly ' if is_close(outlook) else ''}faster than they are used: {used}."
    if outlook.empty_in > _LONG:
        return f"At the present pace ({used}) the {name} last for more than a day."
    at = clock_text(now + outlook.empty_in, now)
    first = clock_text(now + (outlook.earliest or outlook.empty_in), now)
    never = outlook.latest is None or outlook.latest > _LONG
    between = f"{first} at the earliest, perhaps never" if never else (
        f"between {first} and {clock_text(now + (outlook.latest or 0), now)}")  # fmt: skip
    end = "" if outlook.refill else " The server does not say when they come back."
    return (
        f"At the present pace ({used}) the {name} are used up at about {at}; with {outlook.answers} answers to go by, "
        f"{between}.{end}"
    )


def _span_text(seconds: float) -> str:
    """`minute`, `4 min`, `30 s`."""
    text = wait_text(seconds)
    return "minute" if text == "1 min" else text
