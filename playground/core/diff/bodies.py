"""Bodies: JSON by its values, text by its lines, streams by what they come to, anything else by size and hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.core.diff.model import Budget, Change, Diff, DiffLine
from playground.core.diff.texts import diff_texts
from playground.core.diff.values import diff_values, pretty
from playground.core.jsondoc.loads import loads
from playground.core.plain import is_json

EVENTS = 5000
"""Events of a stream that are compared one by one, where it comes to no object."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as the log has it."""

    data: bytes = field(repr=False)
    headers: Sequence[tuple[str, str]] = ()
    size: int = 0
    """Bytes that were sent; more than `data` where the log keeps no more."""
    path: str = ""
    """Of its request, below the base URL: tells how a stream is joined."""

    @property
    def is_capped(self) -> bool:
        return self.size > len(self.data)

    @property
    def content_type(self) -> str:
        found = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return found.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds: `value` of JSON, else `text`, else neither: bytes."""

    kind: str
    """json, text, bytes, nothing."""
    value: Any = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    note: str = ""


def content_of(body: Body) -> Content:
    """Read a body. May take a tenth of a second for 8 MB: not for the window's thread."""
    if not body.data:
        return Content("nothing")
    note = ""
    if body.is_capped:
        note = f"The log keeps the first {len(body.data):,} bytes of {body.size:,}: only they are compared."
    if body.content_type == "text/event-stream" or body.data.startswith((b"data:", b"event:")):
        return _stream(body, note)
    if body.content_type == "multipart/form-data":
        return Content("json", _form(body), note=note)
    if not body.is_capped and is_json(body.data, tuple(body.headers)):
        try:
            return Content("json", loads(body.data), note=note)
        except (ValueError, RecursionError):
            note = "A body that says it is JSON cannot be read as such: it is compared as text."
    try:
        text = body.data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not body.is_capped or error.start < len(body.data) - 4:
            return Content("bytes", note=note)
        text = body.data[: error.start].decode("utf-8")
    return Content("bytes", note=note) if "\x00" in text else Content("text", text=text, note=note)


def _stream(body: Body, note: str) -> Content:
    """The object that a stream comes to; of one that comes to none, its events."""
    from playground.core.runs.events import EventLog
    from playground.core.runs.joined import joined
    from playground.core.runs.rows import EventIndex

    log = EventLog.of(body.data, (), content_type="text/event-stream")
    if body.path.endswith(("/responses", "/chat/completions")) or "/responses/" in body.path:
        found = joined(log, "chat" if body.path.endswith("/chat/completions") else "responses")
        if found is not None:
            try:
                return Content("json", loads(found.data), note=note or ("" if found.whole else found.note))
            except ValueError:
                pass
    index = EventIndex(log)
    index.extend(final=True)
    events: list[Any] = []
    for row in range(min(len(index), EVENTS)):
        data = index.data(row)
        try:
            events.append(loads(data))
        except ValueError:
            events.append(data.decode("utf-8", "replace"))
    if len(index) > EVENTS:
        note = note or f"The first {EVENTS:,} events of {len(index):,} are compared."
    return Content("json", events, note=note)


def _form(body: Body) -> dict[str, Any]:
    """The fields of a form; of files their names, sizes and hashes."""
    from email.parser import BytesParser
    from email.policy import HTTP

    kind = next((value for name, value in body.headers if name.lower() == "content-type"), "")
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body.data)
    found: dict[str, Any] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition") or "")
        payload: Any = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        value: Any = data.decode("utf-8", "replace")
        if (file := part.get_filename()) is not None:
            value = {"file": str(file), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    return found


def diff_bodies(left: Body, right: Body, budget: Budget | None = None, *, answer: bool = False) -> Diff:
    """`answer`: they are answers, of which some fields are others each time."""
    budget = budget or Budget()
    return diff_contents(left, content_of(left), right, content_of(right), budget, answer=answer)


def diff_contents(
    left: Body, ours: Content, right: Body, theirs: Content, budget: Budget, *, answer: bool = False
) -> Diff:
    """The same of bodies that were read already."""
    if ours.kind == theirs.kind == "nothing":
        diff = Diff()
    elif ours.kind == theirs.kind == "json":
        diff = diff_values(ours.value, theirs.value, budget, answer=answer)
    elif "bytes" not in (ours.kind, theirs.kind):
        diff = diff_texts(_as_text(ours), _as_text(theirs), budget)
    else:
        diff = _by_size(left, ours, right, theirs)
    for note in (ours.note, theirs.note):
        if note:
            diff.note(note)
    return diff


def _as_text(content: Content) -> str:
    """Of JSON beside text, or beside nothing, its lines."""
    return "\n".join(pretty(content.value)) if content.kind == "json" else content.text


def _by_size(left: Body, ours: Content, right: Body, theirs: Content) -> Diff:
    """What the bodies are, where they cannot be laid side by side."""
    rows = [("content type", left.content_type or "none", right.content_type or "none")]
    rows.append(("size", f"{left.size or len(left.data):,} bytes", f"{right.size or len(right.data):,} bytes"))
    rows.append(("sha-256", _hash(left), _hash(right)))
    rows.append(("holds", _holds(ours), _holds(theirs)))
    diff = Diff()
    for name, before, after in rows:
        line = f"{name:<14}"
        if before == after:
            diff.lines.append(DiffLine("same", line + before, line + after))
        else:
            marks = ((14, 14 + len(before)),), ((14, 14 + len(after)),)
            diff.lines.append(DiffLine("changed", line + before, line + after, *marks, f"/{name}"))
            diff.changes.append(Change("changed", f"/{name}", before, after))
    return diff


def _hash(body: Body) -> str:
    return hashlib.sha256(body.data).hexdigest() if body.data else "–"


def _holds(content: Content) -> str:
    return {"json": "JSON", "text": "text", "bytes": "bytes", "nothing": "nothing"}[content.kind]
