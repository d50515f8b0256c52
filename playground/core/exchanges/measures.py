"""What an exchange took in tokens and money, and the IDs in its requests and headers: read from its rows once it is
over, so that the log can be asked for them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

from playground.core.exchanges import texts

TRIES = 20
"""How many places that look like a usage are looked at, from the end."""
_USAGE_LIMIT = 16 * 1024
_NAME = b'"usage"'
_TIER = re.compile(rb'"service_tier"\s*:\s*"([a-z_]{1,32})"')
_MODEL = re.compile(rb'"model"\s*:\s*"([^"\\]{1,200})"')
_KNOWN = (
    "req|resp|chatcmpl|cmpl|batch|file|ftjob|ftevent|ftckpt|conv|msg|rs|fc|ws|ci|ig|mcp|mcpr|mcpl|vs|vsfb|upload|part|"
    "asst|thread|run|step|call|item|cntr|skill|video|eval|evalrun|modr|sess|event"
)
_LONG = re.compile(r"[A-Za-z0-9_-]{9,160}")
_OBJECT_ID = re.compile(rf"(?:{_KNOWN})[_-](?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{{6,120}}")
_HEADER_IDS = re.compile(r"(?:^|-)(?:request-id|correlation-id|trace-id)$|^cf-ray$|^traceparent$", re.IGNORECASE)
_MOST_IDS = 500
_NEAR = 256 * 1024
"""Bytes from the beginning of a request that are searched for IDs."""


class Measures(NamedTuple):
    """Of one exchange. None: no server told it, or it is not known."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    tokens: int | None = None
    """All of them, as the server counted; else the sum."""
    cost: float | None = None
    """USD."""


def object_ids(text: str) -> set[str]:
    """What looks like the ID of one of the API's objects: a known prefix and at least one digit behind it."""
    found: set[str] = set()
    for word in _LONG.findall(text):  # in prose there are few so long
        if _OBJECT_ID.fullmatch(word):
            found.add(word)
            if len(found) >= _MOST_IDS:
                break
    return found


def request_identifiers(body: bytes) -> set[str]:
    """IDs that a request names: `previous_response_id`, `input_file_id`, files in its messages, …"""
    return object_ids(body[:_NEAR].decode("utf-8", "replace"))


def header_identifiers(headers: str | None) -> set[str]:
    """IDs in headers (as stored: JSON): those of requests and traces, and objects named in any value."""
    found: set[str] = set()
    try:
        told = [(str(name), str(value)) for name, value in json.loads(headers or "[]")]
    except (ValueError, TypeError):
        return found  # a damaged row
    for name, value in told:
        if _HEADER_IDS.search(name) and len(value) <= 512:
            found.add(value)
        if name.lower() not in ("content-type", "user-agent", "date", "server"):
            found |= object_ids(value[:2048])
    return found


def usage_in(body: bytes) -> Mapping[str, Any] | None:
    """The last `usage` object of an answer, of a stream or a document. A text that a model wrote cannot pass for one:
    inside a JSON string its quotes are escaped."""
    end = len(body)
    for _ in range(TRIES):
        at = body.rfind(_NAME, 0, end)
        if at < 0:
            return None
        end = at
        rest = body[at + len(_NAME) : at + len(_NAME) + _USAGE_LIMIT].lstrip()
        if rest[:1] != b":" or rest[1:].lstrip()[:1] != b"{":
            continue
        try:
            found, _ = json.JSONDecoder().raw_decode(rest[1:].lstrip().decode("utf-8", "replace"))
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return None


def measure(method: str, path: str, model: str | None, url: str, body: bytes) -> Measures:
    """Tokens and cost of a call that made something. Reading an object again, such as a stored response, costs nothing
    and counts nothing."""
    if method != "POST" or texts.path_identifiers(path):
        return Measures()
    found = usage_in(body)
    if found is None:
        return Measures()
    from playground.core.runs.blocks import read_usage
    from playground.core.runs.cost import price

    usage = read_usage(found)
    if usage is None:
        return Measures()
    given, made, total = (_count(value) for value in (usage.input, usage.output, usage.total))
    if total is None and (given is not None or made is not None):
        total = (given or 0) + (made or 0)
    tier, answered = _TIER.search(body), _MODEL.search(body)
    name = answered[1].decode("utf-8", "replace") if answered else model
    cost = price(name, usage, base_url=url, service_tier=tier[1].decode() if tier else None)
    return Measures(given, made, total, None if cost is None else float(cost))


def _count(value: int | None) -> int | None:
    """What can be a number of tokens: servers are not to be trusted with the range of a column."""
    return value if value is not None and 0 <= value < 1 << 53 else None


def write(db: sqlite3.Connection, rowid: int, answer: bytes) -> None:
    """Write what an exchange took, and the IDs that it named. `answer`: the body of its last attempt."""
    method, path, model, state = db.execute(
        "SELECT method, path, model, state FROM exchanges WHERE rowid = ?", (rowid,)
    ).fetchone()
    if state == "open":
        return
    attempts = db.execute(
        "SELECT url, request_body, request_headers, response_headers FROM attempts WHERE exchange = ? ORDER BY number",
        (rowid,),
    ).fetchall()
    found: set[str] = set()
    seen: object = None
    for _, body, sent, received in attempts:
        if body != seen:
            found |= request_identifiers(body or b"")
            seen = body
        found |= header_identifiers(sent) | header_identifiers(received)
    db.executemany("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", [(text, rowid) for text in found if text])
    measured = measure(method, path, model, attempts[-1][0] if attempts else "", answer)
    db.execute(
        "UPDATE exchanges SET input_tokens = ?, output_tokens = ?, tokens = ?, cost = ?, measured = 1 WHERE rowid = ?",
        (*measured, rowid),
    )
