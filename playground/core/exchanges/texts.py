"""What the bodies of requests and answers say: their words, IDs, model and error. Pure functions of bytes.

They run in the writer's thread while streams are running, so each looks at no more than it needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TEXT_LIMIT = 256 * 1024
"""Characters of a body that are indexed."""
_PARSE_LIMIT = 2 * 1024 * 1024
BLOB = 4096
"""A string this long without a blank is data, not words."""

_MODEL = re.compile(rb'"model"\s*:\s*"([^"\\]{1,200})"')
_MODEL_PART = re.compile(rb'name="model"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]{1,200})')
_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,128})"')
_PATH_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*[_-][A-Za-z0-9_-]{6,}")
_TERMINAL = {"response.completed", "response.incomplete", "response.failed"}
_SLICE = 128 * 1024
"""Bytes that are searched at a time: a search does not let other threads run."""
_INSIDE = rb'\s*:\s*"((?:[^"\\]|\\.)*)"'
_DELTA, _TEXT = re.compile(rb'"delta"' + _INSIDE), re.compile(rb'"text"' + _INSIDE)
_CHAT = tuple(
    re.compile(rb'"%s"' % name + _INSIDE) for name in (b"content", b"reasoning_content", b"refusal", b"arguments")
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that a server told in a body."""

    code: str | None
    message: str | None


def _loads(data: bytes) -> Any:
    """The parsed JSON, or None."""
    from playground.core.jsondoc.loads import loads  # orjson is not needed before the first request

    try:
        return loads(data)
    except ValueError:
        return None


def is_event_stream(headers: str) -> bool:
    """Whether response headers (as stored: JSON) announce server-sent events."""
    return "text/event-stream" in headers.lower()


def model_of(body: bytes) -> str | None:
    """The `model` a request asks for, from its JSON or its multipart form."""
    if body[:1] == b"{":
        parsed = _loads(body) if len(body) <= 64 * 1024 else None
        if isinstance(parsed, dict):
            model = parsed.get("model")
            return model if isinstance(model, str) else None
        match = _MODEL.search(body)
    else:
        match = _MODEL_PART.search(body[:_PARSE_LIMIT])
    return match[1].decode("utf-8", "replace") if match else None


def path_identifiers(path: str) -> set[str]:
    """The parts of a path that look like an object's ID: `resp_…`, `file-…`."""
    return {part for part in path.split("/") if _PATH_ID.fullmatch(part) and any(c.isdigit() for c in part)}


def body_identifiers(body: bytes) -> set[str]:
    """The values of `id` near the beginning and the end of an answer (of a page of a list: all of its first 64 KiB)."""
    near = body if len(body) <= 128 * 1024 else body[: 64 * 1024] + b" " + body[-64 * 1024 :]
    return {match.decode("utf-8", "replace") for match in _ID.findall(near)}


def last_event(body: bytes) -> Any:
    """The JSON of the last complete `data:` line; the text `[DONE]` for that; None where there is none."""
    tail = body.rstrip()
    start = tail.rfind(b"\ndata:")
    line = tail[start + 6 :] if start >= 0 else tail[5:] if tail.startswith(b"data:") else b""
    line = line.split(b"\n", 1)[0].strip()
    return "[DONE]" if line == b"[DONE]" else _loads(line)


def stream_is_whole(body: bytes) -> bool:
    """Whether a stream had said its last word, though the reader closed it before the socket's end."""
    event = last_event(body)
    if not isinstance(event, dict):
        return bool(event == "[DONE]")
    return event.get("type") in _TERMINAL | {"error"} or bool(event.get("error"))


def fault_of(body: bytes, *, stream: bool) -> Fault | None:
    """The error in an answer: `{"error": {…}}`, or a stream's last `error` or `response.failed`."""
    found = last_event(body) if stream else (_loads(body) if len(body) <= _PARSE_LIMIT else None)
    if not isinstance(found, dict):
        return None
    if found.get("type") == "response.failed" and isinstance(found.get("response"), dict):
        found = found["response"]
    elif found.get("type") == "error" and "error" not in found:
        found = {"error": found}
    error = found.get("error")
    if isinstance(error, str):
        return Fault(None, error)
    if not isinstance(error, dict):
        return None
    code = error.get("code") or (error.get("type") if error.get("type") != "error" else None)
    message = error.get("message")
    return Fault(None if code is None else str(code), None if message is None else str(message)[:2000])


def _strings(value: Any) -> Iterator[str]:
    """All texts in parsed JSON, in order, but for data such as images."""
    stack = [value]
    while stack:
        entry = stack.pop()
        if isinstance(entry, str):
            if len(entry) < BLOB or " " in entry[:BLOB]:
                yield entry
        elif isinstance(entry, dict):
            stack.extend(reversed(entry.values()))
        elif isinstance(entry, list):
            stack.extend(reversed(entry))


def _joined(parts: Iterator[str], glue: str = "\n") -> str:
    kept, size = [], 0
    for part in parts:
        kept.append(part)
        size += len(part) + 1
        if size >= TEXT_LIMIT:
            break
    return glue.join(kept)[:TEXT_LIMIT]


def request_text(body: bytes, headers: str = "") -> str:
    """The words of a request."""
    if body[:1] in (b"{", b"["):
        parsed = _loads(body) if len(body) <= _PARSE_LIMIT else None
        if parsed is not None:
            return _joined(_strings(parsed))
    if b"\x00" in body[:4096]:
        return ""
    return body[:TEXT_LIMIT].decode("utf-8", "replace")


def response_text(body: bytes, headers: str) -> str:
    """The words of an answer; of a stream, its deltas put together, since a word can come in two of them."""
    if not is_event_stream(headers):
        return request_text(body)
    last = last_event(body)
    if isinstance(last, dict) and last.get("type") in _TERMINAL and isinstance(last.get("response"), dict):
        response = last["response"]
        if response.get("output"):  # some servers leave it empty: then the deltas tell
            return _joined(_strings([response["output"], response.get("error")]))
    return _joined(_deltas(body), "")


def _deltas(body: bytes) -> Iterator[str]:
    """The texts of a stream's deltas, in slices: parsing 20,000 events for their words would take 150 ms."""
    chat = b'"delta"' in body and not _DELTA.search(body, 0, 4 * _SLICE)
    for pattern in _CHAT if chat else (_DELTA if b'"delta"' in body else _TEXT,):
        start = 0
        while start < len(body):
            border = body.find(b'.added"', start + 1, start + _SLICE)
            end = border if border > 0 else body.find(b"\n", start + _SLICE)
            end = len(body) if end < 0 else end
            found = pattern.findall(body, start, end)
            if found:
                yield _unquoted(b"".join(found))
            if border > 0:
                yield "\n"
            start = end
        yield "\n"


def _unquoted(inside: bytes) -> str:
    """The inside of a JSON string as text."""
    try:
        return str(json.loads(b'"' + inside + b'"', strict=False))
    except ValueError:
        return inside.decode("utf-8", "replace")
