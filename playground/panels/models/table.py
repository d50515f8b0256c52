"""The table of models."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from playground.panels.models.model import COLUMNS, CONTEXT, CREATED, ID, NOTES, OWNER, STATE, ModelsModel, Row
from playground.widgets.presentation import shown_line, tip
from playground.widgets.style_parts import chevron, rounded
from playground.widgets.tables import HairlineDelegate
from playground.widgets.theme import color, mono_font, scaled, ui_font

WIDTHS = (300, 108, 96, 76, 164, 160)
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_ROOT = QModelIndex()
_RIGHT = (CONTEXT,)
_QUIET = (OWNER, CREATED, NOTES)


class ModelsTable(QAbstractTableModel):
    """Rows of a `ModelsModel`. Python sorts and filters: a list has hundreds of rows, not a hundred thousand."""

    def __init__(self, models: ModelsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._rows: list[Row] = []

    def refresh(self) -> None:
        """Show what the model holds now."""
        self.beginResetModel()
        self._rows = self._models.shown()
        self.endResetModel()

    def row_at(self, index: int) -> Row | None:
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def id_width(self) -> int:
        """Pixels that the longest ID needs, within reason."""
        longest = max((row.model.id for row in self._rows), key=len, default="")
        return min(max(QFontMetrics(mono_font(12)).horizontalAdvance(longest) + 32, scaled(200)), scaled(400))

    def place_of(self, model_id: str) -> int:
        """The row of a model, −1 where it is not shown."""
        return next((place for place, row in enumerate(self._rows) if row.model.id == model_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return COLUMNS[section]
        if role == Role.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self._rows[index.row()]
        column = index.column()
        if role == Role.DisplayRole:
            return shown_line(row.text(column))
        if role == Role.EditRole:
            return row.text(column)
        if role == Role.FontRole and column == ID:
            return mono_font(12)
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == Role.ToolTipRole and column in (ID, STATE, NOTES):
            return tip(row.text(column))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; −1, when the header's third click takes the order away, is by name."""
        self._models.column = max(column, ID)
        self._models.descending = column >= 0 and order == Qt.SortOrder.DescendingOrder
        self.refresh()

    def badge_role(self, index: Index) -> str:
        """The colour of the state, "" where there is none."""
        row = self._rows[index.row()]
        if row.badge is not None:
            return row.badge.role
        return "simulated" if row.model.facts.simulated else ""


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def inset(column: int) -> int:
    """Pixels of air before a column's text: the first one begins where the filter field does."""
    return 16 if column in (ID, STATE) else 8


class ModelsHeader(QHeaderView):
    """Titles that stand exactly over their columns' text; the sorted one has an arrow behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("models.header")
        self.setAccessibleName("Columns")
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, color("line"))
        sorted_by = self.sortIndicatorSection() == section
        painter.setFont(ui_font(11.5, 500))
        painter.setPen(color("text" if sorted_by else "muted"))
        box = rect.adjusted(inset(section), 0, -8, 0)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(COLUMNS[section], Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _alignment(section), text)
        if sorted_by:
            width = metrics.horizontalAdvance(text)
            x = box.right() - width - 14 if section in _RIGHT else box.x() + width + 4
            down = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
            chevron(painter, QRect(x, rect.y(), 10, rect.height()), "down" if down else "up", "muted")
        painter.restore()


class CellDelegate(HairlineDelegate):
    """Paints a cell's text with the column's air, and the state as a pill."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.text = ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        text = str(index.data() or "")
        if not text:
            return
        column, table = index.column(), index.model()
        box = option.rect.adjusted(inset(column), 0, -8, 0)
        role = table.badge_role(index) if column == STATE and isinstance(table, ModelsTable) else ""
        painter.save()
        painter.setFont(ui_font(12) if role else index.data(Role.FontRole) or ui_font(13))
        metrics = painter.fontMetrics()
        if role:
            box = box.adjusted(-8, 0, 8, 0)
            width = min(metrics.horizontalAdvance(text) + 18, box.width())
            height = min(scaled(20), box.height() - 4)
            box = QRect(box.x(), box.y() + (box.height() - height) // 2, width, height)
            rounded(painter, box, f"{role}_soft", None, height / 2)
            painter.setPen(color(role))
            alignment, space = Qt.AlignmentFlag.AlignCenter, width - 16
        else:
            painter.setPen(color("muted" if column in _QUIET else "text"))
            alignment, space = _alignment(column), box.width()
        painter.drawText(box, alignment, metrics.elidedText(text, Qt.TextElideMode.ElideRight, space))
        painter.restore()
