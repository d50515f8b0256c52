"""The items of a list as rows: cells are written when they are painted."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject

from playground.core.tabular import Column, find_columns, text_of, value_of
from playground.widgets.presentation import mask_field, presenting, shown_line
from playground.widgets.rows import Cell, Index, RowsModel

HINT = 400
"""Characters of a tooltip."""


class ListModel(RowsModel):
    """All items as they came, or some of them in another order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items: list[Any] = []
        self.columns: tuple[Column, ...] = ()
        self._rows: array[int] | None = None

    def set_items(self, items: Sequence[Any]) -> None:
        """Other items, and the columns that these have."""
        self.beginResetModel()
        self.items, self._rows = list(items), None
        self._find_columns()
        self.endResetModel()

    def add(self, items: Sequence[Any]) -> bool:
        """More at the end. True where they brought another column, so that the widths are others. Where some rows are
        chosen, they are not seen before `set_rows`."""
        before, first = self.columns, len(self.items)
        columns = find_columns([*self.items, *items])
        if columns != before or not first:
            self.beginResetModel()
            self.items += items
            self._rows = None
            self._take(columns)
            self.endResetModel()
            return True
        if self._rows is not None:
            self.items += items
        elif items:
            self.beginInsertRows(QModelIndex(), first, first + len(items) - 1)
            self.items += items
            self.endInsertRows()
        return False

    def set_rows(self, rows: array[int] | None) -> None:
        """Show these, in this order; None: all as they came."""
        if rows is None and self._rows is None:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def number(self, row: int) -> int:
        """The item's place in the list."""
        return self._rows[row] if self._rows is not None else row

    def item(self, row: int) -> Any:
        return self.items[self.number(row)]

    def _find_columns(self) -> None:
        self._take(find_columns(self.items))

    def _take(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self.titles = tuple(column.name for column in columns)
        self.hints = tuple(
            "Unix times, shown as local date and time" if column.kind == "time" else column.name for column in columns
        )
        self.right = frozenset(place for place, column in enumerate(columns) if column.right)

    # What Qt and the delegate ask

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._rows) if self._rows is not None else len(self.items)

    def cell(self, row: int, column: int) -> Cell:
        item, one = self.item(row), self.columns[column]
        value = value_of(item, one.name)
        if value is None:
            return Cell("null" if isinstance(item, dict) and one.name in item else "", "faint", mono=True)
        words = shown_line(text_of(value, one.kind).replace("\n", "⏎").replace("\t", "⇥"))
        if presenting():
            words = mask_field(one.name, words)
        if one.kind == "id" and isinstance(value, str):
            return Cell(words, "accent", mono=True, link=value)
        if one.kind == "json":
            return Cell(words, "muted", mono=True)
        return Cell(words, mono=one.kind in ("number", "time"), right=one.right)

    def raw(self, row: int, column: int) -> object:
        one = self.columns[column]
        value = value_of(self.item(row), one.name)
        return value if isinstance(value, str) else text_of(value, one.kind)

    def hint(self, row: int, column: int) -> str:
        one = self.columns[column]
        value = value_of(self.item(row), one.name)
        if one.kind == "time" and value is not None:
            return f"{text_of(value, 'time')}\n{value}"
        words = text_of(value, one.kind)
        if presenting():
            words = mask_field(one.name, words)
        return words[:HINT] if len(words) > 24 else ""
