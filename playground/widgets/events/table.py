"""The table of events: rows are read from the bytes when they are painted, however many there are."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from playground.core.runs.rows import Column, EventIndex, EventRow
from playground.widgets.icons import icon
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, Index, RowsModel, RowsTable
from playground.widgets.theme import scaled

NUMBER, TIME, GAP, KIND, SIZE, PREVIEW = range(6)
HEADERS = ("#", "Time", "Gap", "Type", "Size", "Preview")
ORDERS: dict[int, Column] = {NUMBER: "number", TIME: "number", GAP: "gap", KIND: "kind", SIZE: "size"}
WIDTHS = (50, 80, 80, 186, 76, 120)
_KEPT = 4096
"""Rows that are kept once they were read."""
_ALIGNED = frozenset({NUMBER, TIME, GAP, SIZE})


def gap_text(seconds: float | None) -> str:
    """`0.4 ms`, `12 ms`, `3.21 s`; empty for none."""
    if seconds is None:
        return ""
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def size_text(size: int) -> str:
    """`312 B`, `14.2 kB`, `8.0 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def line_of(row: EventRow) -> str:
    """A row as tab-separated text."""
    preview = row.preview.replace("\t", " ").replace("\n", " ")
    return "\t".join((str(row.number), f"{row.at:.4f}", gap_text(row.gap), row.kind, str(row.size), preview))


class EventsModel(RowsModel):
    """An `EventIndex` in the order it was found in, or some rows of it in another."""

    titles = HEADERS
    hints = ("Number of the event", "Since the call began", "Since the event before", "", "Bytes", "")
    right = _ALIGNED

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._index: EventIndex | None = None
        self._count = 0
        self._rows: array[int] | None = None
        self._kept: dict[int, EventRow] = {}
        self.played = -1
        """The event that a playback has reached; -1: none is played."""
        self.longest = -1
        """The event before which it was silent for longest; -1: none is marked."""

    def set_index(self, index: EventIndex | None, count: int) -> None:
        """The events of another run."""
        self.beginResetModel()
        self._index, self._count, self._rows = index, count, None
        self._kept.clear()
        self.played = self.longest = -1
        self.endResetModel()

    def grow(self, count: int) -> None:
        """So many are there now. Where some rows are chosen, nothing changes before `set_rows`."""
        if self._rows is not None:
            self._count = count
        elif count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()

    def set_rows(self, rows: array[int] | None) -> None:
        """Show these, in this order; None: all as they came."""
        if rows is None and self._rows is None:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def event_at(self, row: int) -> int:
        """The event's place in the index."""
        return self._rows[row] if self._rows is not None else row

    def row_of(self, event: int) -> int:
        """Where an event is shown; -1 where it is not."""
        if self._rows is None:
            return event if 0 <= event < self._count else -1
        try:
            return self._rows.index(event)
        except ValueError:
            return -1

    def row(self, row: int) -> EventRow | None:
        if self._index is None:
            return None
        event = self.event_at(row)
        found = self._kept.get(event)
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[event] = self._index.row(event)
        return found

    def set_longest(self, event: int) -> None:
        """Mark the gap before an event as the longest; -1: none."""
        before, self.longest = self.row_of(self.longest), event
        for row in {before, self.row_of(event)} - {-1}:
            self.dataChanged.emit(self.index(row, GAP), self.index(row, GAP))

    def set_played(self, event: int) -> int:
        """Mark how far a playback is; gives the row."""
        before, self.played = self.row_of(self.played), event
        now = self.row_of(event)
        for row in {before, now} - {-1}:
            self.dataChanged.emit(self.index(row, 0), self.index(row, PREVIEW))
        return now

    # What Qt asks

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._rows) if self._rows is not None else self._count

    def cell(self, row: int, column: int) -> Cell:
        found = self.row(row)
        if found is None:
            return Cell("")
        # The end of a type tells it from others of its family.
        side = Qt.TextElideMode.ElideLeft if column == KIND else Qt.TextElideMode.ElideRight
        right = column in _ALIGNED
        return Cell(_cell(found, column), self.role_of(row, found, column), right, right, side)

    def hint(self, row: int, column: int) -> str:
        found = self.row(row) if column == KIND else None
        return found.kind if found is not None else ""

    def role_of(self, place: int, row: EventRow, column: int) -> str:
        """The colour of a cell."""
        if row.is_odd and column in (KIND, PREVIEW):
            return "error"
        if self.played >= 0 and self.event_at(place) == self.played:
            return "simulated"
        if self.longest >= 0 and column == GAP and self.event_at(place) == self.longest:
            return "warning"
        return "text" if column in (KIND, PREVIEW) else "muted"


def _cell(row: EventRow, column: int) -> str:
    if column == NUMBER:
        return str(row.number)
    if column == TIME:
        return f"{row.at:.3f} s"
    if column == GAP:
        return gap_text(row.gap)
    if column == KIND:
        return shown_line(row.kind)
    if column == SIZE:
        return size_text(row.size)
    return shown_line(row.preview.replace("\n", "⏎").replace("\t", "⇥"))


class EventsTable(RowsTable):
    """What is copied is made elsewhere: it may be much."""

    copy_wanted = Signal(bool)
    """Of the chosen rows: True for the data alone, False for the lines of the table."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(f"{name}.table", "Events", parent)
        self._narrow = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow the previews are worth more than sizes and gaps."""
        super().resizeEvent(event)
        width = event.size().width()
        narrow = (width < scaled(520)) + (width < scaled(440))
        if narrow != self._narrow:
            self._narrow = narrow
            self.setColumnHidden(SIZE, narrow > 0)
            self.setColumnHidden(GAP, narrow > 1)
            self.setColumnWidth(KIND, scaled(140 if narrow else WIDTHS[KIND]))

    def copy(self) -> None:
        self.copy_wanted.emit(False)

    def copy_data(self) -> None:
        """The data of the chosen events, one a line."""
        self.copy_wanted.emit(True)

    def make_menu(self) -> QMenu:
        menu = super().make_menu()
        data = menu.addAction(icon("braces"), "Copy data")
        data.setEnabled(self.currentIndex().isValid())
        data.triggered.connect(self.copy_data)
        return menu
