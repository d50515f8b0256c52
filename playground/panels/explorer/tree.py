"""The tree of methods: groups that open, methods with their verb at the right; the same as a flat list of finds."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QFrame, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from playground.core.catalog import Catalog, Kind, MethodEntry
from playground.panels.explorer.nodes import Node
from playground.widgets.style_parts import chevron
from playground.widgets.theme import color, mono_font, scaled, ui_font
from playground.widgets.themed import Themed, tint

ROW = 26
INDENT = 14
LEFT = 12
"""Pixels left of the outermost rows."""
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NODE = Qt.ItemDataRole.UserRole


def verb_words(entry: MethodEntry) -> str:
    """What stands at the right of a method: its verb, as the API's pages write it."""
    if entry.kind is Kind.WEBSOCKET:
        return "WS"
    if entry.kind is Kind.HELPER:
        return "local"
    return {"DELETE": "DEL"}.get(entry.verb, entry.verb)


class TreeModel(QAbstractItemModel):
    """Nodes as Qt wants them. Nothing is made for a row that is not seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._root = Node("", "")
        self._nodes: list[Node] = []
        """By their ids in the indexes: a pointer to a Python object would dangle in an index that outlives it."""
        self._catalog: Catalog | None = None

    def set_root(self, root: Node, catalog: Catalog | None) -> None:
        self.beginResetModel()
        self._root, self._catalog = root, catalog
        self._nodes = []
        waiting = list(root.children)
        while waiting:
            node = waiting.pop()
            node.number = len(self._nodes)
            self._nodes.append(node)
            waiting.extend(node.children)
        self.endResetModel()

    def node(self, index: Index) -> Node:
        return self._nodes[index.internalId()] if index.isValid() else self._root

    def entry(self, node: Node) -> MethodEntry | None:
        return self._catalog.methods.get(node.method) if self._catalog is not None and node.method else None

    def index_of(self, node: Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node.number) if node.parent is not None else QModelIndex()

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        children = self.node(parent).children
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, column, children[row].number)

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent
        return self.index_of(above) if above is not None else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return len(self.node(parent).children)

    def columnCount(self, _parent: Index = _ROOT) -> int:
        return 1

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        node = self.node(index)
        if role == Role.DisplayRole:
            return node.title
        if role == NODE:
            return node
        if role not in (Role.ToolTipRole, Role.AccessibleTextRole):
            return None
        entry = self.entry(node)
        if entry is None:
            return node.title
        why = f"\nDeprecated: {entry.deprecated}" if entry.deprecated else ""
        instead = f"\nUse {entry.successor} instead." if entry.successor else ""
        head = f"{entry.name}  {entry.verb} {entry.path}".rstrip()
        return f"{head}\n{entry.summary}{why}{instead}"


class RowDelegate(QStyledItemDelegate):
    """Group titles in medium weight with an arrow; methods with the verb in small letters at the right."""

    def __init__(self, tree: MethodTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node = index.data(NODE)
        rect = QRect(option.rect).adjusted(LEFT, 0, 0, 0)
        state = option.state
        row = QRect(0, rect.y(), self._tree.width(), rect.height())
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, color("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, color("hover"))
        if node.method:
            self._method(painter, rect, node)
        else:
            self._group(painter, rect, node, index)

    def _group(self, painter: QPainter, rect: QRect, node: Node, index: Index) -> None:
        top = node.parent is None or node.parent.parent is None
        painter.setFont(ui_font(13, 500 if top else 400))
        way = "down" if self._tree.isExpanded(index) else "right"  # type: ignore[arg-type]
        chevron(painter, QRect(rect.x(), rect.y(), 12, rect.height()), way, "muted")
        painter.setPen(color("text"))
        area = rect.adjusted(18, 0, -12, 0)
        text = painter.fontMetrics().elidedText(node.title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)

    def _method(self, painter: QPainter, rect: QRect, node: Node) -> None:
        entry = self._tree.model_.entry(node)
        deprecated = entry is not None and bool(entry.deprecated)
        verb = verb_words(entry) if entry is not None else ""
        right = 12
        if verb:
            font = mono_font(10.5)
            painter.setFont(font)
            painter.setPen(color("error" if verb == "DEL" else "muted"))
            painter.drawText(
                rect.adjusted(0, 0, -right, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, verb
            )
            right += QFontMetrics(font).horizontalAdvance(verb) + 8
        if deprecated:
            font = ui_font(11)
            painter.setFont(font)
            painter.setPen(color("warning"))
            words = "deprecated"
            width = QFontMetrics(font).horizontalAdvance(words)
            if rect.width() - right - width > 90:
                painter.drawText(
                    rect.adjusted(0, 0, -right, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words
                )
                right += width + 8
        painter.setFont(ui_font(13))
        painter.setPen(color("muted" if deprecated else "text"))
        area = rect.adjusted(18 if self._tree.is_tree else 4, 0, -right, 0)
        metrics = painter.fontMetrics()
        title = metrics.elidedText(node.title, Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, title)
        x = metrics.horizontalAdvance(title) + 8
        if node.note and area.width() - x > 40:
            painter.setFont(ui_font(12))
            painter.setPen(color("muted"))
            note = painter.fontMetrics().elidedText(node.note, Qt.TextElideMode.ElideRight, area.width() - x)
            painter.drawText(area.adjusted(x, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, note)


class MethodTree(Themed, QTreeView):
    """Emits `chosen` with a method's name: for a click, and for Enter. Groups open with a click, too."""

    chosen = Signal(str)
    file_chosen = Signal(str)
    """The file of a saved request."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_tree = True
        self.model_ = TreeModel(self)
        self.setObjectName("explorer.tree")
        self.setAccessibleName("Methods")
        self.setModel(self.model_)
        self.setItemDelegate(RowDelegate(self))
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRootIsDecorated(False)
        self.setIndentation(INDENT)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setAnimated(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._clicked)
        self.retheme()

    def retheme(self) -> None:
        tint(self, "window", QPalette.ColorRole.Base)

    def show_rows(self, root: Node, catalog: Catalog | None, *, is_tree: bool, opened: set[str]) -> None:
        """Other rows. `opened`: the ids of the groups that are open."""
        self.is_tree = is_tree
        self.model_.set_root(root, catalog)
        for node in self._groups(root):
            if node.id in opened:
                self.setExpanded(self.model_.index_of(node), True)

    def groups(self) -> list[str]:
        """The ids of all groups."""
        return [node.id for node in self._groups(self.model_.node(QModelIndex()))]

    def opened(self) -> list[str]:
        """The ids of the open groups."""
        root = self.model_.node(QModelIndex())
        return [node.id for node in self._groups(root) if self.isExpanded(self.model_.index_of(node))]

    def _groups(self, root: Node) -> list[Node]:
        found, waiting = [], list(root.children)
        while waiting:
            node = waiting.pop(0)
            if node.children:
                found.append(node)
                waiting.extend(node.children)
        return found

    def choose(self, method: str) -> None:
        """Select a method's row where it stands among its family, opening what holds it. Emits nothing."""
        waiting = list(self.model_.node(QModelIndex()).children)
        found: Node | None = None
        while waiting:
            node = waiting.pop(0)
            if node.method == method and (found is None or not node.id.startswith("~")):
                found = node
            waiting.extend(node.children)
        if found is None:
            return
        above = found.parent
        while above is not None and above.parent is not None:
            self.setExpanded(self.model_.index_of(above), True)
            above = above.parent
        self.setCurrentIndex(self.model_.index_of(found))
        self.scrollTo(self.model_.index_of(found))

    def first(self) -> None:
        """Select the first row."""
        self.setCurrentIndex(self.model_.index(0, 0))

    def drawBranches(self, _painter: QPainter, _rect: QRect, _index: QModelIndex | QPersistentModelIndex) -> None:
        """The delegate draws the arrows."""

    def _clicked(self, index: QModelIndex) -> None:
        self._activate(index)

    def _activate(self, index: QModelIndex) -> None:
        node = self.model_.node(index)
        if node.file:
            self.file_chosen.emit(node.file)
        elif node.method:
            self.chosen.emit(node.method)
        elif index.isValid():
            self.setExpanded(index, not self.isExpanded(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._activate(self.currentIndex())
        else:
            super().keyPressEvent(event)
