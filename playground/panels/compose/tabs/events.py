"""Every event of the run with its time; the chosen one's JSON below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from playground.panels.compose.feed import EventFeed
from playground.panels.compose.tabs import Tab
from playground.panels.compose.tabs.head import Head
from playground.widgets.controls import EmptyState, HairLine, IconButton
from playground.widgets.events import EventsView
from playground.widgets.events.table import size_text

if TYPE_CHECKING:
    from playground.panels.compose.result import OutputColumn
    from playground.widgets.json import JsonView


class EventsTab(Tab):
    """The table, the filter, and the event that is looked at."""

    def __init__(self, column: OutputColumn) -> None:
        super().__init__("events", "Events")
        self._source = source = column.source
        column.make_feed()
        self.feed: EventFeed = column.feed
        self.view = EventsView("compose.events", source.context.bridge, source.context.commands, self)
        self.model, self.table, self.filter = self.view.model, self.view.table, self.view.filter
        self.title = self.view.detail_pane.title
        self.empty = EmptyState("list", "No events yet", "")
        self._build()
        self.view.changed.connect(self._say)
        self.feed.grown.connect(self._grown)
        self.feed.settled.connect(self._settled)
        source.run_changed.connect(self._run_changed)
        source.progressed.connect(self._say)
        column.played.connect(self._played)
        self._run_changed()

    def _build(self) -> None:
        head = self.head = Head()
        head.row.addWidget(self.filter)
        head.row.addWidget(head.note, 1)
        play = self._source.context.commands.get("compose.play_back")
        if play is not None:
            head.row.addWidget(IconButton(play))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(HairLine())
        layout.addWidget(self.pages, 1)

    @property
    def detail(self) -> JsonView | None:
        """What shows the chosen event; None before one was chosen."""
        return self.view.detail

    def go_to(self) -> None:
        self.table.setFocus()

    def copy(self) -> None:
        self.view.copy()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.feed.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.feed.watch(False)

    # The run

    def _run_changed(self) -> None:
        self.view.set_index(self.feed.index, self.feed.count)
        self._say()

    def _grown(self) -> None:
        run = self._source.run
        self.view.grow(self.feed.count, follow=run is not None and run.running)
        self._say()

    def _settled(self) -> None:
        self.view.settle()
        self._say()

    def _say(self) -> None:
        run = self._source.run
        count = self.feed.count
        if run is None or not count:
            self._say_nothing()
            return
        self.pages.setCurrentWidget(self.view)
        words = [f"{count:,} event{'s' if count != 1 else ''}", size_text(run.log.size), f"{run.log.last:.2f} s"]
        if self.view.is_selected() and self.model.rowCount() != count:
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

    def _played(self, offset: int) -> None:
        """A playback has come so far, or is over."""
        index = self.feed.index
        if index is None:
            return
        row = self.model.set_played(index.row_at(offset) if offset >= 0 else -1)
        if row >= 0 and self.isVisible():
            self.table.scrollTo(self.model.index(row, 0))
