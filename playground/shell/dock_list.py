"""The list of the request dock: a table painted as the design has it, that sorts, filters and copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from playground.shell.dock_model import (
    HEADINGS,
    Column,
    FilterRole,
    RequestsModel,
    SortRole,
    SummaryRole,
    alignment,
    cell_text,
    seconds_so_far,
    status_role,
)
from playground.shell.timing import paint_timings
from playground.widgets.style_parts import chevron
from playground.widgets.theme import current_theme, is_theme_change, mono_font, scaled, ui_font

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeSummary

Index = QModelIndex | QPersistentModelIndex

ROW = 28
WIDTHS = {
    Column.TIME: 116,
    Column.CALL: 150,
    Column.STATUS: 64,
    Column.REQUEST_ID: 120,
    Column.TIMING: 90,
    Column.DURATION: 126,
    Column.ATTEMPTS: 88,
}
"""Least widths in pixels."""
PRECEDENCE = (
    Column.CALL,
    Column.STATUS,
    Column.TIME,
    Column.DURATION,
    Column.REQUEST_ID,
    Column.TIMING,
    Column.ATTEMPTS,
)
MONO = frozenset({Column.TIME, Column.CALL, Column.REQUEST_ID})
PAD = 6


def left_pad(column: int) -> int:
    """The first column begins under the dock's title."""
    return 14 if column == Column.TIME else PAD


