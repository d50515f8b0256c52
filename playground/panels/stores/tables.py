"""The tables: of stores, and of the files in one."""

from __future__ import annotations

import time
from typing import Generic, TypeVar

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, Qt, Signal

from playground.core.filing.listing import left_text, moment_text
from playground.core.stores.cost import Cost, cost_text
from playground.core.stores.model import Store
from playground.core.transfers.rules import bytes_text
from playground.panels.stores.rows import Known, Rows, attribute_words, file_keys, store_keys
from playground.widgets.presentation import mask_id, shown_line
from playground.widgets.rows import Cell, RowsModel, RowsTable

Index = QModelIndex | QPersistentModelIndex
SOON = 3 * 86_400.0
"""Seconds before its end in which a store is said to go soon."""
NAME, FILES, SIZE, COST, EXPIRES = range(5)
STATE, BYTES, ATTRIBUTES = range(1, 4)
STATES = {"completed": "ready", "in_progress": "in progress", "failed": "failed", "cancelled": "cancelled"}
"""Of a file, in words."""
_ROLES = {"completed": "muted", "in_progress": "warning", "failed": "error", "cancelled": "muted"}
_ROOT = QModelIndex()
T = TypeVar("T", Store, Known)


class ListedModel(RowsModel, Generic[T]):
    """The rows that some `Rows` show."""

    def __init__(self, rows: Rows[T]) -> None:
        super().__init__()
        self.rows = rows
        self.now = time.time()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows.shown)

    def refresh(self) -> None:
        """Show what is to be shown now."""
        self.beginResetModel()
        self.now = time.time()
        self.rows.select()
        self.endResetModel()

    def at(self, row: int) -> T | None:
        return self.rows.shown[row] if 0 <= row < len(self.rows.shown) else None


class ListedTable(RowsTable, Generic[T]):
    """Rows that stay chosen, by their IDs, when others come and go."""

    chosen = Signal()

    def __init__(self, name: str, title: str, model: ListedModel[T], column: int) -> None:
        super().__init__(name, title)
        self.listed = model
        self._silent = False
        self.setModel(model)
        self.horizontalHeader().setSortIndicator(column, Qt.SortOrder.DescendingOrder)
        model.sort_wanted.connect(self._sort)

    def _sort(self, column: int, descending: bool) -> None:
        self.listed.rows.sort(column, descending)
        self.refresh()

    def current(self) -> T | None:
        """The chosen one; of several, where the focus is."""
        rows = self.selected_rows()
        here = self.currentIndex().row()
        return self.listed.at(here if here in rows else rows[0]) if rows else None

    def refresh(self) -> None:
        """Show the rows anew; what was chosen stays chosen where it is still shown, and what is seen where it is."""
        current, bar = self.current(), self.verticalScrollBar()
        place = bar.value()
        self._silent = True
        self.listed.refresh()
        if current is not None:
            self.choose(current.id)
        self._silent = False
        bar.setValue(place)
        self.chosen.emit()

    def choose(self, identifier: str) -> bool:
        """Choose one by its ID, and show its row; False where it is not shown."""
        for row, one in enumerate(self.listed.rows.shown):
            if one.id == identifier:
                self.selectRow(row)
                self.scrollTo(self.listed.index(row, 0))
                return True
        return False

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._silent:
            self.chosen.emit()


class StoresModel(ListedModel[Store]):
    """All stores of a server."""

    titles = ("Name", "Files", "Size", "Cost", "Expires")
    hints = ("", "How many files are in it", "What the server counts", "Its part of what all cost in 30 days", "")
    right = frozenset({FILES, SIZE, COST})

    def __init__(self) -> None:
        super().__init__(Rows(store_keys(), 5, True))
        self.cost = Cost(0, None, "")

    def cell(self, row: int, column: int) -> Cell:
        store = self.rows.shown[row]
        if column == NAME:
            words = shown_line(store.name)
            return Cell(words, elide=Qt.TextElideMode.ElideMiddle) if words else Cell("(no name)", "muted")
        if column == FILES:
            counts = store.counts
            busy, bad = counts.in_progress > 0, counts.failed > 0
            words = f"{counts.over:,} of {counts.total:,}" if busy else f"{counts.total:,}"
            return Cell(words, "warning" if busy else "error" if bad else "text", mono=True, right=True)
        if column == SIZE:
            return Cell(bytes_text(store.size) if store.size >= 0 else "", mono=True, right=True)
        if column == COST:
            month = self.cost.share(store)
            words = "" if month is None else cost_text(month).removesuffix(" a month").replace("less than ", "< ")
            return Cell(words, "muted", right=True)
        if store.status == "expired":
            return Cell("expired", "error")
        soon = 0 < store.expires < self.now + SOON
        return Cell(left_text(store.expires, self.now) or "never", "warning" if soon else "muted")

    def raw(self, row: int, column: int) -> object:
        store = self.rows.shown[row]
        month = self.cost.share(store)
        ends = moment_text(store.expires)
        return (store.name, store.counts.total, store.size, "" if month is None else str(month), ends)[column]

    def hint(self, row: int, column: int) -> str:
        store = self.rows.shown[row]
        if column == NAME:
            return f"{store.name}\n{mask_id(store.id)}".strip()
        if column == FILES:
            return store.counts.text()
        if column == SIZE:
            return f"{store.size:,} bytes" if store.size >= 0 else ""
        return self.cost.note if column == COST else moment_text(store.expires)


class StoreFilesModel(ListedModel[Known]):
    """The files of a store."""

    titles = ("File", "State", "Size", "Attributes")
    right = frozenset({BYTES})

    def __init__(self) -> None:
        super().__init__(Rows(file_keys(), 4, True))

    def cell(self, row: int, column: int) -> Cell:
        known = self.rows.shown[row]
        one = known.file
        if column == NAME:
            words = shown_line(known.name)
            return Cell(words, elide=Qt.TextElideMode.ElideMiddle) if words else Cell("(name not known)", "muted")
        if column == STATE:
            said = STATES.get(one.status, shown_line(one.status))
            if one.trouble is not None:
                said = one.trouble.words
            return Cell(said, _ROLES.get(one.status, "text"))
        if column == BYTES:
            return Cell(bytes_text(one.size) if one.size >= 0 else "", mono=True, right=True)
        return Cell(shown_line(attribute_words(one.attributes)), "muted")

    def raw(self, row: int, column: int) -> object:
        known = self.rows.shown[row]
        one = known.file
        return (known.name or one.id, one.status, one.size, attribute_words(one.attributes))[column]

    def hint(self, row: int, column: int) -> str:
        known = self.rows.shown[row]
        one = known.file
        if column == STATE:
            return one.trouble.text() if one.trouble is not None else ""
        if column == ATTRIBUTES:
            return attribute_words(one.attributes)
        return f"{known.name}\n{mask_id(one.id)}".strip() if column == NAME else ""
