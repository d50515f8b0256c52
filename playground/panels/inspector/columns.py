"""The columns of the list: what each shows, how it sorts, and which are shown where nobody chose."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from playground.core.outcomes import clock_text, seconds_so_far, status_role, status_text
from playground.core.plain import seconds_text
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from playground.core.exchanges import LogRow


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    id: str
    title: str
    width: int
    """Pixels at 100 % type."""
    text: Callable[[LogRow], str]
    order: str = ""
    """The log's column it sorts by; "" where it sorts by time, or not at all."""
    role: str = "muted"
    mono: bool = False
    right: bool = False
    shown: bool = True
    """Where nobody chose."""
    hint: str = ""
    narrow: bool = True
    """Whether it is shown in a narrow window, where nobody chose."""
    grows: bool = False
    """Whether it takes of the width that is left over."""


def _time(row: LogRow) -> str:
    """The time of day with milliseconds; before today, the day too."""
    started = row.summary.started_at
    clock = clock_text(started)
    moment, now = (datetime.fromtimestamp(at).astimezone() for at in (started, time.time()))
    return clock if moment.date() == now.date() else f"{moment:%m-%d} {clock[:8]}"


def _duration(row: LogRow) -> str:
    summary = row.summary
    if summary.state == "open":
        return f"{seconds_so_far(summary):.1f} s …"
    return seconds_text(summary.duration)


def money(cost: float | None) -> str:
    """US dollars; empty where unknown."""
    if cost is None:
        return ""
    return f"${cost:.4f}" if cost < 1 else f"${cost:,.2f}"


COLUMNS: tuple[Column, ...] = (
    Column("marks", "", 26, lambda row: "", hint="Pinned requests and notes"),
    Column("time", "Time", 122, _time, mono=True, hint="When it began, local time"),
    Column("method", "Method", 70, lambda row: row.summary.method, "method", mono=True),
    Column("path", "Path", 150, lambda row: row.summary.path, "path", "text", mono=True, grows=True),
    Column("call", "Call", 160, lambda row: row.summary.sdk_method, "sdk_method", "text", hint="The SDK's method",
           narrow=False, grows=True),
    Column("model", "Model", 122, lambda row: row.summary.model or "", "model", grows=True),
    Column("status", "Status", 66, lambda row: status_text(row.summary), "status"),
    Column("error", "Error", 140, lambda row: row.summary.error_code or "", "error_code", grows=True),
    Column("duration", "Duration", 82, _duration, "duration", "text", right=True),
    Column("first", "First token", 92, lambda row: seconds_text(row.summary.timings.first_token) or "", "first_token",
           right=True, hint="From the last attempt's beginning to its first token"),
    Column("tokens", "Tokens", 72, lambda row: "" if row.tokens is None else f"{row.tokens:,}", "tokens", right=True,
           shown=False, hint="In and out, as the server counted"),
    Column("cost", "Cost", 78, lambda row: money(row.cost), "cost", right=True, hint="Where the price is known"),
    Column("attempts", "Attempts", 80, lambda row: str(row.summary.attempts), "attempts", "text", right=True),
    Column("request_id", "Request ID", 158, lambda row: row.summary.request_id or "", "request_id", "accent",
           mono=True, grows=True),
    Column("profile", "Profile", 110, lambda row: row.summary.profile, "profile", shown=False),
    Column("origin", "From", 84, lambda row: row.summary.origin, "origin", shown=False,
           hint="The part of the program that made the call"),
    Column("client_id", "Client request ID", 210, lambda row: row.summary.client_request_id or "", role="accent",
           mono=True, shown=False, hint="Sent as X-Client-Request-Id: it finds also what never got an answer"),
    Column("tags", "Tags", 110, lambda row: " ".join(row.tags), shown=False),
    Column("note", "Note", 180, lambda row: row.note.replace("\n", " "), shown=False),
)  # fmt: skip
PLACES = {column.id: place for place, column in enumerate(COLUMNS)}


def role_of(row: LogRow, column: Column) -> str:
    """The colour's role of a cell."""
    return status_role(row.summary) if column.id == "status" else column.role


def shown_text(row: LogRow, column: Column) -> str:
    """A cell as it may be shown: spelled out, and masked while presenting."""
    return shown_line(column.text(row))
