"""The history's rows as Qt sees them: newest first, a page at a time, changed in place as the store tells."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from playground.panels.compose import words

if TYPE_CHECKING:
    from playground.core.exchanges import RunSummary

Index = QModelIndex | QPersistentModelIndex

SummaryRole = Qt.ItemDataRole.UserRole
_ENDS = {
    "running": ("running", "accent"),
    "incomplete": ("incomplete", "warning"),
    "cancelled": ("stopped", "warning"),
    "cut": ("cut off", "warning"),
    "failed": ("failed", "error"),
}


class RunsModel(QAbstractListModel):
    """Ids are ULIDs, so their order is that of time."""

    renamed = Signal(str, str)
    """A run's id and the name that was typed."""
    more_wanted = Signal()
    """The reader is near the end of what was read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunSummary] = []
        self.more = False
        """Whether there are older runs."""
        self.editable = True

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._runs)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if self.editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._runs):
            return None
        run = self._runs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            from playground.widgets.presentation import shown_line

            return shown_line(run.words)
        if role == Qt.ItemDataRole.EditRole:
            return run.name
        if role == SummaryRole:
            return run
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            from playground.widgets.presentation import shown, tip

            return (tip if role == Qt.ItemDataRole.ToolTipRole else shown)(full_text(run))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A name was typed: whoever listens writes it, and the store tells of it."""
        run = self.run(index.row())
        if role != Qt.ItemDataRole.EditRole or run is None or str(value) == run.name:
            return False
        self.renamed.emit(run.id, str(value))
        return True

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self.more

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self.more = False  # until it is known
            self.more_wanted.emit()

    # What changes

    def set_runs(self, runs: Sequence[RunSummary], *, more: bool) -> None:
        """Other rows."""
        self.beginResetModel()
        self._runs, self.more = list(runs), more
        self.endResetModel()

    def add_older(self, runs: Sequence[RunSummary], *, more: bool) -> None:
        """A further page."""
        known = {run.id for run in self._runs}
        fresh = [run for run in runs if run.id not in known]
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._runs), len(self._runs) + len(fresh) - 1)
            self._runs += fresh
            self.endInsertRows()
        self.more = more

    def update_known(self, runs: Iterable[RunSummary]) -> list[RunSummary]:
        """Change rows in place; gives the runs that are in none."""
        unknown = []
        for run in runs:
            row = self.row_of(run.id)
            if row is None:
                unknown.append(run)
            elif self._runs[row] != run:
                self._runs[row] = run
                self.dataChanged.emit(self.index(row), self.index(row))
        return unknown

    def insert_new(self, runs: Iterable[RunSummary]) -> None:
        """Runs that are newer than what was read, each in its place."""
        for run in runs:
            row = bisect.bisect_left([_later(other.id) for other in self._runs], _later(run.id))
            if row == len(self._runs) and self.more:
                continue  # older than the page: it comes with its own
            self.beginInsertRows(QModelIndex(), row, row)
            self._runs.insert(row, run)
            self.endInsertRows()

    def remove(self, run_ids: Iterable[str]) -> None:
        for run_id in run_ids:
            row = self.row_of(run_id)
            if row is not None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._runs[row]
                self.endRemoveRows()

    # Questions

    def run(self, row: int) -> RunSummary | None:
        return self._runs[row] if 0 <= row < len(self._runs) else None

    def row_of(self, run_id: str) -> int | None:
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), None)

    def last_id(self) -> str:
        return self._runs[-1].id if self._runs else ""


def _later(run_id: str) -> str:
    """A key whose ascending order is the ids' descending order."""
    return "".join(chr(0xFFFF - ord(letter)) for letter in run_id)


def time_text(started_at: float) -> str:
    """`12:03` of today, `14 Nov 12:03`, `14 Nov 2025`."""
    moment, now = datetime.fromtimestamp(started_at).astimezone(), datetime.now().astimezone()
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    day = f"{moment.day} {moment:%b}"
    return f"{day} {moment:%H:%M}" if moment.year == now.year else f"{day} {moment.year}"


def end_words(run: RunSummary) -> tuple[str, str]:
    """How it ended in a word, with its colour role; empty for a run that is complete."""
    return _ENDS.get(run.status, ("", "muted"))


def numbers(run: RunSummary) -> str:
    """`605 tokens · $0.0023`, of what is known."""
    parts = []
    if run.input_tokens is not None or run.output_tokens is not None:
        parts.append(f"{(run.input_tokens or 0) + (run.output_tokens or 0):,} tokens")
    if run.cost is not None:
        parts.append(words.dollars(run.cost))
    return " · ".join(parts)


def full_text(run: RunSummary) -> str:
    """Everything of a row, a line each."""
    moment = datetime.fromtimestamp(run.started_at).astimezone()
    lines = [run.name, run.title, f"{moment:%Y-%m-%d %H:%M:%S}", f"{run.model} · {run.profile}"]
    lines.append(" · ".join(text for text in (end_words(run)[0] or "complete", numbers(run)) if text))
    if run.duration is not None:
        lines.append(f"took {words.seconds(run.duration)}")
    return "\n".join(line for line in lines if line)


def copy_text(run: RunSummary) -> str:
    """A row as tab-separated text."""
    moment = datetime.fromtimestamp(run.started_at).astimezone()
    counts = [str(number) if number is not None else "" for number in (run.input_tokens, run.output_tokens, run.cost)]
    cells = [f"{moment:%Y-%m-%d %H:%M:%S}", run.words, run.model, run.status, *counts, run.request_id or ""]
    return "\t".join(" ".join(cell.split()) for cell in cells)
