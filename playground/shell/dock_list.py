"""The list of the request dock: a table painted as the design has it, that sorts, filters and copies."""

from __future__ import annotations

from PySide6.QtCore import (
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
    Column,
    FilterRole,
    RequestsModel,
    SortRole,
    SummaryRole,
    cell_text,
    seconds_so_far,
    status_role,
)
from playground.widgets.theme import current_theme, is_theme_change, mono_font, scaled, ui_font
from playground.widgets.timeline import paint_timings

Index = QModelIndex | QPersistentModelIndex

ROW = 28
WIDTHS = {
    Column.TIME: 112,
    Column.CALL: 180,
    Column.STATUS: 70,
    Column.REQUEST_ID: 150,
    Column.TIMING: 150,
    Column.DURATION: 130,
    Column.ATTEMPTS: 96,
}
MONO = frozenset({Column.TIME, Column.CALL, Column.REQUEST_ID})
LEAST_TIMING = 60


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
        inner = box.adjusted(12, 0, -8, 0)
        shown = painter.fontMetrics().elidedText(cell_text(summary, column), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)

    def _paint_bar(self, painter: QPainter, box: QRect, summary: object) -> None:
        height = 8
        place = QRect(box.left() + 12, box.center().y() - height // 2, max(0, box.width() - 20), height)
        share = min(1.0, seconds_so_far(summary) / self.longest)
        place.setWidth(max(4, int(place.width() * share)))
        paint_timings(painter, place, summary)

    @staticmethod
    def _role(summary: object, column: Column) -> str:
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
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self._set_up_headers()
        self.sortByColumn(Column.TIME, Qt.SortOrder.DescendingOrder)
        self.activated.connect(self._open)
        self.clicked.connect(self._click)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        model.dataChanged.connect(self._measure)
        model.rowsInserted.connect(self._measure)

    def _set_up_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(scaled(ROW))
        columns.setObjectName("requests.columns")
        columns.setAccessibleName("Columns of the requests")
        columns.setHighlightSections(False)
        columns.setSectionsClickable(True)
        columns.setSortIndicatorShown(True)
        columns.setFixedHeight(24)
        columns.setMinimumSectionSize(40)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
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
        """The call, the ID and the bar share what is left; the bar and the attempts go first where it is narrow."""
        width = self.viewport().width()
        fixed = sum(scaled(WIDTHS[column]) for column in (Column.TIME, Column.STATUS, Column.DURATION))
        self.setColumnHidden(Column.ATTEMPTS, width < scaled(640))
        self.setColumnHidden(Column.TIMING, width < scaled(760))
        if not self.isColumnHidden(Column.ATTEMPTS):
            fixed += scaled(WIDTHS[Column.ATTEMPTS])
        rest = max(scaled(220), width - fixed)
        bar = 0 if self.isColumnHidden(Column.TIMING) else max(scaled(LEAST_TIMING), int(rest * 0.36))
        name = min(int((rest - bar) * 0.5), scaled(320))
        identifier = min(rest - bar - name, scaled(320))
        if bar:
            bar = rest - name - identifier
            self.setColumnWidth(Column.TIMING, bar)
        self.setColumnWidth(Column.CALL, name)
        self.setColumnWidth(Column.REQUEST_ID, identifier)

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self.verticalHeader().setDefaultSectionSize(scaled(ROW))
