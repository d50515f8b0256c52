"""All files of a server, page by page."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.unkeyed import without_keys

if TYPE_CHECKING:
    from playground.core.profiles import Profile
    from playground.core.session import Session, SessionManager

ORIGIN = "files"
FIRST = 200
"""Files of the first page: enough for a screen, so that something is seen at once."""
PAGE = 2000
"""Files of the others. The API takes 10,000; in pages the window has its turn between them."""
MOST = 100_000
"""Files that are listed at most; no account is known to have as many."""
LATEST = 1e12
"""Seconds; what is said to be later is no time."""
SOON = 86_400.0
"""Seconds before its end in which a file is said to go soon."""


class RemoteFile(NamedTuple):
    """One entry of GET /files."""

    id: str
    name: str
    purpose: str
    size: int
    """Bytes; -1 where the server does not say."""
    created: float
    """Unix seconds; 0 where the server does not say."""
    expires: float
    """Unix seconds; 0: never."""
    status: str
    details: str
    """Why it is not usable, in the server's words."""
    raw: Mapping[str, Any]
    text: str
    """What a search looks at: name, ID, purpose and status, folded."""

    def ends_soon(self, now: float) -> bool:
        return 0 < self.expires < now + SOON


def remote_file(raw: Any) -> RemoteFile | None:
    """A file as it was sent; None for what has no ID. Servers differ: what is of another type counts as missing."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("id"), str) or not raw["id"]:
        return None
    identifier = raw["id"]
    name, purpose, status = _text(raw, "filename"), _text(raw, "purpose"), _text(raw, "status")
    size = raw.get("bytes")
    return RemoteFile(
        identifier,
        name,
        purpose,
        size if isinstance(size, int) and 0 <= size < 1 << 63 else -1,
        _time(raw, "created_at"),
        _time(raw, "expires_at"),
        status,
        _text(raw, "status_details"),
        raw,
        f"{name}\n{identifier}\n{purpose}\n{status}".casefold(),
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _time(raw: Mapping[str, Any], name: str) -> float:
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 < value < LATEST else 0.0


async def pages(session: Session) -> AsyncIterator[list[RemoteFile]]:
    """The files, newest first. A server that gives the same page again ends it. Raises what `calls.call` raises."""
    from playground.core.calls import call

    known: set[str] = set()
    asked: dict[str, Any] = {"limit": FIRST, "order": "desc"}
    while True:
        answer = without_keys(await call(session, "files.list", asked, origin=ORIGIN))
        listed = answer.get("data") if isinstance(answer, Mapping) else answer
        entries = listed if isinstance(listed, list) else []
        found = [one for one in map(remote_file, entries) if one is not None and one.id not in known]
        known.update(one.id for one in found)
        yield found
        more = isinstance(answer, Mapping) and answer.get("has_more") is True
        if not more or not found or len(known) >= MOST:
            return
        asked = {"limit": PAGE, "order": "desc", "after": found[-1].id}


class Page(NamedTuple):
    """Some of the files of a profile. `round`: of which asking, because what was given up may still come."""

    round: int
    profile: Profile
    files: list[RemoteFile]


class ListFiles:
    """`await ListFiles(sessions, round)(sink)` in the asyncio thread pushes each `Page` as it comes, and gives the
    profile that they are of. Raises ProblemError."""

    def __init__(self, sessions: SessionManager, round_: int = 0) -> None:
        self._sessions, self._round = sessions, round_

    async def __call__(self, sink: Any) -> Profile:
        from playground.core.errors import ProblemError, explain

        profile = self._sessions.current
        base_url = ""
        try:
            session = await self._sessions.session_of(profile)
            base_url = session.base_url
            async for page in pages(session):
                sink.push([Page(self._round, profile, page)])
        except Exception as error:
            raise ProblemError(explain(error, base_url=base_url, profile=profile.name)) from error
        return profile


def moment_text(moment: float) -> str:
    """27 Nov 2026 14:05; empty for 0 and for what is no time."""
    if not moment:
        return ""
    try:
        then = datetime.fromtimestamp(moment).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{then.day} {then:%b %Y %H:%M}"


def left_text(moment: float, now: float | None = None) -> str:
    """How long it still is: `in 29 days`, `in 3 hours`, `in 4 minutes`; `over`; empty for 0."""
    if not moment:
        return ""
    left = moment - (time.time() if now is None else now)
    if left <= 0:
        return "over"
    for seconds, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if left >= seconds:
            count = int(left // seconds)
            return f"in {count:,} {name}{'s' if count != 1 else ''}"
    return "in a minute"
