"""What went wrong, in a person's words, with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened, why, what to do; in a person's words."""

    title: str
    """What happened."""
    cause: str
    """Why."""
    remedy: str
    """What to do."""
    retry: str = ""
    """Whether trying again helps, and when; empty where nothing can be said."""
    status: int | None = None
    type: str | None = None
    code: str | None = None
    param: str | None = None
    request_id: str | None = None
    server_words: str | None = None
    """The server's or the library's own words, unchanged."""

    def line(self) -> str:
        """All of it as one line."""
        words = (self.title, self.cause, self.remedy)
        return " ".join(f"{' '.join(text.split()).rstrip('.')}." for text in words if text)

    def to_error_dict(self) -> dict[str, Any]:
        """In the shape of the API's errors, with the status and the request ID."""
        return {
            "message": self.server_words or self.line(),
            "type": self.type,
            "code": self.code,
            "param": self.param,
            "status": self.status,
            "request_id": self.request_id,
        }


class ProblemError(Exception):
    """An error that carries its explanation."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.line())
        self.problem = problem


def explain(error: BaseException, *, base_url: str = "", profile: str = "") -> Problem:
    """What an error means. `base_url` and `profile` only make the words more precise. Never raises."""
    if isinstance(error, ProblemError):
        return error.problem
    return Problem(title=type(error).__name__, cause=str(error), remedy="")


def explain_event(error: Mapping[str, Any], request_id: str | None) -> Problem:
    """What an error inside a stream, or a response's `error`, means."""
    return Problem(title="The answer failed", cause=str(error.get("message") or ""), remedy="", request_id=request_id)
