"""Requests as a person reads them in a terminal. What servers and models wrote is made visible, secrets taken out."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from datetime import datetime

from playground.core.exchanges import AttemptDetail, ExchangeDetail, LogRow
from playground.core.exchanges.diagnosis import diagnose
from playground.core.exchanges.export import body_text, moment
from playground.core.exchanges.scrub import Scrubber
from playground.core.exchanges.waterfall import waterfall
from playground.core.outcomes import status_text
from playground.core.plain import decode, seconds_text, size_text
from playground.core.visible import visible, visible_line

_HEADS = ("TIME", "STATUS", "CALL", "MODEL", "DURATION", "TOKENS", "COST", "TRIES", "REQUEST ID")
_RIGHT = {4, 5, 6, 7}
_CALL = 44
"""Characters of a call at most."""


def _time(seconds: float) -> str:
    found = datetime.fromtimestamp(seconds).astimezone()
    today = datetime.now().astimezone().date()
    return f"{found:%H:%M:%S}" if found.date() == today else f"{found:%Y-%m-%d %H:%M:%S}"


def status(row: LogRow) -> str:
    """The HTTP status and what went wrong."""
    summary = row.summary
    shown = status_text(summary)
    if shown == "…":
        shown = "running"
    return f"{shown} {summary.error_code}" if summary.error_code else shown


def _cells(row: LogRow, scrub: Scrubber) -> tuple[str, ...]:
    summary = row.summary
    call = f"{summary.method} {summary.path}"
    cells = (
        _time(summary.started_at),
        status(row),
        call if len(call) <= _CALL else f"{call[: _CALL - 1]}…",
        summary.model or "",
        seconds_text(summary.duration),
        "" if row.tokens is None else f"{row.tokens:,}",
        "" if row.cost is None else f"${row.cost:.4f}" if row.cost else "$0",
        str(summary.attempts) if summary.attempts > 1 else "",
        summary.request_id or summary.client_request_id or summary.id,
    )
    return tuple(visible_line(scrub.text(cell)) for cell in cells)


def table(rows: Sequence[LogRow]) -> str:
    """One request a line; columns that are empty in all of them are left out."""
    scrub = Scrubber()
    lines = [_cells(row, scrub) for row in rows]
    shown = [column for column in range(len(_HEADS)) if any(line[column] for line in lines)]
    widths = {column: max(len(_HEADS[column]), *(len(line[column]) for line in lines)) for column in shown}
    text = []
    for line in (_HEADS, *lines):
        cells = [
            line[column].rjust(widths[column]) if column in _RIGHT else line[column].ljust(widths[column])
            for column in shown
        ]
        text.append("  ".join(cells).rstrip())
    return "\n".join(text) + "\n"


def details(row: LogRow, detail: ExchangeDetail, *, headers: bool, bodies: bool) -> str:
    """Everything about one: what it was, what went wrong and what to do, each attempt and the waits between."""
    scrub = Scrubber()
    lines: list[str] = []
    for label, value in _facts(row, detail):
        if value:
            lines.append(f"{label + ':':<20}{visible_line(scrub.text(value))}")
    lines += _diagnosis(detail, scrub)
    for attempt in detail.attempts:
        lines += ["", *_attempt(attempt, detail, scrub, headers=headers, bodies=bodies)]
    return "\n".join(lines) + "\n"


def _facts(row: LogRow, detail: ExchangeDetail) -> tuple[tuple[str, str], ...]:
    summary = row.summary
    url = detail.attempts[-1].url if detail.attempts else summary.path
    tokens = [f"{count:,} {word}" for count, word in ((row.input_tokens, "in"), (row.output_tokens, "out")) if count]
    return (
        ("Request ID", summary.request_id or "none was sent by the server"),
        ("Client request ID", summary.client_request_id or ""),
        ("Exchange", summary.id),
        ("Time", moment(summary.started_at)),
        ("Call", " from ".join(part for part in (summary.sdk_method, summary.origin) if part)),
        ("URL", f"{summary.method} {Scrubber().url(url)}"),
        ("Model", summary.model or ""),
        ("Profile", summary.profile),
        ("Status", status(row)),
        ("Duration", seconds_text(summary.duration) or ("still running" if summary.state == "open" else "not known")),
        ("First token", seconds_text(summary.timings.first_token)),
        ("Tokens", ", ".join(tokens)),
        ("Cost", "" if row.cost is None else f"${row.cost:.6f}"),
        ("Pinned", "yes" if row.pinned else ""),
        ("Tags", ", ".join(row.tags)),
        ("Note", row.note),
    )


def _diagnosis(detail: ExchangeDetail, scrub: Scrubber) -> list[str]:
    found = diagnose(detail)
    if found is None:
        return []
    width = min(100, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 100
    lines = [""]
    for label, value in found.rows():
        text = " ".join(visible(scrub.text(value)).split())
        lines += textwrap.wrap(f"{label + ':':<20}{text}", width, subsequent_indent=" " * 20, break_long_words=False)
    return lines


def _begun(attempt: AttemptDetail, detail: ExchangeDetail) -> str:
    """When a later attempt began, how long was waited before it, and how long the server had asked to wait."""
    found = waterfall(detail)
    for gap, bar in zip(found.gaps, found.bars[1:], strict=False):
        if bar.number == attempt.number:
            told = f", {seconds_text(gap.told)} asked for" if gap.told is not None else ""
            return f" (begun {seconds_text(bar.start)} after the first, {seconds_text(gap.seconds)} waited{told})"
    return ""


def _attempt(
    attempt: AttemptDetail, detail: ExchangeDetail, scrub: Scrubber, *, headers: bool, bodies: bool
) -> list[str]:
    state = str(attempt.status) if attempt.status is not None else attempt.state
    sent, came = size_text(attempt.request_body_size), size_text(attempt.response_body_size)
    begun = _begun(attempt, detail)
    lines = [f"Attempt {attempt.number}{begun}: {state}, {sent} sent, {came} received"]
    if attempt.error and attempt.error != detail.summary.error_message:  # else it has been said
        lines.append(f"  {visible_line(scrub.text(attempt.error))}")
    times = attempt.timings
    moments = (
        ("place in the pool", times.queued),
        ("name looked up", times.resolved),
        ("TLS begun", times.tls),
        ("connected", times.connected),
        ("request sent", times.sent),
        ("first byte", times.first_byte),
        ("first token", times.first_token),
        ("last byte", times.last_byte),
        ("over", times.ended),
    )
    said = [f"{label} {seconds_text(value)}" for label, value in moments if value is not None]
    if said:
        lines.append("  " + ", ".join(said))
    sides = (
        ("Request", attempt.request_headers, attempt.request_body, attempt.request_body_capped),
        ("Response", attempt.response_headers, attempt.response_body, attempt.response_body_capped),
    )
    for side, named, body, capped in sides:
        if headers and named:
            lines += ["", f"  {side} headers"]
            lines += [f"    {visible_line(f'{name}: {value}')}" for name, value in scrub.headers(named)]
        if bodies and body:
            text, coded = body_text(body, scrub)
            lines += ["", f"  {side} body{' (the log keeps its beginning)' if capped else ''}", ""]
            lines.append(visible(decode(body) if coded else text).rstrip("\n"))
    return lines
