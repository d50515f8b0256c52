"""The rows of a schema: painted by themselves, walked with the arrows, named in place, dragged with the mouse."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from playground.core.schemas.outline import ADD, DEFINITION, GROUP, PATTERN, PROPERTY, Node
from playground.core.visible import is_clear_line
from playground.widgets.fields import VeiledField
from playground.widgets.schema.dragging import Drop, drop_at, paint_drop
from playground.widgets.schema.model import Findings, SchemaModel
from playground.widgets.schema.painting import ROW, Look, RowPainter
from playground.widgets.theme import scaled, ui_font
from playground.widgets.themed import Themed, tint

NAMED = (PROPERTY, PATTERN, DEFINITION)
"""Rows whose names can be others."""
OPENED_FIRST = 150
"""Rows that are opened by themselves."""
_SCROLL_MS, _EDGE = 40, 24
"""While something is dragged near an edge, the rows move so often, when it is so near in pixels."""
Index = QModelIndex | QPersistentModelIndex


def to_field(name: str) -> str:
    """A name as it is edited: what cannot be seen as JSON's escapes, so that it is known and stays."""
    return name if is_clear_line(name) and "\\" not in name else json.dumps(name)[1:-1].replace('\\"', '"')


def from_field(text: str) -> str:
    """The name that was meant; a backslash that begins no escape is itself."""
    if "\\" in text:
        try:
            return str(json.loads('"' + text.replace('"', '\\"') + '"'))
        except ValueError:
            return text
    return text


class _Cells(QStyledItemDelegate):
    """The field that a name is edited in."""

    def __init__(self, rows: SchemaRows) -> None:
        super().__init__(rows)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, scaled(ROW))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = VeiledField(parent)
        field.setObjectName(f"{self._rows.objectName()}.name")
        field.setAccessibleName("Name")
        field.setFont(ui_font(13, 500))
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            editor.setText(to_field(self._rows.model_.node(index).name))

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        node = self._rows.model_.node(index)
        if (name := from_field(editor.text())) != node.name:
            self._rows.rename_wanted.emit(node.pointer, name)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rows = self._rows
        rect, x = rows.visualRect(index), rows.painter_.name_x(rows.model_.node(index)) - 6
        width = min(scaled(280), max(rows.viewport().width() - x - 8, 80))
        editor.setGeometry(QRect(x, rect.y() + 1, width, rect.height() - 2))


