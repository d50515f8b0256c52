"""A request and its answer as HTTP text to read: as it was sent, or as it would be. Secrets are dots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from playground.core.dryrun import WireRequest
from playground.core.exchanges import AttemptDetail
from playground.core.redact import HIDDEN, known

DOTS = "••••"
REQUEST_SHOWN = 48_000
"""Bytes of a request's body that are shown."""
ANSWER_SHOWN = 4_000
"""Bytes of an answer's body that are shown: its events are listed elsewhere."""
COPIED = 16_000_000
"""Bytes of either that are copied."""


@dataclass(frozen=True, slots=True)
class WireText:
    """One attempt."""

    title: str
    """`Attempt 2 · 429`."""
    text: str = field(repr=False)
    answered: bool = False
    """Whether the head of an answer is there."""


def request_text(request: WireRequest, *, whole: bool = False) -> WireText:
    """What would be sent. `whole`: as much of the body as can be copied, not as much as can be looked at."""
    head = _request_head(request.method, request.url, request.headers)
    body = _shown(request.body, len(request.body), COPIED if whole else REQUEST_SHOWN)
    return WireText("Would be sent", known().text(f"{head}\n\n{body}"))


def attempt_text(method: str, attempt: AttemptDetail, *, whole: bool = False) -> WireText:
    """What was sent, and what came back; `whole` as in `request_text`."""
    limits = (COPIED, COPIED) if whole else (REQUEST_SHOWN, ANSWER_SHOWN)
    parts = [
        _request_head(method, attempt.url, attempt.request_headers),
        _shown(attempt.request_body, attempt.request_body_size, limits[0]),
        _rule(attempt),
    ]
    if attempt.status is not None:
        parts.append("\n".join([_status_line(attempt.status), *_lines(attempt.response_headers)]))
        parts.append(_shown(attempt.response_body, attempt.response_body_size, limits[1]))
    elif not attempt.error:
        parts.append("Nothing has come back yet." if attempt.state == "open" else "Nothing came back.")
    parts.append(attempt.error or "")
    title = f"{attempt.number} · {attempt.status if attempt.status is not None else attempt.state}"
    return WireText(title, "\n\n".join(filter(None, parts)), attempt.status is not None)


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
    shown = body[:limit]
    text = shown.decode("utf-8", "replace")
    return f"{text}\n… {size - len(shown):,} bytes more" if size > len(shown) else text
