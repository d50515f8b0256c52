"""What became of an exchange, and when what happened in it, in words."""

from __future__ import annotations

from playground.core.exchanges.records import ExchangeSummary
from playground.core.plain import seconds_text


def outcome(summary: ExchangeSummary) -> str:
    """What became of it, in one sentence."""
    status = f"The server answered {summary.status}" if summary.status is not None else "No answer came"
    code = f" {summary.error_code}" if summary.error_code else ""
    words = f": {summary.error_message}" if summary.error_message else "."
    match summary.state:
        case "open":
            return "Under way." if summary.status is None else f"{status}, and the answer is still coming."
        case "cancelled":
            return "Stopped from here; what had come is kept."
        case "cut":
            return "Cut off: the program ended before the answer did. What had come is kept."
        case "failed":
            return f"{status}{code}{words}"
        case _:
            return f"{status}."


def timing_rows(summary: ExchangeSummary) -> tuple[tuple[str, str], ...]:
    """The last attempt's moments, each as the time since it began."""
    timings = summary.timings
    rows = (
        ("Place in the pool", timings.queued),
        ("Connected", timings.connected),
        ("Request sent", timings.sent),
        ("First byte", timings.first_byte),
        ("First token", timings.first_token),
        ("Last byte", timings.last_byte),
    )
    return tuple((label, seconds_text(value)) for label, value in rows if value is not None)
