"""A document that fits the schema, made anew as the schema changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.core.importing import IMPORTING
from playground.widgets.code import CodeView
from playground.widgets.controls import CommandButton, HairLine, Label

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from playground.bridge import Bridge, Operation
    from playground.panels.schemas.workshop import Workshop
    from playground.widgets.commands import Command


_NONE = object()


def make(value: Any, seed: int) -> tuple[str, str]:
    """An example as text, and what to say about it. Runs in the pool. `seed` 0: the plainest one."""
    with IMPORTING:
        from playground.core.redact import known
        from playground.core.schemas import schema_base
        from playground.core.schemas.example import example, generate
        from playground.core.schemas.pointers import at
        from playground.core.schemas.validate import validate

    schema = at(value, schema_base(value))
    try:
        made = example(schema) if seed == 0 else next(iter(generate(schema, seed, count=1)), _NONE)
    except ValueError as error:
        return "", str(error)
    if made is _NONE:
        return make(value, 0)
    wrong = validate(schema, made)
    text = known().text(json.dumps(made, indent=2, ensure_ascii=False))
    if wrong:
        return text, f"It does not fit: {wrong[0].words}"
    return text, "It fits the schema."


class ExampleTab(QWidget):
    """Follows the schema while it is shown."""

    def __init__(self, bridge: Bridge, workshop: Workshop, another: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.example")
        self._bridge, self._workshop = bridge, workshop
        self._seed = 0
        self._operation: Operation[tuple[str, str]] | None = None
        self._stale = True
        self.note = Label("", "muted", 12, selectable=True)
        self.code = CodeView("", "json")
        self.code.setObjectName("schemas.example.code")
        self.code.setAccessibleName("An example that fits the schema")
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 12, 6)
        head.addWidget(self.note, 1)
        head.addWidget(CommandButton(another, "quiet", text="Another", shortcut=False))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(HairLine())
        layout.addWidget(self.code, 1)
        workshop.changed.connect(self._changed)

    def another(self) -> None:
        """Another one that fits."""
        self._seed += 1
        self._make()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._make()

    def _changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._make()

    def _make(self) -> None:
        value = self._workshop.value()
        if value is None:
            self.code.set_text("")
            self.note.setText("There is no schema yet.")
            return
        if self._operation is not None:
            self._stale = True
            return
        self._stale = False
        self._operation = self._bridge.blocking(make, value, self._seed, label="Making an example", owner=self)
        self._operation.finished.connect(self._made)

    def _made(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None or operation.result is None:
            self.note.setText(f"No example can be made: {operation.error}")
        else:
            text, words = operation.result
            self.code.set_text(text, "json")
            self.note.setText(words)
        if self._stale and self.isVisible():
            self._make()
