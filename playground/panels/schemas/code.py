"""The schema as what a program needs: formats, tools, models, types, the whole call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from playground.core.importing import IMPORTING
from playground.core.schemas.convert import KINDS
from playground.widgets.code import CodeView
from playground.widgets.controls import CommandButton, HairLine
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.workshop import Workshop
    from playground.widgets.commands import Command

_LANGUAGES = {".py": "python", ".ts": "typescript", ".json": "json"}


def convert(value: Any, name: str, kind: str, model: str) -> Any:
    """A `Program` (`model`: the one that a call asks), or raises ConvertError. Runs in the pool."""
    with IMPORTING:
        from playground.core.redact import known
        from playground.core.schemas import schema_base
        from playground.core.schemas.convert import to_text
        from playground.core.schemas.pointers import at

    inner = at(value, schema_base(value))
    words = value.get("function", value.get("json_schema", value)).get("description") if inner is not value else None
    if isinstance(words, str) and "description" not in inner:  # a tool's description stands beside its schema
        inner = {"description": words, **inner}
    made = to_text(inner, name, kind, model=model)
    return replace(made, text=known().text(made.text))


class CodeTab(QWidget):
    """Follows the schema while it is shown."""

    def __init__(self, context: PanelContext, workshop: Workshop, copy: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.code")
        self._context, self._bridge, self._workshop = context, context.bridge, workshop
        self._operation: Operation[Any] | None = None
        self._stale = True
        self._model = ""
        self.kinds = QComboBox()
        self.kinds.setObjectName("schemas.code.kind")
        self.kinds.setAccessibleName("What the schema is written as")
        for kind, title in KINDS:
            self.kinds.addItem(title, kind)
        self.kinds.setCurrentIndex(next(at for at, (kind, _) in enumerate(KINDS) if kind == "pydantic"))
        self.note = Text("", "muted", size=12, elide=True)
        self.code = CodeView("", "python", copies=False)
        self.code.setObjectName("schemas.code.text")
        self.code.setAccessibleName("The schema as code")
        head = QHBoxLayout()
        head.setContentsMargins(20, 6, 12, 6)
        head.setSpacing(12)
        head.addWidget(self.kinds)
        head.addWidget(self.note, 1)
        head.addWidget(CommandButton(copy, "quiet", text="Copy", shortcut=False))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(HairLine())
        layout.addWidget(self.code, 1)
        self.kinds.currentIndexChanged.connect(self._write)
        workshop.changed.connect(self._changed)
        workshop.renamed.connect(self._changed)

    def kind(self) -> str:
        return str(self.kinds.currentData())

    def _profile_model(self) -> str:
        return self._context.sessions.current.default_model or ""

    def show_kind(self, kind: str) -> None:
        """Choose what it is written as."""
        place = self.kinds.findData(kind)
        if place >= 0:
            self.kinds.setCurrentIndex(place)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale or self._model != self._profile_model():
            self._write()

    def _changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._write()

    def _write(self, _index: int = 0) -> None:
        value = self._workshop.value()
        if value is None or self._operation is not None:
            self._stale = True
            if value is None:
                self.code.set_text("")
                self.note.set_text("There is no schema yet.")
            return
        self._stale = False
        model = self._model = self._profile_model()
        self._operation = self._bridge.blocking(
            convert, value, self._workshop.name, self.kind(), model, label="Writing the schema as code", owner=self
        )
        self._operation.finished.connect(self._written)

    def _written(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None or operation.result is None:
            self.code.set_text("")
            self.note.set_role("error")
            self.note.set_text(f"It cannot be written so: {operation.error}")
        else:
            made = operation.result
            self.code.set_text(made.text, _LANGUAGES.get(made.suffix, "text"))
            self.note.set_role("muted")
            self.note.set_text(" ".join(getattr(note, "words", str(note)) for note in made.notes))
        if self._stale and self.isVisible():
            self._write()
