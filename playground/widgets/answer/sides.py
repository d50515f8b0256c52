"""What came and went around an answer: the headers, and how long what took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from playground.core.exchanges.words import outcome, timing_rows
from playground.core.plain import seconds_text
from playground.widgets.answer.face import Parts
from playground.widgets.attempts import Rows, attempt_lines, scrolled
from playground.widgets.controls import EmptyState, HairLine, IconButton, IdLabel, SectionLabel
from playground.widgets.heads import Head, pills
from playground.widgets.icons import icon
from playground.widgets.presentation import mask_field, presenting, shown_line
from playground.widgets.rows import Cell, Index, RowsModel, RowsTable
from playground.widgets.surface import Surface, Text
from playground.widgets.timeline import TimingBar

if TYPE_CHECKING:
    from playground.core.exchanges.records import AttemptDetail, ExchangeDetail

Pairs = tuple[tuple[str, str], ...]
RESPONSE, REQUEST = "response", "request"
NAME, VALUE = range(2)
_IDS = ("x-request-id", "x-client-request-id")
"""Headers whose value finds a request."""


class HeadersModel(RowsModel):
    """Names and values, as they came or sorted."""

    titles = ("Header", "Value")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._came: Pairs = ()
        self.headers: list[tuple[str, str]] = []
        self._order = (-1, False)
        self.sort_wanted.connect(self._sort)

    def set_headers(self, headers: Pairs) -> None:
        self._came = headers
        self._sort(*self._order)

    def _sort(self, column: int, descending: bool) -> None:
        self._order = (column, descending)
        self.beginResetModel()
        key = (_name, _value)[column] if column >= 0 else None
        self.headers = sorted(self._came, key=key, reverse=descending) if key else list(self._came)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.headers)

    def cell(self, row: int, column: int) -> Cell:
        name, value = self.headers[row]
        if column == NAME:
            return Cell(shown_line(name), "muted", mono=True)
        words = mask_field(name, shown_line(value)) if presenting() else shown_line(value)
        link = value if name.lower() in _IDS else ""
        return Cell(words, "accent" if link else "text", mono=True, link=link)

    def raw(self, row: int, column: int) -> object:
        return self.headers[row][column]

    def hint(self, row: int, column: int) -> str:
        words = self.cell(row, column).text
        return words if len(words) > 40 else ""


def _name(header: tuple[str, str]) -> str:
    return header[0].lower()


def _value(header: tuple[str, str]) -> str:
    return header[1].lower()


class _HeadersTable(RowsTable):
    def copy_lines(self) -> None:
        """The chosen headers as HTTP writes them; all where none is chosen."""
        model = self.model()
        if isinstance(model, HeadersModel):
            rows = self.selected_rows() or range(model.rowCount())
            lines = (f"{model.headers[row][0]}: {model.headers[row][1]}" for row in rows)
            QGuiApplication.clipboard().setText("\n".join(lines))

    def make_menu(self) -> QMenu:
        menu = super().make_menu()
        menu.addAction(icon("copy"), "Copy as HTTP").triggered.connect(self.copy_lines)
        return menu


class HeadersPage(QWidget):
    """The headers of the last attempt, of both sides."""

    link_opened = Signal(str)

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{parts.name}.headers")
        self.setAccessibleName("Headers")
        self._attempt: AttemptDetail | None = None
        self.model = HeadersModel(self)
        self.table = _HeadersTable(f"{parts.name}.headers.rows", "Headers")
        self.table.setModel(self.model)
        self.table.set_columns((230, 300), VALUE)
        self.table.link_opened.connect(self.link_opened)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        name, copy_lines = f"{parts.name}.copy-headers", self.table.copy_lines
        self._copy = parts.commands.add(name, "Copy Headers", copy_lines, group=parts.group, icon="copy", scope=self)
        sides = [(RESPONSE, "Response"), (REQUEST, "Request")]
        self.sides = pills(f"{parts.name}.headers.side", sides, "Whose headers")
        self.sides.changed.connect(self._refresh)
        self._head = Head()
        self._head.row.addWidget(self.sides)
        self._head.row.addWidget(self._head.note, 1)
        self._head.row.addWidget(IconButton(self._copy))
        self._empty = EmptyState("list", "No headers", "They are shown when the server has answered.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._head, HairLine(), self.table, self._empty):
            column.addWidget(widget)
        self.set_attempt(None)

    def set_attempt(self, attempt: AttemptDetail | None) -> None:
        self._attempt = attempt
        self._refresh()

    def _refresh(self, _side: str = "") -> None:
        attempt, first = self._attempt, ""
        headers: Pairs = ()
        if attempt is not None:
            response = self.sides.value() == RESPONSE
            headers = attempt.response_headers if response else attempt.request_headers
            status = f"HTTP {attempt.status}" if attempt.status is not None else attempt.error or "No answer came"
            first = status if response else attempt.url
        self.model.set_headers(headers)
        self._copy.setEnabled(bool(headers))
        self._head.say(first)
        self.table.setVisible(bool(headers))
        self._empty.setVisible(not headers)


class TimingPage(QWidget):
    """What became of the exchange, when what happened in it, and its attempts."""

    link_opened = Signal(str)

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{parts.name}.timing")
        self.setAccessibleName("Timing")
        self._outcome = Text("", "text", wrap=True)
        self._id = IdLabel("", parent=self)
        self._id.setObjectName(f"{parts.name}.timing.request-id")
        self._id.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._id.setMinimumWidth(80)
        self._id.opened.connect(self.link_opened)
        self._bar = TimingBar()
        self._moments, self._attempts = Rows(), QVBoxLayout()
        self._count = SectionLabel("Attempts")
        content = Surface("window")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self._outcome)
        layout.addWidget(self._id)
        layout.addSpacing(4)
        layout.addWidget(SectionLabel("Timing of the last attempt"))
        layout.addWidget(self._bar)
        layout.addLayout(self._moments)
        layout.addSpacing(8)
        layout.addWidget(self._count)
        layout.addLayout(self._attempts)
        layout.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState("clock", "No timing yet", "It is shown when a request was sent."))
        self._stack.addWidget(scrolled(content, f"{parts.name}.timing.page", "Timing of the request"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def set_exchange(self, exchange: ExchangeDetail | None) -> None:
        self._stack.setCurrentIndex(0 if exchange is None else 1)
        while (item := self._attempts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if exchange is None:
            return
        summary = exchange.summary
        self._outcome.set_text(outcome(summary))
        self._outcome.set_role("error" if summary.state == "failed" else "text")
        self._id.set_id(summary.request_id)
        self._bar.set_timings(summary.timings, summary.state)
        rows = timing_rows(summary)
        if summary.duration is not None and len(exchange.attempts) > 1:
            rows = (*rows, ("All attempts", seconds_text(summary.duration)))
        self._moments.fill(rows)
        self._count.set_title(f"Attempts  {len(exchange.attempts)}" if len(exchange.attempts) > 1 else "Attempt")
        self._attempts.addWidget(attempt_lines(exchange.attempts, (0, 0, 0, 0), "window"))
