"""What differs between two attempts: of one call, or of two."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playground.core.diff.bodies import Body, Content, content_of, diff_contents
from playground.core.diff.folding import prepared
from playground.core.diff.headers import LOOPBACK, diff_headers, diff_timings
from playground.core.diff.model import Budget, Change, Diff, DiffLine, Kind

if TYPE_CHECKING:
    from playground.core.exchanges import AttemptDetail, ExchangeDetail

PARTS = (("request", "Request"), ("response", "Response"), ("headers", "Headers"), ("timings", "Timings"))


@dataclass(frozen=True, slots=True)
class Side:
    """One attempt of a call."""

    detail: ExchangeDetail
    attempt: AttemptDetail

    @classmethod
    def of(cls, detail: ExchangeDetail, number: int = -1) -> Side | None:
        """The attempt with that number (from 1), or the last one; None where there is none."""
        if number < 0:
            return cls(detail, detail.attempts[-1]) if detail.attempts else None
        return next((cls(detail, attempt) for attempt in detail.attempts if attempt.number == number), None)

    def request(self) -> Body:
        attempt, path = self.attempt, self.detail.summary.path
        return Body(attempt.request_body, attempt.request_headers, attempt.request_body_size, path)

    def response(self) -> Body:
        attempt, path = self.attempt, self.detail.summary.path
        return Body(attempt.response_body, attempt.response_headers, attempt.response_body_size, path)

    @property
    def seconds(self) -> float | None:
        """How long it took; of the only attempt of a call the whole call, else the attempt."""
        if len(self.detail.attempts) == 1 and self.detail.summary.duration is not None:
            return self.detail.summary.duration
        return self.attempt.timings.last_byte


@dataclass(frozen=True, slots=True)
class Comparison:
    """All parts of two attempts, and the difference in a sentence."""

    left: Side = field(repr=False)
    right: Side = field(repr=False)
    words: str
    request: Diff = field(repr=False)
    response: Diff = field(repr=False)
    headers: Diff = field(repr=False)
    timings: Diff = field(repr=False)

    def part(self, name: str) -> Diff:
        """One of `PARTS`."""
        return {
            "request": self.request, "response": self.response, "headers": self.headers, "timings": self.timings
        }[name]  # fmt: skip


def compare(left: Side, right: Side) -> Comparison:
    """Compare two attempts, within about five seconds whatever they hold. Not for the window's thread."""
    from playground.core.diff.words import in_words

    ours, theirs = content_of(left.request()), content_of(right.request())
    request = _with_line(left, right, diff_contents(left.request(), ours, right.request(), theirs, Budget()))
    got, gets = content_of(left.response()), content_of(right.response())
    response = diff_contents(left.response(), got, right.response(), gets, Budget(), answer=True)
    response = _with_status(left, right, response)
    headers = _headers(left, right)
    sizes = left.attempt.response_body_size, right.attempt.response_body_size
    timings = diff_timings(left.attempt.timings, right.attempt.timings, sizes)
    comparison = Comparison(left, right, "", request, response, headers, timings)
    words = in_words(comparison, (ours, theirs), (got, gets))
    for diff in (request, response, headers, timings):
        prepared(diff)
    return Comparison(left, right, words, request, response, headers, timings)


Contents = tuple[Content, Content]


def same_server(left: Side, right: Side) -> bool:
    """Whether both went to one server: of this machine's whatever its port, which the sandbox has another each time."""
    ours, theirs = urlsplit(left.attempt.url), urlsplit(right.attempt.url)
    if ours.netloc == theirs.netloc:
        return True
    same = left.detail.summary.profile == right.detail.summary.profile and ours.hostname == theirs.hostname
    return same and ours.hostname in LOOPBACK


def _first(before: str, after: str, rest: Diff, kind: Kind = "changed") -> Diff:
    diff = Diff()
    if before == after:
        diff.lines.append(DiffLine("same", before, after))
    else:
        diff.lines.append(DiffLine(kind, before, after))
        diff.changes.append(Change(kind, "", before, after))
    diff.extend(rest)
    return diff


def _with_line(left: Side, right: Side, body: Diff) -> Diff:
    """With the request's first line above."""
    before, after = (f"{side.detail.summary.method} {side.attempt.url}" for side in (left, right))
    parts = [urlsplit(side.attempt.url) for side in (left, right)]
    same = same_server(left, right) and before.split()[0] == after.split()[0] and parts[0][2:4] == parts[1][2:4]
    return _first(before, after, body, "volatile" if same else "changed")


def _with_status(left: Side, right: Side, body: Diff) -> Diff:
    return _first(status_of(left.attempt), status_of(right.attempt), body)


def status_of(attempt: AttemptDetail) -> str:
    """`HTTP 200`, or why there is no answer."""
    if attempt.status is not None:
        broken = attempt.error if attempt.status < 400 else None  # of an error status it is what the body says
        return f"HTTP {attempt.status}" + (f", then {broken}" if broken else "")
    return attempt.error or "no answer"


def _headers(left: Side, right: Side) -> Diff:
    """Those of the request, and below them those of the answer."""
    diff = Diff()
    for title, ours, theirs in (
        ("Request", left.attempt.request_headers, right.attempt.request_headers),
        ("Response", left.attempt.response_headers, right.attempt.response_headers),
    ):
        diff.lines.append(DiffLine("same", f"── {title} ──", f"── {title} ──"))
        diff.extend(diff_headers(ours, theirs))
    return diff
