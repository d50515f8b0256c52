"""The rows of the request log: how each is written and read."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import Any

from playground.core.exchanges import salvage
from playground.core.exchanges.messages import Answered, AttemptBegan, AttemptEnded
from playground.core.exchanges.records import STATES, AttemptDetail, ExchangeDetail, ExchangeSummary, State, Timings
from playground.core.exchanges.schema import body as body
from playground.core.exchanges.schema import write_texts as write_texts

_TIMINGS = tuple(field.name for field in fields(Timings))
_TIMING_COLUMNS = ", ".join(_TIMINGS)
_TIMING_SETS = ", ".join(f"{name} = ?" for name in _TIMINGS)
_SUMMARY = tuple(field.name for field in fields(ExchangeSummary) if field.name != "timings")
_STATE, _STARTED, _DURATION = (_SUMMARY.index(name) for name in ("state", "started_at", "duration"))
_sound: set[tuple[type, ...]] = set()
"""The types of whole rows that were found sound: there are few, and looking at each value takes longer."""
SUMMARY_COLUMNS = ", ".join(f"e.{name}" for name in (*_SUMMARY, *_TIMINGS))
"""For `SELECT … FROM exchanges AS e`, in the order that `summary` expects."""
_CHANGING = (
    "model",
    "state",
    "status",
    "error_code",
    "error_message",
    "request_id",
    "client_request_id",
    "attempts",
    "duration",
)
_UPDATE = f"UPDATE exchanges SET {', '.join(f'{name} = ?' for name in _CHANGING)}, {_TIMING_SETS} WHERE rowid = ?"


def summary(row: tuple[Any, ...]) -> ExchangeSummary:
    """A row of SUMMARY_COLUMNS as a value; one that is damaged says so (`salvage`)."""
    count = len(_SUMMARY)
    kinds = tuple(map(type, row))
    sound = kinds in _sound and row[_STATE] in STATES
    if not (sound and salvage.is_moment(row[_STARTED]) and salvage.is_wait(row[_DURATION])):
        found = salvage.summary(_SUMMARY, _TIMINGS, row)
        if found.error_code != salvage.CODE:
            _sound.add(kinds)
        return found
    return ExchangeSummary(**dict(zip(_SUMMARY, row[:count], strict=True)), timings=Timings(*row[count:]))


def insert_exchange(db: sqlite3.Connection, exchange: ExchangeSummary, instance: str, run: str = "") -> int:
    """Gives the rowid."""
    cursor = db.execute(
        f"INSERT INTO exchanges (instance, run, {', '.join(_SUMMARY)}) VALUES (?, ?{', ?' * len(_SUMMARY)})",
        (instance, run or None, *(getattr(exchange, name) for name in _SUMMARY)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def update_exchange(db: sqlite3.Connection, rowid: int, exchange: ExchangeSummary) -> None:
    db.execute(_UPDATE, (*(getattr(exchange, name) for name in _CHANGING), *astuple(exchange.timings), rowid))


def insert_attempt(db: sqlite3.Connection, rowid: int, attempt: AttemptBegan) -> None:
    headers = json.dumps(attempt.headers)
    db.execute(
        "INSERT OR REPLACE INTO attempts (exchange, number, started_at, url, request_headers, client_request_id, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'open')",
        (rowid, attempt.number, attempt.started_at, attempt.url, headers, attempt.client_request_id),
    )


def set_request_body(db: sqlite3.Connection, rowid: int, number: int, data: bytes, size: int) -> None:
    db.execute(
        "UPDATE attempts SET request_body = ?, request_body_size = ? WHERE exchange = ? AND number = ?",
        (data, size, rowid, number),
    )


def answered(db: sqlite3.Connection, rowid: int, answer: Answered) -> str:
    """Gives the headers as stored."""
    headers = json.dumps(answer.headers)
    db.execute(
        f"UPDATE attempts SET status = ?, response_headers = ?, request_id = ?, {_TIMING_SETS}"
        " WHERE exchange = ? AND number = ?",
        (answer.status, headers, answer.request_id, *astuple(answer.timings), rowid, answer.number),
    )
    return headers


def insert_chunk(
    db: sqlite3.Connection, rowid: int, number: int, offset: int, arrived: float, data: bytes, marks: bytes
) -> None:
    db.execute("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?)", (rowid, number, offset, arrived, data, marks))


def end_attempt(db: sqlite3.Connection, rowid: int, end: AttemptEnded, state: State, error: str | None) -> None:
    db.execute(
        f"UPDATE attempts SET state = ?, error = ?, response_body_size = ?, {_TIMING_SETS}"
        " WHERE exchange = ? AND number = ?",
        (state, error, end.size, *astuple(end.timings), rowid, end.number),
    )


def add_identifiers(db: sqlite3.Connection, rowid: int, found: Iterable[str | None]) -> None:
    db.executemany("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", [(text, rowid) for text in found if text])


def detail(db: sqlite3.Connection, row: tuple[Any, ...]) -> ExchangeDetail:
    """An exchange with its attempts; `row`: its rowid and SUMMARY_COLUMNS. What is damaged is said in its summary."""
    found, (made, wrong) = summary(row[1:]), attempts(db, row[0])
    return ExchangeDetail(salvage.marked(found, wrong) if wrong else found, made)


def attempts(db: sqlite3.Connection, rowid: int) -> tuple[tuple[AttemptDetail, ...], list[str]]:
    """All attempts of an exchange with their bodies, and what of them is damaged and cannot be read."""
    found = salvage.fetch(
        db,
        "SELECT number, started_at, url, request_headers, request_body, request_body_size, status, response_headers,"
        f" response_body_size, request_id, client_request_id, state, error, {_TIMING_COLUMNS}"
        " FROM attempts WHERE exchange = ? ORDER BY number",
        (rowid,),
    )
    wrong: dict[str, None] = {}
    made = tuple(_attempt(db, rowid, row, wrong) for row in found)
    return made, list(wrong)


def _attempt(db: sqlite3.Connection, rowid: int, row: tuple[Any, ...], wrong: dict[str, None]) -> AttemptDetail:
    pieces, arrivals = [], []
    for offset, data, marks in db.execute(
        "SELECT offset, data, marks FROM chunks WHERE exchange = ? AND attempt = ? ORDER BY offset", (rowid, row[0])
    ):
        pieces.append(_bytes(data, "answer's body", wrong))
        try:
            numbers = array("I", marks)
            arrivals += [(offset + numbers[i], numbers[i + 1] / 10_000) for i in range(0, len(numbers), 2)]
        except (ValueError, TypeError, IndexError):
            wrong["times of arrival"] = None
    answer, request = b"".join(pieces), _bytes(row[4] or b"", "request's body", wrong)

    def mended(name: str, place: int) -> Any:
        value, sound = salvage.mend(name, row[place])
        if not sound:
            wrong[name.replace("_", " ")] = None
        return value

    sizes = [row[place] if type(row[place]) is int else 0 for place in (5, 8)]
    # The size is written at the end; before, or where there was no end, what is there counts.
    size = max(sizes[1], len(answer))
    return AttemptDetail(
        number=row[0],
        started_at=mended("started_at", 1),
        url=mended("path", 2),
        request_headers=_headers(row[3], "request's headers", wrong),
        request_body=request,
        request_body_size=sizes[0],
        request_body_capped=sizes[0] > len(request),
        status=mended("status", 6),
        response_headers=_headers(row[7], "answer's headers", wrong),
        response_body=answer,
        response_body_size=size,
        response_body_capped=size > len(answer),
        request_id=mended("request_id", 9),
        client_request_id=mended("client_request_id", 10),
        state=mended("state", 11),
        error=mended("error_message", 12),
        timings=Timings(*(mended(name, place) for place, name in enumerate(_TIMINGS, 13))),
        arrivals=tuple(arrivals),
    )


def _headers(text: Any, what: str, wrong: dict[str, None]) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((str(name), str(value)) for name, value in json.loads(text or "[]"))
    except (ValueError, TypeError):
        wrong[what] = None
        return ()


def _bytes(data: Any, what: str, wrong: dict[str, None]) -> bytes:
    if isinstance(data, bytes):
        return data
    wrong[what] = None
    return str(data).encode("utf-8", "replace") if data is not None else b""
