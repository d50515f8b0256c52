"""Exchanges as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/): an entry for each attempt, a page for each
call, so that any reader shows the attempts of a call together."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playground import __version__
from playground.core.exchanges.export import always, body_text, moment
from playground.core.exchanges.log import LogRow
from playground.core.exchanges.records import AttemptDetail, ExchangeDetail, Timings
from playground.core.exchanges.scrub import Scrubber

LEFT_OUT = "The body was left out."
ARRIVALS = 20_000
"""Pieces of an answer whose times are told."""
_UNKNOWN = -1
"""As HAR says that something is not known, or did not happen."""


def write(
    found: Iterable[tuple[LogRow, ExchangeDetail]],
    put: Callable[[bytes], object],
    scrub: Scrubber,
    bodies: Callable[[int], bool] = always,
) -> int:
    """Write a whole HAR file, entry by entry; gives how many exchanges are in it. `bodies`: whether those of an
    exchange with this number go with it."""
    creator = {"name": "OpenAI playground for the desktop", "version": __version__}
    put(f'{{"log": {{"version": "1.2", "creator": {json.dumps(creator)}, "entries": ['.encode())
    pages: list[dict[str, Any]] = []
    comma = ""
    for row, detail in found:
        pages.append(_page(row, scrub))
        for attempt in detail.attempts:
            put(f"{comma}\n{json.dumps(entry(row, attempt, scrub, bodies=bodies(row.number)))}".encode())
            comma = ","
    removed = sum(scrub.removed.values())
    comment = f"Each entry is one attempt, each page one call. Secrets were taken out: {removed}."
    put(f'\n], "pages": {json.dumps(pages)}, "comment": {json.dumps(comment)}}}}}\n'.encode())
    return len(pages)


def _page(row: LogRow, scrub: Scrubber) -> dict[str, Any]:
    summary = row.summary
    title = f"{summary.sdk_method or f'{summary.method} {summary.path}'} {summary.model or ''}".strip()
    return {
        "id": summary.id,
        "startedDateTime": moment(summary.started_at),
        "title": scrub.text(title),
        "pageTimings": {"onContentLoad": _UNKNOWN, "onLoad": _ms(summary.duration)},
        "comment": scrub.text(row.note),
    }


def entry(row: LogRow, attempt: AttemptDetail, scrub: Scrubber, *, bodies: bool = True) -> dict[str, Any]:
    """One attempt. Names that begin with _ are ours, as the format allows: by them `har_read` has all of it again."""
    times = timings(attempt.timings)
    found: dict[str, Any] = {
        "pageref": row.summary.id,
        "startedDateTime": moment(attempt.started_at),
        "time": round(sum(value for name, value in times.items() if value >= 0 and name != "ssl"), 3),
        "request": _request(scrub.text(row.summary.method), attempt, scrub, bodies),
        "response": _response(attempt, scrub, bodies),
        "cache": {},
        "timings": times,
        "_attempt": attempt.number,
        "_state": attempt.state,
        "_firstTokenMs": _ms(attempt.timings.first_token),
        "_sdkMethod": row.summary.sdk_method,
        "_started": attempt.started_at,
        "_requestId": attempt.request_id and scrub.text(attempt.request_id),
        "_clientRequestId": attempt.client_request_id and scrub.text(attempt.client_request_id),
        "_moments": {name: value for name, value in asdict(attempt.timings).items() if value is not None},
    }
    if attempt.number == 1:
        found["_call"] = _call(row, scrub)
    return found


def _call(row: LogRow, scrub: Scrubber) -> dict[str, Any]:
    """What is known of the whole call."""
    summary = row.summary
    texts = {
        "profile": summary.profile,
        "path": summary.path,
        "origin": summary.origin,
        "model": summary.model,
        "errorCode": summary.error_code,
        "errorMessage": summary.error_message,
        "note": row.note,
    }
    return {
        **{name: text if text is None else scrub.text(text) for name, text in texts.items()},
        "started": summary.started_at,
        "duration": summary.duration,
        "state": summary.state,
        "pinned": row.pinned,
        "tags": [scrub.text(tag) for tag in row.tags],
    }


def timings(moments: Timings) -> dict[str, float]:
    """Milliseconds that each phase of an attempt took, from moments since its start. TLS is part of connecting."""
    last = 0.0

    def phase(end: float | None, missing: float) -> float:
        nonlocal last
        if end is None:
            return missing
        took, last = max(0.0, end - last), max(last, end)
        return round(took * 1000, 3)

    return {
        "blocked": phase(moments.queued, _UNKNOWN),
        "dns": phase(moments.resolved, _UNKNOWN),
        "connect": phase(moments.connected, _UNKNOWN),
        "ssl": _ssl(moments),
        "send": phase(moments.sent, 0),
        "wait": phase(moments.first_byte, 0),
        "receive": phase(moments.last_byte, 0),
    }


def _ssl(moments: Timings) -> float:
    if moments.tls is None or moments.connected is None:
        return _UNKNOWN
    return round(max(0.0, moments.connected - moments.tls) * 1000, 3)


def _ms(seconds: float | None) -> float:
    return _UNKNOWN if seconds is None else round(seconds * 1000, 3)


def _headers(headers: Iterable[tuple[str, str]], scrub: Scrubber) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in scrub.headers(headers)]


def _mime(headers: Iterable[tuple[str, str]]) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "x-unknown")


def _request(method: str, attempt: AttemptDetail, scrub: Scrubber, bodies: bool) -> dict[str, Any]:
    url = scrub.url(attempt.url)
    found: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(attempt.request_headers, scrub),
        "queryString": [
            {"name": name, "value": scrub.text(value)} for name, value in parse_qsl(_query(url), keep_blank_values=True)
        ],
        "headersSize": _UNKNOWN,
        "bodySize": attempt.request_body_size,
    }
    if attempt.request_body and bodies:
        text, coded = body_text(attempt.request_body, scrub)
        found["postData"] = {"mimeType": _mime(attempt.request_headers), "params": [], "text": text}
        if coded:  # the format has no place for it; others write it so
            found["postData"]["encoding"] = "base64"
        found["postData"]["_whole"] = not attempt.request_body_capped
        if attempt.request_body_capped:
            found["postData"]["comment"] = f"The log keeps the first {len(attempt.request_body)} bytes."
    return found


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def _response(attempt: AttemptDetail, scrub: Scrubber, bodies: bool) -> dict[str, Any]:
    """Status 0 where no answer came, as browsers write it."""
    status = attempt.status or 0
    content: dict[str, Any] = {"size": attempt.response_body_size, "mimeType": _mime(attempt.response_headers)}
    if attempt.response_body and not bodies:
        content["comment"] = LEFT_OUT
    elif attempt.response_body:
        content["text"], coded = body_text(attempt.response_body, scrub)
        if coded:
            content["encoding"] = "base64"
        content["_whole"] = not attempt.response_body_capped
        same = b64encode(attempt.response_body).decode() if coded else attempt.response_body.decode("utf-8", "replace")
        if attempt.arrivals and content["text"] == same:  # else they are places in another text
            content["_arrivals"] = attempt.arrivals[:ARRIVALS]
    if attempt.response_body_capped and bodies:
        content["comment"] = f"The log keeps the first {len(attempt.response_body)} bytes."
    location = next((value for name, value in attempt.response_headers if name.lower() == "location"), "")
    found: dict[str, Any] = {
        "status": status,
        "statusText": _phrase(status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(attempt.response_headers, scrub),
        "content": content,
        "redirectURL": scrub.url(location) if location else "",
        "headersSize": _UNKNOWN,
        "bodySize": attempt.response_body_size if status else _UNKNOWN,
    }
    if attempt.error:
        found["_error"] = scrub.text(attempt.error)
    return found


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
