"""The document that is open, as far as files go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.core.errors import Problem, ProblemError, explain
from playground.core.schemas.library import PLAIN, Stamp, Stored, Style

if TYPE_CHECKING:
    from playground.panels.schemas.shelf import Shelf

NEW = """{
  "type": "object",
  "properties": {},
  "required": [],
  "additionalProperties": false
}
"""


@dataclass(frozen=True, slots=True)
class Current:
    """What is known of its file."""

    entry_id: str = ""
    """Of the library; empty: it is in no file."""
    stamp: Stamp | None = None
    """How the file was when it was read."""
    style: Style = PLAIN
    saved: str | None = field(default=None, repr=False)
    """The text that needs no saving: the file's, or one that came from elsewhere and is still there. None: there is
    none, or it is being read."""
    version: int = 0
    newest: int = 0

    @classmethod
    def of(cls, stored: Stored) -> Current:
        return cls(stored.entry.id, stored.stamp, stored.style, stored.text, stored.version, stored.newest)


class Saved:
    """What follows a save of one document."""

    def __init__(self, shelf: Shelf, serial: int) -> None:
        self._shelf, self._serial = shelf, serial

    def __call__(self, stored: Stored) -> None:
        self._shelf.saved(stored, self._serial)


def problem_of(error: BaseException) -> Problem:
    """In a person's words."""
    return error.problem if isinstance(error, ProblemError) else explain(error)
