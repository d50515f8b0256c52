"""What the headers of an answer say about limits and about the server, read and written for each answered attempt.

The names are OpenAI's: `x-ratelimit-{limit,remaining,reset}-{requests,tokens,project-tokens}`, `openai-organization`,
`openai-project`, `openai-processing-ms`, `openai-version` (API reference, "Debugging requests"). Other servers spell
them otherwise, and what is clear is understood:

- `x-ratelimit-limit-tokens-minute`, `x-ratelimit-remaining`, `ratelimit-remaining`: another kind, or none;
- `anthropic-ratelimit-requests-remaining`: the kind before the part;
- a reset as a duration (`6m0s`, `120ms`), as seconds, as Unix time (seconds or milliseconds), or as an ISO time.

A region is named only where the server names one: `x-ms-region` (Azure OpenAI), or the end of `cf-ray`, which is the
data centre of Cloudflare that took the request (Cloudflare's documentation of CF-Ray), not where the model ran.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Headers = Iterable[tuple[str, str]]

TABLES = ("scopes", "answers", "limits", "unread")

AT_ONCE = 200
"""Exchanges of an older version that are looked through in one transaction."""
_LONGEST = 200
"""Characters that are kept of what a server says in one header."""
_MOST = 1 << 53
_KINDS = 12
"""Of limits in one answer."""
EPHEMERAL = 32_768
"""Ports from here on are given by the system, another at each start (the sandbox's): they name no server."""
_PARTS = {"limit": 0, "remaining": 1, "reset": 2}
_AFTER = re.compile(r"(?:x-)?ratelimit-(limit|remaining|reset)(?:-([a-z0-9_-]{1,40}))?")
_BEFORE = re.compile(r"(?:[a-z0-9]+-)?ratelimit-([a-z0-9_-]{1,40})-(limit|remaining|reset)")
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_NUMBER = re.compile(r"\d{1,16}(?:\.\d{1,9})?")
_RAY = re.compile(r"[0-9a-f]{8,}-([A-Z]{3})")
_OLD_ENOUGH = 1e9
"""A number of seconds as large as this is Unix time."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as an answer told it."""

    limit: int | None
    remaining: int | None
    reset: float | None
    """Seconds from then until all of it is there again."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one answer's headers said. Empty strings and None: nothing."""

    limits: dict[str, Limit] = field(default_factory=dict)
    """`requests`, `tokens`, `project-tokens` … → the limit."""
    organization: str = ""
    project: str = ""
    version: str = ""
    processing: float | None = None
    """Seconds that the server says it took (`openai-processing-ms`)."""
    region: str = ""
    region_from: str = ""
    """The header that named the region."""

    def __bool__(self) -> bool:
        return bool(self.limits or self.organization or self.project or self.version or self.processing is not None)


def read(headers: Headers, moment: float) -> Said:
    """What is in the headers of an answer that came at `moment` (Unix seconds). What is no number is passed over."""
    found: dict[str, list[str | None]] = {}
    plain: dict[str, str] = {}
    for raw, value in headers:
        name = raw.lower()
        if "ratelimit-" not in name:
            plain[name] = value[:_LONGEST]
            continue
        if (match := _AFTER.fullmatch(name)) is not None:
            part, kind = match[1], match[2] or "requests"
        elif (match := _BEFORE.fullmatch(name)) is not None:
            kind, part = match[1], match[2]
        else:
            continue
        if kind in found or len(found) < _KINDS:
            found.setdefault(kind, [None, None, None])[_PARTS[part]] = value.strip()
    limits = {
        kind: limit
        for kind, (most, left, reset) in found.items()
        if (limit := Limit(_count(most), _count(left), reset_seconds(reset or "", moment))).limit is not None
        or limit.remaining is not None
    }
    region, source = _region(plain)
    return Said(
        limits,
        plain.get("openai-organization", ""),
        plain.get("openai-project", ""),
        plain.get("openai-version", ""),
        _milliseconds(plain.get("openai-processing-ms", "")),
        region,
        source,
    )


def _count(text: str | None) -> int | None:
    if text is None or _NUMBER.fullmatch(text) is None:
        return None
    number = int(float(text))
    return number if number < _MOST else None


def _milliseconds(text: str) -> float | None:
    return float(text) / 1000 if _NUMBER.fullmatch(text.strip()) else None


def _region(plain: dict[str, str]) -> tuple[str, str]:
    if region := plain.get("x-ms-region", "").strip():
        return region, "x-ms-region"
    if (match := _RAY.fullmatch(plain.get("cf-ray", ""))) is not None:
        return match[1], "cf-ray"
    return "", ""


def reset_seconds(text: str, moment: float) -> float | None:
    """A reset in seconds from `moment` (Unix seconds); None where it cannot be understood."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number >= _OLD_ENOUGH * 1000:
            number = number / 1000 - moment
        elif number >= _OLD_ENOUGH:
            number -= moment
        return max(0.0, number)
    if text and (match := _DURATION.fullmatch(text)) is not None:
        days, hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
    if len(text) >= 19 and text[4:5] == "-":
        from datetime import datetime

        try:
            then = datetime.fromisoformat(text)
        except ValueError:
            return None
        return max(0.0, then.timestamp() - moment) if then.tzinfo is not None else None
    return None


def host_of(url: str) -> str:
    """The server of a URL, as the limits of one are kept together: its host, and its port where that says which."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return host if port is None or port >= EPHEMERAL else f"{host}:{port}"


# Rows ---------------------------------------------------------------------------------------------------------------


def create(db: sqlite3.Connection) -> None:
    """The tables. What exchanges of an older version were told is filled in later, downwards from `unread.upto`."""
    db.execute(
        """CREATE TABLE scopes (
            number INTEGER PRIMARY KEY, host TEXT NOT NULL, organization TEXT NOT NULL, project TEXT NOT NULL,
            model TEXT NOT NULL, UNIQUE (host, organization, project, model))"""
    )
    db.execute(
        """CREATE TABLE answers (
            number INTEGER PRIMARY KEY, exchange INTEGER NOT NULL REFERENCES exchanges (rowid) ON DELETE CASCADE,
            attempt INTEGER NOT NULL, scope INTEGER NOT NULL REFERENCES scopes (number), moment REAL NOT NULL,
            profile TEXT NOT NULL, status INTEGER, processing REAL, waited REAL, version TEXT NOT NULL,
            region TEXT NOT NULL, region_from TEXT NOT NULL, UNIQUE (exchange, attempt))"""
    )
    db.execute("CREATE INDEX answers_scope ON answers (scope, moment)")
    db.execute(
        """CREATE TABLE limits (
            answer INTEGER NOT NULL REFERENCES answers (number) ON DELETE CASCADE, kind TEXT NOT NULL,
            most INTEGER, remaining INTEGER, reset REAL, PRIMARY KEY (answer, kind)) WITHOUT ROWID"""
    )
    db.execute("CREATE TABLE unread (upto INTEGER NOT NULL)")
    db.execute("INSERT INTO unread SELECT coalesce(max(rowid), 0) FROM exchanges")


def write(
    db: sqlite3.Connection,
    exchange: int,
    attempt: int,
    said: Said,
    *,
    url: str,
    model: str,
    moment: float,
    profile: str,
    status: int | None,
    waited: float | None,
) -> None:
    """Write what an answer said; nothing where it said nothing. `waited`: seconds from the request's last byte to the
    answer's first."""
    if not said:
        return
    scope = (host_of(url), said.organization, said.project, model[:_LONGEST])
    found = db.execute(
        "SELECT number FROM scopes WHERE host = ? AND organization = ? AND project = ? AND model = ?", scope
    ).fetchone()
    if found is None:
        cursor = db.execute("INSERT INTO scopes (host, organization, project, model) VALUES (?, ?, ?, ?)", scope)
        found = (cursor.lastrowid,)
    answer = db.execute(
        "INSERT OR REPLACE INTO answers (exchange, attempt, scope, moment, profile, status, processing, waited,"
        " version, region, region_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (exchange, attempt, found[0], moment, profile, status, said.processing, waited, said.version, said.region,
         said.region_from),
    ).lastrowid  # fmt: skip
    db.executemany(
        "INSERT INTO limits VALUES (?, ?, ?, ?, ?)",
        [(answer, kind, one.limit, one.remaining, one.reset) for kind, one in said.limits.items()],
    )


