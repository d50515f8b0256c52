"""An exchange as text to read and copy. Runs in the bridge's thread pool: bodies may be large."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from playground.core.plain import LINE_LIMIT, SHOWN_LIMIT, break_lines, decode, is_json, seconds_text, size_text

if TYPE_CHECKING:
    from playground.core.exchanges import AttemptDetail, ExchangeDetail, ExchangeStore, ExchangeSummary


@dataclass(frozen=True, slots=True)
class BodyText:
    """A body as it is shown, and what to say about it ("1.2 kB", "the first 8 MiB of 11 MiB are kept")."""

    text: str
    note: str
    json: bytes = b""
    """The body as it came where it is said to be JSON and kept whole; `text` is empty then."""


@dataclass(frozen=True, slots=True)
class MessageText:
    """One side of an attempt."""

    head: str
    """Request or status line and headers."""
    body: BodyText


@dataclass(frozen=True, slots=True)
class AttemptText:
    attempt: AttemptDetail
    request: MessageText
    response: MessageText


@dataclass(frozen=True, slots=True)
class DetailTexts:
    """Everything the details pane shows, ready to be set."""

    summary: ExchangeSummary
    attempts: tuple[AttemptText, ...]
    overview: tuple[tuple[str, str], ...]


def load_texts(store: ExchangeStore, exchange_id: str) -> DetailTexts:
    """Read an exchange and lay it out. Raises what the store raises (KeyError for an unknown id)."""
    return texts_of(store.load(exchange_id))


def texts_of(detail: ExchangeDetail) -> DetailTexts:
    attempts = tuple(_attempt_text(detail.summary, attempt) for attempt in detail.attempts)
    return DetailTexts(detail.summary, attempts, overview_rows(detail))


def load_copy(store: ExchangeStore, exchange_id: str) -> str:
    """The whole exchange as text, for the clipboard: every attempt with headers and bodies as they are kept."""
    detail = store.load(exchange_id)
    lines = [f"{name}: {value}" for name, value in overview_rows(detail)]
    for attempt in detail.attempts:
        lines += ["", f"--- Attempt {attempt.number} ---", _request_head(detail.summary, attempt)]
        lines += ["", decode(attempt.request_body), "", _response_head(attempt), "", decode(attempt.response_body)]
        if attempt.error:
            lines += ["", f"Error: {attempt.error}"]
    return "\n".join(lines)


def overview_rows(detail: ExchangeDetail) -> tuple[tuple[str, str], ...]:
    """Label and value of what identifies an exchange; empty values are left out."""
    summary = detail.summary
    moment = datetime.fromtimestamp(summary.started_at).astimezone()
    url = detail.attempts[-1].url if detail.attempts else ""
    rows = (
        ("Time", f"{moment.isoformat(' ', 'milliseconds')}"),
        ("Call", " from ".join(part for part in (summary.sdk_method, summary.origin) if part)),
        ("URL", f"{summary.method} {url or summary.path}"),
        ("Model", summary.model or ""),
        ("Profile", summary.profile),
        ("Request ID", summary.request_id or "none was sent by the server"),
        ("Client request ID", summary.client_request_id or ""),
        ("Exchange", summary.id),
        ("Duration", seconds_text(summary.duration) or "still running"),
        ("Attempts", str(summary.attempts)),
    )
    return tuple((label, value) for label, value in rows if value)


def _attempt_text(summary: ExchangeSummary, attempt: AttemptDetail) -> AttemptText:
    request = _body(attempt.request_body, attempt.request_headers, attempt.request_body_size, "sent")
    response = _body(attempt.response_body, attempt.response_headers, attempt.response_body_size, "received")
    return AttemptText(
        attempt,
        MessageText(_request_head(summary, attempt), request),
        MessageText(_response_head(attempt), response),
    )


def _request_head(summary: ExchangeSummary, attempt: AttemptDetail) -> str:
    lines = [f"{summary.method} {attempt.url}", *(f"{name}: {value}" for name, value in attempt.request_headers)]
    return "\n".join(lines)


def _response_head(attempt: AttemptDetail) -> str:
    first = f"HTTP {attempt.status}" if attempt.status is not None else attempt.error or "No answer yet."
    return "\n".join([first, *(f"{name}: {value}" for name, value in attempt.response_headers)])


def _body(data: bytes, headers: tuple[tuple[str, str], ...], size: int, verb: str) -> BodyText:
    if not data:
        return BodyText("", f"no body was {verb}" if not size else f"{size_text(size)} {verb}, none kept")
    note = f"{size_text(size)} {verb}"
    # Of what is cut, the fault would be told where the log ends: that is not the server's.
    if is_json(data, headers) and len(data) >= size:
        return BodyText("", note, data)
    text = decode(data)
    if len(data) < size:
        note += f"; the log keeps the first {size_text(len(data))}"
    if len(text) > SHOWN_LIMIT:
        text = text[:SHOWN_LIMIT]
        note += f"; the first {SHOWN_LIMIT:,} characters are shown, Copy as Text gives all that is kept"
    broken = break_lines(text)
    if broken != text:
        note += f"; lines of more than {LINE_LIMIT:,} characters are broken here"
    return BodyText(broken, note)
