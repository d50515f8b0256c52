"""A list as a table: sorted, filtered, copied, and paged by whoever asked for it."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from playground.core.answers import to_bytes
from playground.core.tabular import SCALAR, Column, Rows, line_of
from playground.widgets.answer.face import Face, Parts
from playground.widgets.answer.list_model import ListModel
from playground.widgets.answer.saving import Savable
from playground.widgets.below import WithDetail
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton
from playground.widgets.fields import VeiledField
from playground.widgets.heads import Head
from playground.widgets.icons import icon
from playground.widgets.presentation import shown_line
from playground.widgets.rows import PAD, RowsTable
from playground.widgets.theme import font_scale, mono_font, scaled, ui_font

if TYPE_CHECKING:
    from playground.bridge import Operation

AT_ONCE = 500
"""Rows that are sorted, filtered and copied in the window's own thread."""
MEASURED = 60
"""Rows whose widths are measured."""
NARROWEST, WIDEST = 70, 330
"""Pixels of a column."""


class ListTable(RowsTable):
    """What is copied is made elsewhere: it may be much."""

    copy_wanted = Signal(str)
    """Of the chosen rows: "tsv" or "json"."""

    def copy(self) -> None:
        self.copy_wanted.emit("tsv")

    def copy_json(self) -> None:
        self.copy_wanted.emit("json")

    def make_menu(self) -> QMenu:
        menu = super().make_menu()
        rows = len(self.selected_rows())
        copy = menu.addAction(icon("braces"), f"Copy {rows} rows as JSON" if rows > 1 else "Copy row as JSON")
        copy.setEnabled(rows > 0)
        copy.triggered.connect(self.copy_json)
        return menu


