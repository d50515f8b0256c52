"""The list of a server's stores: search, what they come to, and what to say while there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import Problem, ProblemError
from playground.core.stores.cost import cost_text, monthly
from playground.core.stores.desk import StoreDesk
from playground.core.stores.model import Store
from playground.core.transfers.rules import bytes_text
from playground.panels.stores.loading import LoadStores, StoresPage
from playground.panels.stores.tables import NAME, ListedTable, StoresModel
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, Label
from playground.widgets.fields import VeiledField
from playground.widgets.trouble import Trouble

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

WIDTHS = (130, 54, 84, 64, 84)


class SearchField(VeiledField):
    """Escape empties it; Down goes to the table. An ID in it is hidden while presenting."""

    def __init__(self, table: QWidget, name: str, words: str) -> None:
        super().__init__()
        self._table = table
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setPlaceholderText(words)
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)


class StoresList(QWidget):
    """`chosen`: another store, or none, or the same with other counts."""

    chosen = Signal()

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.list")
        self._context = context
        self.profile: Profile | None = None
        """Whose stores are listed."""
        self._base_url = ""
        self._loading: Operation[int] | None = None
        self._round = 0
        self._seen: set[str] = set()
        self._wanted = ""
        self.model = StoresModel()
        self.table: ListedTable[Store] = ListedTable("stores.table", "Vector stores", self.model, -1)
        self.table.setSelectionMode(ListedTable.SelectionMode.SingleSelection)
        self.table.set_columns(WIDTHS, stretch=NAME)
        self.search = SearchField(self.table, "stores.search", "Search the stores")
        self._build()
        self.search.textChanged.connect(self._look)
        self.table.chosen.connect(self.chosen)

    def _command(self, name: str) -> Command:
        command = self._context.commands.get(name)
        assert command is not None
        return command

    def _build(self) -> None:
        new = self._command("stores.new")
        self.pages = QStackedWidget()
        self.waiting = EmptyState("database", "Loading the stores…", "")
        self.nothing = EmptyState(
            "database",
            "No vector stores yet",
            "A store holds files, cut into pieces that are found by their meaning. Make one, then add files to it.",
            new,
        )
        self.unmatched = EmptyState("search", "No store matches", "Other words may find one.")
        self.trouble = Trouble("stores.trouble", self._command("stores.refresh"))
        for page in (self.waiting, self.table, self.nothing, self.unmatched, self.trouble):
            self.pages.addWidget(page)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 10, 12, 10)
        bar.setSpacing(8)
        bar.addWidget(self.search, 1)
        bar.addWidget(IconButton(self._command("stores.refresh")))
        bar.addWidget(CommandButton(new, "primary", text="New…", shortcut=False))
        self.foot = Label("", "muted", 12, wrap=True)
        self.foot.setObjectName("stores.foot")
        self.foot.setContentsMargins(16, 8, 16, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(HairLine())
        column.addWidget(self.pages, 1)
        column.addWidget(HairLine())
        column.addWidget(self.foot)

    # Loading

    def load(self) -> None:
        """Ask the server anew; what is shown stays until it has answered, unless another profile is the active one."""
        if self._loading is not None:
            self._loading.drop()
        current = self._context.sessions.current
        if self.profile is None or current.id != self.profile.id:
            self.model.rows.clear()
            self._base_url = ""
            self.table.refresh()
        self.profile = current
        self._seen = set()
        self._round += 1
        desk = StoreDesk(self._context.sessions, current)
        self._loading = self._context.bridge.run(
            desk.telling(LoadStores(self._round)), label="Loading the stores", owner=self, on_changes=self._more
        )
        self._loading.finished.connect(self._ended)
        if not self.model.rows.all:
            self.pages.setCurrentWidget(self.waiting)
        self._say()

    def _more(self, pages: list[StoresPage]) -> None:
        for page in pages:
            if page.round == self._round:
                self._base_url = page.base_url
                self.model.rows.add(page.stores)
                self._seen.update(store.id for store in page.stores)
        self._show()

    def _ended(self) -> None:
        operation = self._loading
        if operation is None or not operation.done:
            return
        self._loading = None
        error = operation.error
        if isinstance(error, ProblemError):
            self._fail(error.problem)
        elif operation.state != "cancelled":
            self.model.rows.keep(self._seen)
            self._show()
            wanted = self._wanted
            if wanted:
                self.open_store(wanted)
            elif self.table.current() is None and self.model.rows.shown:
                self.table.selectRow(0)
        self._say()

    def _fail(self, problem: Problem) -> None:
        """Instead of a list that may be old."""
        self.model.rows.clear()
        self.table.refresh()
        manage = self._context.commands.get("profile.manage")
        helps = manage is not None and (problem.code == "no_key" or problem.status in (401, 403))
        self.trouble.show_problem(problem, [manage] if manage is not None and helps else [])
        self.pages.setCurrentWidget(self.trouble)

    # Showing

    def _show(self) -> None:
        rows, profile = self.model.rows, self.profile
        sandbox = profile is not None and profile.is_sandbox
        self.model.cost = monthly(list(rows.all.values()), self._base_url, sandbox=sandbox)
        self.table.refresh()
        if rows.shown:
            page: QWidget = self.table
        elif rows.all:
            page = self.unmatched
        else:
            page = self.waiting if self._loading is not None and not self._seen else self.nothing
        self.pages.setCurrentWidget(page)
        self._say()

    def _look(self, words: str) -> None:
        self.model.rows.search = words
        if self.model.rows.all:
            self._show()

    def _say(self) -> None:
        """How many there are, and what they come to."""
        rows, cost = self.model.rows, self.model.cost
        total = len(rows.all)
        self.foot.setVisible(bool(total))
        if not total:
            return
        count = f"{total:,} store{'s' if total != 1 else ''}"
        if len(rows.shown) != total:
            count = f"{len(rows.shown):,} of {count}"
        more = " · loading…" if self._loading is not None else ""
        self.foot.setText(f"{count} · {bytes_text(cost.size)} · {cost_text(cost.month)}{more}")
        self.foot.setToolTip(cost.note)

    # Choosing

    def put(self, stores: Sequence[Store]) -> None:
        """These are so now, or new."""
        self.model.rows.add(stores)
        self._seen.update(store.id for store in stores)
        self._show()

    def take_out(self, store_id: str) -> None:
        """It is gone."""
        self.model.rows.remove(store_id)
        self._show()
        if self.table.current() is None and self.model.rows.shown:
            self.table.selectRow(0)

    def open_store(self, store_id: str) -> None:
        """Choose a store by its ID; while the list is still loading, as soon as it is there."""
        self._wanted = ""
        if store_id not in self.model.rows.all:
            if self._loading is not None or self.profile is None:
                self._wanted = store_id
            else:
                self._context.notify(f"This server lists no vector store with the ID {store_id}.")
            return
        if not self.table.choose(store_id):
            self.search.clear()
            self.table.choose(store_id)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
