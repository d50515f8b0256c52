"""The form of one row: its type, whether it is required or null, its values, the constraints that fit its type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from playground.core.schemas import edits
from playground.core.schemas.edits import UNSET, Edited, EditError
from playground.core.schemas.outline import PROPERTY, ROOT, Node
from playground.core.schemas.pointers import target_of
from playground.widgets.choices import ShownDelegate
from playground.widgets.controls import OptionalNumber, OptionalText
from playground.widgets.controls.optional_long import LongField
from playground.widgets.controls.pick import SmallButton
from playground.widgets.presentation import shown_line
from playground.widgets.schema.values import inside_items, kind_value, read, show
from playground.widgets.theme import color, scaled
from playground.widgets.themed import Label, Themed

AFTER_MS = 600
"""How long nothing is typed before it is an edit."""
HIGHEST = 330
"""Pixels, at the design's type size."""
NOT_SAID = "not said"
_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
Edit = Callable[[Any], Edited]
_BOUNDS = {
    "string": (("Length", "minLength", "maxLength", 0),),
    "integer": (("Range", "minimum", "maximum", 0), ("Between", "exclusiveMinimum", "exclusiveMaximum", 0)),
    "number": (("Range", "minimum", "maximum", 9), ("Between", "exclusiveMinimum", "exclusiveMaximum", 9)),
    "array": (("Items", "minItems", "maxItems", 0),),
}
"""By kind: what two fields are called, the keywords, and decimals."""


class _Body(QWidget):
    """The fields; says when they need another height, as a text that grows does."""

    grown = Signal()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.grown.emit()
        return done


