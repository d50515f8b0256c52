"""What happened to a request, as a person is told it: the doctor's words, what its attempts came to, and when another
try makes sense. For the window, the command line and the support bundle."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from playground.core.error_table import class_of, section_of
from playground.core.exchanges.diagnosis import diagnose, diagnose_attempt
from playground.core.exchanges.endings import problem_of, reason_of
from playground.core.exchanges.export import moment
from playground.core.exchanges.waterfall import told_by
from playground.core.plain import seconds_text

if TYPE_CHECKING:
    from playground.core.errors import Problem
    from playground.core.exchanges.records import AttemptDetail, ExchangeDetail

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
_ORDER = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_AGAIN = ("wait", "soon", "now", "perhaps")


@dataclass(frozen=True, slots=True)
class Story:
    """Of one call. Texts may be empty where there is nothing to say."""

    chip: str
    """Status and code, or how it ended without an answer."""
    role: str
    """Of the chip's colour: good, warning, error, muted."""
    request_id: str
    title: str
    """What happened, in one sentence."""
    text: str
    """Why, and what the attempts came to."""
    remedy: str = ""
    retry: str = ""
    whose: str = ""
    """Whose matter it is."""
    names: tuple[tuple[str, str], ...] = ()
    """The error's `status`, `type`, `code` and `param`, those that it has."""
    param: str = ""
    words: str = field(repr=False, default="")
    """The server's own."""
    section: str = ""
    """Title of the section of the documentation."""
    address: str = ""
    ready_at: float | None = None
    """Unix time from which another try makes sense, where the server named one."""
    asked: float | None = None
    """Seconds that the server had asked to wait."""
    earlier: tuple[str, ...] = ()
    """What became of each attempt before the last, where that was something else."""
    problem: Problem | None = field(repr=False, default=None)


def story(detail: ExchangeDetail) -> Story:
    """May read bodies of megabytes: not for the GUI thread. Never raises."""
    summary = detail.summary
    found = diagnose(detail)
    if found is not None:
        return _of_trouble(detail, found.problem)
    whole = summary.state == "done" and detail.attempts
    reason = reason_of(summary.method, detail.attempts[-1].response_body) if whole else ""
    if reason:
        return replace(_of_trouble(detail, problem_of(reason, summary.request_id)), role="warning")
    return _without_trouble(detail)


def _of_trouble(detail: ExchangeDetail, problem: Problem) -> Story:
    summary, last = detail.summary, detail.attempts[-1]
    sort, whose = class_of(problem.sort or "")
    section, address = section_of(problem.section or "")
    stopped = summary.state == "cancelled"
    ours = summary.state in ("cancelled", "cut")
    names = (("status", str(problem.status or "")), ("type", problem.type or ""), ("code", problem.code or ""),
             ("param", problem.param or ""))  # fmt: skip
    asked = problem.wait if (problem.wait or 0) >= 1 else None  # what is over before it is read is not told
    return Story(
        chip=_chip(problem, last),
        role={"cancelled": "muted", "cut": "warning"}.get(summary.state, "error"),
        request_id=problem.request_id or summary.request_id or summary.client_request_id or "",
        title=_sentence(problem.title),
        text=" ".join(filter(None, (problem.cause, problem.remedy if stopped else "", attempts_words(detail)))),
        remedy="" if stopped else problem.remedy,
        retry=" ".join(filter(None, (problem.retry, _by_itself(detail, problem)))),
        whose="" if ours else f"{sort}. {whose}" if sort else "Not known.",
        names=() if ours else tuple((name, value) for name, value in names if value),
        param=problem.param or "",
        words=problem.server_words or "",
        section=section,
        address=address,
        ready_at=None if asked is None else last.started_at + (last.timings.first_byte or 0.0) + asked,
        asked=asked,
        earlier=tuple(_earlier(detail, problem)),
        problem=problem,
    )


def _without_trouble(detail: ExchangeDetail) -> Story:
    summary = detail.summary
    count = len(detail.attempts)
    request_id = summary.request_id or summary.client_request_id or ""
    if summary.state == "open" and detail.attempts and detail.attempts[-1].state == "failed":
        return _waiting(detail)
    if summary.state == "open":
        answered = summary.status is not None
        text = f"The server answered {summary.status}, and the answer is still coming." if answered else ""
        if count > 1:
            text = f"{text} This is the {_ordinal(count)} attempt.".strip()
        return Story(str(summary.status or "running"), "muted", request_id, "It is under way.", text,
                     earlier=tuple(_earlier(detail, None)))  # fmt: skip
    title = "It went well." if count < 2 else f"It went well at the {_ordinal(count)} attempt."
    words = attempts_words(detail)
    return Story(
        chip=str(summary.status or "done"),
        role="good",
        request_id=request_id,
        title=title,
        text=words or f"The answer was complete after {seconds_text(summary.duration)}.",
        earlier=tuple(_earlier(detail, None)),
    )


