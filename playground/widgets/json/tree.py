"""The tree of a JSON document: three columns, rows without frames, keys and values in monospace."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from playground.widgets.json.model import KEY, TYPE, VALUE, JsonModel
from playground.widgets.style_parts import chevron
from playground.widgets.theme import color, mono_font, scaled
from playground.widgets.themed import Themed

ROW = 24
"""Pixels."""
INSET, ARROW, TITLE = 3, 16, 10
"""Pixels beside a cell's words, of the arrow before them, and before a column's title."""
OPENED_FIRST = 150
"""Rows that the first two levels may have to be opened by themselves."""
OPENED_MOST = 2000
"""Rows that Expand All opens at most."""


class _Cells(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, scaled(ROW))


class JsonTree(Themed, QTreeView):
    """A `JsonModel` to walk through with arrows and mouse. `opened_row` is emitted for Enter and double click."""

    opened_row = Signal()
    moved = Signal()
    """Another row is the current one."""
    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.json = JsonModel(self)
        self.setModel(self.json)
        self.setItemDelegate(_Cells(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setExpandsOnDoubleClick(False)
        self.setAccessibleName("JSON tree")
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(KEY, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TYPE, QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(60)
        self._sized = False
        self.doubleClicked.connect(self._double)
        header.sectionResized.connect(self._resized)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        self.setIndentation(scaled(20))
        self.header().resizeSection(TYPE, scaled(76))
        palette = self.palette()
        for role, name in ((palette.ColorRole.Base, "surface"), (palette.ColorRole.Highlight, "selection")):
            palette.setColor(role, color(name))
        self.setPalette(palette)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._sized:
            self.header().blockSignals(True)
            width = self.viewport().width()
            self.header().resizeSection(KEY, min(scaled(360), max(scaled(150), round(width * 0.36))))
            self.header().blockSignals(False)

    def _resized(self, section: int, _before: int, _after: int) -> None:
        """A person chose a width: it stays."""
        self._sized = self._sized or (section == KEY and self.header().underMouse())

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def keyPressEvent(self, event: object) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
            self._double(self.currentIndex())
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid():
            self.setCurrentIndex(index)
        self.menu_wanted.emit(event.globalPos())

    def _double(self, index: QModelIndex) -> None:
        first = index.siblingAtColumn(0)
        if self.json.hasChildren(first):
            self.setExpanded(first, not self.isExpanded(first))
        elif first.isValid():
            self.opened_row.emit()

    # Looks

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """A whole row at once: cell by cell, through style and delegate, a window full of rows takes 20 ms."""
        row, box, header = self.json.row_of(index), option.rect, self.header()
        selected = self.selectionModel().isSelected(index)
        if selected:
            painter.fillRect(0, box.y(), self.viewport().width(), box.height(), color("selection"))
        painter.setFont(self.font())
        metrics = self.fontMetrics()
        for column, (words, role) in enumerate(row.cells):
            x, width = header.sectionViewportPosition(column), header.sectionSize(column)
            if column == KEY:
                inset = self.indentation() * row.depth
                if row.opens:
                    direction = "down" if self.isExpanded(index) else "right"
                    chevron(painter, QRect(x + inset - ARROW - 3, box.y(), ARROW, box.height()), direction, "muted")
                x, width = x + inset, width - inset
            left = INSET if column == KEY else TITLE
            place = QRect(x + left, box.y(), width - left - INSET, box.height())
            if words and place.width() > 0:
                painter.setPen(color("text" if selected else role))
                shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width())
                painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter.value), shown)

    # Opening

    def open_first(self) -> None:
        """Open the second level, as far as few rows come of it."""
        rows = self.json.rowCount()
        for row in range(min(rows, OPENED_FIRST)):
            index = self.json.index(row, 0)
            node = self.json.node(index)
            if node is None or node.is_group or not self.json.hasChildren(index):
                continue
            count = self.json.length(node)
            if rows + count <= OPENED_FIRST:
                rows += count
                self.expand(index)

    def open_all(self) -> bool:
        """Open what there is below the current row (or everything), level by level; False: too much to open it all."""
        left = OPENED_MOST
        level = [self.json.index(row, 0) for row in range(min(self.json.rowCount(), left))]
        while level:
            following: list[QModelIndex] = []
            for index in level:
                if not self.json.hasChildren(index):
                    continue
                rows = self.json.rowCount(index)
                left -= rows
                if left < 0:
                    return False
                self.expand(index)
                following += [self.json.index(row, 0, index) for row in range(rows)]
            level = following
        return True

    def go_to(self, index: QModelIndex) -> None:
        """Open what is above a row, make it the current one, and scroll to it."""
        above = []
        up = index.parent()
        while up.isValid():
            above.append(up)
            up = up.parent()
        for one in reversed(above):
            self.expand(one)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
