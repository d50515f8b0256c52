"""The table of errors, `resources/facts/errors-*.json`: which rule is right for an error, and how long to wait."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from playground.core.plain import seconds_text
from playground.core.resources import dated

Again = Literal["never", "change", "wait", "soon", "now", "perhaps"]
"""Whether sending it again helps: `never` (others have to act first), `change` (once the request or what it needs is
another), `wait` (after the time that the server gives), `soon`, `now`, `perhaps`."""

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(dated("errors").read_text("utf-8"))
    return document


def table_date() -> str:
    """When the table was made, YYYY-MM-DD."""
    return str(_document()["date"])


def class_of(name: str) -> tuple[str, str]:
    """A class's title, and whose matter it is, in words; empty for one that is not known."""
    entry = _document()["classes"].get(name, {})
    return entry.get("title", ""), entry.get("whose", "")


def section_of(name: str) -> tuple[str, str]:
    """The title and the address of a section of the API's documentation; empty for one that is not known."""
    entry = _document()["sections"].get(name, {})
    return entry.get("title", ""), entry.get("url", "")


def rule_for(fields: Mapping[str, str | None], status: int | None, kind: str | None) -> dict[str, Any] | None:
    """The first rule whose every condition holds.

    What the `code` says goes before the `type`: a spending limit comes with the type insufficient_quota, too.
    """
    names = [name for name in (fields.get("code"), fields.get("type")) if name]
    for name in (*names, None):  # the last round is for rules that ask for no name
        for rule in _document()["rules"]:
            match = rule["match"]
            named = "codes" in match
            if (
                named == (name is not None)
                and (not named or name in match["codes"])
                and ("statuses" not in match or status in match["statuses"])
                and ("kinds" not in match or kind in match["kinds"])
                and (not match.get("param") or fields.get("param"))
            ):
                found: dict[str, Any] = rule
                return found
    return None


def wait_of(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the server asks to wait: `Retry-After` (seconds or a date), else until the limit that is used up is
    reset. None: it does not say. `headers` has lower-case names, or does not mind the case; `now`: Unix seconds."""
    told = _milliseconds(headers.get("retry-after-ms")) or _retry_after(headers.get("retry-after"), now)
    if told is not None:
        return told
    resets = [
        duration(headers.get(f"x-ratelimit-reset-{what}"))
        for what in ("requests", "tokens", "project-tokens")
        if (headers.get(f"x-ratelimit-remaining-{what}") or "").strip() == "0"
    ]
    return max((reset for reset in resets if reset is not None), default=None)


def _milliseconds(text: str | None) -> float | None:
    seconds = _number(text)
    return None if seconds is None else seconds / 1000


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _retry_after(text: str | None, now: float) -> float | None:
    seconds = _number(text)
    if text is None or seconds is not None:
        return seconds
    from email.utils import parsedate_to_datetime  # brings sockets and calendars, which the first frame can do without

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def duration(text: str | None) -> float | None:
    """`6m0s`, `1h2m3.5s`, `120ms` in seconds, as the rate-limit headers write it; a bare number is seconds."""
    text = (text or "").strip()
    parts = _PART.findall(text)
    if parts and "".join(f"{number}{unit}" for number, unit in parts) == text:
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return _number(text)


def countdown(asked: float, left: float) -> str:
    """What is left of the time that a server asked to wait, in a sentence; both in seconds."""
    wanted = f"{asked:g} s" if 1 <= asked < 60 else seconds_text(asked)
    if left <= 0:
        return f"The server asked to wait {wanted}: that time is over."
    whole = math.ceil(left)  # nobody reads what changes faster
    if whole < 60:
        words = f"{whole} s"
    elif whole < 3600:
        words = f"{whole // 60} min {whole % 60:02d} s"
    else:
        words = f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"The server asked to wait {wanted}: {words} left."
