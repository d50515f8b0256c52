"""The request dock's rows: the newest exchanges, inserted and updated precisely as the store reports them."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from playground.core.outcomes import clock_text as clock_text
from playground.core.outcomes import seconds_so_far as seconds_so_far
from playground.core.outcomes import status_role as status_role
from playground.core.outcomes import status_text as status_text
from playground.core.plain import seconds_text as seconds_text
from playground.widgets.presentation import shown_line, tip

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeSummary

Index = QModelIndex | QPersistentModelIndex

KEPT = 1000
"""Rows held. The store has them all; the dock shows the newest."""


class Column(IntEnum):
    TIME = 0
    CALL = 1
    STATUS = 2
    REQUEST_ID = 3
    TIMING = 4
    DURATION = 5
    ATTEMPTS = 6


HEADINGS = ("Time", "Request", "Status", "Request ID", "Timing", "Duration", "Attempts")

SummaryRole = Qt.ItemDataRole.UserRole
SortRole = Qt.ItemDataRole.UserRole + 1
FilterRole = Qt.ItemDataRole.UserRole + 2


class RequestsModel(QAbstractTableModel):
    """Newest first. Ids are ULIDs, so their order is the order of time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ExchangeSummary] = []
        self._keys: list[str] = []
        self._found_by: dict[str, str] = {}

    # What is shown ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object | None:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(HEADINGS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(alignment(Column(section)))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        summary = self._rows[index.row()]
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_line(cell_text(summary, column))
        if role == Qt.ItemDataRole.EditRole:
            return cell_text(summary, column)
        if role == SummaryRole:
            return summary
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(alignment(column))
        if role == SortRole:
            return sort_key(summary, column)
        if role == FilterRole:
            words = f"{filter_text(summary)} {self._found_by.get(summary.id, '')}"
            return words if column == Column.CALL else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(tooltip(summary, column))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADINGS[column]}: {shown_line(cell_text(summary, column)) or 'none'}"
        return None

    # What changes -----------------------------------------------------------------------------------------------

    def upsert(self, summaries: Iterable[ExchangeSummary]) -> None:
        """Insert the new ones where they belong and update the known ones in place."""
        latest = {summary.id: summary for summary in summaries}
        for summary in latest.values():
            row = self.row_of(summary.id)
            if row is None:
                self._insert(summary)
            elif self._rows[row] != summary:
                self._rows[row] = summary
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(HEADINGS) - 1))
        self._trim()

    def add_found(self, text: str, summaries: list[ExchangeSummary]) -> None:
        """Rows that the log found by something that no column shows: the filter finds them by the same text."""
        before = self._found_by
        self._found_by = {summary.id: text for summary in summaries}
        self.upsert(summaries)
        for exchange_id in before | self._found_by:
            if (row := self.row_of(exchange_id)) is not None:
                self.dataChanged.emit(self.index(row, Column.CALL), self.index(row, Column.CALL), [FilterRole])

    def _insert(self, summary: ExchangeSummary) -> None:
        row = bisect.bisect_left(self._keys, _descending(summary.id))
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows.insert(row, summary)
        self._keys.insert(row, _descending(summary.id))
        self.endInsertRows()

    def _trim(self) -> None:
        if len(self._rows) > KEPT:
            self.beginRemoveRows(QModelIndex(), KEPT, len(self._rows) - 1)
            del self._rows[KEPT:], self._keys[KEPT:]
            self.endRemoveRows()

    def remove(self, exchange_ids: Iterable[str]) -> None:
        """Take rows away."""
        for exchange_id in exchange_ids:
            row = self.row_of(exchange_id)
            if row is not None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row], self._keys[row]
                self.endRemoveRows()

    def tick(self) -> bool:
        """Show the running ones' durations anew; False where none runs."""
        running = [row for row, summary in enumerate(self._rows) if summary.state == "open"]
        for row in running:
            self.dataChanged.emit(
                self.index(row, Column.TIMING), self.index(row, Column.DURATION), [Qt.ItemDataRole.DisplayRole]
            )
        return bool(running)

    # Questions --------------------------------------------------------------------------------------------------

    def row_of(self, exchange_id: str) -> int | None:
        key = _descending(exchange_id)
        row = bisect.bisect_left(self._keys, key)
        return row if row < len(self._keys) and self._keys[row] == key else None

    def summary(self, exchange_id: str) -> ExchangeSummary | None:
        row = self.row_of(exchange_id)
        return None if row is None else self._rows[row]

    def summaries(self) -> list[ExchangeSummary]:
        return list(self._rows)

    def running(self) -> int:
        return sum(summary.state == "open" for summary in self._rows)

    def by_any_id(self, text: str) -> ExchangeSummary | None:
        """The newest exchange one of whose ids is `text`."""
        wanted = text.strip()
        for summary in self._rows if wanted else ():
            if wanted in (summary.id, summary.request_id, summary.client_request_id):
                return summary
        return None