def waited(sent: float | None, first_byte: float | None) -> float | None:
    """Seconds from the request's last byte to the answer's first."""
    return None if first_byte is None else max(0.0, first_byte - (sent or 0.0))


def is_read(db: sqlite3.Connection) -> bool:
    """Whether all exchanges of an older version were looked through."""
    return bool(db.execute("SELECT coalesce(max(upto), 0) FROM unread").fetchone()[0] == 0)


def read_some(db: sqlite3.Connection, most: int = AT_ONCE) -> int:
    """Fill in what exchanges of an older version were told, newest first; gives how many were looked through."""
    (upto,) = db.execute("SELECT coalesce(max(upto), 0) FROM unread").fetchone()
    if not upto:
        return 0
    found = db.execute(
        "SELECT rowid, model, profile FROM exchanges WHERE rowid <= ? ORDER BY rowid DESC LIMIT ?", (upto, most)
    ).fetchall()
    for rowid, model, profile in found:
        for number, url, started, headers, status, sent, first_byte in db.execute(
            "SELECT number, url, started_at, response_headers, status, sent, first_byte FROM attempts"
            " WHERE exchange = ? AND response_headers IS NOT NULL",
            (rowid,),
        ).fetchall():
            moment = started + (first_byte or 0.0)
            write(
                db, rowid, number, read(_stored(headers), moment), url=url, model=model or "", moment=moment,
                profile=profile, status=status, waited=waited(sent, first_byte),
            )  # fmt: skip
    db.execute("UPDATE unread SET upto = ?", (found[-1][0] - 1 if len(found) == most else 0,))
    return len(found)


def _stored(headers: str) -> list[tuple[str, str]]:
    """Headers as the log keeps them; none where the row is damaged."""
    try:
        return [(str(name), str(value)) for name, value in json.loads(headers)]
    except (ValueError, TypeError):
        return []
