"""Past outputs out of files of any length and out of the request log, one by one, never all at once in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeStore
    from playground.core.exchanges.records import ExchangeDetail

LONGEST = 20_000_000
"""Characters of one output."""
_CHUNK = 1 << 20
LOOKED_AT = 5_000
"""Calls of the log that are looked through for a schema's name."""
_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Stored:
    """One past output: its value, or why there is none."""

    place: str
    """Where it stands, in words: “line 4”, “number 4”, a request's ID."""
    value: Any = None
    problem: str = ""
    exchange_id: str = ""


def of_file(path: Path) -> Iterator[Stored]:
    """The outputs of a JSON file (a list, one value, or several) or of JSON Lines. Raises OSError."""
    with path.open("r", encoding="utf-8-sig", errors="replace", newline="\n") as opened:
        if path.suffix.lower() in _LINES or _is_lines(opened):
            yield from _of_lines(opened)
        else:
            yield from _of_values(opened)


def _is_lines(opened: IO[str]) -> bool:
    """Whether the first line that has anything is a whole JSON value, and not the only one."""
    found = False
    for _ in range(100):
        line = opened.readline(_CHUNK)
        if line.strip():
            try:
                json.loads(line)
                found = bool(opened.read(1))
            except (ValueError, RecursionError):
                found = False
            break
        if not line:
            break
    opened.seek(0)
    return found


def _of_lines(opened: IO[str]) -> Iterator[Stored]:
    number = 0
    while line := opened.readline(LONGEST):
        number += 1
        if not line.endswith("\n") and len(line) >= LONGEST:
            yield Stored(f"line {number:,}", problem=f"It is longer than {LONGEST:,} characters.")
            while line and not line.endswith("\n"):
                line = opened.readline(_CHUNK)
            continue
        if line.strip():
            yield _stored(f"line {number:,}", line)


def _of_values(opened: IO[str]) -> Iterator[Stored]:
    """The items of a list, or values that follow each other."""
    decoder = json.JSONDecoder()
    buffer, number, ended, in_list = "", 0, False, None
    while True:
        buffer = buffer.lstrip(" \t\r\n,") if in_list else buffer.lstrip()
        if in_list is None and buffer:
            in_list = buffer[0] == "["
            buffer = buffer[1:] if in_list else buffer
            continue
        if in_list and buffer.startswith("]"):
            return
        if buffer:
            try:
                value, end = decoder.raw_decode(buffer)
                # A number at the end of what was read may go on.
                if end < len(buffer) or ended or isinstance(value, dict | list | str):
                    number += 1
                    buffer = buffer[end:]
                    yield _unwrapped(f"number {number:,}", value)
                    continue
            except (ValueError, RecursionError) as error:
                if ended or len(buffer) > LONGEST or isinstance(error, RecursionError):
                    words = "It is no JSON" if len(buffer) <= LONGEST else f"It is longer than {LONGEST:,} characters"
                    yield Stored(f"number {number + 1:,}", problem=f"{words}; what follows could not be read.")
                    return
        elif ended:
            return
        more = opened.read(max(_CHUNK, len(buffer)))  # twice as much each time: a long value is not read over and over
        ended = not more
        buffer += more


def _stored(place: str, text: str) -> Stored:
    try:
        return _unwrapped(place, json.loads(text))
    except RecursionError:
        return Stored(place, problem="It is nested too deeply to be read.")
    except ValueError as error:
        return Stored(place, problem=f"It is no JSON: {str(error)[:200]}.")


def _unwrapped(place: str, value: Any) -> Stored:
    """The output in what servers and files have around it: a response, a chat completion, a line of a batch's results
    or of training data; a text is read as JSON."""
    if isinstance(value, Mapping):
        inner = value.get("response")
        if "custom_id" in value and isinstance(inner, Mapping):
            value = inner.get("body", inner)
    if isinstance(value, Mapping) and (text := _text_of(value)) is not None:
        value = text
    if not isinstance(value, str):
        return Stored(place, value)
    try:
        return Stored(place, json.loads(value))
    except (ValueError, RecursionError) as error:
        return Stored(place, problem=f"It is no JSON: {str(error)[:200]}.")


def _text_of(value: Mapping[str, Any]) -> str | None:
    """The text of a response, a chat completion or a conversation; None where it is none of them."""
    if value.get("object") == "response" and isinstance(value.get("output"), list):
        parts = [part for item in value["output"] if isinstance(item, Mapping) for part in item.get("content") or ()]
        return "".join(
            part["text"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("text"), str)
        )
    messages: Any = None
    if isinstance(value.get("choices"), list):
        messages = [choice.get("message") for choice in value["choices"] if isinstance(choice, Mapping)]
        messages = messages[:1]
    elif value.keys() <= {"messages", "tools", "parallel_tool_calls"} and isinstance(value.get("messages"), list):
        messages = [one for one in value["messages"] if isinstance(one, Mapping) and one.get("role") == "assistant"]
        messages = messages[-1:]
    if not messages or not isinstance(messages[0], Mapping):
        return None
    content = messages[0].get("content")
    return content if isinstance(content, str) else None


def of_log(store: ExchangeStore, name: str, most: int) -> Iterator[Stored]:
    """The outputs of the last calls whose schema had this name, newest first. Raises what the log raises."""
    numbers = store.log.ids("path:/responses", LOOKED_AT) + store.log.ids("path:/chat/completions", LOOKED_AT)
    found = 0
    for start in range(0, len(numbers := sorted(numbers, reverse=True)), 100):
        for row in store.log.rows(numbers[start : start + 100]):
            if row.summary.state != "done" or row.summary.method != "POST":
                continue
            detail = store.load(row.summary.id)
            stored = _of_exchange(detail, name)
            if stored is not None:
                found += 1
                yield stored
            if found >= most:
                return


def _of_exchange(detail: ExchangeDetail, name: str) -> Stored | None:
    from playground.core.runs.events import EventLog
    from playground.core.runs.history import rebuild
    from playground.core.schemas.proof.running import Output

    attempt = detail.attempts[-1] if detail.attempts else None
    if attempt is None or attempt.status != 200 or schema_name(attempt.request_body) != name:
        return None
    headers = {key.lower(): value for key, value in attempt.response_headers}
    log = EventLog.of(attempt.response_body, attempt.arrivals, content_type=headers.get("content-type", ""))
    again = rebuild("chat" if "chat" in detail.summary.path else "responses", {}, log, None)
    output = Output()
    output.push(again.changes)
    place = detail.summary.request_id or detail.summary.id
    if output.refusal() or again.snapshot.status != "completed":
        return None
    stored = _stored(place, output.text())
    return Stored(place, stored.value, stored.problem, detail.summary.id)


def schema_name(body: bytes) -> str | None:
    """The name of the schema that a request asks to be followed."""
    if b"json_schema" not in body:
        return None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for path in (("text", "format", "name"), ("response_format", "json_schema", "name")):
        found: Any = value
        for step in path:
            found = found.get(step) if isinstance(found, Mapping) else None
        if isinstance(found, str):
            return found
    return None
