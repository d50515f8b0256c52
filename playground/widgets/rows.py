"""Tables of many rows that paint themselves: the model gives a cell, the delegate draws it.

A look at the model for each of a cell's roles would be a thousand for one screen, and each waits for whatever Python
runs elsewhere.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionViewItem, QWidget

from playground.widgets.icons import icon
from playground.widgets.presentation import shown_line, tip
from playground.widgets.tables import CopyTable, HairlineDelegate
from playground.widgets.theme import current_theme, mono_font, scaled, ui_font

PAD = 10
"""Pixels beside a cell's words."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class Cell(NamedTuple):
    """What is shown in one place; `text` as it is shown: the model masks and spells out."""

    text: str
    role: str = "text"
    """Of its colour."""
    mono: bool = False
    right: bool = False
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    link: str = ""
    """The ID that a click on the words opens."""


class RowsModel(QAbstractTableModel):
    """Subclasses give `titles`, `rowCount`, `cell`, and where they can, `raw` and `hint`."""

    sort_wanted = Signal(int, bool)
    """A column, and whether descending; -1: the order in which they came."""
    titles: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """Tooltips of the titles."""
    right: frozenset[int] = frozenset()
    """Columns whose words end at the right."""

    def cell(self, row: int, column: int) -> Cell:
        """What is shown."""
        raise NotImplementedError

    def raw(self, row: int, column: int) -> object:
        """What is copied; None: what is shown."""
        return None

    def hint(self, row: int, column: int) -> str:
        """A cell's tooltip."""
        return ""

    def columnCount(self, parent: Index | None = None) -> int:
        return len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.titles):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_line(self.titles[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section in self.right else LEFT
        if role == Qt.ItemDataRole.ToolTipRole and section < len(self.hints):
            return self.hints[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column()).text
        if role == Qt.ItemDataRole.EditRole:
            return self.raw(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.hint(index.row(), index.column())) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if index.column() in self.right else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sort_wanted.emit(column, order == Qt.SortOrder.DescendingOrder)


class RowsDelegate(HairlineDelegate):
    """Paints a cell of a `RowsModel` by itself."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._fonts: dict[tuple[bool, int], QFont] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, rect, theme = index.model(), QRect(option.rect), current_theme()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, theme.color("selection"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.color("line"))
        if not isinstance(model, RowsModel):
            return
        cell = model.cell(index.row(), index.column())
        if not cell.text:
            return
        painter.setFont(self.font(cell.mono))
        muted = selected and cell.role in ("muted", "faint")
        painter.setPen(theme.color("text" if muted else cell.role))
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        text = painter.fontMetrics().elidedText(cell.text, cell.elide, inner.width())
        painter.drawText(inner, RIGHT if cell.right else LEFT, text)

    def font(self, mono: bool) -> QFont:
        """Made once for each type scale."""
        key = (mono, scaled(1000))
        if key not in self._fonts:
            self._fonts[key] = mono_font(12) if mono else ui_font(12)
        return self._fonts[key]


class RowsTable(CopyTable):
    """Shows a `RowsModel`. A click on the words of a link emits its ID."""

    link_opened = Signal(str)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._painted = RowsDelegate(self)
        self.setItemDelegate(self._painted)
        self._pressed = ""
        self.setCornerWidget(QWidget(self))  # an empty one: the style's has a frame

    def selected_rows(self) -> list[int]:
        """By ranges: with all of 200,000 rows chosen, an index for each would take half a second."""
        selection = self.selectionModel()
        ranges = selection.selection() if selection is not None else ()
        return sorted({row for part in ranges for row in range(part.top(), part.bottom() + 1)})

    def link_at(self, index: Index) -> str:
        """The ID that a cell links to; "" for none."""
        model = self.model()
        if not index.isValid() or not isinstance(model, RowsModel):
            return ""
        return model.cell(index.row(), index.column()).link

    def link_of_row(self) -> str:
        """The first ID of the current row."""
        index, model = self.currentIndex(), self.model()
        if not index.isValid() or model is None:
            return ""
        here = self.link_at(index)
        links = (self.link_at(model.index(index.row(), column)) for column in range(model.columnCount()))
        return here or next(filter(None, links), "")

    def open_link(self) -> None:
        """Open the ID under the current cell, else the row's first."""
        if link := self.link_of_row():
            self.link_opened.emit(link)

    def copy_link(self) -> None:
        if link := self.link_of_row():
            QGuiApplication.clipboard().setText(link)

    def _link_under(self, event: QMouseEvent) -> str:
        at = event.position().toPoint()
        index = self.indexAt(at)
        model = self.model()
        if not index.isValid() or not isinstance(model, RowsModel):
            return ""
        cell = model.cell(index.row(), index.column())
        if not cell.link:
            return ""
        width = QFontMetrics(self._painted.font(cell.mono)).horizontalAdvance(cell.text)
        left = self.visualRect(index).x() + PAD
        return cell.link if left <= at.x() <= left + width else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = bool(self._link_under(event)) and not event.buttons()
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier and event.button() == Qt.MouseButton.LeftButton
        self._pressed = self._link_under(event) if plain else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, ""
        if pressed and pressed == self._link_under(event):
            self.link_opened.emit(pressed)

    def make_menu(self) -> QMenu:
        menu = super().make_menu()
        if self.link_of_row():
            menu.addSeparator()
            menu.addAction(icon("arrow-right"), "Open ID").triggered.connect(self.open_link)
            menu.addAction(icon("copy"), "Copy ID").triggered.connect(self.copy_link)
        return menu
