"""The attempts of a call and the waits between them as bars on one axis of time. No Qt: the window, the command line
and the support bundle draw from the same values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from itertools import pairwise
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from playground.core.error_table import wait_of

if TYPE_CHECKING:
    from playground.core.exchanges.records import AttemptDetail, ExchangeDetail, State, Timings

PhaseKind = Literal["queue", "dns", "connect", "tls", "send", "server", "token", "stream"]
GapKind = Literal["back-off", "redirect"]

PHASES: Mapping[PhaseKind, str] = {
    "queue": "Queue",
    "dns": "DNS",
    "connect": "Connect",
    "tls": "TLS",
    "send": "Send",
    "server": "Server",
    "token": "First token",
    "stream": "Answer",
}
"""In the order in which they come, and what a person calls them."""
MEANINGS: Mapping[str, str] = {
    "queue": "until a connection could be asked for",
    "dns": "until the server's address was known",
    "connect": "until the connection stood",
    "tls": "until the connection was secure",
    "send": "until the last byte of the request was sent",
    "server": "until the head of the answer was there",
    "token": "from the answer's head to the first token",
    "stream": "until the last byte of the answer was read",
    "back-off": "the wait before the next attempt",
    "redirect": "until the request went to where the server pointed",
}


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of an attempt, in seconds since the call began."""

    kind: PhaseKind
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Bar:
    """One attempt. Its phases follow one another without a gap and fill it."""

    number: int
    start: float
    """Seconds since the call began."""
    end: float
    phases: tuple[Phase, ...]
    state: State
    status: int | None
    error: str | None
    request_id: str
    """The server's, else the one that was sent along; empty: neither is known."""
    reused: bool
    """Whether it had a connection that was there already."""
    over: bool
    """Whether its end is known; else it reaches as far as anything of it is."""

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def failed(self) -> bool:
        return self.state == "failed" or (self.status or 0) >= 400

    @property
    def outcome(self) -> str:
        """`503`, `no answer`, `running`."""
        if self.status is not None:
            return str(self.status)
        return {"open": "running", "cancelled": "stopped", "cut": "cut off"}.get(self.state, "no answer")


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two attempts."""

    kind: GapKind
    start: float
    end: float
    told: float | None = None
    """Seconds that the server had asked to wait."""

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One call. `seconds`: from its beginning to the end of the last attempt, or of the wait it was stopped in."""

    bars: tuple[Bar, ...]
    gaps: tuple[Gap, ...]
    """One behind each bar but the last; behind the last too, where the call was stopped in the wait after it."""
    seconds: float
    over: bool

    def rows(self) -> Iterator[Bar | Gap]:
        """From first to last, as they came."""
        for number, bar in enumerate(self.bars):
            yield bar
            if number < len(self.gaps):
                yield self.gaps[number]

    def kinds(self) -> tuple[str, ...]:
        """Which phases and gaps there are, in their order: what a legend has to explain."""
        found = {phase.kind for bar in self.bars for phase in bar.phases}
        gaps = {gap.kind for gap in self.gaps if gap.seconds > 0}
        return (*(kind for kind in PHASES if kind in found), *sorted(gaps))


def waterfall(detail: ExchangeDetail) -> Waterfall:
    """The bars of an exchange. One of a log of an older version, or from elsewhere, may lack moments: a bar then ends
    where the last thing known of it is."""
    summary = detail.summary
    # Of a damaged row that cannot be read, and is 0.
    began = summary.started_at or (detail.attempts[0].started_at if detail.attempts else 0.0)
    bars: list[Bar] = []
    for attempt in detail.attempts:
        earliest = bars[-1].end if bars else 0.0
        bars.append(_bar(attempt, max(earliest, attempt.started_at - began)))
    gaps = [_gap(bar, after, detail.attempts[number]) for number, (bar, after) in enumerate(pairwise(bars))]
    end = bars[-1].end if bars else 0.0
    seconds = end if summary.duration is None else max(end, summary.duration)
    if bars and summary.state == "cancelled" and bars[-1].failed and seconds > end:
        gaps.append(Gap("back-off", end, seconds, told_by(detail.attempts[-1])))
    elif bars and not bars[-1].over and summary.duration is not None:
        bars[-1] = _stretched(bars[-1], seconds)
    return Waterfall(tuple(bars), tuple(gaps), seconds, summary.duration is not None)


