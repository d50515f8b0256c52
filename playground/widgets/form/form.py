"""A form over a JSON Schema, scrolling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QMetaObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from playground.core.forms import FormError, FormModel, Node
from playground.core.forms.values import pointer_of
from playground.widgets.form.fields import IdSource
from playground.widgets.form.rows import Row
from playground.widgets.form.sheet import Sheet


class SchemaForm(QScrollArea):
    """Every place of a schema as a field that can be unset. `value()` holds what is set, and nothing else.

    `changed`: the value is another one. `errors_changed`: what is wrong is something else (`errors()`).
    """

    changed = Signal()
    errors_changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, name: str = "form") -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.sheet = Sheet()
        self.sheet.prefix = name
        self.setObjectName(name)
        self.setAccessibleName("Form")
        self.setWidget(self.sheet)
        self.sheet.setAutoFillBackground(False)
        self.sheet.row_entered.connect(self._reveal_later)
        self.sheet.file_asked.connect(self._file_asked)
        self._errors: list[FormError] = []
        self._revealed: Row | None = None
        self._bridge: Any = None
        self._unsettled = self._heavy = False
        self._marked: dict[str, str] = {}
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(0)
        self._follow.timeout.connect(self._reveal)
        self.set_schema({"type": "object", "properties": {}}, request=False)

    # The schema and the value

    @property
    def model(self) -> FormModel:
        return self.sheet.model

    def set_schema(self, schema: Mapping[str, Any], *, help_first: Sequence[str] = (), request: bool = True) -> None:
        """Another form. `help_first`: the names that stand first. `request`: as of `FormModel`."""
        model = FormModel(schema, request=request)
        self.sheet.first = tuple(help_first)
        self.sheet.filter = ""
        self._errors = model.errors()
        self.sheet.set_model(model, self._errors)
        model.listener = self._touched
        self.verticalScrollBar().setValue(0)
        self.errors_changed.emit()

    def value(self) -> dict[str, Any]:
        """A copy of what is set."""
        return self.model.value()

    def set_value(self, value: Mapping[str, Any], *, unfold: bool = True) -> list[FormError]:
        """Other values for all. `unfold`: open what holds something, as long as that is not much."""
        errors = self.model.set_value(value)
        if unfold:
            self.sheet.open_set()
        self.settle()
        return errors

    def errors(self) -> list[FormError]:
        """What is wrong, what is missing included."""
        self._settle_now()
        return list(self._errors)

    def insist(self) -> list[FormError]:
        """Show what is missing as wrong, from now on, and go to the first error; returns them all."""
        self.sheet.insists = True
        self.settle()
        if self._errors:
            self.go_to(self._errors[0].pointer)
        return list(self._errors)

    def set_filter(self, words: str) -> None:
        """Show only the parameters that these words are in."""
        self.sheet.filter = words.strip()
        self.settle()

    def set_id_source(self, source: IdSource | None) -> None:
        """Who knows the IDs seen so far: a kind → (ID, words) pairs. Asked when a field opens its list."""
        self.sheet.id_source = source

    def set_bridge(self, bridge: Any) -> None:
        """By which the sizes of files are found out; without one they are not shown."""
        self._bridge = bridge

    # What others say

    def mark(self, pointer: str, message: str) -> None:
        """Show what somebody else, such as a server, said of a place; "" takes it away. `pointer`: a JSON Pointer, or
        as servers write it, `input[0].content`. A place that there is not: the nearest one that it is in."""
        pointer = pointer_of(pointer)
        node = self.model.node_at(pointer) if pointer else None
        self.model.mark(node.pointer if node is not None else "", message)
        self.settle()

    def clear_marks(self) -> None:
        self.model.marks.clear()
        self.settle()

    def go_to(self, pointer: str) -> bool:
        """Open what a place is in, scroll to it and give it the focus; False where there is none."""
        node = self.model.node_at(pointer_of(pointer))
        if node is None or node is self.model.root:
            return False
        if self.sheet.filter:
            self.set_filter("")
        self.sheet.open_to(node)
        row = self.sheet.row_of(node)
        if row is None:
            return False
        self.sheet.focus_row(row)
        return True

    def has(self, pointer: str) -> bool:
        """Whether there is such a place, or one that it is in: `pointer` as in `mark`."""
        node = self.model.node_at(pointer_of(pointer))
        return node is not None and node is not self.model.root

    def row(self, pointer: str) -> Row | None:
        """The row of a place that is shown."""
        node = self.model.node_at(pointer)
        return None if node is None else self.sheet.row_of(node)

    # In step

    def _touched(self, _node: Node) -> None:
        self._heavy = self._heavy or not self.sheet.is_typing
        if not self._unsettled:
            self._unsettled = True
            QMetaObject.invokeMethod(self, "_settle_now", Qt.ConnectionType.QueuedConnection)
        self.changed.emit()

    @Slot()
    def _settle_now(self) -> None:
        if not self._unsettled:
            return
        if self._heavy or self.model.errors() != self._errors or self._marked != self.model.marks:
            self.settle()
        else:
            self._unsettled = False
            self.sheet.settled.emit()

    def settle(self) -> None:
        """Show what the model holds."""
        self._unsettled = self._heavy = False
        self._marked = dict(self.model.marks)
        errors = self.model.errors()
        other = errors != self._errors
        self._errors = errors
        self.sheet.set_errors(errors)
        self.sheet.settle()
        if other:
            self.errors_changed.emit()

    def _reveal_later(self, row: Row) -> None:
        self._revealed = row
        self._follow.start()

    def _reveal(self) -> None:
        row, self._revealed = self._revealed, None
        if row is not None and row in self.sheet.rows:
            self.ensureWidgetVisible(row, 0, 24)

    # Files

    def _file_asked(self, field: Any, path: str) -> None:
        if self._bridge is None:
            return
        from playground.widgets.form.sizes import Size

        Size(self._bridge, field, path)
