"""A property dragged with the mouse: where it would go, and the line that says so. Qt's own drags run an event loop
of their own, in which nothing else of the program goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from playground.core.schemas.outline import ADD, PROPERTY, Node, holder_of
from playground.core.schemas.pointers import up
from playground.widgets.schema.painting import INDENT, LEFT, RIGHT, depth
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color

if TYPE_CHECKING:
    from playground.widgets.schema.rows import SchemaRows


class Drop(NamedTuple):
    """Before the property at `index` (None: last) of the schema at `target`. `line`: of a row, where a line is drawn;
    `box`: of a row that takes it in."""

    target: str
    index: int | None
    line: QRect
    box: QRect


def drop_at(rows: SchemaRows, dragged: Node, at: QPoint) -> Drop | None:
    """Where a property would go that is let go there; None where it cannot."""
    index = rows.indexAt(at)
    if not index.isValid():
        return None
    node, rect = rows.model_.node(index), rows.visualRect(index)
    rect = QRect(0, rect.y(), rows.viewport().width(), rect.height())
    if node is dragged or _is_in(node, dragged):
        return None
    holder = holder_of(node)
    part = (at.y() - rect.y()) / max(rect.height(), 1)
    if node.kind == ADD and node.parent is not None and holder_of(node.parent) == node.pointer:
        return Drop(node.pointer, None, _line(rect, node, top=True), QRect())
    if holder is not None and (node.kind != PROPERTY or 0.3 < part < 0.7):
        return Drop(holder, None, QRect(), rect)
    if node.kind != PROPERTY:
        return None
    if part >= 0.5 and holder is not None and rows.isExpanded(index):
        return Drop(holder, 0, _line(rect, node, top=False, inside=True), QRect())
    first = part < 0.5
    return Drop(up(up(node.pointer)), node.row + (0 if first else 1), _line(rect, node, top=first), QRect())


def _is_in(node: Node | None, other: Node) -> bool:
    while node is not None and node is not other:
        node = node.parent
    return node is other


def _line(rect: QRect, node: Node, *, top: bool, inside: bool = False) -> QRect:
    x = LEFT + (depth(node) + inside) * INDENT
    return QRect(x, rect.top() - 1 if top else rect.bottom(), rect.width() - x - RIGHT, 2)


def paint_drop(painter: QPainter, drop: Drop) -> None:
    """The line with a dot at its beginning, or the box around what takes it in."""
    if not drop.box.isNull():
        rounded(painter, drop.box.adjusted(4, 1, -4, -1), None, "accent", 6, 1.5)
        return
    painter.fillRect(drop.line, color("accent"))
    dot = QRect(drop.line.x() - 3, drop.line.center().y() - 3, 7, 7)
    rounded(painter, dot, "accent", None, 3.5)