def _waiting(detail: ExchangeDetail) -> Story:
    """Between two attempts."""
    last = detail.attempts[-1]
    problem, asked = diagnose_attempt(detail, last), told_by(last)
    why = f"Attempt {last.number} was {_outcome(last)}: {problem.title}." if problem is not None else ""
    return Story(
        chip=str(last.status or "waiting"),
        role="warning",
        request_id=last.request_id or last.client_request_id or "",
        title="It waits to be sent again.",
        text=why,
        words=(problem.server_words or "") if problem is not None else "",
        ready_at=None if asked is None else last.started_at + (last.timings.first_byte or 0.0) + asked,
        asked=asked if (asked or 0) >= 1 else None,
        earlier=tuple(_earlier(detail, problem)),
    )


def attempts_words(detail: ExchangeDetail) -> str:
    """`Three attempts in 6.02 s, all answered 500.`; of a single one, how long it took."""
    took, attempts = seconds_text(detail.summary.duration), detail.attempts
    if len(attempts) < 2:
        failed = detail.summary.state in ("failed", "cut")
        return f"It took {took}." if failed and took else ""
    said = [_outcome(attempt) for attempt in attempts]
    if all(attempt.status is not None for attempt in attempts) and len(set(said)) > 1:
        said = [said[0], *(str(attempt.status) for attempt in attempts[1:])]
    inside = f" in {took}" if took else ""
    head = f"{_number(len(attempts))} attempts{inside}"
    if len(set(said)) == 1:
        return f"{head}, all {said[0]}."
    return f"{head}: {', '.join(said[:-1])}, then {said[-1]}."


def _outcome(attempt: AttemptDetail) -> str:
    if attempt.status is not None:
        return f"answered {attempt.status}"
    return {"cancelled": "stopped", "open": "under way", "cut": "cut off"}.get(attempt.state, "without an answer")


def _earlier(detail: ExchangeDetail, last: Problem | None) -> list[str]:
    found = []
    for attempt in detail.attempts[:-1]:
        problem = diagnose_attempt(detail, attempt)
        if problem is not None and (last is None or problem.title != last.title):
            status = f" ({attempt.status})" if attempt.status is not None else ""
            found.append(f"Attempt {attempt.number}{status}: {_sentence(problem.title)}")
    return found


def _by_itself(detail: ExchangeDetail, problem: Problem) -> str:
    """Why it was not sent again, where somebody could expect it."""
    once = len(detail.attempts) == 1 and detail.summary.state == "failed"
    if once and problem.again in _AGAIN and detail.summary.method not in ("GET", "HEAD"):
        return "It was not sent again by itself: generations are only where the profile says so."
    return ""


def _chip(problem: Problem, attempt: AttemptDetail) -> str:
    name = problem.code or problem.type or ""
    if problem.type == "connection_error":
        return f"no answer: {name.replace('_', ' ')}" if attempt.status is None else name.replace("_", " ")
    return " ".join(filter(None, (str(problem.status or ""), name))) or "failed"


def _sentence(text: str) -> str:
    return text if text[-1:] in ("", ".", "?", "!") else f"{text}."


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _ordinal(count: int) -> str:
    return _ORDER[count] if count < len(_ORDER) else f"{count}th"


def told(detail: ExchangeDetail, found: Story) -> str:
    """A story as plain text, for a mail or a ticket: with the call it is of, when it was, and its IDs."""
    summary = detail.summary
    model = f", model {summary.model}" if summary.model else ""
    ids = [summary.request_id or "", summary.client_request_id or ""]
    rows = (
        ("", f"{found.title} {found.text}".strip()),
        ("", "\n".join(found.earlier)),
        ("What to do", found.remedy),
        ("Will a retry help", found.retry),
        ("Whose matter", found.whose),
        ("Error", ", ".join(f"{name} {value}" for name, value in found.names)),
        ("The server's words", found.words),
        ("Documentation", f"{found.section}, {found.address}" if found.address else ""),
        ("Request", f"{summary.method} {summary.path}{model}"),
        ("Begun", moment(summary.started_at)),
        ("Request IDs", ", ".join(filter(None, ids))),
    )
    return "\n".join(f"{label}: {text}" if label else text for label, text in rows if text) + "\n"
