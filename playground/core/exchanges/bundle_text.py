"""The support bundle's summary.md: what happened, in words that OpenAI's support can use, and all that they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from playground.core.exchanges.diagnosis import diagnose
from playground.core.exchanges.log import LogRow
from playground.core.exchanges.records import AttemptDetail, ExchangeDetail
from playground.core.exchanges.scrub import Scrubber
from playground.core.plain import seconds_text, size_text
from playground.core.profiles import OPENAI_BASE_URL, Profile
from playground.core.visible import visible_line

DETAILED = 50
"""Exchanges that are told of one by one; all are in the table and in exchanges.json."""
LISTED = 2000
"""Lines of the table."""
_MARKS = re.compile(r"([\\`*<>|~]|(?<!\w)_|_(?!\w)|(?<=\])\()")
"""What would be Markdown: not an underscore within a name, nor brackets that are no link."""
_HEADERS = (
    ("Processing time", "openai-processing-ms", " ms"),
    ("API version", "openai-version", ""),
    ("Organisation that answered", "openai-organization", ""),
    ("Project that answered", "openai-project", ""),
    ("Edge", "cf-ray", ""),
)


def local(seconds: float) -> str:
    """Unix seconds in this computer's zone, to the millisecond: `2026-11-27 12:03:11.204 +01:00`."""
    return _moment(lambda: datetime.fromtimestamp(seconds).astimezone())


def utc(seconds: float) -> str:
    """The same in UTC."""
    return _moment(lambda: datetime.fromtimestamp(seconds, UTC))


def _moment(make: Callable[[], datetime]) -> str:
    try:
        return make().isoformat(" ", "milliseconds").replace("+", " +")
    except (ValueError, OverflowError, OSError):
        return "not known"