def _descending(exchange_id: str) -> str:
    """A key whose ascending order is the ids' descending order."""
    return "".join(chr(0xFFFF - ord(letter)) for letter in exchange_id)


def alignment(column: Column) -> Qt.AlignmentFlag:
    right = column in (Column.DURATION, Column.ATTEMPTS)
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def cell_text(summary: ExchangeSummary, column: Column) -> str:
    match column:
        case Column.TIME:
            return clock_text(summary.started_at)
        case Column.CALL:
            return f"{summary.method} {summary.path}"
        case Column.STATUS:
            return status_text(summary)
        case Column.REQUEST_ID:
            return summary.request_id or ""
        case Column.TIMING:
            return ""
        case Column.DURATION:
            return duration_words(summary)
        case Column.ATTEMPTS:
            return "1 attempt" if summary.attempts == 1 else f"{summary.attempts} attempts"


def sort_key(summary: ExchangeSummary, column: Column) -> Any:
    match column:
        case Column.STATUS:
            return summary.status or 0
        case Column.TIMING | Column.DURATION:
            return seconds_so_far(summary)
        case Column.ATTEMPTS:
            return summary.attempts
        case Column.TIME:
            return summary.id
        case _:
            return cell_text(summary, column)


def filter_text(summary: ExchangeSummary) -> str:
    """Everything of a row that a person may type to find it."""
    parts = (
        cell_text(summary, Column.CALL),
        summary.sdk_method,
        summary.model,
        status_text(summary),
        summary.error_code,
        summary.error_message,
        summary.request_id,
        summary.client_request_id,
        summary.id,
        summary.profile,
    )
    return " ".join(str(part) for part in parts if part)


def tooltip(summary: ExchangeSummary, column: Column) -> str:
    if column == Column.TIME:
        return datetime.fromtimestamp(summary.started_at).astimezone().isoformat(" ", "milliseconds")
    if column == Column.STATUS and summary.error_message:
        return summary.error_message
    if column == Column.REQUEST_ID:
        return summary.request_id or "The server sent no request ID."
    if column == Column.TIMING:
        return timing_words(summary)
    return ""


def duration_words(summary: ExchangeSummary) -> str:
    if summary.state != "open":
        return seconds_text(summary.duration)
    word = "streaming" if summary.timings.first_byte is not None else "waiting"
    return f"{word} · {seconds_so_far(summary):.1f} s"


def timing_words(summary: ExchangeSummary) -> str:
    """The last attempt's timings in words, one a line."""
    timings = summary.timings
    rows = (
        ("connected", timings.connected),
        ("request sent", timings.sent),
        ("first byte", timings.first_byte),
        ("first token", timings.first_token),
        ("last byte", timings.last_byte),
    )
    return "\n".join(f"{word} after {seconds_text(value)}" for word, value in rows if value is not None)
