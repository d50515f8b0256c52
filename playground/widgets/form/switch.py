"""The switch of a union: which alternative its place is filled with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.core.forms import Kind, Node
from playground.core.forms.nodes import RAW
from playground.widgets.controls.pick import PickButton

if TYPE_CHECKING:
    from playground.widgets.form.sheet import Sheet

COMPOSITE = (Kind.OBJECT, Kind.LIST, Kind.MAP)
"""What has rows of its own for its parts."""
NOTHING = "not sent"
OTHER = "other JSON"
"""What the switch says of a value that is none of the alternatives."""


class UnionSwitch(PickButton):
    """`text ▾`. What an alternative held comes back with it."""

    def __init__(self, sheet: Sheet, node: Node, parent: QWidget) -> None:
        super().__init__((), NOTHING, parent)
        self._sheet, self._node = sheet, node
        self.chosen.connect(self._picked)

    def refresh(self, name: str, spoken: str) -> None:
        """Show what is chosen. `name`, `spoken`: the object's name, and what a screen reader says."""
        node = self._node
        never = [] if node.is_item else [NOTHING]
        self.set_choices([*never, *self._titles(), *(["null"] if node.shape.nullable else [])])
        self.show_value(self._words())
        self.setObjectName(name)
        self.setAccessibleName(spoken)

    def _titles(self) -> list[str]:
        return [variant.title for variant in self._node.shape.variants]

    def _words(self) -> str:
        if self._node.value is None:
            return "null"
        chosen = self._node.chosen
        if chosen is None:
            return NOTHING
        return OTHER if chosen == RAW else self._node.shape.variants[chosen].title

    def _picked(self, words: str) -> None:
        node, sheet, titles = self._node, self._sheet, self._titles()
        had_focus = self.hasFocus()
        if words in titles:
            index = titles.index(words)
            node.choose(index)
            if node.shape.variants[index].shape.kind in COMPOSITE:
                sheet.open_quietly(node)
        elif words == "null":
            node.set(None)
        elif words == NOTHING:
            node.choose(None)
        sheet.settle()
        row = sheet.row_of(node)
        if had_focus and row is not None:
            row.focus_switch()
