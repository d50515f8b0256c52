"""A request and its answer as HTTP text to read: as it was sent, or as it would be. Secrets are dots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from playground.core.dryrun import WireRequest
from playground.core.exchanges import AttemptDetail
from playground.core.redact import HIDDEN

DOTS = "••••"
REQUEST_SHOWN = 48_000
"""Bytes of a request's body that are shown."""
ANSWER_SHOWN = 4_000
"""Bytes of an answer's body that are shown: its events are listed elsewhere."""


@dataclass(frozen=True, slots=True)
class WireText:
    """One attempt."""

    title: str
    """`Attempt 2 · 429`."""
    text: str = field(repr=False)
    """As it is shown."""
    whole: str = field(repr=False)
    """With all that is kept of the bodies, for copying."""


def request_text(request: WireRequest) -> WireText:
    """What would be sent."""
    head = _request_head(request.method, request.url, request.headers)
    shown = _shown(request.body, len(request.body), REQUEST_SHOWN)
    return WireText("Would be sent", f"{head}\n\n{shown}", f"{head}\n\n{_decoded(request.body)}")


def attempt_text(method: str, attempt: AttemptDetail) -> WireText:
    """What was sent, and what came back."""
    head = _request_head(method, attempt.url, attempt.request_headers)
    request = _shown(attempt.request_body, attempt.request_body_size, REQUEST_SHOWN)
    shown, whole = [head, request], [head, _decoded(attempt.request_body)]
    if attempt.status is not None:
        answer = "\n".join([_status_line(attempt.status), *_lines(attempt.response_headers)])
        body = _shown(attempt.response_body, attempt.response_body_size, ANSWER_SHOWN)
        shown += [_rule(attempt), answer, body]
        whole += [_rule(attempt), answer, _decoded(attempt.response_body)]
    if attempt.error or attempt.status is None:
        words = attempt.error or ("Nothing has come back yet." if attempt.state == "open" else "Nothing came back.")
        if attempt.status is None:
            shown.append(_rule(attempt))
            whole.append(_rule(attempt))
        shown.append(words)
        whole.append(words)
    title = f"{attempt.number} · {attempt.status if attempt.status is not None else attempt.state}"
    return WireText(title, "\n\n".join(filter(None, shown)), "\n\n".join(filter(None, whole)))


def _rule(attempt: AttemptDetail) -> str:
    """Between the request and the answer: when it came."""
    after = f" after {attempt.timings.first_byte * 1000:.0f} ms" if attempt.timings.first_byte is not None else ""
    return f"──── answer{after} ────"


def _request_head(method: str, url: str, headers: Iterable[tuple[str, str]]) -> str:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return "\n".join([f"{method} {target} HTTP/1.1", *_lines(headers)])


def _status_line(status: int) -> str:
    try:
        return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP/1.1 {status}"


def _lines(headers: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name}: {value.replace(HIDDEN, DOTS)}" for name, value in headers]


def _shown(body: bytes, size: int, limit: int) -> str:
    text = _decoded(body[:limit])
    return f"{text}\n… {size - limit:,} bytes more" if size > limit else text


def _decoded(body: bytes) -> str:
    return body.decode("utf-8", "replace")
