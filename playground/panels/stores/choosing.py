"""The server's files that are not in the store yet, to be added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import ProblemError
from playground.core.filing.listing import ListFiles, Page, RemoteFile, moment_text
from playground.core.filing.rows import CREATED, NAME, PURPOSE, SIZE, FileRows
from playground.core.stores.rules import AUTO, Chunking, facts
from playground.core.transfers.rules import bytes_text
from playground.panels.stores.listing import SearchField
from playground.widgets.controls import CommandButton, EmptyState, HairLine, Label, OptionalNumber
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, RowsModel, RowsTable
from playground.widgets.trouble import Trouble

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext

Index = QModelIndex | QPersistentModelIndex
WIDTHS = (220, 110, 80, 140)
_ROOT = QModelIndex()


class ChoiceModel(RowsModel):
    """The server's files."""

    titles = ("File", "Purpose", "Size", "Created")
    right = frozenset({SIZE})

    def __init__(self) -> None:
        super().__init__()
        self.rows = FileRows()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows.shown)

    def refresh(self) -> None:
        self.beginResetModel()
        self.rows.select()
        self.endResetModel()

    def cell(self, row: int, column: int) -> Cell:
        file = self.rows.shown[row]
        if column == NAME:
            return Cell(shown_line(file.name) or "(no name)", elide=Qt.TextElideMode.ElideMiddle)
        if column == PURPOSE:
            return Cell(shown_line(file.purpose), "muted")
        if column == SIZE:
            return Cell(bytes_text(file.size) if file.size >= 0 else "", mono=True, right=True)
        return Cell(moment_text(file.created), "muted")

    def raw(self, row: int, column: int) -> object:
        file = self.rows.shown[row]
        return (file.name, file.purpose, file.size, moment_text(file.created))[column]


