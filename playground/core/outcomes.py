"""How an exchange stands, in a word and a colour's role. Beside the log's own package, which takes long to import."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.core.exchanges.records import ExchangeSummary


def clock_text(started_at: float) -> str:
    """Local time of day with milliseconds, from Unix seconds."""
    moment = datetime.fromtimestamp(started_at).astimezone()
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def status_text(summary: ExchangeSummary) -> str:
    """The HTTP status, or the word for what has none."""
    if summary.state == "cut":
        return "cut"
    if summary.state == "cancelled":
        return "stopped"
    if summary.state == "failed" and summary.status is not None and summary.status < 400:
        return "broken"  # the head said that all is well
    if summary.status is not None:
        return str(summary.status)
    return "…" if summary.state == "open" else "failed"


def status_role(summary: ExchangeSummary) -> str:
    """The colour role of a status: good, warning (try again), error, muted (nothing yet)."""
    if summary.state in ("cut", "cancelled"):
        return "warning"
    status = summary.status
    if status is None:
        return "error" if summary.state == "failed" else "muted"
    if status in (408, 409, 429):
        return "warning"
    if status >= 400 or summary.state == "failed":
        return "error"
    return "good"


def seconds_so_far(summary: ExchangeSummary) -> float:
    if summary.duration is not None:
        return summary.duration
    return max(0.0, time.time() - summary.started_at) if summary.state == "open" else 0.0