class SchemaRows(Themed, QTreeView):
    """Shows a `SchemaModel`; says what a person wants of it, and changes nothing itself."""

    chosen = Signal(str)
    rename_wanted = Signal(str, str)
    """A pointer, and the name it is to have."""
    move_wanted = Signal(str, str, object)
    """A pointer, the schema that gets the property, and the index there or None."""
    activated_row = Signal()
    """Enter on a row that has no name of its own."""
    add_wanted = Signal()
    """Of the row that is the current one, an ADD row."""
    follow_wanted = Signal()
    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_ = SchemaModel(self)
        self.painter_ = RowPainter()
        self._opened: set[str] = {""}
        self._quiet = False
        self.is_filling = False
        """Whether another value is about to be shown: rows come and go."""
        self._hovered = -1
        self._pressed: tuple[QPoint, Node] | None = None
        self._drag: Node | None = None
        self.drop: Drop | None = None
        self._scroll = QTimer(self)
        self._scroll.setInterval(_SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)
        self.setModel(self.model_)
        self.setItemDelegate(_Cells(self))
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Properties")
        self.expanded.connect(self._was_expanded)
        self.collapsed.connect(self._was_collapsed)
        self.retheme()

    def retheme(self) -> None:
        tint(self, "window", QPalette.ColorRole.Base)
        self.model_.forget_words()

    # What is shown

    def show_value(self, value: Any, name: str, *, afresh: bool) -> None:
        """Another schema. What was open, chosen and seen stays so, or, `afresh`, is opened as far as it is short."""
        pointer = self.pointer()
        at = self.verticalScrollBar().value()
        self._quiet = self.is_filling = True
        self.model_.set_value(value, name)
        self._hovered = -1
        if afresh:
            self._opened = {""}
            self._open_short()
        self._open_below(self.model_.node(QModelIndex()))
        node = self.model_.find("" if afresh else pointer)
        if node is not None and self._is_seen(node):
            self.setCurrentIndex(self.model_.index_of(node))
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(0 if afresh else at)
        self._quiet = self.is_filling = False

    def set_findings(self, findings: Findings) -> None:
        self.model_.set_findings(findings)
        self.viewport().update()

    def went(self, old: str, new: str) -> None:
        """A schema has another pointer: what is open in it stays open."""
        inside = f"{old}/"
        self._opened = {new + one[len(old) :] if one == old or one.startswith(inside) else one for one in self._opened}

    def open_pointer(self, pointer: str) -> None:
        self._opened.add(pointer)

    def node(self) -> Node | None:
        """The current row."""
        index = self.currentIndex()
        return self.model_.node(index) if index.isValid() else None

    def pointer(self) -> str:
        """The current row's; of an ADD row, the schema's that gets a member."""
        node = self.node()
        return node.pointer if node is not None else ""

    def go_to(self, pointer: str) -> Node | None:
        """Open what holds a place and make its row the current one. Says nothing of it."""
        node = self.model_.find(pointer)
        if node is None:
            return None
        above = node.parent
        while above is not None and above.parent is not None:
            self.setExpanded(self.model_.index_of(above), True)
            above = above.parent
        self._quiet = True
        self.setCurrentIndex(self.model_.index_of(node))
        self.scrollTo(self.model_.index_of(node))
        self._quiet = False
        return node

    def rename(self) -> bool:
        """Edit the current row's name in its place; False where it has none of its own."""
        node = self.node()
        if node is None or node.kind not in NAMED or self.state() == QAbstractItemView.State.EditingState:
            return False
        self.edit(self.currentIndex())
        return True

    @property
    def is_naming(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    # What is open

    def _open_short(self) -> None:
        """Open level by level, as long as it is not too much to look at."""
        level, rows = [self.model_.node(QModelIndex())], 0
        while level:
            below = [child for node in level for child in self.model_.children(node) if child.has_children]
            rows += sum(len(self.model_.children(node)) for node in level)
            if rows > OPENED_FIRST:
                break
            self._opened |= {node.pointer for node in level if node.parent is not None}
            level = below

    def _open_below(self, node: Node) -> None:
        waiting = [node]
        while waiting:
            for child in self.model_.children(waiting.pop()):
                if child.pointer in self._opened and child.kind != ADD and child.has_children:
                    self.setExpanded(self.model_.index_of(child), True)
                    waiting.append(child)

    def _is_seen(self, node: Node) -> bool:
        above = node.parent
        while above is not None and above.parent is not None:
            if not self.isExpanded(self.model_.index_of(above)):
                return False
            above = above.parent
        return True

    def _was_expanded(self, index: QModelIndex) -> None:
        node = self.model_.node(index)
        self._opened.add(node.pointer)
        if not self._quiet:
            self._open_below(node)

    def _was_collapsed(self, index: QModelIndex) -> None:
        self._opened.discard(self.model_.node(index).pointer)

    def open_all(self, opened: bool) -> None:
        """Open every row that is there, up to 20 levels; or close all but the first."""
        if opened:
            self.expandRecursively(QModelIndex(), 20)
        else:
            self.collapseAll()
            self.setExpanded(self.model_.index(0, 0), True)

    # Looks

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A whole row at once: through style and delegate it takes three times as long."""
        node = self.model_.node(index)
        rect = QRect(0, option.rect.y(), self.viewport().width(), option.rect.height())  # type: ignore[attr-defined]
        selected = self.currentIndex() == index
        look = Look(self.isExpanded(index), selected, node.number == self._hovered, self.hasFocus())  # type: ignore[arg-type]
        self.painter_.paint(painter, rect, self.model_, node, look)

    def drawBranches(self, _painter: QPainter, _rect: QRect, _index: Index) -> None:
        """The row draws its arrow."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.drop is not None:
            paint_drop(QPainter(self.viewport()), self.drop)

    # Keys and mouse

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._quiet and current.isValid() and self.model_.node(current).kind != ADD:
            self.chosen.emit(self.pointer())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._end_drag()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.is_naming:
            self._enter()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        node = self.node()
        if node is None:
            return
        if node.kind == ADD:
            self.add_wanted.emit()
        elif node.kind == GROUP:
            self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
        elif not self.rename():
            self.activated_row.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            node, rect = self.model_.node(index), self.visualRect(index)
            if node.kind == GROUP or (
                node.has_children and self.painter_.lead(node, rect).adjusted(-8, 0, 4, 0).contains(at)
            ):
                self.setExpanded(index, not self.isExpanded(index))
                return
            self._pressed = (at, node)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed is not None:
            start, node = self._pressed
            far = (at - start).manhattanLength() >= QApplication.startDragDistance()
            if self._drag is None and far and node.kind == PROPERTY:
                self._drag = node
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self._scroll.start()
            if self._drag is not None:
                self._drag_to(at)
            return
        index = self.indexAt(at)
        hovered = self.model_.node(index).number if index.isValid() else -1
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()
        over = index.isValid() and self._on_link(index, at)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def _on_link(self, index: Index, at: QPoint) -> bool:
        rect = self.visualRect(index)
        wide = QRect(0, rect.y(), self.viewport().width(), rect.height())
        return self.painter_.link(self.model_, self.model_.node(index), wide).contains(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if self._drag is not None:
            node, drop = self._drag, self.drop
            self._end_drag()
            if drop is not None:
                self.move_wanted.emit(node.pointer, drop.target, drop.index)
            return
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if pressed is None or not index.isValid() or self.model_.node(index) is not pressed[1]:
            return
        if pressed[1].kind == ADD:
            self.add_wanted.emit()
        elif self._on_link(index, at):
            self.follow_wanted.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        if index.isValid() and not self.painter_.lead(self.model_.node(index), self.visualRect(index)).contains(at):
            self._pressed = None
            if self.model_.node(index).kind not in (ADD, GROUP):
                self._enter()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.viewport().update()
        super().leaveEvent(event)  # type: ignore[arg-type]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Mouse and index.isValid():
            self.setCurrentIndex(index)
        self.menu_wanted.emit(event.globalPos())

    # Dragging

    def _drag_to(self, at: QPoint) -> None:
        assert self._drag is not None
        self.drop = drop_at(self, self._drag, at)
        shape = Qt.CursorShape.ClosedHandCursor if self.drop is not None else Qt.CursorShape.ForbiddenCursor
        self.viewport().setCursor(shape)
        self.viewport().update()

    def _end_drag(self) -> None:
        self._drag = self.drop = self._pressed = None
        self._scroll.stop()
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self.viewport().update()

    def _scroll_on(self) -> None:
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        by = -1 if at.y() < _EDGE else 1 if at.y() > self.viewport().height() - _EDGE else 0
        if by and self._drag is not None:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + by * scaled(ROW) // 2)
