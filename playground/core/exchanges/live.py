"""Exchanges that are not over, as the writer knows them between two commits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from playground.core.exchanges import rows
from playground.core.exchanges.records import ExchangeSummary, State
from playground.core.runs.kept import RunBegan, RunOver

LOST = "not_recorded"
"""The error code of an exchange of which only the beginning could be written."""


@dataclass(slots=True)
class LiveAttempt:
    """An attempt whose body may still be coming in."""

    buffer: list[tuple[float, bytes]] = field(default_factory=list)
    held: bytes = b""
    """The end of what came, where a key may have begun."""
    held_since: float = 0.0
    offset: int = 0
    status: int | None = None
    headers: str = ""
    url: str = ""
    began: float = 0.0


@dataclass(slots=True)
class Live:
    """An exchange that is not over."""

    rowid: int
    summary: ExchangeSummary
    run: str = ""
    state: State = "open"
    attempts: dict[int, LiveAttempt] = field(default_factory=dict)


def snapshot(live: dict[str, Live]) -> dict[str, Live]:
    """As they are now, for the case that what is being written is taken back: a few microseconds for each."""
    return {
        name: replace(one, attempts={number: _copied(attempt) for number, attempt in one.attempts.items()})
        for name, one in live.items()
    }


def _copied(attempt: LiveAttempt) -> LiveAttempt:
    made = copy(attempt)
    made.buffer = list(attempt.buffer)
    return made


def exchange_of(message: Any) -> str:
    """The id of the exchange that a message is about; "" for another."""
    if isinstance(message, tuple):
        return str(message[0])
    if isinstance(message, RunBegan | RunOver):
        return ""
    return str(getattr(message, "exchange", "") or getattr(message, "id", ""))


def size_of(messages: Iterable[Any]) -> int:
    """Bytes of bodies in messages."""
    return sum(len(one[3]) if isinstance(one, tuple) else len(getattr(one, "data", b"") or b"") for one in messages)


def write_lost(db: sqlite3.Connection, lost: dict[str, Live], touched: dict[str, ExchangeSummary]) -> None:
    """Say of exchanges that their end could not be written; what had come before is kept."""
    for name, one in lost.items():
        one.summary = replace(
            one.summary,
            state="cut",
            error_code=LOST,
            error_message="Its end is not on record: the log could not be written meanwhile.",
        )
        rows.update_exchange(db, one.rowid, one.summary)
        db.execute("UPDATE attempts SET state = 'cut' WHERE exchange = ? AND state = 'open'", (one.rowid,))
        rows.write_texts(db, one.rowid)
        touched[name] = one.summary