class SummaryWriter:
    """Gathers what is to be said of each exchange, and says it."""

    def __init__(self, scrub: Scrubber, profiles: Mapping[str, Profile]) -> None:
        """`profiles`: by their name, for what the requests themselves do not say."""
        self._scrub, self._profiles = scrub, profiles
        self._lines: list[str] = []
        self._sections: list[str] = []
        self._first: float | None = None
        self._last = 0.0
        self.count = 0

    def add(self, row: LogRow, detail: ExchangeDetail, bodies: bool) -> None:
        """Tell of one exchange. They are told of in the order in which they come."""
        self.count += 1
        summary = row.summary
        self._first = min(summary.started_at, self._first or summary.started_at)
        self._last = max(summary.started_at, self._last)
        if len(self._lines) < LISTED:
            status = summary.status if summary.status is not None else summary.state
            cells = (self.count, utc(summary.started_at), f"{summary.method} {summary.path}", summary.model, status,
                     summary.error_code, summary.request_id or summary.client_request_id)  # fmt: skip
            self._lines.append(self._line(cells))
        if self.count <= DETAILED:
            self._sections += self._section(row, detail, bodies)

    def text(self, surroundings: Mapping[str, str], removed: Mapping[str, int], bodies: str) -> str:
        """The whole document. `removed`: how many secrets of each kind; `bodies`: in words, which are in the files."""
        many = f"{self.count} request{'' if self.count == 1 else 's'}"
        lines = ["# Support bundle", "", f"{many}, recorded by the program that made or read them."]
        if self._first is not None:
            span = f"{utc(self._first)} to {utc(self._last)}" if self.count > 1 else utc(self._first)
            lines += [f"Begun: {span}.", "All times are given with their zone."]
        lines += ["", self._line(("No.", "Begun (UTC)", "Request", "Model", "Status", "Error", "Request ID"))]
        lines += ["|---:|---|---|---|---|---|---|", *self._lines]
        if self.count > LISTED:
            lines += ["", f"{self.count - LISTED} more are in exchanges.json."]
        lines += self._sections
        if self.count > DETAILED:
            lines += ["", f"The other {self.count - DETAILED} requests are in exchanges.json in full."]
        lines += ["", "## Environment", ""]
        lines += [self._fact(pair) for pair in surroundings.items()]
        lines += ["", "## Files", "", "- `exchanges.json`: every request with its attempts, headers and timings."]
        lines += [f"- `log.har`: the same as HAR 1.2, an entry for each attempt. {bodies}"]
        lines += ["", "## What was taken out", ""]
        lines += [f"- {self._plain(kind)}: {number}" for kind, number in sorted(removed.items())]
        lines += [] if removed else ["Nothing was found that looks like a secret."]
        lines += ["", "Keys, tokens, cookies and named patterns are replaced by `[removed]`; the log itself keeps the"]
        lines += ["Authorization header and cookies of no request."]
        return "\n".join(lines) + "\n"

    # Parts ------------------------------------------------------------------------------------------------------

    def _plain(self, text: object) -> str:
        """Any text as one line in which nothing is Markdown."""
        words = " ".join(visible_line(self._scrub.text(str(text)).replace("\r", " ").replace("\n", " ")).split())
        return _MARKS.sub(r"\\\1", words)

    def _line(self, cells: Iterable[object]) -> str:
        return f"| {' | '.join('' if cell is None else self._plain(cell) for cell in cells)} |"

    def _fact(self, pair: tuple[str, object]) -> str:
        return f"- {pair[0]}: {self._plain(pair[1])}"

    def _section(self, row: LogRow, detail: ExchangeDetail, bodies: bool) -> list[str]:
        summary = row.summary
        status = summary.status if summary.status is not None else summary.state
        title = f"{summary.method} {summary.path}: {status} {summary.error_code or ''}"
        lines = ["", f"## {self.count}. {self._plain(title)}", ""]
        lines += [f"**{_titled(label)}** {self._plain(value)}  " for label, value in self._told(detail)]
        lines += ["", *(self._fact(pair) for pair in self._facts(row, detail) if pair[1] not in (None, ""))]
        return [*lines, "", *self._attempts(detail, bodies)]

    def _told(self, detail: ExchangeDetail) -> list[tuple[str, str]]:
        found = diagnose(detail)
        if found is None:
            return [("What happened", "It went well." if detail.summary.state == "done" else "It is under way.")]
        return [(label, value) for label, value in found.rows() if label not in ("Error", "The server's words")]

    def _facts(self, row: LogRow, detail: ExchangeDetail) -> list[tuple[str, object]]:
        summary, problem = row.summary, diagnose(detail)
        last = detail.attempts[-1] if detail.attempts else None
        url = self._scrub.url(last.url.partition("?")[0]) if last else summary.path
        error = problem.problem if problem else None
        profile = self._profiles.get(summary.profile)
        sent = {name.lower(): value for name, value in last.request_headers} if last else {}
        ended = None if summary.duration is None else summary.started_at + summary.duration
        tokens = [
            f"{count:,} {word}" for count, word in ((row.input_tokens, "in"), (row.output_tokens, "out")) if count
        ]
        facts: list[tuple[str, object]] = [
            ("Request ID", summary.request_id or "the server sent none"),
            ("Client request ID", summary.client_request_id),
            ("Model", summary.model),
            ("Endpoint", f"{summary.method} {url}"),
            ("SDK method", summary.sdk_method),
            ("HTTP status", summary.status if summary.status is not None else f"none ({summary.state})"),
            ("Error type", error.type if error else None),
            ("Error code", (error.code if error else None) or summary.error_code),
            ("Error param", error.param if error else None),
            ("Error message", (error.server_words if error else None) or summary.error_message),
            ("Begun (local)", local(summary.started_at)),
            ("Begun (UTC)", utc(summary.started_at)),
            ("Ended (UTC)", utc(ended) if ended is not None else None),
            ("Took", seconds_text(summary.duration)),
            ("First token", seconds_text(summary.timings.first_token)),
            ("Tokens", ", ".join(tokens)),
            ("Profile", summary.profile),
            ("Base URL", url.removesuffix(summary.path) if last else _base(profile) if profile else None),
            ("Organisation", sent.get("openai-organization") or (profile.organization if profile else None)),
            ("Project", sent.get("openai-project") or (profile.project if profile else None)),
            ("Made by", summary.origin),
            ("Note", row.note),
        ]
        headers = {name.lower(): value for name, value in last.response_headers} if last else {}
        return facts + [(label, f"{headers[name]}{unit}") for label, name, unit in _HEADERS if headers.get(name)]

    def _attempts(self, detail: ExchangeDetail, bodies: bool) -> list[str]:
        number = len(detail.attempts)
        head = ("No.", "Begun (UTC)", "Waited", "Took", "Status", "Request ID", "Client request ID", "Sent", "Received",
                "Error")  # fmt: skip
        lines = [
            f"{number} attempt{'' if number == 1 else 's'}:",
            "",
            self._line(head),
            "|---:|---|---:|---:" + "|---" * 6 + "|",
        ]
        before: AttemptDetail | None = None
        for attempt in detail.attempts:
            lines.append(self._line(_cells(attempt, before)))
            before = attempt
        return lines if bodies else [*lines, "", "The bodies of this request were left out."]


def _titled(label: str) -> str:
    return label if label.endswith("?") else f"{label}:"


def _cells(attempt: AttemptDetail, before: AttemptDetail | None) -> tuple[object, ...]:
    waited, end = "", None if before is None else _end(before)
    if before is not None and end is not None:
        waited = seconds_text(max(0.0, attempt.started_at - before.started_at - end))
    return (
        attempt.number,
        utc(attempt.started_at),
        waited,
        seconds_text(_end(attempt)),
        attempt.status if attempt.status is not None else attempt.state,
        attempt.request_id,
        attempt.client_request_id,
        size_text(attempt.request_body_size),
        size_text(attempt.response_body_size),
        attempt.error,
    )


def _end(attempt: AttemptDetail) -> float | None:
    """Seconds from its beginning until it was over."""
    return attempt.timings.ended if attempt.timings.ended is not None else attempt.timings.last_byte


def _base(profile: Profile) -> str:
    return profile.base_url or ("the sandbox's own" if profile.is_sandbox else OPENAI_BASE_URL)
