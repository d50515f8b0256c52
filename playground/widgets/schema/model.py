"""The rows of a schema as Qt wants them, and what was found about each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from playground.core.redact import known
from playground.core.schemas.outline import ADD, GROUP, PROPERTY, Node, outline, summary, type_words
from playground.core.schemas.pointers import up
from playground.widgets.presentation import shown, shown_line, tip

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NODE = Qt.ItemDataRole.UserRole
Findings = Mapping[str, tuple[str, str]]
"""By JSON pointer: a colour role, and what is wrong in a few words."""


class SchemaModel(QAbstractItemModel):
    """Rows are made when they are first asked for, and a row's words when it is painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._top = outline({}, "")
        self._nodes: list[Node] = []
        """By their ids in the indexes: a pointer to a Python object would dangle in an index that outlives it."""
        self._at: dict[str, Node] = {}
        self._words: dict[int, tuple[str, str, str]] = {}
        self._findings: Findings = {}
        self._marks: dict[int, list[tuple[str, str]]] = {}
        self._below: dict[int, tuple[int, str]] = {}
        self.set_value({}, "")

    def set_value(self, value: Any, name: str) -> None:
        """Another schema; findings stay where their places are still there."""
        self.beginResetModel()
        self._top = outline(value, name)
        self._nodes, self._at, self._words = [], {}, {}
        self._enter(self._top.children())
        self._mark()
        self.endResetModel()

    def set_findings(self, findings: Findings) -> None:
        """What is shown at the right of rows; a place inside a row is the row's."""
        self._findings = findings
        self._mark()

    def forget_words(self) -> None:
        """Say everything again: presentation mode is another."""
        self._words.clear()

    # Nodes

    def node(self, index: Index) -> Node:
        return self._nodes[index.internalId()] if index.isValid() else self._top

    def children(self, node: Node) -> list[Node]:
        """The rows below one, known by their pointers from now on."""
        if node.is_made:
            return node.children()
        made = node.children()
        self._enter(made)
        return made

    def find(self, pointer: str) -> Node | None:
        """The row that a place belongs to: its own, or the nearest that holds it."""
        if pointer.startswith(("/$defs", "/definitions")) and (group := self._at.get(self._keyword(pointer))):
            self.children(group)
        node = self._nearest(pointer)
        while node is not None and not node.is_made and node.has_children:
            self.children(node)
            nearer = self._nearest(pointer)
            if nearer is node:
                break
            node = nearer
        return node

    def _keyword(self, pointer: str) -> str:
        return "/" + pointer.split("/", 2)[1]

    def _nearest(self, pointer: str) -> Node | None:
        while pointer:
            if (node := self._at.get(pointer)) is not None:
                return node
            pointer = up(pointer)
        return self._at.get("")

    def _enter(self, nodes: list[Node]) -> None:
        for node in nodes:
            node.number = len(self._nodes)
            self._nodes.append(node)
            if node.kind != ADD:
                self._at[node.pointer] = node

    def _mark(self) -> None:
        self._marks, self._below = {}, {}
        for pointer, (role, words) in self._findings.items():
            node = self.find(pointer)
            if node is None:
                continue
            self._marks.setdefault(node.number, []).append((role, words))
            above = node.parent
            while above is not None and above.number >= 0:
                count, worst = self._below.get(above.number, (0, role))
                self._below[above.number] = (count + 1, "error" if "error" in (role, worst) else worst)
                above = above.parent

    # What a row says

    def words(self, node: Node) -> tuple[str, str, str]:
        """Name, type and summary as they are shown."""
        if node.number not in self._words:
            schema = node.schema
            said = ("", "") if node.kind in (ADD, GROUP) else (type_words(schema), summary(schema))
            secrets = known()  # a key that was pasted is shown where it is typed, and nowhere else
            self._words[node.number] = (
                shown_line(secrets.text(node.name)), shown_line(said[0]), shown_line(secrets.text(said[1]))
            )  # fmt: skip
        return self._words[node.number]

    def mark(self, node: Node, opened: bool) -> tuple[str, str]:
        """The role and the words of what was found: of the row, and while it is closed, of the rows below it."""
        marks = self._marks.get(node.number, [])
        if marks:
            role, words = max(marks, key=_is_error)
            more = f" +{len(marks) - 1}" if len(marks) > 1 else ""
            return role, shown_line(words) + more
        count, role = self._below.get(node.number, (0, ""))
        if opened or not count:
            return "", ""
        return role, f"{count} finding{'s' if count > 1 else ''} inside"

    def spoken(self, node: Node) -> str:
        """The whole row in words."""
        name, type_, rest = self.words(node)
        if node.kind == ADD:
            return f"Add a {name.lower()}"
        if node.kind == GROUP:
            return name
        needed = ("required" if node.required else "optional") if node.kind == PROPERTY else ""
        found = "; ".join(shown_line(words) for _, words in self._marks.get(node.number, []))
        return ", ".join(part for part in (name, type_.replace("→", "to"), needed, rest, found) if part)

    # Qt's questions

    def index_of(self, node: Node) -> QModelIndex:
        return self.createIndex(node.row, 0, node.number) if node.parent is not None else QModelIndex()

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        children = self.children(self.node(parent))
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, column, children[row].number)

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent
        return self.index_of(above) if above is not None else QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return len(self.children(self.node(parent)))

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        return self.node(parent).has_children or not parent.isValid()

    def columnCount(self, _parent: Index = _ROOT) -> int:
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        node = self.node(index)
        if role == Role.DisplayRole:
            return self.words(node)[0]
        if role == NODE:
            return node
        if role == Role.AccessibleTextRole:
            return self.spoken(node)
        if role == Role.ToolTipRole:
            return self._tip(node)
        return None

    def _tip(self, node: Node) -> str | None:
        if node.kind in (ADD, GROUP):
            return None
        name, type_, rest = self.words(node)
        optional = "" if node.required or node.kind != PROPERTY else "  (optional)"
        lines = [f"{name[:200]}: {type_}{optional}", rest]
        described = node.schema.get("description") if isinstance(node.schema, dict) else None
        if isinstance(described, str) and len(described) > 60:
            lines[1:] = [shown(described[:2000])]
        lines += [shown_line(words) for _, words in self._marks.get(node.number, [])]
        return tip("\n".join(line for line in lines if line))


def _is_error(mark: tuple[str, str]) -> bool:
    return mark[0] == "error"
