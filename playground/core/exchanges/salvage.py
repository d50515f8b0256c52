"""Rows that are damaged: what of them can be read is, and what cannot is said, so that one does not hide the others.

A row may be damaged by a disk, by another program that wrote into the file, or by a bug. SQLite itself takes any value
in any column.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from playground.core.exchanges import damage
from playground.core.exchanges.records import STATES, ExchangeSummary, Timings

CODE = "damaged_row"
"""The error code of a damaged row."""
DAMAGED = "What the log has of this request is damaged: "
_NO_TEXT = "(damaged)"
_YEAR_10000 = 253_370_764_800.0
_TEXTS = frozenset({"id", "profile", "method", "path", "sdk_method", "origin"})
_TEXTS_OR_NONE = frozenset({"model", "error_code", "error_message", "request_id", "client_request_id"})
_COUNTS_OR_NONE = frozenset({"status", "input_tokens", "output_tokens", "tokens"})


class Broken(str):
    """A text of which some bytes are no UTF-8."""

    __slots__ = ()


def _forgiving(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return Broken(data.decode("utf-8", "replace"))


def fetch(db: sqlite3.Connection, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows; texts that are no UTF-8 as `Broken`. Raises sqlite3.Error."""
    try:
        return db.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    before = db.text_factory
    db.text_factory = _forgiving
    try:
        return db.execute(sql, parameters).fetchall()
    finally:
        db.text_factory = before


def fetch_each(
    db: sqlite3.Connection, sql: str, numbers: Sequence[int]
) -> list[tuple[int, tuple[Any, ...] | sqlite3.Error | None]]:
    """One by one, where all at once met damage: of each number its row, or why it cannot be read. The next start looks
    at the whole file."""
    found: list[tuple[int, tuple[Any, ...] | sqlite3.Error | None]] = []
    for number in numbers:
        try:
            found.append((number, next(iter(fetch(db, sql, (number,))), None)))
        except sqlite3.DatabaseError as error:
            if not damage.is_damage(error):
                raise
            found.append((number, error))
    with contextlib.suppress(sqlite3.Error):
        damage.note(Path(db.execute("PRAGMA database_list").fetchone()[2]))
    return found


def mend(name: str, value: Any) -> tuple[Any, bool]:
    """A value of a column as its type has it, and whether it was so."""
    if name in _TEXTS or name in _TEXTS_OR_NONE:
        if type(value) is str or (value is None and name in _TEXTS_OR_NONE):
            return value, True
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace"), False
        return (str(value) if value is not None else _NO_TEXT), False
    if name == "state":
        return (value, True) if type(value) is str and value in STATES else ("failed", False)
    if name == "attempts":
        return (value, True) if type(value) is int else (0, False)
    if name == "started_at":
        return (value, True) if type(value) in (int, float) and is_moment(value) else (0.0, False)
    if name in _COUNTS_OR_NONE:
        return (value, True) if value is None or type(value) is int else (None, False)
    return (value, True) if value is None or (type(value) in (int, float) and is_wait(value)) else (None, False)


def is_moment(value: float) -> bool:
    """Whether a calendar has this time (Unix seconds)."""
    return 0 <= value < _YEAR_10000


def is_wait(value: float | None) -> bool:
    """Whether these can be the seconds or the dollars of something."""
    return value is None or abs(value) < _YEAR_10000


def summary(names: Sequence[str], timings: Sequence[str], row: Sequence[Any]) -> ExchangeSummary:
    """A row some of whose values may not be what they should."""
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in zip((*names, *timings), row, strict=True):
        found[name], sound = mend(name, value)
        if not sound:
            wrong.append(name.replace("_", " "))
    made = ExchangeSummary(
        **{name: found[name] for name in names}, timings=Timings(**{name: found[name] for name in timings})
    )
    return marked(made, wrong) if wrong else made


def marked(found: ExchangeSummary, wrong: Sequence[str]) -> ExchangeSummary:
    """Say in a summary what of the row, or of what belongs to it, is damaged."""
    return replace(found, state="failed", error_code=CODE, error_message=words(wrong))


def words(wrong: Sequence[str]) -> str:
    """What is damaged, in a sentence."""
    parts = ", ".join(wrong[:-1]) + (" and " if len(wrong) > 1 else "") + wrong[-1]
    return f"{DAMAGED}its {parts} cannot be read."


def unreadable(number: int, error: Exception) -> ExchangeSummary:
    """In place of a row of which nothing can be read."""
    return ExchangeSummary(
        id=f"damaged-{number}", started_at=0.0, profile="", method="", path=_NO_TEXT, sdk_method="", origin="",
        model=None, state="failed", status=None, error_code=CODE,
        error_message=f"Row {number} of the log cannot be read: {error}.", request_id=None, client_request_id=None,
        attempts=0, duration=None, timings=Timings(),
    )  # fmt: skip
