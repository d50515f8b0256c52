"""A kept run as it was: the stored bytes through the same accumulator, at the times at which they came."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from playground.core.errors import Problem
from playground.core.runs.changes import Change, RunEnded, RunSnapshot, TextAppended, Usage
from playground.core.runs.events import EventLog
from playground.core.runs.parameters import Api
from playground.core.runs.playback import Player

if TYPE_CHECKING:
    from playground.core.exchanges.records import AttemptDetail, StoredRun

PIECE = 3_000
"""Characters: what the window takes in within a frame or two."""
_STATUSES = ("completed", "incomplete", "failed", "cancelled", "cut")


@dataclass(slots=True)
class Reopened:
    """Everything that there is to show of a run."""

    api: Api
    draft: dict[str, Any] = field(repr=False)
    log: EventLog = field(repr=False)
    """The bytes of the answer with their times."""
    snapshot: RunSnapshot
    """How it ended."""
    ended: RunSnapshot | None
    """The same, as it was told at the end; None where nobody lived to tell it, so that the bytes have to."""
    changes: list[Change] = field(repr=False)
    """What makes it up, `RunEnded` last."""
    base_url: str = ""


def reopen(stored: StoredRun) -> Reopened:
    """A run as the history has it."""
    api: Api = "chat" if stored.summary.api == "chat" else "responses"
    snapshot = unpack(stored.snapshot) if stored.snapshot is not None else None
    reopened = rebuild(api, stored.draft, event_log(stored), snapshot, base_url=stored.summary.base_url)
    if snapshot is None and stored.exchanges:
        exchange, found = stored.exchanges[-1].summary, reopened.snapshot
        reopened.snapshot = replace(found, exchange_id=exchange.id, request_id=found.request_id or exchange.request_id)
        reopened.changes[-1] = RunEnded(reopened.snapshot)
    return reopened


def last_attempt(stored: StoredRun) -> AttemptDetail | None:
    """The one whose answer is the run's."""
    attempts = stored.exchanges[-1].attempts if stored.exchanges else ()
    return attempts[-1] if attempts else None


def event_log(stored: StoredRun) -> EventLog:
    """The bytes of the answer with their times; none where a server gave an error instead."""
    attempt = last_attempt(stored)
    if attempt is None or attempt.status is None or attempt.status >= 400:
        return EventLog()
    return EventLog.of(
        attempt.response_body,
        attempt.arrivals,
        shift=_shift(stored, attempt),
        content_type=_content_type(attempt),
    )


def rebuild(
    api: Api, draft: Mapping[str, Any], log: EventLog, snapshot: RunSnapshot | None, *, base_url: str = ""
) -> Reopened:
    """A run out of its bytes. `snapshot`: how it ended, where that is known; else the bytes say it."""
    player = Player(log, api, base_url=base_url, end=snapshot)
    player.advance(math.inf)
    changes = joined(player.take())
    return Reopened(api, dict(draft), log, player.snapshot(), snapshot, changes, base_url)


def joined(changes: Iterable[Change], piece: int = PIECE) -> list[Change]:
    """The changes with texts that follow each other in one block put together, up to `piece` characters each: what is
    known as a whole is shown in a few frames, not in as many as it once came in."""
    found: list[Change] = []
    for change in changes:
        last = found[-1] if found else None
        if (
            isinstance(change, TextAppended)
            and isinstance(last, TextAppended)
            and last.key == change.key
            and len(last.text) + len(change.text) <= piece
        ):
            found[-1] = TextAppended(change.key, last.text + change.text)
        else:
            found.append(change)
    return found


def _shift(stored: StoredRun, attempt: AttemptDetail) -> float:
    """Seconds from the beginning of the call to that of the attempt, by whose clock the log has its times."""
    first = (stored.snapshot or {}).get("first_read")
    if isinstance(first, int | float) and attempt.arrivals:
        return max(0.0, float(first) - attempt.arrivals[0][1])
    return 0.0


def _content_type(attempt: AttemptDetail) -> str:
    return next((value for name, value in attempt.response_headers if name.lower() == "content-type"), "")


def unpack(packed: Mapping[str, Any]) -> RunSnapshot:
    """What `pack` made. Never raises: what does not fit is left out."""
    values: dict[str, Any] = {}
    for entry in fields(RunSnapshot):
        value = packed.get(entry.name)
        if value is None:
            continue
        if entry.name == "status":
            value = value if value in _STATUSES else "cut"
        elif entry.name == "usage":
            value = _known(Usage, value, int)
        elif entry.name == "problem":
            value = _problem(value)
        elif entry.name == "cost":
            value = _cost(value)
        else:
            value = _scalar(str(entry.type), value)
        if value is None:
            continue
        values[entry.name] = value
    return RunSnapshot(**{"status": "cut", **values})


def _scalar(kind: str, value: object) -> Any:
    """A value of a field's type, as it is annotated; None where it is of another."""
    if "str" in kind:
        return value if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if "float" in kind else value


def _known(kind: type[Any], raw: object, *types: type[Any]) -> Any:
    """A dataclass out of those of its fields that are there and fit."""
    if not isinstance(raw, Mapping):
        return None
    return kind(**{e.name: raw[e.name] for e in fields(kind) if isinstance(raw.get(e.name), types)})


def _problem(raw: object) -> Problem | None:
    if not isinstance(raw, Mapping):
        return None
    return _known(Problem, {"title": "", "cause": "", "remedy": "", **raw}, str, int, float, list)  # type: ignore[no-any-return]


def _cost(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