class ListFace(Face):
    """The table, its filter, the chosen item's JSON, and how many there are."""

    kind, title = "table", "Table"
    more = Signal()
    """The reader asks for the next page."""
    all_wanted = Signal()
    """The reader asks for all pages that are left."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        self.model = ListModel(self)
        self.rows = Rows([])
        self.has_more = False
        self.can_page = False
        self._loading = False
        self._left_out = 0
        self._order = (-1, False)
        self._select_again = False
        self._selecting: Operation[array[int]] | None = None
        self._copying: Operation[str] | None = None
        self._copied_rows = 0
        self.table = ListTable(f"{parts.name}.table.rows", "Items")
        self.filter = VeiledField()
        self._make_commands()
        self._build()
        self.model.sort_wanted.connect(self._sort)
        self.table.copy_wanted.connect(self._copy)
        self.table.link_opened.connect(self.link_opened)
        self.table.activated_row.connect(self._show_row)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.filter.textChanged.connect(self._select)

    def _make_commands(self) -> None:
        name, commands, group = self.parts.name, self.parts.commands, self.parts.group
        add = commands.add
        self._more = add(f"{name}.load-more", "Load More", self._ask_more, group=group, icon="plus", scope=self)
        self._all = add(f"{name}.load-all", "Load All", self._ask_all, group=group, icon="list", scope=self)
        self.copy_rows = add(
            f"{name}.copy-rows", "Copy Rows as Table", self.table.copy, group=group, icon="copy", scope=self
        )
        self.copy_json = add(
            f"{name}.copy-rows-json", "Copy Rows as JSON", self.table.copy_json, group=group, icon="braces", scope=self
        )
        self.find = add(f"{name}.filter-rows", "Filter Rows", self.go_to_filter, group=group, icon="funnel", scope=self)
        self.find.setShortcut("Ctrl+F")
        self.find.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _build(self) -> None:
        name = self.parts.name
        self.filter.setObjectName(f"{name}.filter")
        self.filter.setAccessibleName("Filter rows")
        self.filter.setPlaceholderText("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icon("funnel"), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setMaximumWidth(scaled(220))
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(self.filter, 2)
        row.addSpacing(6)
        row.addWidget(IconButton(self.copy_rows))
        row.addWidget(IconButton(self.copy_json))
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.detail = WithDetail(f"{name}.item", self.table, self.parts.bridge, self.parts.commands, group="Item")
        self.empty = EmptyState("list", "No items", "The list is empty.")
        self.foot = Head()
        self.foot.row.addWidget(self.foot.note, 1)
        for command in (self._more, self._all):
            self.foot.row.addWidget(CommandButton(command, "quiet"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.detail, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(HairLine())
        column.addWidget(self.foot)

    # What it shows

    def set_items(
        self, items: Sequence[Any], *, has_more: bool = False, can_page: bool = False, left_out: int = 0
    ) -> None:
        """The first page. `can_page`: somebody listens to `more`."""
        self.clear()
        self.has_more, self.can_page, self._left_out = has_more, can_page, left_out
        self.model.set_items(items)
        self.rows = Rows(self.model.items)
        self._fit_columns()
        self._say()

    def add_items(self, items: Sequence[Any], *, has_more: bool) -> None:
        """The next page."""
        self.has_more, self._loading = has_more, False
        place, row = self.table.verticalScrollBar().value(), self.table.currentIndex().row()
        current = self.model.number(row) if row >= 0 and self.table.selected_rows() else -1
        before, header = self.model.columns, self.table.horizontalHeader()
        if self.model.add(items):
            self._fit_columns()
            self._follow_order(before)
            header.setSortIndicator(*_indicator(self._order))
            self._select_number(current)
            self.table.verticalScrollBar().setValue(place)
        if self._is_selected():
            self._select()
        self._say()

    def _follow_order(self, before: tuple[Column, ...]) -> None:
        """The column that the rows are sorted by may stand elsewhere now."""
        column, descending = self._order
        if column >= 0:
            names = [one.name for one in self.model.columns]
            name = before[column].name
            self._order = (names.index(name), descending) if name in names else (-1, False)

    def _select_number(self, number: int) -> None:
        """Choose the row of an item again, if there is one."""
        if 0 <= number < self.model.rowCount():
            self.table.selectRow(number)

    def set_loading(self, loading: bool) -> None:
        """Whether a page is under way."""
        self._loading = loading
        self._say()

    def clear(self) -> None:
        for operation in (self._selecting, self._copying):
            if operation is not None:
                operation.cancel()
        self._selecting = self._copying = None
        self._order, self._select_again, self._loading = (-1, False), False, False
        self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.blockSignals(False)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.detail.close_detail()
        self.model.set_items([])
        self.has_more = False
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.find.setEnabled(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.find.setEnabled(False)

    def savable(self) -> Savable | None:
        """All items that have come, as one array."""
        return Savable("items.json", partial(_as_file, list(self.model.items))) if self.model.items else None

    def go_to_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _fit_columns(self) -> None:
        """Widths by what stands in some rows: to look at all of them takes a second for 1,000."""
        model, plain, mono = self.model, QFontMetrics(ui_font(12)), QFontMetrics(mono_font(12))
        count = model.rowCount()
        sample = range(0, count, max(1, count // MEASURED))
        widths = []
        for column, title in enumerate(model.titles):
            width = QFontMetrics(ui_font(12, 500)).horizontalAdvance(shown_line(title)) + 34
            for row in sample:
                cell = model.cell(row, column)
                width = max(width, (mono if cell.mono else plain).horizontalAdvance(cell.text[:80]) + 2 * PAD + 6)
            widths.append(min(WIDEST, max(NARROWEST, round(width / font_scale()))))
        self.table.set_columns(widths)

    def _say(self) -> None:
        shown, count = self.model.rowCount(), len(self.model.items)
        words = [f"{count:,} item{'s' if count != 1 else ''}"]
        if shown != count:
            words = [f"{shown:,} of {count:,} items"]
        if self._left_out:
            words.append(f"{self._left_out:,} more are in the JSON only")
        if self._loading:
            words.append("loading…")
        elif self.has_more:
            words.append("there are more" if not self.can_page else "more on the server")
        elif self.can_page:
            words.append("all loaded")
        self.foot.say(" · ".join(words))
        pages = self.can_page and self.has_more
        for command in (self._more, self._all):
            command.setEnabled(pages and not self._loading)
            command.setVisible(pages)
        for button in self.foot.findChildren(CommandButton):
            button.setVisible(pages)
        self.empty.setVisible(not shown)
        self.detail.setVisible(shown > 0)
        if not count:
            self.empty.set_words("No items", "The server’s list is empty.")
        elif not shown:
            self.empty.set_words("No item has these words", "Change the filter, or clear it.")
        self.copy_rows.setEnabled(shown > 0)
        self.copy_json.setEnabled(shown > 0)

    def _ask_more(self) -> None:
        self.set_loading(True)
        self.more.emit()

    def _ask_all(self) -> None:
        self.set_loading(True)
        self.all_wanted.emit()

    # Which rows

    def _is_selected(self) -> bool:
        return bool(self.filter.text().strip()) or self._order[0] >= 0

    def _sort(self, column: int, descending: bool) -> None:
        if (column, descending) != self._order and not (column < 0 and self._order[0] < 0):
            self._order = (column, descending)
            self._select()

    def _select(self, _text: str = "") -> None:
        if self._selecting is not None:
            self._select_again = True
            return
        self._select_again = False
        if not self._is_selected():
            self._take_rows(None)
            return
        column, descending = self._order
        by = self.model.columns[column] if 0 <= column < len(self.model.columns) else None
        words, bridge = self.filter.text(), self.parts.bridge
        if bridge is None or len(self.model.items) <= AT_ONCE:
            self._take_rows(self.rows.select(words, by, descending=descending))
            return
        self._selecting = bridge.blocking(_select, self.rows, words, by, descending, label="Sorting rows", owner=self)
        self._selecting.finished.connect(self._selected)

    def _selected(self) -> None:
        operation = self._selecting
        if operation is None or not operation.done:
            return
        self._selecting = None
        if operation.result is not None and not self._select_again:
            self._take_rows(operation.result)
        if self._select_again:
            self._select()

    def _take_rows(self, rows: array[int] | None) -> None:
        self.model.set_rows(rows)
        self._say()

    # One of them

    def _chosen(self, *_what: object) -> None:
        """The focus alone makes the first row the current one, and chooses none; who chooses many wants to copy."""
        row = self.table.currentIndex().row()
        several = len(self.table.selected_rows()) > 1 and self.detail.below.isHidden()
        if row >= 0 and not several and self.table.selectionModel().isRowSelected(row):
            self._show_row(row)

    def _show_row(self, row: int) -> None:
        item = self.model.item(row)
        words = item.get("id") or item.get("name") or "" if isinstance(item, dict) else ""
        title = f"Item {self.model.number(row) + 1:,}" + (f"  ·  {words}" if isinstance(words, str) and words else "")
        self.detail.show_data(title, to_bytes(item))

    # Copying

    def _copy(self, form: str) -> None:
        rows = self.table.selected_rows() or list(range(self.model.rowCount()))
        if not rows or self._copying is not None:
            return
        header = self.table.horizontalHeader()
        columns = [self.model.columns[header.logicalIndex(place)] for place in range(header.count())]
        items = [self.model.item(row) for row in rows]
        make = _as_json if form == "json" else _as_table
        if self.parts.bridge is None or len(rows) <= AT_ONCE:
            QGuiApplication.clipboard().setText(make(items, columns))
            self._say_copied(len(rows))
            return
        self._copied_rows = len(rows)
        self._copying = self.parts.bridge.blocking(make, items, columns, label="Copying rows", owner=self)
        self._copying.finished.connect(self._copied)

    def _say_copied(self, rows: int) -> None:
        self.said.emit(f"Copied {rows:,} row{'s' if rows != 1 else ''}.", "good")

    def _copied(self) -> None:
        operation, self._copying = self._copying, None
        if operation is not None and operation.result is not None:
            QGuiApplication.clipboard().setText(operation.result)
            self._say_copied(self._copied_rows)


def _indicator(order: tuple[int, bool]) -> tuple[int, Qt.SortOrder]:
    return order[0], Qt.SortOrder.DescendingOrder if order[1] else Qt.SortOrder.AscendingOrder


def _select(rows: Rows, words: str, column: Any, descending: bool) -> array[int]:
    return rows.select(words, column, descending=descending)


def _as_table(items: list[Any], columns: list[Any]) -> str:
    """With a line of titles where there are several rows."""
    lines = [line_of(item, columns) for item in items]
    if len(lines) > 1 and [column.name for column in columns] != [SCALAR]:
        lines.insert(0, "\t".join(column.name for column in columns))
    return "\n".join(lines)


def _as_json(items: list[Any], _columns: list[Any]) -> str:
    return json.dumps(items if len(items) > 1 else items[0], ensure_ascii=False, indent=2)


def _as_file(items: list[Any]) -> bytes:
    return json.dumps(items, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass")
