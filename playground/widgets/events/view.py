"""Every event of a stream with its time; the chosen one's JSON below."""

from __future__ import annotations

import asyncio
from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from playground.core.runs.rows import SMALL, EventIndex
from playground.widgets.below import WithDetail
from playground.widgets.commands import CommandRegistry
from playground.widgets.events.table import ORDERS, PREVIEW, WIDTHS, EventsModel, EventsTable, line_of
from playground.widgets.presentation import shown_line
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation, Sink
    from playground.widgets.json import JsonView

ALL = ""
"""The filter that keeps every type."""
COPIED = 32_000_000
"""Characters that are copied at most."""


class Selecting:
    """Sorts and filters in the worker."""

    def __init__(self, index: EventIndex, kind: str, column: int, *, descending: bool) -> None:
        self._index, self._kind, self._column, self._descending = index, kind, column, descending

    async def __call__(self, _sink: Sink) -> array[int]:
        return await asyncio.to_thread(self.make)

    def make(self) -> array[int]:
        kinds = {self._kind} if self._kind else None
        return self._index.select(kinds, ORDERS.get(self._column, "number"), descending=self._descending)


class Reading:
    """Takes a large event out of the log in the worker. Gives it with its number."""

    def __init__(self, index: EventIndex, event: int) -> None:
        self._index, self._event = index, event

    async def __call__(self, _sink: Sink) -> tuple[int, bytes]:
        return self._event, await asyncio.to_thread(self._index.data, self._event)


class Copying:
    """Makes the text of many rows in the worker."""

    def __init__(self, index: EventIndex, events: list[int], *, data: bool) -> None:
        self._index, self._events, self._data = index, events, data

    async def __call__(self, _sink: Sink) -> str:
        return await asyncio.to_thread(self.make)

    def make(self) -> str:
        lines, size = [], 0
        for event in self._events:
            line = self._index.data(event).decode("utf-8", "replace") if self._data else line_of(self._index.row(event))
            size += len(line)
            if size > COPIED:
                break
            lines.append(line)
        return "\n".join(lines)


