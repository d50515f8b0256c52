"""An entry of a HAR 1.2 file (http://www.softwareishard.com/blog/har-12-spec/), as Chrome, Firefox, mitmproxy and this
program write them. Whatever is wrong with one is said, and what can be used of it is."""

from __future__ import annotations

import binascii
import math
import re
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from playground.core.exchanges.har import LEFT_OUT as LEFT_OUT
from playground.core.exchanges.records import State, Timings

HEADERS, HEADER = 500, 64 * 1024
"""How many headers of a request are taken, and how many characters of one."""
_URL = 64 * 1024
STATES: tuple[State, ...] = ("done", "failed", "cancelled", "cut")
_LATEST = 4_102_444_800.0  # the year 2100
_PHASES = ("blocked", "dns", "connect", "send", "wait", "receive")
_MOMENTS = ("queued", "resolved", "connected", "sent", "first_byte", "last_byte")
_VERSION = re.compile(r"/(?:openai/v\d[\w.-]*|v\d[\w.-]*|openai)(?=/)")


class EntryError(ValueError):
    """One entry cannot be read; the words say why."""


class PassedOver(Exception):
    """An entry that is no HTTP, such as a `data:` address."""


@dataclass(slots=True)
class ReadAttempt:
    """One entry."""

    number: int
    """Its place in the file, from 1."""
    attempt: int
    """From 1; of other programs' files always 1."""
    page: str
    started_at: float
    method: str
    url: str
    request_headers: list[tuple[str, str]]
    request_body: bytes
    request_size: int
    status: int | None
    response_headers: list[tuple[str, str]]
    response_body: bytes
    response_size: int
    timings: Timings
    duration: float | None
    """Seconds."""
    error: str | None
    state: State | None
    """As this program knew it; None: to be found out."""
    arrivals: list[tuple[int, float]]
    call: dict[str, Any] | None
    """What this program knew of the whole call."""
    sdk_method: str
    request_id: str | None
    client_request_id: str | None
    notes: list[str] = field(default_factory=list)
    """What was wrong with it, in words."""


def read_entry(entry: Any, number: int, before: float) -> ReadAttempt:
    """An entry as an attempt. `before`: the time (Unix seconds) of one that tells none.

    Raises EntryError, PassedOver.
    """
    if not isinstance(entry, dict):
        raise EntryError("it is no object")
    request, response = entry.get("request"), entry.get("response")
    if not isinstance(request, dict):
        raise EntryError("it has no request")
    response = response if isinstance(response, dict) else {}
    method, url = request.get("method"), request.get("url")
    if not isinstance(method, str) or not re.fullmatch(r"[!-~]{1,40}", method.strip()):
        raise EntryError("its request has no method")
    if not isinstance(url, str) or not url.strip():
        raise EntryError("its request has no address")
    notes: list[str] = []
    started = _moment(entry.get("_started"), entry.get("startedDateTime"))
    if started is None:
        notes.append("it tells no time; that of the entry before it is taken")
    timings, duration = _timings(entry)
    sent, sent_size = _sent(request, notes)
    body, size, arrivals = _received(response, notes)
    headers, received = _headers(request.get("headers")), _headers(response.get("headers"))
    attempt = entry.get("_attempt")
    error = next((text for text in (response.get("_error"), entry.get("_error")) if isinstance(text, str) and text), "")
    return ReadAttempt(
        number=number,
        attempt=attempt if type(attempt) is int and 1 <= attempt <= 1000 else 1,
        page=text_of(entry.get("pageref")),
        started_at=before if started is None else started,
        method=method.strip().upper(),
        url=_url(url),
        request_headers=headers,
        request_body=sent,
        request_size=sent_size,
        status=_status(response.get("status"), notes),
        response_headers=received,
        response_body=body,
        response_size=size,
        timings=timings,
        duration=duration,
        error=_clean(error)[:4000] or None,
        state=entry.get("_state") if entry.get("_state") in STATES else None,
        arrivals=arrivals,
        call=entry.get("_call") if isinstance(entry.get("_call"), dict) else None,
        sdk_method=text_of(entry.get("_sdkMethod"))[:200],
        request_id=text_of(entry.get("_requestId"))[:300] or _named(received, "x-request-id"),
        client_request_id=text_of(entry.get("_clientRequestId"))[:300] or _named(headers, "x-client-request-id"),
        notes=notes,
    )


def text_of(value: Any) -> str:
    """A text, without half surrogate pairs, which SQLite does not take; empty for what is none."""
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _url(url: str) -> str:
    """Raises EntryError, PassedOver."""
    url = _clean(url.strip())
    scheme = url.partition(":")[0].lower()
    if scheme not in ("http", "https", "ws", "wss"):
        if ":" in url and re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme):
            raise PassedOver(scheme)
        raise EntryError("its address is none of HTTP")
    if len(url) > _URL:
        raise EntryError(f"its address has more than {_URL:,} characters")
    try:
        if not urlsplit(url).hostname:
            raise EntryError("its address names no host")
    except ValueError:
        raise EntryError("its address cannot be taken apart") from None
    return url.partition("#")[0]


