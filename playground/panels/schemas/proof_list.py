"""The runs of a proof as a list, as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex

from playground.core.schemas.proof.showing import run_words
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, Index, RowsModel

if TYPE_CHECKING:
    from playground.core.schemas.proof import Outcome, Verdict

WORDS: dict[Verdict, tuple[str, str]] = {
    "valid": ("valid", "good"),
    "invalid": ("not valid", "error"),
    "cut": ("cut short", "warning"),
    "refused": ("refused", "warning"),
    "failed": ("failed", "error"),
}


class Outcomes(RowsModel):
    """All of them, or only those that are not valid."""

    titles = ("Input", "Run", "Result", "Tokens")
    hints = ("Which input", "Which run of it", "What came of it", "Tokens of the output")
    right = frozenset({3})

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Outcome] = []
        self._rows: list[Outcome] = []
        self._only_wrong = False

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._rows)

    def clear(self) -> None:
        self.beginResetModel()
        self._all, self._rows = [], []
        self.endResetModel()

    def add(self, outcomes: list[Outcome]) -> None:
        """More at the end."""
        self._all += outcomes
        shown = [one for one in outcomes if self._shows(one)]
        if shown:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(shown) - 1)
            self._rows += shown
            self.endInsertRows()

    def set_only_wrong(self, only: bool) -> None:
        if only != self._only_wrong:
            self._only_wrong = only
            self.beginResetModel()
            self._rows = [one for one in self._all if self._shows(one)]
            self.endResetModel()

    def _shows(self, one: Outcome) -> bool:
        return not (self._only_wrong and one.is_good)

    def outcome(self, row: int) -> Outcome | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, outcome: Outcome) -> int:
        return next((row for row, one in enumerate(self._rows) if one is outcome), -1)

    def cell(self, row: int, column: int) -> Cell:
        one = self._rows[row]
        if column == 0:
            return Cell(f"{one.input + 1:,}")
        if column == 1:
            return Cell(f"{one.run + 1:,}", "muted")
        if column == 2:
            words, role = WORDS[one.verdict]
            return Cell(words if one.is_good else shown_line(_short(one, words)), role)
        return Cell("" if one.output_tokens is None else f"{one.output_tokens:,}", "muted", right=True)

    def hint(self, row: int, column: int) -> str:
        one = self._rows[row]
        return f"{run_words(one)}: {one.words}"


def _short(one: Outcome, words: str) -> str:
    """What is wrong in a few words."""
    if one.verdict == "cut":
        return one.words.rstrip(".").lower()
    if one.verdict == "failed" and one.problem is not None:
        return one.problem.title
    if one.wrong:
        return one.wrong[0].line() if one.wrong[0].path else one.wrong[0].words
    return words