class Columns(QHeaderView):
    """The columns' headings: small words on the dock's own surface, an arrow at the one that sorts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("requests.columns")
        self.setAccessibleName("Columns of the requests")
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setFixedHeight(22)
        self.setMinimumSectionSize(40)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        theme, column = current_theme(), Column(logical_index)
        painter.save()
        painter.fillRect(rect, theme.color("surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
        sorts = self.isSortIndicatorShown() and self.sortIndicatorSection() == logical_index
        painter.setFont(ui_font(11, 500))
        painter.setPen(theme.color("text" if sorts else "muted"))
        inner = rect.adjusted(left_pad(column), 0, -PAD, 0)
        shown = painter.fontMetrics().elidedText(HEADINGS[column], Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(alignment(column)), shown)
        if sorts:
            width = painter.fontMetrics().horizontalAdvance(shown)
            right = alignment(column) & Qt.AlignmentFlag.AlignRight
            x = inner.right() - width - 14 if right else inner.left() + width + 4
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            chevron(painter, QRect(x, rect.top(), 10, rect.height()), "down" if down else "up", "muted")
        painter.restore()


class RowDelegate(QStyledItemDelegate):
    """Paints a cell; the timing column is a bar whose full width is the longest exchange shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.longest = 1.0

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        summary = index.data(SummaryRole)
        if summary is None:
            return
        theme, box, column = current_theme(), option.rect, Column(index.column())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color("selection"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        if column == Column.TIMING:
            self._paint_bar(painter, box, summary)
            return
        painter.setFont(mono_font(12) if column in MONO else ui_font(12))
        painter.setPen(theme.color(self._role(summary, column)))
        inner = box.adjusted(left_pad(column), 0, -PAD, 0)
        shown = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)

    def _paint_bar(self, painter: QPainter, box: QRect, summary: ExchangeSummary) -> None:
        height = 8
        place = QRect(box.left() + PAD, box.center().y() - height // 2, max(0, box.width() - 20), height)
        share = min(1.0, seconds_so_far(summary) / self.longest)
        place.setWidth(max(4, int(place.width() * share)))
        role = {"error": "error", "warning": "error"}.get(status_role(summary), "accent")
        last = summary.timings.last_byte
        total = seconds_so_far(summary) if summary.attempts > 1 or last is None else max(last, 0.001)
        paint_timings(painter, place, summary.timings, total, role)

    @staticmethod
    def _role(summary: ExchangeSummary, column: Column) -> str:
        if column == Column.STATUS:
            return status_role(summary)
        if column == Column.REQUEST_ID:
            return "accent"
        return "text" if column == Column.CALL else "muted"


class RequestList(QTableView):
    """One row an exchange. Enter or a double click opens it; Ctrl+C copies the rows, the request ID is a link."""

    opened = Signal(str)
    """An exchange's id: the person asked for its details."""
    chosen = Signal(str)
    """An exchange's id, or "": the current row changed."""

    def __init__(self, model: RequestsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("requests.list")
        self.setAccessibleName("Requests, newest first")
        self._source = model
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(model)
        self._proxy.setSortRole(SortRole)
        self._proxy.setFilterRole(FilterRole)
        self._proxy.setFilterKeyColumn(Column.CALL)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._proxy.setDynamicSortFilter(True)
        self._delegate = RowDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setModel(self._proxy)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self._set_up_headers()
        self.setSortingEnabled(True)
        self.sortByColumn(Column.TIME, Qt.SortOrder.DescendingOrder)
        self.activated.connect(self._open)
        self.clicked.connect(self._click)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        model.dataChanged.connect(self._measure)
        model.rowsInserted.connect(self._measure)

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(scaled(ROW))
        self.setHorizontalHeader(Columns(self))
        self.horizontalHeader().setSortIndicatorShown(True)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, scaled(width))

    # Rows -------------------------------------------------------------------------------------------------------

    def filter(self, text: str) -> None:
        """Show only the rows that hold this text, ids included."""
        self._proxy.setFilterFixedString(text.strip())

    def shown(self) -> int:
        return self._proxy.rowCount()

    def current_id(self) -> str:
        summary = self.currentIndex().data(SummaryRole)
        return summary.id if summary is not None else ""

    def choose(self, exchange_id: str) -> bool:
        """Make an exchange the current row; False where it is not shown."""
        row = self._source.row_of(exchange_id)
        if row is None:
            return False
        index = self._proxy.mapFromSource(self._source.index(row, 0))
        if not index.isValid():
            return False
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
        return True

    def choose_first(self) -> None:
        if not self.currentIndex().isValid() and self._proxy.rowCount():
            self.selectRow(0)

    def selected_text(self) -> str:
        """The selected rows as tab-separated text, with a heading."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        summaries = [self._proxy.index(row, 0).data(SummaryRole) for row in rows]
        columns = [column for column in Column if column != Column.TIMING]
        lines = ["\t".join(cell_text(summary, column) for column in columns) for summary in summaries]
        return "\n".join(lines)

    # Slots ------------------------------------------------------------------------------------------------------

    def _open(self, index: QModelIndex) -> None:
        summary = index.data(SummaryRole)
        if summary is not None:
            self.opened.emit(summary.id)

    def _click(self, index: QModelIndex) -> None:
        if index.column() == Column.REQUEST_ID and not QGuiApplication.keyboardModifiers():
            self._open(index)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        summary = current.data(SummaryRole)
        self.chosen.emit(summary.id if summary is not None else "")

    def _measure(self) -> None:
        """The longest of the newest exchanges sets the scale of the bars."""
        longest = max((seconds_so_far(summary) for summary in self._source.summaries()[:50]), default=1.0)
        longest = max(longest, 0.05)
        if abs(longest - self._delegate.longest) > 0.02 * self._delegate.longest:
            self._delegate.longest = longest
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the columns that have room, the most telling first; what is left over goes to three of them."""
        width, used = self.viewport().width(), 0
        shown: set[Column] = set()
        for column in PRECEDENCE:
            least = scaled(WIDTHS[column])
            if used + least > width and column != Column.CALL:
                break
            shown.add(column)
            used += least
        rest = max(0, width - used)
        grown = [column for column in (Column.TIMING, Column.REQUEST_ID, Column.CALL) if column in shown]
        extra = dict.fromkeys(Column, 0)
        for column in grown[1:]:
            extra[column] = min(scaled(160), rest // (len(grown) + 1))
        extra[grown[0]] += rest - sum(extra.values())
        for column in Column:
            self.setColumnHidden(column, column not in shown)
            self.setColumnWidth(column, scaled(WIDTHS[column]) + extra[column])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self.verticalHeader().setDefaultSectionSize(scaled(ROW))
            self.horizontalHeader().setFixedHeight(scaled(22))
            self._fit()
