"""The rows of the request log: how each is written and read."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import Any

from playground.core.exchanges.messages import Answered, AttemptBegan, AttemptEnded
from playground.core.exchanges.records import AttemptDetail, ExchangeSummary, State, Timings
from playground.core.exchanges.schema import body as body
from playground.core.exchanges.schema import write_texts as write_texts

_TIMINGS = tuple(field.name for field in fields(Timings))
_TIMING_COLUMNS = ", ".join(_TIMINGS)
_TIMING_SETS = ", ".join(f"{name} = ?" for name in _TIMINGS)
_SUMMARY = tuple(field.name for field in fields(ExchangeSummary) if field.name != "timings")
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
    """A row of SUMMARY_COLUMNS as a value."""
    count = len(_SUMMARY)
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


def _headers(text: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text or "[]"))


def attempts(db: sqlite3.Connection, rowid: int) -> tuple[AttemptDetail, ...]:
    """All attempts of an exchange with their bodies."""
    found = db.execute(
        "SELECT number, started_at, url, request_headers, request_body, request_body_size, status, response_headers,"
        f" response_body_size, request_id, client_request_id, state, error, {_TIMING_COLUMNS}"
        " FROM attempts WHERE exchange = ? ORDER BY number",
        (rowid,),
    ).fetchall()
    return tuple(_attempt(db, rowid, row) for row in found)


def _attempt(db: sqlite3.Connection, rowid: int, row: tuple[Any, ...]) -> AttemptDetail:
    pieces, arrivals = [], []
    for offset, data, marks in db.execute(
        "SELECT offset, data, marks FROM chunks WHERE exchange = ? AND attempt = ? ORDER BY offset", (rowid, row[0])
    ):
        pieces.append(data)
        numbers = array("I", marks)
        arrivals += [(offset + numbers[i], numbers[i + 1] / 10_000) for i in range(0, len(numbers), 2)]
    answer, request = b"".join(pieces), row[4] or b""
    # The size is written at the end; before, or where there was no end, what is there counts.
    size = max(row[8], len(answer))
    return AttemptDetail(
        number=row[0],
        started_at=row[1],
        url=row[2],
        request_headers=_headers(row[3]),
        request_body=request,
        request_body_size=row[5],
        request_body_capped=row[5] > len(request),
        status=row[6],
        response_headers=_headers(row[7]),
        response_body=answer,
        response_body_size=size,
        response_body_capped=size > len(answer),
        request_id=row[9],
        client_request_id=row[10],
        state=row[11],
        error=row[12],
        timings=Timings(*row[13:]),
        arrivals=tuple(arrivals),
    )
