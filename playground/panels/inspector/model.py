"""The list's rows: all numbers that a query finds, and of the rows themselves only those that are looked at."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, Signal

from playground.panels.inspector.columns import COLUMNS, PLACES, role_of, shown_text
from playground.widgets.rows import Cell, Index, RowsModel

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeSummary, LogRow

KEPT = 4_000
"""Rows held in memory; others are read again when they are looked at."""
_WAITING = Cell("…", "faint")
_LINKS = frozenset({"request_id", "client_id"})


class LogModel(RowsModel):
    """Rows come by number (`RequestLog`). What is not there yet is asked for with `rows_wanted`."""

    rows_wanted = Signal()
    titles = tuple(column.title for column in COLUMNS)
    hints = tuple(column.hint for column in COLUMNS)
    right = frozenset(place for place, column in enumerate(COLUMNS) if column.right)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = array("q")
        self._rows: OrderedDict[int, LogRow] = OrderedDict()
        self._by_id: dict[str, int] = {}
        self._gone: set[int] = set()
        self._missing: set[int] = set()

    # What is there

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._numbers)

    def number_at(self, row: int) -> int | None:
        return self._numbers[row] if 0 <= row < len(self._numbers) else None

    def numbers(self) -> list[int]:
        """All of them, as they are listed."""
        return self._numbers.tolist()

    def newest(self) -> int:
        """The greatest number; 0 where there is none."""
        return max(self._numbers[0], self._numbers[-1]) if self._numbers else 0

    def row_at(self, row: int) -> LogRow | None:
        """What is known of a row; None where it has not been read."""
        number = self.number_at(row)
        return self._rows.get(number) if number is not None else None

    def place_of(self, number: int) -> int:
        """The row with this number; -1 where it is not listed."""
        try:
            return self._numbers.index(number)
        except ValueError:
            return -1

    def number_of(self, exchange_id: str) -> int | None:
        """The number of an exchange that has been read."""
        return self._by_id.get(exchange_id)

    def missing(self, most: int) -> list[int]:
        """Numbers of rows that were looked at and are not there; they are asked for once."""
        found = sorted(self._missing, reverse=True)[:most]
        self._missing.difference_update(found)
        return found

    def known(self) -> frozenset[int]:
        """The numbers whose rows are there."""
        return frozenset(self._rows)

    def want(self, numbers: Iterable[int]) -> None:
        """Have rows read, also those that are there already."""
        self._missing.update(numbers)

    # What comes

    def set_numbers(self, numbers: Sequence[int]) -> None:
        """List others."""
        self.beginResetModel()
        self._numbers = array("q", numbers)
        self._missing.clear()
        self._gone.clear()
        self.endResetModel()

    def extend(self, numbers: Sequence[int]) -> None:
        """More of the same query, below."""
        if numbers:
            first = len(self._numbers)
            self.beginInsertRows(QModelIndex(), first, first + len(numbers) - 1)
            self._numbers.extend(numbers)
            self.endInsertRows()

    def follow_top(self, numbers: Sequence[int], floor: int) -> int:
        """Newest first, of those above `floor` list just these; gives how many are new."""
        held = 0
        while held < len(self._numbers) and self._numbers[held] > floor:
            held += 1
        wanted = set(numbers)
        for place in reversed(range(held)):
            if self._numbers[place] not in wanted:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._numbers[place]
                self.endRemoveRows()
                held -= 1
        there = set(self._numbers[:held])
        new = [number for number in numbers if number not in there]
        above = [number for number in new if not held or number > self._numbers[0]]
        if above:
            self.beginInsertRows(QModelIndex(), 0, len(above) - 1)
            self._numbers = array("q", above) + self._numbers
            self.endInsertRows()
        for number in new[len(above) :]:
            place = next((at for at, one in enumerate(self._numbers) if one < number), len(self._numbers))
            self.beginInsertRows(QModelIndex(), place, place)
            self._numbers.insert(place, number)
            self.endInsertRows()
        return len(new)

    def remove(self, numbers: Iterable[int]) -> None:
        """Take rows away: a few one by one, many at once."""
        gone = set(numbers)
        for number in gone:
            if (row := self._rows.pop(number, None)) is not None:
                self._by_id.pop(row.summary.id, None)
        if len(gone) > 50:
            self.set_numbers([number for number in self._numbers if number not in gone])
            return
        for number in gone:
            place = self.place_of(number)
            if place >= 0:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._numbers[place]
                self.endRemoveRows()

    def put(self, rows: Iterable[LogRow], asked: Iterable[int] = ()) -> None:
        """Rows that were read. Of `asked`, those that are not among them are gone from the log."""
        found = set()
        for row in rows:
            found.add(row.number)
            self._rows[row.number] = row
            self._rows.move_to_end(row.number)
            self._by_id[row.summary.id] = row.number
        self._gone.update(number for number in asked if number not in found)
        while len(self._rows) > KEPT:
            _, old = self._rows.popitem(last=False)
            self._by_id.pop(old.summary.id, None)
        self._say_changed()

    def follow(self, summaries: Iterable[ExchangeSummary]) -> list[int]:
        """Summaries that changed. Gives the numbers of those that are known here."""
        known = []
        for summary in summaries:
            number = self._by_id.get(summary.id)
            if number is not None:
                self._rows[number] = replace(self._rows[number], summary=summary)
                known.append(number)
        if known:
            self._say_changed()
        return known

    def _say_changed(self) -> None:
        """The view paints only what it shows: telling it of all rows costs nothing."""
        if self._numbers:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._numbers) - 1, len(COLUMNS) - 1), [])

    def running(self) -> bool:
        """Whether a row that is held is not over."""
        return any(row.summary.state == "open" for row in self._rows.values())

    def tick(self) -> None:
        """Show anew how long the running ones have taken."""
        self._say_changed()

    # For the view

    def cell(self, row: int, column: int) -> Cell:
        number = self._numbers[row]
        found = self._rows.get(number)
        if found is None:
            if number in self._gone:
                return Cell("deleted" if column == PLACES["path"] else "", "faint")
            if not self._missing:
                self.rows_wanted.emit()
            self._missing.add(number)
            return _WAITING if column == PLACES["time"] else Cell("")
        entry = COLUMNS[column]
        text = shown_text(found, entry)
        link = entry.text(found) if entry.id in _LINKS else ""
        return Cell(text, role_of(found, entry), entry.mono, entry.right, link=link)

    def raw(self, row: int, column: int) -> object:
        found = self.row_at(row)
        return COLUMNS[column].text(found) if found is not None else ""

    def hint(self, row: int, column: int) -> str:
        found = self.row_at(row)
        if found is None:
            return ""
        summary = found.summary
        match COLUMNS[column].id:
            case "marks":
                return "\n".join(filter(None, ("Pinned" if found.pinned else "", found.note, " ".join(found.tags))))
            case "time":
                return datetime.fromtimestamp(summary.started_at).astimezone().isoformat(" ", "milliseconds")
            case "status" | "error":
                return summary.error_message or ""
            case "request_id":
                return summary.request_id or "The server sent no request ID."
        return COLUMNS[column].text(found)

    def data(self, index: Index, role: int = 0) -> Any:
        if index.row() >= len(self._numbers):
            return None
        return super().data(index, role)
