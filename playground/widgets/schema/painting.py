"""How a row of a schema is painted: grip or arrow, name, type, the quiet rest, and what is wrong at the right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from playground.core.schemas.outline import ADD, DEFINITION, GROUP, PROPERTY, Node
from playground.widgets.schema.model import SchemaModel
from playground.widgets.style_parts import chevron
from playground.widgets.theme import color, mono_font, scaled, ui_font

ROW = 30
LEFT, INDENT, LEAD, GAP, RIGHT = 14, 22, 18, 8, 16
"""Pixels: before the outermost rows, for each level, of grip or arrow, between words, at the right."""
_LEAST = 60
"""Pixels that a name keeps beside what is wrong."""
_LEFT_WORDS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT_WORDS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_ELIDE = Qt.TextElideMode.ElideRight


@dataclass
class Look:
    """A row's state."""

    opened: bool
    selected: bool
    hovered: bool
    focused: bool


def depth(node: Node) -> int:
    """Levels above a row; 0 for the schema itself."""
    levels, above = -1, node.parent
    while above is not None:
        levels, above = levels + 1, above.parent
    return levels


class RowPainter:
    """Fonts and their measures are made once for each type scale."""

    def __init__(self) -> None:
        self._made = -1
        self._fonts: dict[str, tuple[QFont, QFontMetrics]] = {}

    def fonts(self, kind: str) -> tuple[QFont, QFontMetrics]:
        """`name`, `quiet`, `type`, `small` or `title`."""
        if self._made != scaled(1000):
            self._made = scaled(1000)
            made = {
                "name": ui_font(13, 500),
                "quiet": ui_font(13),
                "type": mono_font(12),
                "small": ui_font(12),
                "title": ui_font(11, 600, spacing=0.6),
            }
            self._fonts = {name: (font, QFontMetrics(font)) for name, font in made.items()}
        return self._fonts[kind]

    def name_x(self, node: Node) -> int:
        """Where a row's name begins, in pixels from the left edge."""
        return LEFT + depth(node) * INDENT + LEAD

    def lead(self, node: Node, rect: QRect) -> QRect:
        """The place of grip or arrow."""
        return QRect(LEFT + depth(node) * INDENT, rect.y(), 12, rect.height())

    def link(self, model: SchemaModel, node: Node, rect: QRect) -> QRect:
        """Where the words of a `$ref` stand; empty for other rows."""
        name, type_, _ = model.words(node)
        if not type_.startswith("ref → "):
            return QRect()
        x = self.name_x(node) + self._name_width(node, name, rect.width()) + GAP
        return QRect(x, rect.y(), self.fonts("type")[1].horizontalAdvance(type_), rect.height())

    def _name_width(self, node: Node, name: str, width: int) -> int:
        metrics = self.fonts("name" if node.required else "quiet")[1]
        most = max(_LEAST, (width - self.name_x(node)) * 3 // 5)
        mark = metrics.horizontalAdvance("?") if node.kind == PROPERTY and not node.required else 0
        return min(metrics.horizontalAdvance(name), most) + mark

    def paint(self, painter: QPainter, rect: QRect, model: SchemaModel, node: Node, look: Look) -> None:
        """One row, over the whole width."""
        role, found = model.mark(node, look.opened)
        whole = bool(found) and not found.endswith("inside")
        if look.selected:
            painter.fillRect(rect, color("selection"))
        elif whole and role in ("warning", "error", "simulated"):
            painter.fillRect(rect, color(f"{role}_soft"))
        elif look.hovered:
            painter.fillRect(rect, color("hover"))
        if look.selected and look.focused:
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), color("accent"))
        if node.kind == ADD:
            self._add(painter, rect, model, node, look)
        elif node.kind == GROUP:
            self._group(painter, rect, model, node, look)
        else:
            right = self._found(painter, rect, node, role, found)
            self._member(painter, rect.adjusted(0, 0, right - rect.right(), 0), model, node, look)

    def _found(self, painter: QPainter, rect: QRect, node: Node, role: str, found: str) -> int:
        """What is wrong; returns where it begins, or the edge."""
        edge = rect.right() - RIGHT
        if not found:
            return edge
        font, metrics = self.fonts("small")
        room = max(edge - self.name_x(node) - _LEAST * 2, scaled(60))
        words = metrics.elidedText(found, _ELIDE, min(room, rect.width() * 3 // 5))
        width = metrics.horizontalAdvance(words)
        painter.setFont(font)
        painter.setPen(color(role if role else "muted"))
        painter.drawText(QRect(edge - width, rect.y(), width + 1, rect.height()), _RIGHT_WORDS, words)
        return edge - width - GAP

    def _member(self, painter: QPainter, rect: QRect, model: SchemaModel, node: Node, look: Look) -> None:
        lead = self.lead(node, rect)
        if node.has_children:
            chevron(painter, lead, "down" if look.opened else "right", "muted")
        elif node.kind in (PROPERTY, DEFINITION):
            grip(painter, lead, "muted" if look.hovered or look.selected else "faint")
        name, type_, rest = model.words(node)
        x = self.name_x(node)
        named = node.kind in ("root", PROPERTY, DEFINITION)
        font, metrics = self.fonts("name" if node.required and named else "quiet")
        width = self._name_width(node, name, rect.width())
        optional = node.kind == PROPERTY and not node.required
        mark = metrics.horizontalAdvance("?") if optional else 0
        painter.setFont(font)
        painter.setPen(color("text" if named else "muted"))
        said = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width - mark + 1)
        painter.drawText(QRect(x, rect.y(), width + 2, rect.height()), _LEFT_WORDS, said)
        if optional:
            painter.setPen(color("muted"))
            after = x + metrics.horizontalAdvance(said)
            painter.drawText(QRect(after, rect.y(), mark + 2, rect.height()), _LEFT_WORDS, "?")
        x += width + GAP
        x = self._words(painter, QRect(x, rect.y(), rect.right() - x, rect.height()), type_, "type", "simulated")
        if rest:
            self._words(painter, QRect(x, rect.y(), rect.right() - x, rect.height()), rest, "small", "muted")

    def _words(self, painter: QPainter, rect: QRect, words: str, kind: str, role: str) -> int:
        """Words as far as there is room; returns where the next can begin."""
        if rect.width() < 24 or not words:
            return rect.x()
        font, metrics = self.fonts(kind)
        words = metrics.elidedText(words, _ELIDE, rect.width())
        painter.setFont(font)
        if words.startswith("ref → "):
            painter.setPen(color(role))
            painter.drawText(rect, _LEFT_WORDS, "ref")
            link, null, _ = words[4:].partition(" | null")
            painter.setPen(color("accent"))
            painter.drawText(rect.adjusted(metrics.horizontalAdvance("ref "), 0, 0, 0), _LEFT_WORDS, link)
            painter.setPen(color(role))
            painter.drawText(rect.adjusted(metrics.horizontalAdvance(f"ref {link}"), 0, 0, 0), _LEFT_WORDS, null)
        else:
            painter.setPen(color(role))
            painter.drawText(rect, _LEFT_WORDS, words)
        return rect.x() + metrics.horizontalAdvance(words) + GAP

    def _add(self, painter: QPainter, rect: QRect, model: SchemaModel, node: Node, look: Look) -> None:
        painter.setFont(self.fonts("quiet")[0])
        painter.setPen(color("text" if look.hovered or look.selected else "muted"))
        x = self.lead(node, rect).x()
        painter.drawText(rect.adjusted(x, 0, 0, 0), _LEFT_WORDS, f"+ {model.words(node)[0]}")

    def _group(self, painter: QPainter, rect: QRect, model: SchemaModel, node: Node, look: Look) -> None:
        painter.fillRect(rect.x(), rect.y(), rect.width(), 1, color("line"))
        chevron(painter, self.lead(node, rect), "down" if look.opened else "right", "muted")
        painter.setFont(self.fonts("title")[0])
        painter.setPen(color("muted"))
        painter.drawText(rect.adjusted(self.name_x(node), 0, 0, 0), _LEFT_WORDS, model.words(node)[0].upper())


def grip(painter: QPainter, rect: QRect, role: str) -> None:
    """Six dots: what can be dragged."""
    middle, top = rect.x() + 5, rect.center().y() - 4
    for row in range(3):
        for column in (-2, 2):
            painter.fillRect(middle + column, top + row * 4, 2, 2, color(role))
