"""The list as a table: columns to choose, move and resize; pinned rows and notes have their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QStyle, QStyleOptionViewItem, QWidget

from playground.panels.inspector.columns import COLUMNS, PLACES
from playground.panels.inspector.model import LogModel
from playground.widgets.icons import paint_icon
from playground.widgets.rows import LEFT, PAD, RIGHT, Index, RowsDelegate, RowsTable
from playground.widgets.style_parts import chevron
from playground.widgets.theme import color, is_theme_change, scaled, ui_font

HEADER = 28
_MOVES = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End
)  # fmt: skip
_STATUS, _MARKS, _TIME = PLACES["status"], PLACES["marks"], PLACES["time"]


class LogHeader(QHeaderView):
    """Small words over the columns. A right click chooses which there are."""

    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("inspector.columns")
        self.setAccessibleName("Columns of the requests")
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMinimumSectionSize(24)
        self.setFixedHeight(scaled(HEADER))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        painter.fillRect(rect, color("surface"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, color("line"))
        column = COLUMNS[section]
        sorts = self.sortIndicatorSection() == section and bool(column.title)
        painter.setFont(ui_font(11.5, 500))
        painter.setPen(color("text" if sorts else "muted"))
        box = rect.adjusted(PAD, 0, -PAD, 0)
        metrics = painter.fontMetrics()
        room = box.width() - (14 if sorts else 0)
        text = metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, max(room, 0))
        painter.drawText(box, RIGHT if column.right else LEFT, text)
        if sorts:
            width = metrics.horizontalAdvance(text)
            x = box.right() - width - 14 if column.right else box.x() + width + 4
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            chevron(painter, QRect(x, rect.y(), 10, rect.height()), "down" if down else "up", "muted")
        painter.restore()


class LogDelegate(RowsDelegate):
    """The status is heavier than the rest; marks are icons."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.column() not in (_STATUS, _MARKS):
            super().paint(painter, option, index)
            return
        model, rect = index.model(), QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("selection"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, color("line"))
        if not isinstance(model, LogModel):
            return
        if index.column() == _STATUS:
            cell = model.cell(index.row(), index.column())
            painter.setFont(ui_font(12, 600))
            painter.setPen(color(cell.role))
            painter.drawText(rect.adjusted(PAD, 0, -PAD, 0), LEFT, cell.text)
            return
        row = model.row_at(index.row())
        if row is None:
            return
        x, y = rect.right() - 16, rect.y() + (rect.height() - 14) // 2
        if row.pinned:
            paint_icon(painter, QRect(x, y, 14, 14), "pin", "accent")
            x -= 16
        if row.note or row.tags:
            paint_icon(painter, QRect(x, y, 14, 14), "message-square" if row.note else "tag", "muted")


