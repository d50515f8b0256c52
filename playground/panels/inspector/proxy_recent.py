"""The last calls that came through the proxy, as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from playground.core.outcomes import clock_text, status_role, status_text
from playground.core.plain import seconds_text
from playground.core.proxy.names import ORIGIN
from playground.widgets.controls import Label, SectionLabel
from playground.widgets.presentation import mask_id, shown_line
from playground.widgets.rows import Cell, Index, RowsModel, RowsTable
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playground.core.exchanges import ExchangeSummary

MOST = 100
WIDTHS = (110, 160, 110, 64, 80, 130)
_CALL = 1


class RecentModel(RowsModel):
    """Newest first."""

    titles = ("Time", "Call", "Model", "Status", "Duration", "Request ID")
    right = frozenset({4})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ExchangeSummary] = []

    def show_rows(self, rows: list[ExchangeSummary]) -> None:
        """Others; where they are the same calls, what is chosen stays."""
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.titles) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def cell(self, row: int, column: int) -> Cell:
        call = self.rows[row]
        match column:
            case 0:
                return Cell(clock_text(call.started_at), "muted", mono=True)
            case 1:
                return Cell(shown_line(f"{call.method} {call.path}"), mono=True)
            case 2:
                return Cell(shown_line(call.model or ""))
            case 3:
                return Cell(status_text(call), status_role(call))
            case 4:
                return Cell(seconds_text(call.duration) if call.duration is not None else "", right=True)
            case _:
                return Cell(
                    mask_id(call.request_id or ""), "accent", mono=True, link=call.id if call.request_id else ""
                )

    def raw(self, row: int, column: int) -> object:
        call = self.rows[row]
        return call.request_id if column == len(self.titles) - 1 else None

    def hint(self, row: int, column: int) -> str:
        call = self.rows[row]
        return {_CALL: call.sdk_method, 3: call.error_message or ""}.get(column, "")


class RecentCalls(QWidget):
    """A row leads to the call in the list of requests."""

    opened = Signal(str)
    """An exchange's id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._calls: dict[str, ExchangeSummary] = {}
        self._dirty = False
        self.model = RecentModel(self)
        self.table = RowsTable("inspector.proxy.recent", "The last calls of the proxy")
        self.table.setModel(self.model)
        self.table.set_columns(WIDTHS, _CALL)
        self.table.setSortingEnabled(False)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSortIndicatorShown(False)
        header.setSectionResizeMode(_CALL, QHeaderView.ResizeMode.Stretch)
        self.table.activated_row.connect(self._open_row)
        self.table.link_opened.connect(self.opened)
        self.waiting = Label("No call has come yet. They stand here as they come.", "muted", 13, wrap=True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.waiting)
        self.stack.addWidget(self.table)
        self.stack.setMinimumHeight(scaled(120))
        self.stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(SectionLabel("Last calls"))
        column.addWidget(self.stack, 1)

    def take(self, summaries: Iterable[ExchangeSummary]) -> None:
        """Calls that began or went on; `refresh` shows them."""
        for summary in summaries:
            if summary.origin == ORIGIN:
                self._calls[summary.id] = summary
                self._dirty = True
        while len(self._calls) > MOST:
            del self._calls[min(self._calls)]

    def forget(self, ids: Iterable[str]) -> None:
        """Calls that were deleted."""
        for exchange_id in ids:
            self._dirty = self._calls.pop(exchange_id, None) is not None or self._dirty

    def refresh(self) -> None:
        if self._dirty:
            self._dirty = False
            self.model.show_rows([self._calls[key] for key in sorted(self._calls, reverse=True)])
        self.stack.setCurrentWidget(self.table if self.model.rows else self.waiting)

    def any(self) -> bool:
        """Whether there is something to see."""
        return bool(self._calls)

    def _open_row(self, row: int) -> None:
        self.opened.emit(self.model.rows[row].id)
