"""The page with the list: the filter, the table, and the details of its current row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.panels.inspector.columns import COLUMNS, PLACES
from playground.panels.inspector.details import Details
from playground.panels.inspector.feed import LogFeed
from playground.panels.inspector.model import LogModel
from playground.panels.inspector.pills import TogglePill
from playground.panels.inspector.query_field import QueryField
from playground.panels.inspector.reading import Asked
from playground.panels.inspector.table import LogTable
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, Label
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

_TIME = PLACES["time"]


class ListPage(QWidget):
    """`row_chosen` carries the exchange id of the current row, or ""."""

    row_chosen = Signal(str)

    def __init__(
        self, context: PanelContext, commands: dict[str, Command], tabs: list[Command], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.requests")
        self._commands = commands
        self._wanted = ""
        self._before = 0
        self._held = False
        self.model = LogModel(self)
        self.feed = LogFeed(context, self.model, self)
        self.table = LogTable(self.model)
        self.field = QueryField(context.bridge, context.store)
        self.details = Details(context, tabs)
        self.count = Label("", "muted", 12)
        self.count.setObjectName("inspector.count")
        self.said = Text("", "muted", size=12, elide=True)
        self.said.setObjectName("inspector.said")
        self.said.hide()
        self._build()
        self.field.asked.connect(self._ask)
        self.field.entered.connect(self._entered)
        self.field.left_down.connect(self.focus_list)
        self.table.left_up.connect(self.focus_filter)
        self.table.closed.connect(self.focus_filter)
        self.table.touched.connect(self._touched)
        self.table.selected_row.connect(self._row_chosen)
        self.table.activated_row.connect(self._row_opened)
        self.table.link_opened.connect(self._link)
        self.table.viewport().installEventFilter(self)
        self.model.sort_wanted.connect(self._sort)
        self.feed.shown.connect(self._shown)
        self.feed.counted.connect(self._say_count)
        self.feed.about_to_grow.connect(self._about_to_grow)
        self.feed.grew.connect(self._grew)
        self.feed.failed.connect(self._failed)
        self.details.closed.connect(self.focus_list)

    def _build(self) -> None:
        commands = self._commands
        self.errors = TogglePill(commands["errors"], "Errors")
        self.slow = TogglePill(commands["slow"], "Slow > 5 s")
        self.live = TogglePill(commands["live"], "Live", dot="accent")
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 10, 12, 10)
        bar.setSpacing(8)
        bar.addWidget(self.field, 1)
        bar.addWidget(self.count)
        bar.addSpacing(4)
        for pill in (self.errors, self.slow, self.live):
            bar.addWidget(pill)
        self.filters = IconButton(commands["filters"])
        self.columns = IconButton(commands["columns"])
        for button in (self.filters, self.columns):
            bar.addWidget(button)
        self.export = CommandButton(commands["export"], text="Export ▾", shortcut=False)
        bar.addSpacing(4)
        bar.addWidget(self.export)
        said = QHBoxLayout()
        said.setContentsMargins(16, 0, 16, 0)
        said.addWidget(self.said, 1)
        self.stack = QStackedWidget()
        self.blank = QWidget()
        self.nothing = EmptyState(
            "text-align-start",
            "No requests yet",
            "Whatever is sent to a server appears here: from Compose, the explorer, the command line, or another "
            "program through the proxy.",
        )
        self.unmatched = EmptyState("search", "No request fits", "", commands["clear"])
        self.trouble = EmptyState("triangle-alert", "The request log cannot be read", "", commands["refresh"])
        for page in (self.blank, self.table, self.nothing, self.unmatched, self.trouble):
            self.stack.addWidget(page)
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(said)
        column.addWidget(HairLine())
        column.addWidget(self.stack, 1)
        top.setMinimumHeight(150)
        self.details.setMinimumHeight(140)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("inspector.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(top)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([420, 380])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    # Asking

    def _ask(self, query: str) -> None:
        if query != self.feed.asked.query or self.feed.page is None:
            asked = self.feed.asked
            self.feed.ask(Asked(query, asked.column, asked.descending))

    def _sort(self, place: int, descending: bool) -> None:
        column = COLUMNS[place] if 0 <= place < len(COLUMNS) else COLUMNS[_TIME]
        if not column.order and column.id != "time":
            self.say(f"The log does not sort by {column.title.lower() or 'marks'}.")
            self._show_order()
            return
        asked = Asked(self.feed.asked.query, column.order, descending)
        if asked != self.feed.asked:
            self.feed.ask(asked)

    def _show_order(self) -> None:
        """The header's arrow where the list's order is."""
        asked = self.feed.asked
        place = next((at for at, column in enumerate(COLUMNS) if asked.column and column.order == asked.column), _TIME)
        order = Qt.SortOrder.DescendingOrder if asked.descending else Qt.SortOrder.AscendingOrder
        header = self.table.horizontalHeader()
        blocked = header.blockSignals(True)
        header.setSortIndicator(place, order)
        header.blockSignals(blocked)
        header.viewport().update()

    def start(self) -> None:
        """Read the log, where it was not read yet."""
        if self.feed.page is None:
            self.feed.ask()

    def query(self) -> str:
        """The filter, "" where it is not understood."""
        page = self.feed.page
        return self.feed.asked.query if page is not None and not page.mistake else ""

    # What came

    def _shown(self) -> None:
        page = self.feed.page
        assert page is not None
        if page.mistake:
            self.field.mark(page.start, page.end)
            self.say(page.mistake, "error")
            return
        self.field.unmark()
        self.say("")
        self._sync_pills()
        if not page.numbers:
            self.unmatched.set_words("No request fits", self._why_none())
            self.stack.setCurrentWidget(self.unmatched if page.asked.query else self.nothing)
            self.details.show_exchange("")
            self.row_chosen.emit("")
        else:
            self.stack.setCurrentWidget(self.table)
            self._choose_after_reset()
        self._say_count()

    def _why_none(self) -> str:
        return "Nothing in the log is found by this filter. IDs are found by their beginning, words by whole words."

    def _choose_after_reset(self) -> None:
        """The same exchange as before where it is still there, else the first."""
        number = self.model.number_of(self._wanted) if self._wanted else None
        place = self.model.place_of(number) if number is not None else -1
        self.table.selectRow(max(place, 0))
        self.table.scrollTo(self.model.index(max(place, 0), _TIME))

    def _failed(self, words: str) -> None:
        self.trouble.set_words("The request log cannot be read", words)
        self.stack.setCurrentWidget(self.trouble)

    def _say_count(self) -> None:
        shown, total = self.model.rowCount(), self.feed.total
        more = "" if self.feed.complete else "+"
        if self.feed.asked.query and total is not None:
            words = f"{shown:,}{more} of {total:,}"
        else:
            words = f"{shown:,}{more}" if shown else ""
        self.count.setText(words)
        self.live.set_note(f"{self.feed.waiting} new" if self.feed.waiting else "")

    def _about_to_grow(self) -> None:
        self._before = self.table.verticalScrollBar().value()

    def _grew(self, new: int) -> None:
        """What is looked at stays where it is; who looks at the top sees what is new."""
        if self.model.rowCount() and self.stack.currentWidget() in (self.nothing, self.unmatched):
            self.stack.setCurrentWidget(self.table)
            self.table.selectRow(0)
        bar = self.table.verticalScrollBar()
        over = self.table.viewport().underMouse()
        if new and (self._before > 0 or over):
            self._held = self._held or self._before == 0
            bar.setValue(self._before + new * self.table.verticalHeader().defaultSectionSize())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table.viewport() and event.type() == QEvent.Type.Leave and self._held:
            self._held = False
            self.table.scrollToTop()
        return super().eventFilter(watched, event)

    # Rows

    def _row_chosen(self, place: int) -> None:
        row = self.model.row_at(place)
        if row is not None:
            self._wanted = row.summary.id
            self.details.show_exchange(row.summary.id)
            self.row_chosen.emit(row.summary.id)
        elif place >= 0 and self.model.number_at(place) is not None:
            self.model.cell(place, _TIME)  # asks for it
            self.model.dataChanged.connect(self._row_came, Qt.ConnectionType.SingleShotConnection)

    def _row_came(self) -> None:
        self._row_chosen(self.table.currentIndex().row())

    def _touched(self) -> None:
        """What was said of other rows is over; a mistake in the filter is not."""
        if self.feed.page is not None and not self.feed.page.mistake:
            self.say("")

    def _row_opened(self, place: int) -> None:
        self._row_chosen(place)
        self.details.take_focus()

    def _entered(self) -> None:
        """Enter in the filter: the first row is what was meant."""
        if self.model.rowCount():
            self.table.selectRow(0)
            self.focus_list()

    def _link(self, _id: str) -> None:
        self.details.take_focus()

    def current_id(self) -> str:
        return self._wanted if self.model.rowCount() else ""

    def numbers(self) -> list[int]:
        """The rows that are chosen, from the top; the current one where none is."""
        rows = self.table.selected_rows()
        if not rows and self.current_id():
            number = self.model.number_of(self._wanted)
            return [number] if number is not None else []
        found = (self.model.number_at(row) for row in rows)
        return [number for number in found if number is not None]

    def choose_number(self, number: int) -> bool:
        """Make a row the current one; False where it is not listed."""
        place = self.model.place_of(number)
        if place < 0:
            return False
        self.table.selectRow(place)
        self.table.scrollTo(self.model.index(place, _TIME), LogTable.ScrollHint.PositionAtCenter)
        return True

    # Focus, words, pills

    def focus_filter(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def focus_list(self) -> None:
        if self.model.rowCount():
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, words: str, role: str = "muted") -> None:
        """A line under the filter; "" takes it away."""
        self.said.set_role(role)
        self.said.set_text(words)
        self.said.setVisible(bool(words))
        self.said.setContentsMargins(0, 0, 0, 8 if words else 0)

    def _sync_pills(self) -> None:
        from playground.panels.inspector.saved_filters import ERRORS, SLOW

        words = self.feed.asked.query.split()
        self._commands["errors"].setChecked(ERRORS in words)
        self._commands["slow"].setChecked(SLOW in words)

    def state(self) -> dict[str, Any]:
        return {**self.table.to_state(), "splitter": bytes(self.splitter.saveState().toBase64().data()).decode()}
