"""What went wrong in a recorded exchange, whose matter it is, what to do, and whether and when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.core.error_table import class_of, section_of
from playground.core.errors import Problem, explain_answer, explain_event, explain_failure
from playground.core.exchanges import salvage, texts
from playground.core.exchanges.records import AttemptDetail, ExchangeDetail, ExchangeSummary


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Of the last attempt of an exchange."""

    problem: Problem
    attempts: int

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Label and value, as a person reads them; what is empty is left out."""
        problem = self.problem
        numbers = (
            str(problem.status or ""),
            f"type {problem.type}" if problem.type else "",
            f"code {problem.code}" if problem.code else "",
            f"param {problem.param}" if problem.param else "",
        )
        sort, whose = class_of(problem.sort or "")
        section, address = section_of(problem.section or "")
        found = (
            ("What happened", problem.title),
            ("Kind", f"{sort}. {whose}" if sort else "Not known."),
            ("Why", problem.cause),
            ("What to do", problem.remedy),
            ("Try again?", problem.retry),
            ("Error", ", ".join(filter(None, numbers))),
            ("The server's words", problem.server_words or ""),
            ("Documentation", f"{section}, {address}" if address else ""),
        )
        return tuple((label, value) for label, value in found if value)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        problem = self.problem
        section, address = section_of(problem.section or "")
        return {
            "class": problem.sort or "unknown",
            "again": problem.again or "unknown",
            "wait": problem.wait,
            "documentation": {"title": section, "url": address} if address else None,
            "title": problem.title,
            "cause": problem.cause,
            "remedy": problem.remedy,
            "retry": problem.retry,
            "status": problem.status,
            "type": problem.type,
            "code": problem.code,
            "param": problem.param,
            "request_id": problem.request_id,
            "server_words": problem.server_words,
        }


def diagnose(detail: ExchangeDetail) -> Diagnosis | None:
    """None for one that is under way, or went well."""
    summary = detail.summary
    if summary.error_code == salvage.CODE:
        return Diagnosis(_damaged(summary), len(detail.attempts))
    if summary.state in ("open", "done") or not detail.attempts:
        return None
    return Diagnosis(_problem(detail, detail.attempts[-1]), len(detail.attempts))


def _damaged(summary: ExchangeSummary) -> Problem:
    words = (summary.error_message or "").removeprefix(salvage.DAMAGED)
    return Problem(
        "The record of this request is damaged",
        words[:1].upper() + words[1:],
        "What could be read of it is shown. It can be deleted; the next start of the program looks at the whole file "
        "where SQLite finds damage.",
        "The request itself may have gone well: only what the log has of it is damaged.",
        status=summary.status,
        type=salvage.CODE,
        sort="local",
        request_id=summary.request_id,
    )


def diagnose_attempt(detail: ExchangeDetail, attempt: AttemptDetail) -> Problem | None:
    """The same of one attempt that is not the last; None where it did not fail."""
    if attempt.state != "failed":
        return None
    at = _at(detail, attempt)
    if attempt.status is not None and attempt.status >= 400:
        return explain_answer(attempt.status, _headers(attempt), attempt.response_body, **at)
    return explain_failure("TransportError", attempt.error or "", **at)


def _at(detail: ExchangeDetail, attempt: AttemptDetail) -> dict[str, str]:
    return {"base_url": _base_url(attempt.url, detail.summary.path), "profile": detail.summary.profile}


def _headers(attempt: AttemptDetail) -> dict[str, str]:
    return {name.lower(): value for name, value in attempt.response_headers}


def _problem(detail: ExchangeDetail, attempt: AttemptDetail) -> Problem:
    summary = detail.summary
    at = _at(detail, attempt)
    if summary.state == "cut":
        return Problem(
            "Cut off",
            "This program ended before the answer did. What had come is kept.",
            "Send it again. The work may have been done and billed: the client request ID finds it.",
            "Yes; the work may then be done twice.",
            status=summary.status,
            type="cut",
            sort="local",
            again="now",
            request_id=summary.request_id,
        )
    if summary.state == "cancelled":
        return Problem(
            "Stopped", "It was cancelled here.", "What had come is kept.", "Yes.", status=summary.status,
            type="cancelled", request_id=summary.request_id, sort="local", again="now",
        )  # fmt: skip
    headers = _headers(attempt)
    if attempt.status is not None and attempt.status >= 400:
        return explain_answer(attempt.status, headers, attempt.response_body, **at)
    if attempt.status is not None and attempt.state == "failed":
        stream = "text/event-stream" in headers.get("content-type", "")
        fault = texts.fault_of(attempt.response_body, stream=stream)
        if fault is not None:
            error = {"code": fault.code, "message": fault.message}
            return explain_event(error, summary.request_id, **at)
    return explain_failure(summary.error_code or "", summary.error_message or "", **at)


def _base_url(url: str, path: str) -> str:
    plain = url.partition("?")[0]
    return plain.removesuffix(path) if path and plain.endswith(path) else plain
