"""The table of files."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent

from playground.core.filing.listing import RemoteFile, left_text, moment_text
from playground.core.filing.rows import CREATED, EXPIRES, ID, NAME, PURPOSE, SIZE, STATUS, FileRows
from playground.core.transfers.rules import bytes_text
from playground.widgets.presentation import mask_id, shown_line
from playground.widgets.rows import Cell, RowsModel, RowsTable

WIDTHS = (240, 96, 78, 138, 100, 88, 130)
Index = QModelIndex | QPersistentModelIndex
_GOOD = ("processed", "uploaded", "")
_ROOT = QModelIndex()


class FilesModel(RowsModel):
    """The rows that a `FileRows` shows."""

    titles = ("Name", "Purpose", "Size", "Created", "Expires", "Status", "ID")
    right = frozenset({SIZE})

    def __init__(self, rows: FileRows) -> None:
        super().__init__()
        self.rows = rows
        self._now = time.time()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows.shown)

    def refresh(self) -> None:
        """Show what is to be shown now."""
        self.beginResetModel()
        self._now = time.time()
        self.rows.select()
        self.endResetModel()

    def file_at(self, row: int) -> RemoteFile | None:
        return self.rows.shown[row] if 0 <= row < len(self.rows.shown) else None

    def cell(self, row: int, column: int) -> Cell:
        file = self.rows.shown[row]
        if column == NAME:
            return Cell(shown_line(file.name) or "(no name)", elide=Qt.TextElideMode.ElideMiddle)
        if column == PURPOSE:
            return Cell(shown_line(file.purpose), "muted")
        if column == SIZE:
            return Cell(bytes_text(file.size) if file.size >= 0 else "", mono=True, right=True)
        if column == CREATED:
            return Cell(moment_text(file.created), "muted")
        if column == EXPIRES:
            soon = file.ends_soon(self._now)
            return Cell(left_text(file.expires, self._now) or "never", "warning" if soon else "muted")
        if column == STATUS:
            return Cell(shown_line(file.status), "muted" if file.status in _GOOD else _role(file.status))
        return Cell(mask_id(file.id), "accent", mono=True, elide=Qt.TextElideMode.ElideMiddle, link=file.id)

    def raw(self, row: int, column: int) -> object:
        file = self.rows.shown[row]
        values = (file.name, file.purpose, file.size, moment_text(file.created), moment_text(file.expires), file.status)
        return file.id if column == ID else values[column]

    def hint(self, row: int, column: int) -> str:
        file = self.rows.shown[row]
        if column == NAME:
            return file.name
        if column == SIZE:
            return f"{file.size:,} bytes" if file.size >= 0 else ""
        if column == EXPIRES:
            return moment_text(file.expires)
        if column == STATUS:
            return file.details
        return mask_id(file.id) if column == ID else ""


def _role(status: str) -> str:
    return "error" if status == "error" else "warning"


class FilesTable(RowsTable):
    """Rows that stay chosen, by their files, when others come and go."""

    paste_wanted = Signal()
    chosen = Signal()
    """Other rows are selected."""

    def __init__(self, model: FilesModel) -> None:
        super().__init__("files.table", "Files")
        self.files = model
        self._silent = False
        self.setModel(model)
        self.horizontalHeader().setSortIndicator(CREATED, Qt.SortOrder.DescendingOrder)
        self.set_columns(WIDTHS, stretch=NAME)

    def chosen_files(self) -> list[RemoteFile]:
        """Those whose rows are selected, from the top."""
        found = (self.files.file_at(row) for row in self.selected_rows())
        return [file for file in found if file is not None]

    def current_file(self) -> RemoteFile | None:
        return self.files.file_at(self.currentIndex().row())

    def refresh(self) -> None:
        """Show the rows anew; what was selected stays selected where it is still shown, and in its place on the screen
        as far as can be."""
        chosen = {file.id for file in self.chosen_files()}
        current, bar = self.current_file(), self.verticalScrollBar()
        place = bar.value()
        self._silent = True
        self.files.refresh()
        self._select(chosen, current)
        self._silent = False
        bar.setValue(place)
        self.chosen.emit()

    def _select(self, ids: Iterable[str], current: RemoteFile | None) -> None:
        wanted = set(ids)
        if not wanted:
            return
        model, selection, last = self.files, QItemSelection(), self.files.columnCount() - 1
        first = -1  # ranges, not rows: 10,000 ranges would take Qt a second
        for row, file in enumerate([*model.rows.shown, None]):
            if file is not None and file.id in wanted:
                first = row if first < 0 else first
            elif first >= 0:
                selection.select(model.index(first, 0), model.index(row - 1, last))
                first = -1
            if current is not None and file is not None and file.id == current.id:
                flag = QItemSelectionModel.SelectionFlag.NoUpdate
                self.selectionModel().setCurrentIndex(model.index(row, 0), flag)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)

    def choose(self, file_id: str) -> bool:
        """Select one file and show its row; False where it is not listed."""
        for row, file in enumerate(self.files.rows.shown):
            if file.id == file_id:
                self.selectRow(row)
                self.scrollTo(self.files.index(row, 0))
                return True
        return False

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._silent:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clearSelection()
        else:
            super().keyPressEvent(event)