def _moment(exact: Any, said: Any) -> float | None:
    """Unix seconds."""
    if type(exact) in (int, float) and 0 < exact < _LATEST:
        return float(exact)
    if not isinstance(said, str):
        return None
    try:
        found = datetime.fromisoformat(said.strip()).timestamp()  # without a zone: this computer's
    except (ValueError, OverflowError, OSError):
        return None
    return found if 0 < found < _LATEST else None


def _seconds(value: Any) -> float | None:
    """Of milliseconds; None where they are not known (-1) or no number."""
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value < 1e12:
        return None
    return float(value) / 1000


def _timings(entry: dict[str, Any]) -> tuple[Timings, float | None]:
    """Moments since the beginning, from phases in milliseconds; what this program wrote has them as they were."""
    said = entry.get("timings")
    phases = {name: _seconds(said.get(name)) for name in (*_PHASES, "ssl")} if isinstance(said, dict) else {}
    whole = _seconds(entry.get("time"))
    exact = entry.get("_moments")
    if isinstance(exact, dict):
        names = Timings.__dataclass_fields__
        kept = {k: float(v) for k, v in exact.items() if k in names and type(v) in (int, float) and 0 <= v < 1e9}
        return Timings(**kept), whole
    moments: dict[str, float] = {}
    at = 0.0
    for phase, moment in zip(_PHASES, _MOMENTS, strict=True):
        took = phases.get(phase)
        if took is None:
            continue
        if phase == "connect" and (tls := phases.get("ssl")) is not None:
            moments["tls"] = at + max(0.0, took - tls)
        at += took
        moments[moment] = at
    if whole is None and moments:
        whole = at
    if whole is not None:
        moments["ended"] = max(whole, at)
    return Timings(**moments), whole


def _status(value: Any, notes: list[str]) -> int | None:
    """None where no answer came: browsers write 0 or -1."""
    if type(value) is int and 100 <= value <= 999:
        return value
    if value not in (0, -1, None):
        notes.append("its status is none")
    return None


def _named(headers: list[tuple[str, str]], name: str) -> str | None:
    """A header's value; None where it is not there, or empty."""
    return next((value for known, value in headers if known.lower() == name and value), None)


def _headers(values: Any) -> list[tuple[str, str]]:
    """Names and values; `:authority` and its like, which HTTP/2 sends in place of the first line, are none."""
    found = []
    for one in values if isinstance(values, list) else []:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str) or not isinstance(one.get("value"), str):
            continue
        name = _clean(one["name"]).strip()
        if name and not name.startswith(":") and len(name) <= 200:
            found.append((name, _clean(one["value"])[:HEADER]))
    return found[:HEADERS]


def _sent(request: dict[str, Any], notes: list[str]) -> tuple[bytes, int]:
    """The request's body, and its size."""
    data = request.get("postData")
    body = b""
    if isinstance(data, dict):
        text, params = data.get("text"), data.get("params")
        if isinstance(text, str) and text:
            body = _decoded(text, notes, "request") if data.get("encoding") == "base64" else _encoded(text)
        elif isinstance(params, list):
            pairs = [(one.get("name"), one.get("value", "")) for one in params if isinstance(one, dict)]
            body = urlencode(
                [(text_of(name), text_of(value)) for name, value in pairs if isinstance(name, str)]
            ).encode()
    return body, _size(request.get("bodySize"), body, data)


def _received(response: dict[str, Any], notes: list[str]) -> tuple[bytes, int, list[tuple[int, float]]]:
    """The answer's body, its size, and when its pieces came, where this program wrote that."""
    content = response.get("content")
    if not isinstance(content, dict):
        return b"", _size(response.get("bodySize"), b"", None), []
    text, body = content.get("text"), b""
    if isinstance(text, str) and text:
        coded = isinstance(content.get("encoding"), str) and content["encoding"].lower() == "base64"
        body = _decoded(text, notes, "answer") if coded else _encoded(text)
    arrivals: list[tuple[int, float]] = []
    for pair in content["_arrivals"] if isinstance(content.get("_arrivals"), list) else []:
        if not (isinstance(pair, list) and len(pair) == 2 and type(pair[0]) is int and type(pair[1]) in (int, float)):
            return body, _size(content.get("size"), body, content), []
        if 0 <= pair[0] < len(body) and 0 <= pair[1] < 400_000:  # what fits into a mark
            arrivals.append((pair[0], float(pair[1])))
    return body, _size(content.get("size"), body, content), arrivals


def _decoded(text: str, notes: list[str], whose: str) -> bytes:
    """Bytes of a text that is said to be base64; nothing, and a note of it, where it is none."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        notes.append(f"the body of its {whose} is said to be base64 and is not; it was left out")
        return b""


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _size(said: Any, body: bytes, told: Any) -> int:
    """What was really sent or received; browsers write -1 or 0 where they do not know. This program says where a body
    is not whole: one that is shorter than it was without that lost its secrets."""
    if type(said) is not int or not len(body) < said < 1 << 53:
        return len(body)
    whole = isinstance(told, dict) and told.get("_whole") is True
    return len(body) if whole else said


def path_of(url: str) -> str:
    """The path below a base URL, as far as one can be told: behind `/v1`, or all of it."""
    path = urlsplit(url).path or "/"
    match = _VERSION.search(path)
    return path[match.end() :] if match is not None else path