class SchemaSheet(Themed, QWidget):
    """Shows one schema; `edit_wanted` carries an edit of the whole document, and words for it."""

    edit_wanted = Signal(object, str)
    follow_wanted = Signal()
    closed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Property")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._node: Node | None = None
        self._shape: tuple[object, ...] = ()
        self._filling = False
        self._fields: dict[str, QWidget] = {}
        self._pending: dict[str, QWidget] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.hold)
        self.title = Label("", "text", 13, 600)
        self.trouble = Label("", "error", 12, wrap=True, selectable=True)
        self.trouble.hide()
        close = SmallButton("x", self)
        close.setObjectName(f"{name}.close")
        close.setAccessibleName("Close the form")
        close.setToolTip("Close (Esc)")
        close.clicked.connect(self.close_sheet)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title, 1)
        head.addWidget(close)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.trouble)
        column.addWidget(self.area)
        self.retheme()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("surface"))
        painter.fillRect(0, 0, self.width(), 1, color("line"))

    # What is shown

    def show_nothing(self) -> None:
        """No row that has a form is the current one."""
        self.hold()
        self._node = None
        self.title.setText("Choose a property")
        self._build(("nothing",))

    def show_node(self, node: Node, definitions: dict[str, str], title: str) -> None:
        """Another row, or the same after an edit. Fields that are the same stay, and the focus in them."""
        if self._node is None or node.pointer != self._node.pointer:
            self.hold()
            self.say("")
        self._node = node
        self.title.setText(shown_line(title if node.kind == ROOT else node.name))
        inner, _ = edits.unwrapped(node.schema, "")
        items = inner.get("items") if edits.kind_of(node.schema) == "array" else None
        shape = (
            node.kind in (PROPERTY,),
            node.kind == ROOT,
            edits.kind_of(node.schema),
            edits.kind_of(items) if isinstance(items, dict) else None,
            tuple(definitions.items()),
        )
        if shape != self._shape:
            self._build(shape)
        self._fill()

    def say(self, words: str) -> None:
        """Why something could not be done; "" for nothing."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def focus(self) -> None:
        """Give the focus to the first field."""
        first = self._fields.get("type")
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    # Building

    def _build(self, shape: tuple[object, ...]) -> None:
        """The fields for one kind of schema."""
        had = next((key for key, field in self._fields.items() if field.isAncestorOf(self._focused())
                    or field is self._focused()), "")  # fmt: skip
        self._shape, self._fields, self._pending = shape, {}, {}
        body = _Body()
        body.grown.connect(self._fit)
        body.setObjectName(f"{self.objectName()}.body")
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 2, 4, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        if len(shape) > 1:
            self._members(*shape)  # type: ignore[arg-type]
        self.area.setWidget(body)
        body.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)
        self._fit()
        if had in self._fields:
            self._fields[had].setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self) -> QWidget:
        return self.window().focusWidget() or self

    def _members(
        self, property_: bool, root: bool, kind: str, items: str | None, definitions: tuple[tuple[str, str], ...]
    ) -> None:
        kinds = [one for one in edits.KINDS if not root or one == "object"]
        refs = [] if root else [(f"#{pointer}", f"ref → {name}") for pointer, name in definitions]
        self._choice("type", "Type", [*((one, one) for one in kinds), *refs])
        if items is not None:
            self._choice("items", "Of", [*((one, one) for one in edits.KINDS if one != "null"), *refs])
        flags = QHBoxLayout()
        flags.setSpacing(16)
        for key, words, wanted in (("required", "Required", property_), ("nullable", "May be null", not root)):
            if wanted and not (key == "nullable" and kind in ("null", "anything")):
                box = QCheckBox(words)
                self._add(key, box, words)
                box.toggled.connect(self._ticked)
                flags.addWidget(box)
        flags.addStretch(1)
        self._grid.addLayout(flags, self._grid.rowCount(), 1)
        described = LongField(name="Description", placeholder=NOT_SAID)
        self._line("description", "Description", described)
        if kind == "enum":
            self._line("enum", "Values", LongField(name="Values, one per line", placeholder="one per line", lines=2))
        if kind == "const":
            self._line("const", "Value", OptionalText(name="The only value", placeholder=NOT_SAID))
        if kind == "string":
            self._choice("format", "Format", [("", NOT_SAID), *((one, one) for one in _FORMATS)])
            self._line("pattern", "Pattern", OptionalText(name="Pattern", placeholder=NOT_SAID))
        for title, low, high, decimals in _BOUNDS.get(kind, ()):
            self._pair(title, low, high, decimals)
        if kind in ("integer", "number"):
            self._line("multipleOf", "Multiple of", OptionalNumber(None, None, 0 if kind == "integer" else 9,
                                                                   1, start=1, name="Multiple of"))  # fmt: skip
        if kind == "object":
            self._choice(
                "additionalProperties", "Others", [("", NOT_SAID), ("false", "forbidden"), ("true", "allowed")]
            )

    def _add(self, key: str, field: QWidget, words: str) -> None:
        field.setObjectName(f"{self.objectName()}.{key}")
        field.setAccessibleName(words)
        self._fields[key] = field

    def _row(self, title: str, field: QWidget | QHBoxLayout) -> None:
        row = self._grid.rowCount()
        label = Label(title, "muted", 12)
        top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        label.setMinimumHeight(scaled(26))
        self._grid.addWidget(label, row, 0, top)
        if isinstance(field, QWidget):
            self._grid.addWidget(field, row, 1)
        else:
            self._grid.addLayout(field, row, 1)

    def _choice(self, key: str, title: str, choices: list[tuple[str, str]]) -> None:
        box = QComboBox()
        box.setItemDelegate(ShownDelegate(box))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        for value, words in choices:
            box.addItem(shown_line(words)[:80], value)
        self._add(key, box, title)
        self._row(title, box)
        box.activated.connect(self._picked)

    def _line(self, key: str, title: str, field: OptionalText | OptionalNumber | LongField) -> None:
        said = field.accessibleName()
        self._add(key, field, said)
        self._row(title, field)
        if isinstance(field, OptionalNumber):
            field.set_waiting(NOT_SAID)
        field.changed.connect(self._typed)

    def _pair(self, title: str, low: str, high: str, decimals: int) -> None:
        line = QHBoxLayout()
        line.setSpacing(6)
        unit = {"Length": "characters", "Items": "items"}.get(title, "")
        for key, words in ((low, "at least"), (high, "at most")):
            if title == "Between":
                words = "more than" if key == low else "less than"
            floor = 0 if unit else None
            field = OptionalNumber(floor, None, decimals, 1, start=0, name=f"{title}, {words}")
            field.set_waiting(words)
            self._add(key, field, f"{title}, {words}")
            field.changed.connect(self._typed)
            line.addWidget(field, 1)
        self._row(title, line)

    def _fit(self) -> None:
        body = self.area.widget()
        wanted = body.layout().sizeHint().height() if body is not None and body.layout() is not None else 0
        self.area.setFixedHeight(min(wanted + 4, scaled(HIGHEST)))

    # Filling

    def _fill(self) -> None:
        """The fields as the schema has them, but for one that is being typed in."""
        node = self._node
        if node is None:
            return
        self._filling = True
        schema = node.schema
        inner, _ = edits.unwrapped(schema, "")
        for key, field in self._fields.items():
            if key in self._pending:
                continue
            if isinstance(field, QCheckBox):
                field.setChecked(node.required if key == "required" else edits.is_nullable(schema))
            elif isinstance(field, QComboBox):
                self._fill_choice(key, field, schema, inner)
            else:
                value = schema.get(key, inner.get(key)) if key == "description" else inner.get(key)
                show(key, field, value)
        self._filling = False
        self._fit()

    def _fill_choice(self, key: str, box: QComboBox, schema: Any, inner: dict[str, Any]) -> None:
        if key in ("type", "items"):
            shown = inner.get("items") if key == "items" else schema
            value, words = kind_value(shown)
        elif key == "additionalProperties":
            said = inner.get(key)
            value = "" if said is None else str(said).lower() if isinstance(said, bool) else "schema"
            words = "as the row below says"
        else:
            value = words = str(inner.get(key) or "")
        at = box.findData(value)
        if at < 0:
            box.addItem(shown_line(words)[:80], value)
            at = box.count() - 1
        box.setCurrentIndex(at)

    # What a person does

    def _ticked(self, on: bool) -> None:
        node, box = self._node, self.sender()
        if self._filling or node is None:
            return
        if box is self._fields.get("required"):
            self._want(lambda root: edits.set_required(root, node.pointer, on), "Required" if on else "Optional")
        else:
            self._want(lambda root: edits.set_nullable(root, node.pointer, on), "May be null" if on else "Not null")

    def _picked(self, _index: int) -> None:
        node = self._node
        box = self.sender()
        if self._filling or node is None or not isinstance(box, QComboBox):
            return
        key = next(one for one, field in self._fields.items() if field is box)
        value = str(box.currentData())
        self.hold()
        pointer = node.pointer
        if key in ("type", "items"):
            if key == "items":
                pointer = f"{edits.unwrapped(node.schema, pointer)[1]}/items"
            if value == kind_value(node.schema if key == "type" else inside_items(node.schema))[0]:
                return
            target = target_of(value) if value.startswith("#") else None
            if target is not None:
                self._want(lambda root: edits.use_definition(root, pointer, target), "Refer to a definition")
            elif value in edits.KINDS:
                self._want(lambda root: edits.set_type(root, pointer, value), f"Type {value}")
            return
        given: Any = {"": UNSET, "true": True, "false": False}.get(value, value)
        if value != "schema":
            self._want(lambda root: edits.set_keyword(root, pointer, key, given), f"Change {key}")

    def _typed(self, _value: object) -> None:
        field = self.sender()
        key = next((one for one, known in self._fields.items() if known is field), "")
        if not self._filling and key and isinstance(field, QWidget):
            self._pending[key] = field
            self._timer.start()

    def hold(self) -> None:
        """Make edits of what was typed."""
        self._timer.stop()
        pending, self._pending = self._pending, {}
        node = self._node
        if node is None:
            return
        for key, field in pending.items():
            if field.problem():  # type: ignore[attr-defined]
                continue
            try:
                self._want_keyword(node, key, read(key, field, node.schema))
            except EditError as error:
                self.say(str(error))

    def _want_keyword(self, node: Node, key: str, value: Any) -> None:
        if key == "enum":
            if value is UNSET:
                raise EditError("A list of values needs at least one.")
            self._want(lambda root: edits.set_enum(root, node.pointer, value), "Change the values")
        else:
            words = f"Change {key}" if value is not UNSET else f"Without {key}"
            self._want(lambda root: edits.set_keyword(root, node.pointer, key, value), words)

    def _want(self, edit: Edit, words: str) -> None:
        self.edit_wanted.emit(edit, words)

    def close_sheet(self) -> None:
        self.hold()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.hold()
        else:
            super().keyPressEvent(event)