class LogTable(RowsTable):
    """`left_up`: Up was pressed in the first row; `closed`: Escape."""

    left_up = Signal()
    closed = Signal()
    touched = Signal()
    """Somebody chooses rows by hand."""
    columns_changed = Signal()

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        self._fitting = self._mine = False
        super().__init__("inspector.list", "Requests, newest first", parent)
        self._painted = LogDelegate(self)
        self.setItemDelegate(self._painted)
        self.setModel(model)
        header = LogHeader(self)
        self.setHorizontalHeader(header)
        header.setSortIndicator(_TIME, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorClearable(False)
        self.set_columns([column.width for column in COLUMNS])
        header.setSectionResizeMode(_MARKS, QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(False)
        for place, column in enumerate(COLUMNS):
            self.setColumnHidden(place, not column.shown)
        header.customContextMenuRequested.connect(self._header_menu)
        header.sectionResized.connect(self._changed)
        header.sectionMoved.connect(self._changed)
        self.menu_actions: Sequence[QAction] = ()
        """What the context menu offers beside copying."""

    # Columns

    def _fit(self) -> None:
        """Where nobody chose: as many columns as there is room for, and the room that is left over to those that need
        it."""
        if self._mine:
            return
        width = self.viewport().width()
        shown = [column for column in COLUMNS if column.shown]
        if sum(scaled(column.width) for column in shown) > width:
            shown = [column for column in shown if column.narrow]
        growing = [column for column in shown if column.grows]
        left = max(0, width - sum(scaled(column.width) for column in shown))
        self._fitting = True
        for place, column in enumerate(COLUMNS):
            self.setColumnHidden(place, column not in shown)
            self.setColumnWidth(place, scaled(column.width) + (left // len(growing) if column in growing else 0))
        self._fitting = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _rescale(self) -> None:
        self._fitting = True  # it is not somebody who makes the columns wider
        super()._rescale()
        self._fitting = False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and isinstance(self.horizontalHeader(), LogHeader):  # not while it is being made
            self.horizontalHeader().setFixedHeight(scaled(HEADER))
            self._fit()

    def chosen(self) -> list[str]:
        """The columns that are shown, from the left."""
        header = self.horizontalHeader()
        places = [header.logicalIndex(visual) for visual in range(header.count())]
        return [COLUMNS[place].id for place in places if not self.isColumnHidden(place)]

    def show_column(self, column_id: str, shown: bool) -> None:
        """Show a column, or not; the last one stays."""
        if shown or len(self.chosen()) > 2:
            self.setColumnHidden(PLACES[column_id], not shown)
            if shown and not self.columnWidth(PLACES[column_id]):
                self.setColumnWidth(PLACES[column_id], scaled(COLUMNS[PLACES[column_id]].width))
            self._changed()

    def standard_columns(self) -> None:
        """As they were before anybody chose."""
        header = self.horizontalHeader()
        for place in range(len(COLUMNS)):
            header.moveSection(header.visualIndex(place), place)
        self._mine = False
        self._fit()
        self.columns_changed.emit()

    def columns_menu(self) -> QMenu:
        """Which columns there are, to tick."""
        menu = QMenu(self)
        menu.setObjectName("inspector.columns.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in COLUMNS:
            if column.title:
                action = menu.addAction(column.title)
                action.setCheckable(True)
                action.setChecked(not self.isColumnHidden(PLACES[column.id]))
                action.setData(column.id)
        menu.addSeparator()
        standard = menu.addAction("Standard Columns")
        standard.setData("")
        menu.triggered.connect(self._column_chosen)
        return menu

    def _header_menu(self, at: QPoint) -> None:
        self.columns_menu().popup(self.horizontalHeader().mapToGlobal(at))

    def _column_chosen(self, action: QAction) -> None:
        if action.data():
            self.show_column(str(action.data()), action.isChecked())
        else:
            self.standard_columns()

    def _changed(self, *_numbers: int) -> None:
        if not self._fitting:
            self._mine = True
            self.columns_changed.emit()

    def to_state(self) -> dict[str, Any]:
        """Which columns there are, in which order, and how wide; nothing where nobody chose."""
        if not self._mine:
            return {}
        widths = {column.id: self.columnWidth(place) for place, column in enumerate(COLUMNS)}
        return {"columns": self.chosen(), "widths": {name: width for name, width in widths.items() if width > 0}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """What is of another shape is passed over."""
        chosen, widths = state.get("columns"), state.get("widths")
        if isinstance(widths, dict):
            for name, width in widths.items():
                if name in PLACES and isinstance(width, int) and 24 <= width <= 2000:
                    self.setColumnWidth(PLACES[name], width)
        if isinstance(chosen, list) and len(names := [name for name in chosen if name in PLACES]) > 1:
            header = self.horizontalHeader()
            for visual, name in enumerate(names):
                header.moveSection(header.visualIndex(PLACES[name]), visual)
            for place, column in enumerate(COLUMNS):
                self.setColumnHidden(place, column.id not in names)
            self._mine = True

    # Keys and menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.touched.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVES:
            self.touched.emit()
        if event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_up.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Home:
            self._go(0, event)
        elif event.key() == Qt.Key.Key_End:
            self._go(self.model().rowCount() - 1, event)
        else:
            super().keyPressEvent(event)

    def _go(self, row: int, event: QKeyEvent) -> None:
        """Home and End go to the first and the last row; Qt goes to the first and the last column."""
        model = self.model()
        if 0 <= row < model.rowCount():
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            flags = self.selectionModel().SelectionFlag
            how = (flags.SelectCurrent if extend else flags.ClearAndSelect) | flags.Rows
            self.selectionModel().setCurrentIndex(model.index(row, self.currentIndex().column()), how)
            self.scrollTo(model.index(row, _TIME))

    def make_menu(self) -> QMenu:
        menu = super().make_menu()
        if self.menu_actions:
            menu.addSeparator()
            menu.addActions(list(self.menu_actions))
        return menu
