"""The dashboard's tables: by model, by profile, and the calls that took most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from playground.core.plain import seconds_text
from playground.widgets.chart.scale import day_text, usd_words
from playground.widgets.controls import SectionLabel
from playground.widgets.presentation import mask_id, shown_line
from playground.widgets.rows import Cell, Index, RowsModel, RowsTable
from playground.widgets.tables import ROW
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.core.exchanges.dashboard import Dear, Group

UNKNOWN = "unknown"


def cost_text(known: float | None, priced: int, unpriced: int) -> str:
    """What is known of a cost: `$1.20`, `$1.20 + unknown`, `unknown`; nothing where no tokens were counted."""
    if known is None:
        return UNKNOWN
    if not priced and not unpriced:
        return ""
    return f"{usd_words(known)} + {UNKNOWN}" if unpriced else usd_words(known)


class ListModel(RowsModel):
    """A few rows that are sorted here."""

    keys: tuple[Callable[[Any], Any], ...] = ()
    """By what each column sorts; what is not known comes last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Any] = []
        self._order: tuple[int, bool] = (-1, True)
        self._given: Sequence[Any] = ()
        self.sort_wanted.connect(self._sort)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these, in the order that was chosen."""
        self.beginResetModel()
        self._given = rows
        self.rows = self._sorted()
        self.endResetModel()

    def _sort(self, column: int, descending: bool) -> None:
        self._order = (column, descending)
        self.show_rows(self._given)

    def _sorted(self) -> list[Any]:
        column, descending = self._order
        if column < 0:
            return list(self._given)
        key = self.keys[column]
        known = [row for row in self._given if key(row) is not None]
        return sorted(known, key=key, reverse=descending) + [row for row in self._given if key(row) is None]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)


class GroupsModel(ListModel):
    """Models, or profiles."""

    right = frozenset({1, 2, 3, 4, 5})
    keys = (
        lambda row: row.name.casefold(),
        lambda row: row.totals.calls,
        lambda row: row.totals.failed,
        lambda row: row.totals.input_tokens,
        lambda row: row.totals.output_tokens,
        lambda row: row.totals.known_cost if row.totals.priced or row.totals.unpriced else None,
    )

    def __init__(self, what: str, nameless: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titles = (what, "Calls", "Failed", "Tokens in", "Tokens out", "Cost")
        self._nameless = nameless

    def cell(self, row: int, column: int) -> Cell:
        group: Group = self.rows[row]
        totals = group.totals
        if column == 0:
            return Cell(shown_line(group.name) or self._nameless, "accent" if group.name else "muted")
        if column == 2:
            return Cell(f"{totals.failed:,}", "error" if totals.failed else "muted", right=True)
        if column == 5:
            text = cost_text(totals.known_cost, totals.priced, totals.unpriced)
            return Cell(text, "muted" if text == UNKNOWN else "text", right=True)
        value = (0, totals.calls, 0, totals.input_tokens, totals.output_tokens)[column]
        return Cell(f"{value:,}" if value or column == 1 else "", "text", right=True)

    def raw(self, row: int, column: int) -> object:
        return self.rows[row].name if column == 0 else None

    def hint(self, row: int, column: int) -> str:
        totals = self.rows[row].totals
        if column == 5 and totals.unpriced:
            return f"The price of {totals.unpriced:,} of {totals.priced + totals.unpriced:,} calls is not known."
        return self.rows[row].name if column == 0 else ""


class DearModel(ListModel):
    """The slowest or the most expensive calls; `columns`: which of `COLUMNS`, in their order."""

    COLUMNS = ("Time", "Call", "Model", "Status", "Duration", "First token", "Tokens in", "Tokens out", "Cost")
    _KEYS: tuple[Callable[[Any], Any], ...] = (
        lambda row: row.started_at,
        lambda row: row.path,
        lambda row: row.model or None,
        lambda row: row.status,
        lambda row: row.duration,
        lambda row: row.first_token,
        lambda row: row.input_tokens,
        lambda row: row.output_tokens,
        lambda row: row.cost,
    )

    def __init__(self, columns: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places = [self.COLUMNS.index(title) for title in columns]
        self.titles = tuple(columns)
        self.keys = tuple(self._KEYS[place] for place in self._places)
        self.right = frozenset(column for column, place in enumerate(self._places) if place >= 4)

    def cell(self, row: int, column: int) -> Cell:
        call: Dear = self.rows[row]
        match self._places[column]:
            case 0:
                began = datetime.fromtimestamp(call.started_at).astimezone()
                return Cell(f"{day_text(began)} {began:%H:%M}", "accent", mono=True, link=call.id)
            case 1:
                return Cell(shown_line(call.path), "text", mono=True)
            case 2:
                return Cell(shown_line(call.model), "text")
            case 3:
                if call.status is None:
                    return Cell({"cancelled": "stopped"}.get(call.state, call.state), "warning")
                return Cell(str(call.status), "error" if call.state == "failed" else "good")
            case 4 | 5 as place:
                return Cell(seconds_text(call.duration if place == 4 else call.first_token), right=True)
            case 6 | 7 as place:
                tokens = call.input_tokens if place == 6 else call.output_tokens
                return Cell("" if tokens is None else f"{tokens:,}", right=True)
            case _:
                # A cent is much for one call: as many digits as tell two apart.
                cents = call.cost is not None and 0.0001 <= call.cost < 1
                return Cell(f"${call.cost:.4f}" if cents else usd_words(call.cost or 0.0), right=True)

    def hint(self, row: int, column: int) -> str:
        call: Dear = self.rows[row]
        place = self._places[column]
        if place == 0:
            began = datetime.fromtimestamp(call.started_at).astimezone()
            request = f"\nRequest {mask_id(call.request_id)}" if call.request_id else ""
            return f"{began:%Y-%m-%d %H:%M:%S}{request}"
        return (call.path, call.model)[place - 1] if place in (1, 2) else ""


class TableBox(QWidget):
    """A title and a table that is as high as its rows."""

    opened = Signal(int)
    """A row was chosen with Enter, a double click, or a click on its first cell."""

    def __init__(
        self, name: str, title: str, model: ListModel, widths: Sequence[int], stretch: int, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.table = RowsTable(name, title, self)
        self.table.setModel(model)
        self.table.set_columns(widths, stretch)
        self.table.horizontalHeader().setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(SectionLabel(title))
        column.addWidget(self.table)
        column.addStretch(1)
        self.table.activated_row.connect(self.opened)
        self.table.clicked.connect(self._clicked)
        model.modelReset.connect(self._fit)
        self._fit()

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self.opened.emit(index.row())

    def _fit(self) -> None:
        rows = min(max(1, self.model.rowCount()), 12)
        if self.model.rowCount() > 12:
            self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * scaled(ROW) + 2)
