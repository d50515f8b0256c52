"""A request log of many exchanges, made by a script: every kind of row, in the shares that a busy week has."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
from pathlib import Path

from playground.core.exchanges import schema
from playground.core.exchanges.store import connect

NOW = 1_790_000_000.0
"""Unix seconds at which the newest was made."""
APART = 6.0
"""Seconds between two."""
_MODELS = ("gpt-5.2", "gpt-5-mini", "gpt-5-nano", "o4-mini", "text-embedding-3-small", "sandbox-echo")
_PATHS = (("POST", "/responses", "responses.create"), ("POST", "/chat/completions", "chat.completions.create"),
          ("GET", "/files", "files.list"), ("POST", "/embeddings", "embeddings.create"))  # fmt: skip
_CODES = ((429, "rate_limit_exceeded"), (429, "insufficient_quota"), (500, "server_error"), (400, "invalid_value"))
_WORDS = ("weather", "invoice", "garden", "letter", "station", "mountain", "river", "engine", "summer", "winter")
_EXCHANGE = (
    "INSERT INTO exchanges (rowid, id, instance, started_at, profile, method, path, sdk_method, origin, model, state,"
    " status, error_code, request_id, client_request_id, attempts, duration, first_token, tokens, input_tokens,"
    " output_tokens, cost, pinned, measured) VALUES (" + ", ".join("?" * 24) + ")"
)
_ATTEMPT = (
    "INSERT INTO attempts (exchange, number, started_at, url, request_headers, request_body, request_body_size, status,"
    " response_headers, request_id, client_request_id, state) VALUES (?, 1, ?, ?, '[]', ?, ?, ?, '[]', ?, ?, ?)"
)


def make(path: Path, count: int, *, version: int = schema.VERSION, seed: int = 7) -> None:
    """Write a log of so many exchanges; of an older version, without what that did not have."""
    chance = random.Random(seed)
    with contextlib.closing(connect(path)) as db:
        schema.migrate(db, version)
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        for start in range(0, count, 5000):
            _some(db, chance, range(start, min(count, start + 5000)), count, new=version >= 5)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def exchange_id(number: int) -> str:
    """The id of the exchange with this number (from 0)."""
    return f"01M{number:023d}"


def request_id(number: int) -> str:
    return f"req_{number * 7919 % 16**8:08x}{number:010d}"


def _some(db: sqlite3.Connection, chance: random.Random, numbers: range, count: int, *, new: bool) -> None:
    exchanges, attempts, chunks, identifiers, texts = [], [], [], [], []
    for number in numbers:
        started = NOW - (count - number) * APART
        method, path, sdk = _PATHS[min(3, int(chance.expovariate(1.0)))]
        model = _MODELS[min(5, int(chance.expovariate(0.8)))]
        failed = chance.random() < 0.03
        status, code = chance.choice(_CODES) if failed else (200, None)
        duration = chance.lognormvariate(0.3, 0.9)
        given, made = chance.randrange(20, 4000), chance.randrange(1, 900)
        words = " ".join(chance.choices(_WORDS, k=8)) + (" needle" if number % 9973 == 17 else "")
        profile = "Rare" if number % 20_011 == 5 else "Work"
        request, client = request_id(number), f"pg-{exchange_id(number)}-1"
        answer = f"resp_{number:016x}"
        row = (
            number + 1, exchange_id(number), "i", started, profile, method, path, sdk, "compose", model,
            "failed" if failed else "done", status, code, request, client, 3 if chance.random() < 0.01 else 1, duration,
            duration / 3, given + made, given, made, (given + 4 * made) / 1e6, int(number % 5003 == 1), 1,
        )  # fmt: skip
        exchanges.append(row)
        body = json.dumps({"model": model, "input": words}).encode()
        url = f"https://api.openai.com/v1{path}"
        attempts.append((number + 1, started, url, body, len(body), status, request, client, row[10]))
        usage = {"input_tokens": given, "output_tokens": made, "total_tokens": given + made}
        chunks.append((number + 1, json.dumps({"id": answer, "output": words, "usage": usage}).encode()))
        identifiers += [(text, number + 1) for text in (row[1], request, client, answer)]
        texts.append((number + 1, path, model, code or "", words, words))
    if new:
        db.executemany(_EXCHANGE, exchanges)
    else:
        old = _EXCHANGE.replace(", tokens, input_tokens, output_tokens, cost, pinned, measured", "").replace(
            ", ".join("?" * 24), ", ".join("?" * 18)
        )
        db.executemany(old, [row[:18] for row in exchanges])
    db.executemany(_ATTEMPT, attempts)
    db.executemany("INSERT INTO chunks VALUES (?, 1, 0, 0, ?, x'')", chunks)
    db.executemany("INSERT INTO identifiers VALUES (?, ?)", identifiers)
    db.executemany(
        "INSERT INTO texts (exchange, path, model, error, request, response) VALUES (?, ?, ?, ?, ?, ?)", texts
    )
