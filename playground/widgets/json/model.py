"""A JSON document as a lazy Qt model: rows are made when their parent is opened, and children are read from the bytes.

Containers with many children show them in groups, "[0 … 249]", and groups of groups where those are many.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from playground.core.jsondoc import Child, Document, Step, visible
from playground.widgets.presentation import mask_field, presenting, tip
from playground.widgets.theme import color

Index = QModelIndex | QPersistentModelIndex

GROUP = 250
"""Children that are shown without groups; to open as many takes a few milliseconds."""
SHOWN = 400
"""Bytes of a string that a row shows."""
HINT = 1500
"""Bytes of a string that its tooltip shows."""
KEY, VALUE, TYPE = range(3)
TITLES = ("Key", "Value", "Type")
_ROW = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_LEAF = _ROW | Qt.ItemFlag.ItemNeverHasChildren
_ROLES = {"string": "syntax.string", "number": "syntax.number", "boolean": "syntax.keyword", "null": "syntax.keyword"}


class Node:
    """A row: a value, or a group of its neighbours (`first` to `last`, excluded, of the children of `start`)."""

    __slots__ = ("child", "first", "kids", "last", "length", "number", "parent", "row", "start")

    def __init__(self, parent: int, row: int, number: int, child: Child) -> None:
        self.parent = parent
        self.row = row
        self.number = number
        """Which child of its container it is."""
        self.child = child
        self.start = child.start
        self.length = child.length
        self.first = self.last = -1
        self.kids: list[int] | None = None

    @property
    def is_group(self) -> bool:
        return self.last >= 0


class Row(NamedTuple):
    """How deep it is nested (the topmost: 1), whether it opens, and the words and colour role of each column."""

    depth: int
    opens: bool
    cells: tuple[tuple[str, str], ...]


class JsonModel(QAbstractItemModel):
    """Shows one document; `set_document` replaces it. The root's children are the topmost rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document: Document | None = None
        self._nodes: list[Node] = []

    def set_document(self, document: Document | None) -> None:
        """Show another document, or none. One that is no JSON shows no rows."""
        self.beginResetModel()
        self.document = document
        self._nodes = []
        if document is not None and document.root >= 0:
            root = Child(-1, -1, document.root, -1, -1)
            self._nodes.append(Node(-1, 0, -1, root))
            if not document.is_container(document.root) or document.is_empty(document.root):
                self._nodes.append(Node(0, 0, -1, root))
                self._nodes[0].kids = [1]
        self.endResetModel()

    # What the view asks

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        kids = self._kids(self._id(parent))
        if 0 <= row < len(kids) and 0 <= column <= TYPE:
            return self.createIndex(row, column, kids[row])
        return QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        if not index.isValid() or not self._nodes:
            return QModelIndex()
        up = self._nodes[index.internalId()].parent
        return self.createIndex(self._nodes[up].row, 0, up) if up > 0 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._kids(self._id(parent))) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 3

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        if parent.column() > 0 or not self._nodes:
            return False
        return self._opens(self._nodes[self._id(parent)])

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _LEAF if index.isValid() and not self._opens(self._nodes[index.internalId()]) else _ROW

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._presented(self._nodes[index.internalId()], index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            return color(self._role(self._nodes[index.internalId()], index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._hint(self._nodes[index.internalId()], index.column())
        return None

    # What a row is

    def row_of(self, index: Index) -> Row:
        """All that is painted of a row."""
        node = self._nodes[index.internalId()]
        cells = tuple((self._presented(node, column), self._role(node, column)) for column in (KEY, VALUE, TYPE))
        depth, up = 0, node
        while up.parent >= 0:
            depth, up = depth + 1, self._nodes[up.parent]
        return Row(depth, self._opens(node), cells)

    def node(self, index: Index) -> Node | None:
        """The row's node; None for no row."""
        return self._nodes[index.internalId()] if index.isValid() and self._nodes else None

    def steps(self, node: Node) -> list[str | int]:
        """The path from the root, groups left out."""
        found: list[str | int] = []
        document = self.document
        while document is not None and node.parent >= 0:
            if not node.is_group and node.number >= 0:
                found.append(document.key(node.child) if node.child.key >= 0 else node.number)
            node = self._nodes[node.parent]
        return found[::-1]

    def length(self, node: Node) -> int:
        """How many children the container has."""
        if node.length < 0 and self.document is not None:
            node.length = self.document.count(node.start)
        return node.length

    def index_of(self, steps: list[Step]) -> QModelIndex:
        """The row at a path of `Document.path`; rows on the way are made."""
        at = 0
        row = 0
        for step in steps:
            kids = self._kids(at)
            while kids and self._nodes[kids[0]].is_group:
                at = next(kid for kid in kids if step.number < self._nodes[kid].last)
                kids = self._kids(at)
            row = step.number - self._nodes[kids[0]].number
            at = kids[row]
        if not steps and self._kids(0):
            at, row = self._kids(0)[0], 0
        return self.createIndex(row, 0, at) if at else QModelIndex()

    # Making rows

    def _id(self, index: Index) -> int:
        return index.internalId() if index.isValid() else 0

    def _opens(self, node: Node) -> bool:
        document = self.document
        if document is None:
            return False
        if node.is_group or node.parent < 0:
            return True
        return document.is_container(node.start) and not document.is_empty(node.start)

    def _kids(self, of: int) -> list[int]:
        if not self._nodes or self.document is None:
            return []
        node = self._nodes[of]
        if node.kids is None:
            node.kids = self._make(of, node) if self._opens(node) else []
        return node.kids

    def _make(self, of: int, node: Node) -> list[int]:
        document = self.document
        assert document is not None
        first, last = (node.first, node.last) if node.is_group else (0, self.length(node))
        begin = len(self._nodes)
        if last - first <= GROUP:
            for row, child in enumerate(document.children(node.start, first, last)):
                self._nodes.append(Node(of, row, first + row, child))
        else:
            size = GROUP
            while last - first > size * GROUP:
                size *= GROUP
            for row, at in enumerate(range(first, last, size)):
                group = Node(of, row, at, node.child)
                group.first, group.last = at, min(at + size, last)
                self._nodes.append(group)
        return list(range(begin, len(self._nodes)))

    # Words and colours

    def _presented(self, node: Node, column: int) -> str:
        """The same, without what presentation mode hides."""
        words = self._shown(node, column)
        if not presenting() or self.document is None or node.is_group:
            return words
        name = self.document.key(node.child) if column == VALUE and node.child.key >= 0 else ""
        return mask_field(name, words)

    def _shown(self, node: Node, column: int) -> str:
        document = self.document
        assert document is not None
        if node.is_group:
            return (f"[{node.first} … {node.last - 1}]", f"{node.last - node.first:,} of these", "")[column]
        if column == KEY:
            if node.number < 0:
                return ""
            return visible(document.key(node.child)) if node.child.key >= 0 else str(node.number)
        kind = document.kind(node.start)
        if column == TYPE:
            return kind
        if kind in ("array", "object"):
            return _counted(self.length(node), kind)
        if kind == "string":
            return self.quoted(node, SHOWN)
        return document.source(node.start, node.child.end)

    def quoted(self, node: Node, limit: int) -> str:
        """A string in quotes, on one line, cut at `limit` bytes."""
        assert self.document is not None
        text, whole = self.document.string(node.start, node.child.end, limit)
        return f'"{visible(text)}"' if whole else f'"{visible(text)}…'

    def _role(self, node: Node, column: int) -> str:
        if node.is_group or column == TYPE or self.document is None:
            return "muted"
        if column == KEY:
            return "syntax.builtin" if node.child.key >= 0 else "muted"
        return _ROLES.get(self.document.kind(node.start), "muted")

    def _hint(self, node: Node, column: int) -> str | None:
        if node.is_group or self.document is None:
            return None
        if column == VALUE and self.document.kind(node.start) == "string":
            shown = self.quoted(node, HINT)
            if presenting():
                shown = self._presented(node, column)
            return _wrapped(shown) if len(shown) > 60 else None
        shown = self._presented(node, column)
        return _wrapped(shown[:HINT]) if len(shown) > 24 else None


def _counted(count: int, kind: str) -> str:
    word = "item" if kind == "array" else "key"
    return "empty" if not count else f"{count:,} {word}{'s' if count != 1 else ''}"


def _wrapped(text: str) -> str:
    """In lines, for a tooltip: plain text there is not wrapped, and must not be taken for HTML."""
    return tip("\n".join(text[at : at + 100] for at in range(0, len(text), 100)))
