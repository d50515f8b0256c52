"""The rows of runs: how each is written and read. A run's exchanges are found by their column `run`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from playground.core.exchanges.records import RunSummary
from playground.core.exchanges.texts import BLOB, TEXT_LIMIT
from playground.core.redact import Redactor
from playground.core.runs.kept import RunBegan, RunOver

TITLE = 200
"""Characters of a title."""
_FIELDS = tuple(field.name for field in fields(RunSummary))
SUMMARY_COLUMNS = ", ".join(f"r.{name}" for name in _FIELDS)
"""For `SELECT … FROM runs AS r`, in the order that `summary` expects."""


def summary(row: tuple[Any, ...]) -> RunSummary:
    """A row of SUMMARY_COLUMNS as a value."""
    values = dict(zip(_FIELDS, row, strict=True))
    values["starred"], values["simulated"] = bool(values["starred"]), bool(values["simulated"])
    values["cost"] = _decimal(values["cost"])
    return RunSummary(**values)


def _decimal(text: object) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None


def find(db: sqlite3.Connection, where: str, *values: object) -> list[RunSummary]:
    """Runs by a condition on `r` (and what follows it)."""
    return [summary(row) for row in db.execute(f"SELECT {SUMMARY_COLUMNS} FROM runs AS r WHERE {where}", values)]


def one(db: sqlite3.Connection, run_id: str) -> RunSummary | None:
    return next(iter(find(db, "r.id = ?", run_id)), None)


def began(db: sqlite3.Connection, message: RunBegan, instance: str, redactor: Redactor) -> RunSummary:
    """Write a run that begins. Keys in what was written are masked."""
    draft = redactor.text(json.dumps(message.draft, ensure_ascii=False))
    written = json.loads(draft)
    row = (message.id, instance, message.started_at, title(written), message.api, message.model, message.profile,
           redactor.url(message.base_url), int(message.simulated), draft)  # fmt: skip
    cursor = db.execute(
        "INSERT INTO runs (id, instance, started_at, title, api, model, profile, base_url, simulated, status, draft)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?)",
        row,
    )
    db.execute(
        "INSERT INTO run_texts (run, model, prompt) VALUES (?, ?, ?)",
        (cursor.lastrowid, message.model, "\n".join(prompt_texts(written))),
    )
    found = one(db, message.id)
    assert found is not None
    return found


def over(db: sqlite3.Connection, message: RunOver, redactor: Redactor) -> RunSummary | None:
    """Write how a run ended. None where there is no such run."""
    text = redactor.text(json.dumps(message.snapshot, ensure_ascii=False))
    end = json.loads(text)
    usage = end.get("usage") or {}
    db.execute(
        "UPDATE runs SET status = ?, input_tokens = ?, output_tokens = ?, cost = ?, duration = ?, request_id = ?,"
        " snapshot = ? WHERE id = ?",
        (end.get("status") or "cut", usage.get("input"), usage.get("output"), end.get("cost"), end.get("duration"),
         end.get("request_id"), text, message.id),
    )  # fmt: skip
    write_output(db, message.id)
    return one(db, message.id)


def write_output(db: sqlite3.Connection, run_id: str) -> None:
    """Make what came findable; it is in the texts of the exchanges already."""
    found = db.execute(
        "SELECT t.response FROM exchanges AS e JOIN texts AS t ON t.exchange = e.rowid WHERE e.run = ? ORDER BY e.id",
        (run_id,),
    )
    output = "\n".join(text for (text,) in found.fetchall() if text)
    db.execute("UPDATE run_texts SET output = ? WHERE run = (SELECT rowid FROM runs WHERE id = ?)", (output, run_id))


def rename(db: sqlite3.Connection, run_id: str, name: str) -> None:
    db.execute("UPDATE runs SET name = ? WHERE id = ?", (name, run_id))
    db.execute("UPDATE run_texts SET name = ? WHERE run = (SELECT rowid FROM runs WHERE id = ?)", (name, run_id))


def star(db: sqlite3.Connection, run_id: str, starred: bool) -> None:
    db.execute("UPDATE runs SET starred = ? WHERE id = ?", (int(starred), run_id))


def exchange_ids(db: sqlite3.Connection, run_id: str) -> list[str]:
    return [found for (found,) in db.execute("SELECT id FROM exchanges WHERE run = ?", (run_id,))]


def remove(db: sqlite3.Connection, run_id: str) -> bool:
    """Delete a run and every exchange made for it. One that runs is left alone: False."""
    if db.execute("DELETE FROM runs WHERE id = ? AND status != 'running'", (run_id,)).rowcount == 0:
        return False
    db.execute("DELETE FROM exchanges WHERE run = ?", (run_id,))
    return True


def mark_cut(db: sqlite3.Connection, instance: str) -> None:
    """The process that ran these died. Inside a transaction."""
    running = db.execute("SELECT id FROM runs WHERE status = 'running' AND instance = ?", (instance,))
    for (run_id,) in running.fetchall():
        db.execute("UPDATE runs SET status = 'cut' WHERE id = ?", (run_id,))
        write_output(db, run_id)


def title(draft: Mapping[str, Any]) -> str:
    """The first line of the last message that holds any text, else of the instructions."""
    messages = draft.get("messages")
    texts = [text for message in messages for text in _strings(message)] if isinstance(messages, list) else []
    for text in [*reversed(texts), str(draft.get("instructions") or "")]:
        if text.strip():
            line: str = text.strip().splitlines()[0].strip()
            return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"
    return ""


def prompt_texts(draft: Mapping[str, Any]) -> Iterator[str]:
    """What was written, without roles and settings."""
    yield from _strings(draft.get("instructions"))
    yield from _strings(draft.get("messages"))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) < BLOB or " " in value[:BLOB]:
            yield value[:TEXT_LIMIT]
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            if name not in ("role", "type", "id"):
                yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)
