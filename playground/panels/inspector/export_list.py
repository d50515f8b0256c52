"""The requests that are handed over: which, how they ended, and whether their bodies go with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyleOptionViewItem, QTableView, QWidget

from playground.core.outcomes import clock_text, status_role, status_text
from playground.widgets.presentation import shown_line, tip
from playground.widgets.tables import HairlineDelegate
from playground.widgets.theme import color, mono_font, scaled
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from playground.core.exchanges.log import LogRow

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
HEADS = ("Request", "Status", "Body")


class ExportModel(QAbstractTableModel):
    """Newest first. `bodies_changed`: those without bodies are others."""

    bodies_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[LogRow] = ()
        self.without: set[int] = set()
        self._bodies = True

    def put(self, rows: Sequence[LogRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def set_bodies(self, bodies: bool) -> None:
        """Whether bodies go with any at all."""
        self._bodies = bodies
        if self.rows:
            self.dataChanged.emit(self.index(0, 2), self.index(len(self.rows) - 1, 2))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return HEADS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 2 and self._bodies else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.rows[index.row()]
        summary = row.summary
        if index.column() == 2:
            if role == Role.CheckStateRole:
                kept = self._bodies and row.number not in self.without
                return Qt.CheckState.Checked if kept else Qt.CheckState.Unchecked
            return "With its bodies" if role == Role.AccessibleTextRole else None
        if role == Role.DisplayRole:
            if index.column() == 1:
                return status_text(summary)
            return shown_line(f"{clock_text(summary.started_at)[:8]}  {summary.method} {summary.path}")
        if role == Role.ForegroundRole and index.column() == 1:
            return color(status_role(summary))
        if role == Role.ToolTipRole:
            return tip(summary.request_id or summary.client_request_id or summary.id)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or index.column() != 2 or not self._bodies:
            return False
        number = self.rows[index.row()].number
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self.without.discard(number)
        else:
            self.without.add(number)
        self.dataChanged.emit(index, index)
        self.bodies_changed.emit()
        return True


class ExportDelegate(HairlineDelegate):
    """A box is ticked where it is painted."""

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        inner = QStyleOptionViewItem(option)
        inner.rect = option.rect.adjusted(7, 0, -7, 0)
        return super().editorEvent(event, model, inner, index)


class ExportTable(Themed, QTableView):
    """`chosen` carries the number of the row that is looked at."""

    chosen = Signal(int)

    def __init__(self, model: ExportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.export.list")
        self.setAccessibleName("Requests that are handed over")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(ExportDelegate(self))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))
        self.verticalHeader().setDefaultSectionSize(scaled(26))
        self.setColumnWidth(1, scaled(64))
        self.setColumnWidth(2, scaled(58))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not self.isColumnHidden(2):
            box = self.currentIndex().siblingAtColumn(2)
            kept = box.data(Role.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if kept else Qt.CheckState.Checked
            self.model().setData(box, state.value, Role.CheckStateRole)
            return
        super().keyPressEvent(event)

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        rows = self.model().rows  # type: ignore[attr-defined]
        if 0 <= current.row() < len(rows):
            self.chosen.emit(rows[current.row()].number)
