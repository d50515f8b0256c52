"""What keeps a saved request from being read, written or run."""

from __future__ import annotations

from pathlib import Path

from playground.core.errors import Problem, ProblemError


class SavedProblem(ProblemError):
    """A file of a collection that cannot be used. `path`, `line` (from 1; None: the whole file) and `reason` say where
    and why."""

    def __init__(self, title: str, reason: str, remedy: str, *, path: Path | None = None, line: int | None = None):
        super().__init__(Problem(title, reason, remedy, "Not as it is.", type="usage"))
        self.path, self.line, self.reason = path, line, reason


def broken(
    path: Path, line: int | None, reason: str, remedy: str = "Edit the file; the others are not touched."
) -> SavedProblem:
    """The problem of a file that cannot be read."""
    where = path.name if line is None else f"{path.name}, line {line}"
    return SavedProblem(f"{where} cannot be read", reason, remedy, path=path, line=line)
