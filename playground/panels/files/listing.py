"""The list of a server's files: search, purposes, how many there are, and what to say while there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import Problem, ProblemError
from playground.core.filing.listing import ListFiles, Page
from playground.core.filing.rows import FileRows
from playground.panels.files.table import FilesModel, FilesTable
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, Label, Segmented
from playground.widgets.fields import VeiledField
from playground.widgets.presentation import shown_line
from playground.widgets.trouble import Trouble

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

ALL = ""
CHIPS = 12
"""Purposes that have a pill, the most used first: a server may name as many as it likes."""
SEARCH_AFTER_MS = 0


class SearchField(VeiledField):
    """Escape empties it; Down goes to the table. An ID in it is hidden while presenting."""

    def __init__(self, table: QWidget) -> None:
        super().__init__()
        self._table = table
        self.setObjectName("files.search")
        self.setAccessibleName("Search the files")
        self.setPlaceholderText("Search by name, ID, purpose or status")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)


class FilesList(QWidget):
    """`changed`: other files are listed, or shown. Loads when it is told to."""

    changed = Signal()
    loaded = Signal()
    """All pages are there, or why they are not is said."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files.list")
        self._context = context
        self.profile: Profile | None = None
        """Whose files are listed."""
        self.rows = FileRows()
        self.table = FilesTable(FilesModel(self.rows))
        self.search = SearchField(self.table)
        self._loading: Operation[Profile] | None = None
        self._seen: set[str] = set()
        self._round = 0
        self._chips: Segmented | None = None
        self._offered: list[tuple[str, str]] = []
        self._wanted = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER_MS)
        self._timer.timeout.connect(self._look)
        self._build()
        self.search.textChanged.connect(self._timer.start)
        self.table.files.sort_wanted.connect(self._sort)

    def _command(self, name: str) -> Command:
        command = self._context.commands.get(name)
        assert command is not None
        return command

    def _build(self) -> None:
        upload = self._context.commands.get("files.upload")
        self.pages = QStackedWidget()
        self.waiting = EmptyState("file", "Loading the files…", "")
        self.nothing = EmptyState(
            "file", "No files yet", "Drop some here, paste them, or upload: each can then be used by its ID.", upload
        )
        self.unmatched = EmptyState("search", "No file matches", "Other words or another purpose may find one.")
        self.trouble = Trouble("files.trouble", self._command("files.refresh"))
        for page in (self.waiting, self.table, self.nothing, self.unmatched, self.trouble):
            self.pages.addWidget(page)
        self.count = Label("", "muted", 12)
        self.count.setObjectName("files.count")
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 10, 12, 10)
        bar.setSpacing(12)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.count)
        bar.addWidget(IconButton(self._command("files.refresh")))
        if upload is not None:
            bar.addWidget(CommandButton(upload, "primary", text="Upload…", shortcut=False))
        self._chip_row = QVBoxLayout()
        self._chip_row.setContentsMargins(16, 0, 16, 0)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(bar)
        self.column.addLayout(self._chip_row)
        self.column.addWidget(HairLine())
        self.column.addWidget(self.pages, 1)

    # Loading

    @property
    def is_loading(self) -> bool:
        return self._loading is not None

    def load(self) -> None:
        """Ask the server anew; what is shown stays until it has answered, unless another profile is the active one."""
        if self._loading is not None:
            self._loading.drop()
        if self.profile is not None and self._context.sessions.current.id != self.profile.id:
            self._forget()
        self._seen = set()
        self._round += 1
        self._loading = self._context.bridge.run(
            ListFiles(self._context.sessions, self._round), label="Loading the files", owner=self, on_changes=self._more
        )
        self._loading.finished.connect(self._ended)
        if not self.rows.all:
            self.pages.setCurrentWidget(self.waiting)
        self._say()

    def _forget(self) -> None:
        self.profile = None
        self.rows.clear()
        self.rows.purpose = ALL
        self._fill_chips()
        self.table.refresh()
        self.pages.setCurrentWidget(self.waiting)
        self.changed.emit()

    def _more(self, pages: list[Page]) -> None:
        pages = [page for page in pages if page.round == self._round]
        for page in pages:
            self.profile = page.profile
            self.rows.add(page.files)
            self._seen.update(file.id for file in page.files)
        if pages:
            self._show()

    def _ended(self) -> None:
        operation = self._loading
        if operation is None or not operation.done:
            return
        self._loading = None
        error = operation.error
        if isinstance(error, ProblemError):
            self._fail(error.problem)
        elif operation.result is not None:
            self.profile = operation.result
            self.rows.keep(self._seen)
            self._show()
            if self._wanted:
                self.open_file(self._wanted)
        self._say()
        self.loaded.emit()

    def _fail(self, problem: Problem) -> None:
        """Instead of a list that may be old."""
        self._forget()
        manage = self._context.commands.get("profile.manage")
        helps = manage is not None and (problem.code == "no_key" or problem.status in (401, 403))
        self.trouble.show_problem(problem, [manage] if manage is not None and helps else [])
        self.pages.setCurrentWidget(self.trouble)

    # Showing

    def _show(self) -> None:
        """What is listed, by the search and the purpose."""
        self.table.refresh()
        self._fill_chips()
        if self.rows.shown:
            page: QWidget = self.table
        elif self.rows.all:
            page = self.unmatched
        else:
            page = self.waiting if self._loading is not None and not self._seen else self.nothing
        self.pages.setCurrentWidget(page)
        self._say()
        self.changed.emit()

    def _look(self) -> None:
        self.rows.search = self.search.text()
        if self.rows.all:
            self._show()

    def _sort(self, column: int, descending: bool) -> None:
        self.rows.sort(column, descending)
        self.table.refresh()

    def _say(self) -> None:
        failed = self.pages.currentWidget() is self.trouble
        words = "" if failed or not self.rows.all else self.rows.words()
        self.count.setText(f"{words} · loading…" if self._loading is not None and words else words)

    # Purposes

    def _fill_chips(self) -> None:
        """One pill for each purpose that there is; none where there is only one."""
        found = self.rows.purposes()
        if self.rows.purpose not in {name for name, _ in found}:
            self.rows.purpose = ALL
        offered = [(ALL, "All"), *((name, _pill_words(name, count)) for name, count in found[:CHIPS])]
        if len(found) < 2:
            offered = []
        if offered == self._offered:
            return
        self._offered = offered
        old, self._chips = self._chips, None
        if old is not None:
            had_focus = old.isAncestorOf(self.focusWidget() or self)
            old.hide()
            old.deleteLater()
        else:
            had_focus = False
        self._chip_row.setContentsMargins(16, 0, 16, 10 if offered else 0)
        if offered:
            chips = self._chips = Segmented(offered, name="Purpose of the files that are shown", flows=True)
            chips.setObjectName("files.purposes")
            for pill, (value, _) in zip(chips.findChildren(QAbstractButton), offered, strict=True):
                pill.setObjectName(f"files.purposes.{value or 'all'}")
            chips.set_value(self.rows.purpose)
            chips.changed.connect(self.choose_purpose)
            self._chip_row.addWidget(chips)
            if had_focus:
                chips.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_purpose(self, purpose: str) -> None:
        """Show only files with it; all for an empty one."""
        self.rows.purpose = purpose
        self._show()

    # Choosing

    def open_file(self, file_id: str) -> None:
        """Choose a file by its ID, also where a search or a purpose hides it; while the list is still loading, as soon
        as it is there."""
        self._wanted = ""
        if file_id not in self.rows.all:
            if self.is_loading:
                self._wanted = file_id
            else:
                self._context.notify(f"This server lists no file with the ID {file_id}.")
            return
        if not self.table.choose(file_id):
            self.search.clear()
            self.rows.search = self.rows.purpose = ""
            if self._chips is not None:
                self._chips.set_value(ALL)
            self._show()
            self.table.choose(file_id)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_out(self, ids: list[str]) -> None:
        """These are gone."""
        self.rows.remove(ids)
        self._show()


def _pill_words(purpose: str, count: int) -> str:
    return f"{shown_line(purpose[:40]) or '(none)'}  {count:,}"
