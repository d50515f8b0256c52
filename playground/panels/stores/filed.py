"""The files of the chosen store: state, what went wrong, and how far the server is with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import ProblemError
from playground.core.stores.desk import StoreDesk
from playground.core.stores.model import Store, StoreFile
from playground.panels.stores.listing import SearchField
from playground.panels.stores.loading import FilesPage, LoadFiles, Watch
from playground.panels.stores.rows import Known
from playground.panels.stores.tables import NAME, ListedTable, StoreFilesModel
from playground.widgets.controls import EmptyState, HairLine, Label
from playground.widgets.trouble import Trouble

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.core.stores.watching import Seen
    from playground.panels.contract import PanelContext

WIDTHS = (180, 110, 92, 110)


class FilesPane(QWidget):
    """`chosen`: another file, or none. `told`: the store as it is now, while it is watched."""

    chosen = Signal()
    told = Signal(object)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.files")
        self.setAccessibleName("Files of the store")
        self._context = context
        self.store: Store | None = None
        self._profile: Profile | None = None
        self._loading: Operation[int] | None = None
        self._watching: Operation[int] | None = None
        self._round = 0
        self._seen: set[str] = set()
        self._names: dict[str, str] = {}
        self._over = -1
        self._nameless = ""
        self.model = StoreFilesModel()
        self.table: ListedTable[Known] = ListedTable("stores.files.table", "Files of the store", self.model, -1)
        self.table.set_columns(WIDTHS, stretch=NAME)
        self.search = SearchField(self.table, "stores.files.search", "Search by name, ID, state or attribute")
        self._build()
        self.search.textChanged.connect(self._look)
        self.table.chosen.connect(self.chosen)

    def _build(self) -> None:
        self.waiting = EmptyState("file", "Loading the files…", "")
        self.nothing = EmptyState("file", "The store is empty", "Files that are added to it can be searched.")
        add = self._context.commands.get("stores.add_files")
        if add is not None:
            self.nothing.add_command(add)
        self.unmatched = EmptyState("search", "No file matches", "Other words may find one.")
        self.trouble = Trouble("stores.files.trouble", self._context.commands.get("stores.refresh_files"))
        self.pages = QStackedWidget()
        for page in (self.waiting, self.table, self.nothing, self.unmatched, self.trouble):
            self.pages.addWidget(page)
        self.count = Label("", "muted", 12)
        self.count.setObjectName("stores.files.count")
        self.note = Label("", "warning", 12, wrap=True)
        self.note.setObjectName("stores.files.note")
        self.note.setContentsMargins(16, 0, 16, 8)
        self.note.hide()
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 8, 16, 8)
        bar.setSpacing(12)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.note)
        column.addWidget(HairLine())
        column.addWidget(self.pages, 1)

    # Loading

    def show_store(self, store: Store | None, profile: Profile | None) -> None:
        """Another one, or none; the same with other counts is watched on."""
        before, self.store = self.store, store
        if profile is not None and (self._profile is None or profile.id != self._profile.id):
            self._names = {}
        self._profile = profile
        if store is not None and before is not None and store.id == before.id:
            self._say()
            self._watch()
            return
        self._drop()
        self.model.rows.clear()
        self._over = -1
        self.table.refresh()
        if store is not None:
            self.load()

    def _drop(self) -> None:
        for operation in (self._loading, self._watching):
            if operation is not None:
                operation.drop()
        self._loading = self._watching = None

    def load(self) -> None:
        """Ask for the files anew; what is shown stays until they are there."""
        if self.store is None:
            return
        if self._loading is not None:
            self._loading.drop()
        self._round += 1
        self._seen = set()
        self._nameless = ""
        work = LoadFiles(self.store.id, self._round, frozenset(self._names))
        desk = StoreDesk(self._context.sessions, self._profile)
        self._loading = self._context.bridge.run(
            desk.telling(work), label="Loading the store's files", owner=self, on_changes=self._more
        )
        self._loading.finished.connect(self._ended)
        if not self.model.rows.all:
            self.pages.setCurrentWidget(self.waiting)
        self._say()

    def _more(self, pages: list[FilesPage]) -> None:
        for page in pages:
            if page.round != self._round:
                continue
            if page.problem is not None:
                self._nameless = f"The names of the files could not be had: {page.problem.line()}"
            self._names.update(page.names)
            self._seen.update(one.id for one in page.files)
            self.model.rows.add(Known(one, self._names.get(one.id, "")) for one in page.files)
            if page.names:
                self.model.rows.add(
                    Known(one.file, self._names.get(one.id, "")) for one in list(self.model.rows.all.values())
                )
        self._show()

    def _ended(self) -> None:
        operation = self._loading
        if operation is None or not operation.done:
            return
        self._loading = None
        if isinstance(operation.error, ProblemError):
            self.model.rows.clear()
            self.table.refresh()
            self.trouble.show_problem(operation.error.problem)
            self.pages.setCurrentWidget(self.trouble)
        elif operation.state != "cancelled":
            self.model.rows.keep(self._seen)
            self._show()
            if self.table.current() is None and self.model.rows.shown:
                self.table.selectRow(0)
            self._watch()
        self._say()

    def put(self, file: StoreFile) -> None:
        """It is so now."""
        if self.store is not None and file.store == self.store.id:
            self.model.rows.add([Known(file, self._names.get(file.id, ""))])
            self._show()

    # Watching

    def _watch(self) -> None:
        """As long as something is in progress in it."""
        if self.store is None or self._watching is not None or not self.store.counts.in_progress:
            return
        self._over = self.store.counts.over
        desk = StoreDesk(self._context.sessions, self._profile)
        self._watching = self._context.bridge.run(
            desk.telling(Watch(self.store.id)), label="Watching the store", owner=self, on_changes=self._watched
        )
        self._watching.finished.connect(self._watched_out)

    def _watched(self, found: list[Seen]) -> None:
        seen = found[-1]
        if self.store is None or seen.target.store != self.store.id:
            return
        words = seen.text() if seen.problem is not None or seen.stuck else ""
        for one in seen.stuck:
            words = words.replace(one.id, self._names.get(one.id) or one.id)
        self.note.setText(words)
        self.note.setVisible(bool(words))
        if seen.store is not None:
            self.told.emit(seen.store)
        if seen.counts.over != self._over and self._loading is None:
            self._over = seen.counts.over
            self.load()

    def _watched_out(self) -> None:
        operation = self._watching
        if operation is None or not operation.done:
            return
        self._watching = None
        if self.store is not None and operation.state != "cancelled":
            self.load()

    # Showing

    def _show(self) -> None:
        self.table.refresh()
        rows = self.model.rows
        if rows.shown:
            page: QWidget = self.table
        elif rows.all:
            page = self.unmatched
        else:
            page = self.waiting if self._loading is not None else self.nothing
        self.pages.setCurrentWidget(page)
        self._say()

    def _look(self, words: str) -> None:
        self.model.rows.search = words
        if self.model.rows.all:
            self._show()

    def _say(self) -> None:
        words = self.store.counts.text() if self.store is not None else ""
        rows = self.model.rows
        if rows.all and len(rows.shown) != len(rows.all):
            words = f"{len(rows.shown):,} of {len(rows.all):,} shown"
        self.count.setText("" if words == "empty" else words)
        if self._watching is None:
            self.note.setText(self._nameless)
            self.note.setVisible(bool(self._nameless))