class ChoicePane(QWidget):
    """`wanted`: the files that are to be added, and how they are cut (a `Chunking`); `left`: none is."""

    wanted = Signal(list, object)
    left = Signal()

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stores.choice")
        self.setAccessibleName("Files to be added")
        self._context = context
        self._loading: Operation[Profile] | None = None
        self._round = 0
        self._there: frozenset[str] = frozenset()
        self.model = ChoiceModel()
        self.table = RowsTable("stores.choice.table", "Files of the server that are not in the store")
        self.table.setModel(self.model)
        self.table.horizontalHeader().setSortIndicator(CREATED, Qt.SortOrder.DescendingOrder)
        self.table.set_columns(WIDTHS, stretch=NAME)
        self.search = SearchField(self.table, "stores.choice.search", "Search the server's files")
        add = context.commands.add
        self.go = add(
            "stores.add_chosen", "Add to the Store", self.take, group="Vector stores", icon="plus",
            shortcut="Ctrl+Return", scope=self, enabled=False,
        )  # fmt: skip
        self.no = add("stores.add_none", "Add Nothing", self.leave, group="Vector stores", scope=self, enabled=False)
        self._build()
        self.model.sort_wanted.connect(self._sort)
        self.search.textChanged.connect(self._look)
        selection = self.table.selectionModel()
        selection.selectionChanged.connect(self._selected)

    def _build(self) -> None:
        self.title = Label("", "text", 13, 600)
        self.nothing = EmptyState("file", "No other files", "Upload some under Files, then add them here.")
        self.waiting = EmptyState("file", "Loading the server's files…", "")
        self.trouble = Trouble("stores.choice.trouble", None)
        self.pages = QStackedWidget()
        for page in (self.waiting, self.table, self.nothing, self.trouble):
            self.pages.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.search, 1)
        limits = facts()["chunks"]
        self.size = OptionalNumber(
            limits["least"], limits["most"], 0, 100, start=limits["usual"], name="Tokens of a chunk at most"
        )
        self.overlap = OptionalNumber(0, limits["most"] // 2, 0, 50, start=0, name="Tokens that neighbours share")
        cut = QHBoxLayout()
        cut.setContentsMargins(16, 10, 16, 0)
        cut.setSpacing(8)
        for words, field, name in (("Tokens a chunk", self.size, "size"), ("of them shared", self.overlap, "overlap")):
            field.setObjectName(f"stores.choice.{name}")
            field.changed.connect(self._cut)
            cut.addWidget(Label(words, "muted", 12))
            cut.addWidget(field, 1)
        self.words = Label("", "muted", 12, wrap=True)
        self.words.setObjectName("stores.choice.words")
        self.words.setContentsMargins(16, 6, 16, 0)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 10)
        foot.setSpacing(8)
        foot.addWidget(CommandButton(self.go, "primary"))
        foot.addWidget(CommandButton(self.no, "plain", text="Cancel", shortcut=False))
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine())
        column.addWidget(self.pages, 1)
        column.addWidget(HairLine())
        column.addLayout(cut)
        column.addWidget(self.words)
        column.addLayout(foot)

    def ask(self, name: str, there: frozenset[str]) -> None:
        """For the store of this name, in which these are."""
        self._there = there
        self.title.setText(f"Add to “{shown_line(name)}”")
        self.model.rows.clear()
        self.model.refresh()
        self.search.clear()
        self.no.setEnabled(True)
        self._selected()
        self._round += 1
        if self._loading is not None:
            self._loading.drop()
        self._loading = self._context.bridge.run(
            ListFiles(self._context.sessions, self._round), label="Loading the files", owner=self, on_changes=self._more
        )
        self._loading.finished.connect(self._ended)
        self.pages.setCurrentWidget(self.waiting)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _more(self, pages: list[Page]) -> None:
        for page in pages:
            if page.round == self._round:
                self.model.rows.add(one for one in page.files if one.id not in self._there)
        self._show()

    def _ended(self) -> None:
        operation = self._loading
        if operation is None or not operation.done:
            return
        self._loading = None
        if isinstance(operation.error, ProblemError):
            self.trouble.show_problem(operation.error.problem)
            self.pages.setCurrentWidget(self.trouble)
        else:
            self._show()

    def _show(self) -> None:
        chosen = {one.id for one in self.chosen()}
        self.model.refresh()
        for row, file in enumerate(self.model.rows.shown):
            if file.id in chosen:
                self.table.selectionModel().select(
                    self.model.index(row, 0),
                    self.table.selectionModel().SelectionFlag.Select | self.table.selectionModel().SelectionFlag.Rows,
                )
        page = self.table if self.model.rows.all else self.waiting if self._loading is not None else self.nothing
        self.pages.setCurrentWidget(page)
        self._selected()

    def _look(self, words: str) -> None:
        self.model.rows.search = words
        if self.model.rows.all:
            self._show()

    def _sort(self, column: int, descending: bool) -> None:
        self.model.rows.sort(column, descending)
        self._show()

    def chosen(self) -> list[RemoteFile]:
        return [self.model.rows.shown[row] for row in self.table.selected_rows() if row < len(self.model.rows.shown)]

    def _selected(self, *_ranges: object) -> None:
        count = len(self.table.selected_rows())
        self.go.setText(f"Add {count:,} Files" if count > 1 else "Add the File" if count else "Add to the Store")
        wrong = self._wrong()
        usual = facts()["chunks"]["usual"]
        self.words.setText(
            wrong or f"Left empty, the server cuts as it likes: mostly {usual} tokens, half of them shared."
        )
        self.words.set_role("error" if wrong else "muted")
        self.go.setEnabled(count > 0 and not wrong)

    def _cut(self, _value: object) -> None:
        self._selected()

    def chunking(self) -> Chunking:
        """As it is set: the server's choice where no size is."""
        size, overlap = self.size.value(), self.overlap.value()
        if size is None and overlap is None:
            return AUTO
        return Chunking("static", int(size or facts()["chunks"]["usual"]), int(overlap or 0))

    def _wrong(self) -> str:
        typed = " ".join(filter(None, (self.size.problem(), self.overlap.problem())))
        return typed or " ".join(one.words for one in self.chunking().check())

    def take(self) -> None:
        """Add what is selected."""
        files = [one.id for one in self.chosen()]
        if files:
            chunking = self.chunking()
            self._close()
            self.wanted.emit(files, chunking)

    def leave(self) -> None:
        self._close()
        self.left.emit()

    def _close(self) -> None:
        self.go.setEnabled(False)
        self.no.setEnabled(False)
        if self._loading is not None:
            self._loading.drop()
            self._loading = None
