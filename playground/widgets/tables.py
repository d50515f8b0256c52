"""Tables to read: no grid, rows 28 pixels high with hairlines between them, sorted by a click, copied by Ctrl+C."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from playground.widgets.icons import icon
from playground.widgets.theme import color, current_theme, font_scale, is_theme_change, scaled

ROW = 28
"""Pixels."""


class HairlineDelegate(QStyledItemDelegate):
    """Cells with a line below and some air at the sides; the focus of a cell is not drawn, its row is tinted."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect = QRect(option.rect)
        theme = current_theme()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        inner = QStyleOptionViewItem(option)
        inner.rect = rect.adjusted(7, 0, -7, 0)
        inner.state &= ~QStyle.StateFlag.State_MouseOver
        super().paint(painter, inner, index)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, color("line"))


class CopyTable(QTableView):
    """A QTableView in the playground's looks. Give it any model; `set_columns` fixes the widths.

    `activated_row` is emitted for Enter and double click.
    """

    activated_row = Signal(int)
    selected_row = Signal(int)
    """The current row changed; -1: none."""
    ground = "window"
    """The colour role below the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = font_scale()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSortingEnabled(True)
        self.setItemDelegate(HairlineDelegate(self))
        self.setAccessibleName("Table")
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSortIndicatorClearable(True)
        header.setMinimumSectionSize(32)
        self.activated.connect(self._activated)
        self._retheme()

    def set_columns(self, widths: Sequence[int], stretch: int | None = None) -> None:
        """Widths in pixels per column; `stretch`: the column that takes what is left."""
        header = self.horizontalHeader()
        self._scale = font_scale()
        for column, width in enumerate(widths):
            self.setColumnWidth(column, scaled(width))
        if stretch is not None:
            header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)

    def selected_rows(self) -> list[int]:
        """Rows that are selected, from the top."""
        selection = self.selectionModel()
        return sorted({index.row() for index in selection.selectedRows()}) if selection is not None else []

    def copy(self) -> None:
        """The selected rows as tab-separated lines, in the order and columns they are shown in."""
        model = self.model()
        rows = self.selected_rows()
        if model is None or not rows:
            return
        header = self.horizontalHeader()
        visual = [header.logicalIndex(place) for place in range(header.count())]
        columns = [column for column in visual if not header.isSectionHidden(column)]
        lines = ["\t".join(_cell(_raw(model.index(row, column))) for column in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def copy_cell(self) -> None:
        """The current cell's text."""
        QGuiApplication.clipboard().setText(_cell(_raw(self.currentIndex())))

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.selected_row.emit(current.row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.make_menu().popup(event.globalPos())

    def make_menu(self) -> QMenu:
        """The context menu; subclasses add to it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        rows = len(self.selected_rows())
        copy = menu.addAction(icon("copy"), f"Copy {rows} rows" if rows > 1 else "Copy row")
        copy.setEnabled(rows > 0)
        copy.triggered.connect(self.copy)
        cell = menu.addAction("Copy cell")
        cell.setEnabled(self.currentIndex().isValid())
        cell.triggered.connect(self.copy_cell)
        return menu

    def _activated(self, index: QModelIndex) -> None:
        self.activated_row.emit(index.row())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self._retheme()

    def _rescale(self) -> None:
        """Columns go with the type; what somebody made of their widths stays in proportion."""
        factor, self._scale = font_scale() / self._scale, font_scale()
        for column in range(self.horizontalHeader().count()):
            self.setColumnWidth(column, round(self.columnWidth(column) * factor))

    def _retheme(self) -> None:
        if self._scale != font_scale():
            self._rescale()
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(1)  # the former one would keep rows from becoming lower
        rows.setDefaultSectionSize(scaled(ROW))
        rows.setMinimumSectionSize(scaled(ROW))
        palette = self.palette()
        if palette.color(palette.ColorRole.Base) != color(self.ground):
            palette.setColor(palette.ColorRole.Base, color(self.ground))
            self.setPalette(palette)


def _raw(index: QModelIndex | QPersistentModelIndex) -> object:
    """A cell's text itself, where the model gives another to be shown."""
    raw = index.data(Qt.ItemDataRole.EditRole)
    return index.data() if raw is None else raw


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("\t", " ").replace("\n", " ")
