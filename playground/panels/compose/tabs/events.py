"""Every event of the run with its time; the chosen one's JSON below."""

from __future__ import annotations

import asyncio
from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.runs.rows import SMALL, EventIndex
from playground.panels.compose.feed import EventFeed
from playground.panels.compose.tabs import Tab
from playground.panels.compose.tabs.event_table import (
    ORDERS,
    PREVIEW,
    WIDTHS,
    EventsModel,
    EventsTable,
    line_of,
    size_text,
)
from playground.panels.compose.tabs.head import Head
from playground.widgets.controls import EmptyState, HairLine, IconButton, Label
from playground.widgets.presentation import shown_line
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Operation, Sink
    from playground.panels.compose.result import OutputColumn
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
        kinds = {self._kind} if self._kind else None
        order = ORDERS.get(self._column, "number")
        return await asyncio.to_thread(self._index.select, kinds, order, descending=self._descending)


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
        return await asyncio.to_thread(self._make)

    def _make(self) -> str:
        lines, size = [], 0
        for event in self._events:
            line = self._index.data(event).decode("utf-8", "replace") if self._data else line_of(self._index.row(event))
            size += len(line)
            if size > COPIED:
                break
            lines.append(line)
        return "\n".join(lines)


class EventsTab(Tab):
    """The table, the filter, and the event that is looked at."""

    def __init__(self, column: OutputColumn) -> None:
        super().__init__("events", "Events")
        self._source = source = column.source
        column.make_feed()
        self.feed: EventFeed = column.feed
        self._selecting: Operation[array[int]] | None = None
        self._copying: Operation[str] | None = None
        self._reading: Operation[tuple[int, bytes]] | None = None
        self._select_again = False
        self._order = (-1, False)
        self._wanted = -1
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.setInterval(0)
        self._reveal.timeout.connect(self._show_current)
        self.model = EventsModel(self)
        self.table = EventsTable()
        self.filter = QComboBox()
        self.detail: JsonView | None = None
        """Made with the first event that somebody looks at: the rows need not wait for it."""
        self.title = Label("", "text", 12, 500)
        self.empty = EmptyState("list", "No events yet", "")
        self._build()
        self.model.sort_wanted.connect(self._sort)
        self.table.selected_row.connect(self._chosen)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.table.copy_wanted.connect(self._copy)
        self.filter.activated.connect(self._filtered)
        self.feed.grown.connect(self._grown)
        self.feed.settled.connect(self._settled)
        source.run_changed.connect(self._run_changed)
        source.progressed.connect(self._say)
        column.played.connect(self._played)
        self._run_changed()

    def _build(self) -> None:
        self.filter.setObjectName("compose.events.filter")
        self.filter.setAccessibleName("Type of events")
        self.filter.setMinimumWidth(scaled(150))
        self.filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.filter.setMinimumContentsLength(16)
        head = self.head = Head()
        head.row.addWidget(self.filter)
        head.row.addWidget(head.note, 1)
        play = self._source.context.commands.get("compose.play_back")
        if play is not None:
            head.row.addWidget(IconButton(play))
        self.table.setModel(self.model)
        self.table.set_columns(WIDTHS, PREVIEW)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        below = QWidget()
        column = self._below_column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.title.setContentsMargins(16, 8, 16, 0)
        column.addWidget(self.title)
        self.below = below
        below.hide()
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("compose.events.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(below)
        self.splitter.setSizes([300, 260])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.splitter)
        self.pages.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(HairLine())
        layout.addWidget(self.pages, 1)

    def go_to(self) -> None:
        self.table.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.feed.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.feed.watch(False)

    # The run

    def _run_changed(self) -> None:
        self.model.set_index(self.feed.index, self.feed.count)
        self._order = (-1, False)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._wanted = -1
        self.below.hide()
        if self.detail is not None:
            self.detail.clear()
        self._offer_kinds()
        self._say()

    def _grown(self) -> None:
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        run = self._source.run
        self.model.grow(self.feed.count)
        if at_end and run is not None and run.running and self._wanted < 0:
            self.table.scrollToBottom()
        self._say()

    def _settled(self) -> None:
        self._offer_kinds()
        if self._is_selected():
            self._select()
        self._say()

    def _offer_kinds(self) -> None:
        """The types there are, each with how many there are of it; what is chosen stays so."""
        kinds = self.feed.index.kinds() if self.feed.index is not None else {}
        chosen = self.filter.currentData() or ALL
        total = sum(kinds.values())
        self.filter.clear()
        self.filter.addItem(f"All types  {total:,}" if total else "All types", ALL)
        for kind, count in sorted(kinds.items(), key=lambda item: -item[1]):
            self.filter.addItem(f"{shown_line(kind)}  {count:,}", kind)
        self.filter.setCurrentIndex(max(0, self.filter.findData(chosen)))
        self.filter.setEnabled(len(kinds) > 1)

    def _say(self) -> None:
        run = self._source.run
        count = self.feed.count
        if run is None or not count:
            self._say_nothing()
            return
        self.pages.setCurrentWidget(self.splitter)
        words = [f"{count:,} event{'s' if count != 1 else ''}", size_text(run.log.size), f"{run.log.last:.2f} s"]
        if self._is_selected() and self.model.rowCount() != count:
            words.insert(0, f"{self.model.rowCount():,} of")
            words[:2] = [" ".join(words[:2])]
        self.head.say(" · ".join(words) + (" · streaming" if run.running else ""))

    def _say_nothing(self) -> None:
        run = self._source.run
        self.head.say("")
        if run is None:
            title, text = "No events yet", "Run the prompt: every event of the answer is listed here with its time."
        elif run.running:
            title, text = "Waiting for the first event", "The request is on its way."
        elif run.log.size and not self.feed.complete:
            title, text = "Looking for the events…", ""
        else:
            title, text = "No event came", "Why is said in Output; what the server sent instead, in Wire."
        self.empty.set_words(title, text)
        self.pages.setCurrentWidget(self.empty)

    # Which rows

    def _is_selected(self) -> bool:
        return bool(self.filter.currentData()) or self._order[0] >= 0

    def _filtered(self, _place: int) -> None:
        self._select()

    def _sort(self, column: int, descending: bool) -> None:
        if column == PREVIEW:
            column = -1
        if (column, descending) != self._order and not (column < 0 and self._order[0] < 0):
            self._order = (column, descending)
            self._select()

    def _select(self) -> None:
        index = self.feed.index
        if index is None or self._selecting is not None:
            self._select_again = True
            return
        self._select_again = False
        if not self._is_selected():
            self._take_rows(None)
            return
        column, descending = self._order
        self._selecting = self._source.context.bridge.run(
            Selecting(index, self.filter.currentData() or ALL, column, descending=descending),
            label="Sorting events",
            owner=self,
        )
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
        self._say()

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
        index = self.feed.index
        if index is None or not 0 <= event < len(index):
            return
        self._wanted = event
        row = index.row(event)
        self.title.setText(f"Event {row.number}  ·  {shown_line(row.kind)}")
        if self.below.isHidden():
            self.below.show()
            self._reveal.start()  # the table is lower now
        bridge = self._source.context.bridge
        if row.size <= SMALL:
            self._show_data(index.data(event))
        else:
            self._reading = bridge.run(Reading(index, event), label="Reading an event", owner=self)
            self._reading.finished.connect(self._read)

    def _read(self) -> None:
        operation = self._reading
        if operation is not None and self.sender() is operation and operation.result is not None:
            self._reading = None
            event, data = operation.result
            if event == self._wanted:
                self._show_data(data)

    def _show_data(self, data: bytes) -> None:
        if self.detail is None:
            from playground.widgets.json import JsonView

            self.detail = JsonView("compose.events.json", self._source.context.commands, self.below)
            self._below_column.addWidget(self.detail, 1)
            self.detail.show()
        self.detail.set_bytes(data, bridge=self._source.context.bridge)

    def _show_current(self) -> None:
        self.table.scrollTo(self.table.currentIndex())

    def _played(self, offset: int) -> None:
        """A playback has come so far, or is over."""
        index = self.feed.index
        if index is None:
            return
        row = self.model.set_played(index.row_at(offset) if offset >= 0 else -1)
        if row >= 0 and self.isVisible():
            self.table.scrollTo(self.model.index(row, 0))

    # Copying

    def copy(self) -> None:
        self._copy(False)

    def _copy(self, data: bool) -> None:
        index = self.feed.index
        rows = self.table.selected_rows()
        if index is None or not rows or self._copying is not None:
            return
        events = [self.model.event_at(row) for row in rows]
        self._copying = self._source.context.bridge.run(
            Copying(index, events, data=data), label="Copying events", owner=self
        )
        self._copying.finished.connect(self._copied)

    def _copied(self) -> None:
        operation, self._copying = self._copying, None
        if operation is not None and operation.result is not None:
            QGuiApplication.clipboard().setText(operation.result)
