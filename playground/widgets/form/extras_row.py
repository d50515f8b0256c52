"""What an object holds under names that its schema does not know: kept, shown, and to be edited as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from playground.core.forms import Node
from playground.core.forms.values import pretty
from playground.core.runs.json_text import read
from playground.widgets.controls.optional_long import LongField
from playground.widgets.form.frame import Frame
from playground.widgets.form.rows import Row
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.widgets.form.sheet import Sheet


class UnknownRow(Row):
    """`other fields`: a JSON object."""

    def __init__(self, sheet: Sheet, node: Node, depth: int) -> None:
        super().__init__(sheet, node, depth)
        self._shown: dict[str, Any] | None = None
        self._showing = False
        self.field = LongField(name="Other fields", json=dict, placeholder="{ … }")
        self.field.setParent(self)
        self.field.trouble.setMaximumHeight(0)
        self.field.changed.connect(self._edited)
        self.field.editor.textChanged.connect(self._grown)
        self.refresh()

    def label(self) -> str:
        return "other fields"

    def help(self) -> str:
        return "Names that the schema does not know. They are sent as they are."

    def refresh(self) -> None:
        now = self.node.unknown()
        if now != self._shown:
            self._shown = now
            self._showing = True
            self.field.set_value(pretty(now) if now else None)
            self._showing = False
        self.field.setObjectName(self.object_name("others"))
        self.field.setAccessibleName(f"Other fields, {self.node.pointer}")
        self.field.editor.setAccessibleName(f"Other fields, {self.node.pointer}")

    def set_trouble(self, words: str) -> None:
        super().set_trouble(self.field.problem())

    def stops(self) -> list[QWidget]:
        return [self.field.editor]

    def _beside(self) -> bool:
        return self.sheet.is_wide()

    def _place(self, place: Frame) -> int:
        beside = self._beside()
        left, top = (place.field, 0) if beside else (place.label, scaled(24))
        width = place.right - left
        self.field.setGeometry(left, top, width, self.field.height())
        layout = self.field.layout()
        layout.activate()
        height = max(scaled(28), layout.sizeHint().height())
        self.field.setGeometry(left, top, width, height)
        return top + height

    def _grown(self) -> None:
        self.sheet.refit(self)

    def _edited(self, value: object) -> None:
        if self._showing:
            return
        made, problem = read(str(value), dict) if value else ({}, "")
        super().set_trouble(problem)
        if not problem:
            self._shown = {name: part for name, part in made.items() if name not in self.node.shape.properties}
            self.node.set_unknown(made)