class EventsView(QWidget):
    """Shows an `EventIndex` that somebody else fills: `set_index`, then `grow` as it grows, `settle` when the kinds are
    known. `filter` (the types) stands where its owner puts it. `name` begins the object names."""

    changed = Signal()
    """Other rows are shown: of another type, in another order."""

    def __init__(
        self,
        name: str,
        bridge: Bridge | None,
        commands: CommandRegistry,
        parent: QWidget | None = None,
        *,
        group: str = "Events",
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._index: EventIndex | None = None
        self._count = 0
        self._selecting: Operation[array[int]] | None = None
        self._copying: Operation[str] | None = None
        self._reading: Operation[tuple[int, bytes]] | None = None
        self._select_again = False
        self._order = (-1, False)
        self._wanted = -1
        self.model = EventsModel(self)
        self.table = EventsTable(name)
        self.table.setModel(self.model)
        self.table.set_columns(WIDTHS, PREVIEW)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.filter = QComboBox()
        self.filter.setObjectName(f"{name}.filter")
        self.filter.setAccessibleName("Type of events")
        self.filter.setMinimumWidth(scaled(150))
        self.filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.filter.setMinimumContentsLength(16)
        self.detail_pane = WithDetail(name, self.table, bridge, commands, group=group)
        self.detail_pane.closed.connect(self._closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.detail_pane)
        self.model.sort_wanted.connect(self._sort)
        self.table.selected_row.connect(self._chosen)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.table.copy_wanted.connect(self.copy)
        self.filter.activated.connect(self._filtered)

    @property
    def detail(self) -> JsonView | None:
        """What shows the chosen event; None before one was chosen."""
        return self.detail_pane.json

    # The events

    def set_index(self, index: EventIndex | None, count: int = 0) -> None:
        """Other events."""
        self._index, self._count, self._wanted = index, count, -1
        self.model.set_index(index, count)
        self._order = (-1, False)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.detail_pane.close_detail()
        self._offer_kinds()

    def grow(self, count: int, *, follow: bool) -> None:
        """So many are there now. `follow`: the stream goes on; the end stays in sight while the reader is there."""
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        self._count = count
        self.model.grow(count)
        if at_end and follow and self._wanted < 0:
            self.table.scrollToBottom()

    def settle(self) -> None:
        """The kinds of all that came are known."""
        self._offer_kinds()
        if self.is_selected():
            self._select()

    def is_selected(self) -> bool:
        """Whether not all rows, or in another order than they came."""
        return bool(self.filter.currentData()) or self._order[0] >= 0

    def _offer_kinds(self) -> None:
        """The types there are, each with how many there are of it; what is chosen stays so."""
        if self.filter.view().isVisible():
            return  # somebody is choosing
        kinds = self._index.kinds() if self._index is not None else {}
        chosen = self.filter.currentData() or ALL
        total = sum(kinds.values())
        self.filter.clear()
        self.filter.addItem(f"All types  {total:,}" if total else "All types", ALL)
        for kind, count in sorted(kinds.items(), key=_by_count):
            self.filter.addItem(f"{shown_line(kind)}  {count:,}", kind)
        self.filter.setCurrentIndex(max(0, self.filter.findData(chosen)))
        self.filter.setEnabled(len(kinds) > 1)

    # Which rows

    def _filtered(self, _place: int) -> None:
        self._select()

    def _sort(self, column: int, descending: bool) -> None:
        if column == PREVIEW:
            column = -1
        if (column, descending) != self._order and not (column < 0 and self._order[0] < 0):
            self._order = (column, descending)
            self._select()

    def _select(self) -> None:
        if self._index is None or self._selecting is not None:
            self._select_again = True
            return
        self._select_again = False
        if not self.is_selected():
            self._take_rows(None)
            return
        column, descending = self._order
        work = Selecting(self._index, self.filter.currentData() or ALL, column, descending=descending)
        if self._bridge is None:
            self._take_rows(work.make())
            return
        self._selecting = self._bridge.run(work, label="Sorting events", owner=self)
        self._selecting.finished.connect(self._selected)

    def _selected(self) -> None:
        operation, self._selecting = self._selecting, None
        if operation is not None and operation.result is not None and not self._select_again:
            self._take_rows(operation.result)
        if self._select_again:
            self._select()

    def _take_rows(self, rows: array[int] | None) -> None:
        self.model.set_rows(rows)
        row = self.model.row_of(self._wanted)
        if row >= 0:
            self.table.selectRow(row)
        self.changed.emit()

    # One of them

    def _chosen(self, *_what: object) -> None:
        """The focus alone makes the first row the current one, and chooses none: that is told by the selection."""
        row = self.table.currentIndex().row()
        if row >= 0 and self.table.selectionModel().isRowSelected(row):
            event = self.model.event_at(row)
            if event != self._wanted:
                self.show_event(event)

    def show_event(self, event: int) -> None:
        """Show the data of one event."""
        index = self._index
        if index is None or not 0 <= event < len(index):
            return
        self._wanted = event
        row = index.row(event)
        title = f"Event {row.number}  ·  {shown_line(row.kind)}"
        self.detail_pane.set_title(title)
        if row.size <= SMALL or self._bridge is None:
            self.detail_pane.show_data(title, index.data(event))
        else:
            self._reading = self._bridge.run(Reading(index, event), label="Reading an event", owner=self)
            self._reading.finished.connect(self._read)

    def _read(self) -> None:
        operation = self._reading
        if operation is not None and self.sender() is operation and operation.result is not None:
            self._reading = None
            event, data = operation.result
            if event == self._wanted:
                self.detail_pane.show_data(self.detail_pane.title.source(), data)

    def _closed(self) -> None:
        self._wanted = -1

    # Copying

    def copy(self, data: bool = False) -> None:
        """The chosen rows as lines of the table, or their data."""
        rows = self.table.selected_rows()
        if self._index is None or not rows or self._copying is not None:
            return
        work = Copying(self._index, [self.model.event_at(row) for row in rows], data=data)
        if self._bridge is None:
            QGuiApplication.clipboard().setText(work.make())
            return
        self._copying = self._bridge.run(work, label="Copying events", owner=self)
        self._copying.finished.connect(self._copied)

    def _copied(self) -> None:
        operation, self._copying = self._copying, None
        if operation is not None and operation.result is not None:
            QGuiApplication.clipboard().setText(operation.result)


def _by_count(kind: tuple[str, int]) -> int:
    return -kind[1]