def _bar(attempt: AttemptDetail, start: float) -> Bar:
    times = attempt.timings
    end = _end(times)
    return Bar(
        number=attempt.number,
        start=start,
        end=start + end,
        phases=tuple(_phases(attempt, start, end)),
        state=attempt.state,
        status=attempt.status,
        error=attempt.error,
        request_id=attempt.request_id or attempt.client_request_id or "",
        reused=times.connected is not None and times.queued is None and times.resolved is None and times.tls is None,
        over=times.ended is not None,
    )


def _end(times: Timings) -> float:
    """Seconds since the attempt began."""
    if times.ended is not None:
        return times.ended
    known = (times.last_byte, times.first_token, times.first_byte, times.sent, times.connected, times.tls,
             times.resolved, times.queued)  # fmt: skip
    return max((moment for moment in known if moment is not None), default=0.0)


def _phases(attempt: AttemptDetail, start: float, end: float) -> Iterator[Phase]:
    """Each moment that is known ends a phase; what is behind the last belongs to the phase that did not come to its
    end."""
    times = attempt.timings
    moments: tuple[tuple[PhaseKind, float | None], ...] = (
        ("queue", times.queued),
        ("dns", times.resolved),
        ("connect", times.connected if times.tls is None else times.tls),
        ("tls", times.connected if times.tls is not None else None),
        ("send", times.sent),
        ("server", times.first_byte),
        ("token", times.first_token),
        ("stream", end if times.first_byte is not None else None),
    )
    before = 0.0
    for kind, moment in moments:
        if moment is not None and moment > before:
            yield Phase(kind, start + before, start + min(moment, end))
            before = min(moment, end)
    if end > before:
        yield Phase(_unfinished(attempt), start + before, start + end)


def _unfinished(attempt: AttemptDetail) -> PhaseKind:
    """What an attempt was at when it ended without an answer."""
    times = attempt.timings
    if times.sent is not None:
        return "server"
    if times.connected is not None:
        return "send"
    if times.tls is not None:
        return "tls"
    if times.resolved is not None or _is_address(attempt.url):
        return "connect"
    return "dns" if times.queued is not None else "queue"


def _is_address(url: str) -> bool:
    """Whether a URL names its host by number, which needs no look-up."""
    try:
        ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def _gap(bar: Bar, after: Bar, attempt: AttemptDetail) -> Gap:
    redirect = bar.status is not None and 300 <= bar.status < 400
    return Gap("redirect" if redirect else "back-off", bar.end, after.start, told_by(attempt))


def told_by(attempt: AttemptDetail) -> float | None:
    """Seconds that the server asked to wait; a date counts from when the answer came."""
    headers = {name.lower(): value for name, value in attempt.response_headers}
    return wait_of(headers, attempt.started_at + (attempt.timings.first_byte or 0.0))


def _stretched(bar: Bar, end: float) -> Bar:
    """A bar of which no end is known, to the end of its call."""
    if end <= bar.end:
        return bar
    last = replace(bar.phases[-1], end=end) if bar.phases else Phase("server", bar.start, end)
    return replace(bar, end=end, phases=(*bar.phases[:-1], last))


ABOUT = (
    "openai-processing-ms",
    "openai-version",
    "openai-organization",
    "openai-project",
    "openai-model",
    "x-request-id",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "x-envoy-upstream-service-time",
    "cf-ray",
    "via",
    "server",
    "date",
)
"""Headers that say who answered, and how long it took them."""


def about(attempt: AttemptDetail) -> tuple[tuple[str, str], ...]:
    """What the answer's headers say of the server: name and value, those that are there."""
    headers: dict[str, str] = {}
    for name, value in attempt.response_headers:
        headers.setdefault(name.lower(), value)
    return tuple((name, headers[name]) for name in ABOUT if headers.get(name))


def about_words(detail: ExchangeDetail) -> str:
    """The server's own account of the last attempt, in a line: `openai-processing-ms 1,480 · openai-version …`."""
    said = dict(about(detail.attempts[-1])) if detail.attempts else {}
    took = said.get("openai-processing-ms", "")
    if took.isascii() and took.isdigit() and len(took) < 12:
        said["openai-processing-ms"] = f"{int(took):,}"
    names = ("openai-processing-ms", "openai-version")
    return " · ".join(f"{name} {said[name]}" for name in names if name in said)
