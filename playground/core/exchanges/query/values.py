"""The values of a query's fields: numbers, spans of time and moments. Each raises QueryError in words."""

from __future__ import annotations

import math
import re
import time
from datetime import datetime, timedelta

from playground.core.exchanges.query.fields import Field
from playground.core.exchanges.query.parse import QueryError, Value

_SPAN = re.compile(r"(\d{1,9}(?:\.\d{1,6})?|\.\d{1,6})\s*([a-z]*)")
_SECONDS = {"": 1.0, "ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0,
            "h": 3600.0, "d": 86400.0, "w": 604800.0}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})([km]?)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def _wrong(value: Value, words: str) -> QueryError:
    return QueryError(words, value.start, value.end)


def number(field: Field, value: Value) -> float:
    """A count or a sum of money; `10k` is 10,000."""
    text = value.text.lower().replace("_", "")
    match = _NUMBER.fullmatch(text.removeprefix("$") if field.kind == "money" else text)
    if match is None:
        raise _wrong(value, f"“{value.text}” is no number: write {field.example}.")
    return float(match[1]) * {"": 1, "k": 1e3, "m": 1e6}[match[2]]


def seconds(field: Field, value: Value) -> float:
    """A span of time: `500ms`, `5s`, `2m`; without a unit, seconds."""
    match = _SPAN.fullmatch(value.text.lower())
    if match is None or match[2] not in _SECONDS:
        raise _wrong(
            value, f"“{value.text}” is no span of time: write {field.example}. Units are ms, s, m, h, d and w."
        )
    return float(match[1]) * _SECONDS[match[2]]


def moment(field: Field, value: Value, now: float | None = None) -> float:
    """A point in time in Unix seconds: so long ago (`2h`), `today`, `yesterday`, `15:00`, a date or a date with a time.
    Without a zone it is that of this computer."""
    text = value.text.strip().lower()
    now = time.time() if now is None else now
    today = datetime.fromtimestamp(now).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    if text in ("now", "today", "yesterday"):
        return {"now": now, "today": today.timestamp(), "yesterday": _days_before(today, 1)}[text]
    span = _SPAN.fullmatch(text)
    if span is not None and span[2] in _SECONDS and span[2]:
        return now - float(span[1]) * _SECONDS[span[2]]
    clock = _CLOCK.fullmatch(text)
    try:
        if clock is not None:
            hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
            return today.replace(tzinfo=None, hour=hour, minute=minute, second=second).timestamp()
        found = datetime.fromisoformat(value.text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        found = math.nan
    if not math.isfinite(found):
        raise _wrong(
            value,
            f"“{value.text}” is no time: write {field.example}. A number needs a unit: s, m, h, d or w.",
        )
    return found


def _days_before(day: datetime, days: int) -> float:
    """Midnight so many days before, also where the clocks were changed."""
    return (day.replace(tzinfo=None) - timedelta(days=days)).timestamp()


def flag(field: Field, value: Value) -> bool:
    """`yes` or `no`."""
    text = value.text.lower()
    if text in ("yes", "y", "true", "1", "on"):
        return True
    if text in ("no", "n", "false", "0", "off"):
        return False
    raise _wrong(value, f"“{value.text}” is neither yes nor no: write {field.example}.")
