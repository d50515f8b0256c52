"""The fields for what has no parts: they show a place's value and give what a person made of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from playground.core.forms import UNSET, Kind, Node, Shape
from playground.core.forms.titles import written
from playground.core.forms.values import pretty, same
from playground.widgets.controls import OptionalChoice, OptionalField, OptionalNumber, OptionalText
from playground.widgets.controls.optional_long import LongField

NULL, EMPTY = "null", "empty text"
"""The values that no text stands for, in words."""
LARGE = 100_000
"""Characters of a text that is said and not shown: an editor would be busy with it for seconds."""
_LONG = 80
"""Characters from which a text has a field of several lines."""
IdSource = Callable[[str], Sequence[tuple[str, str]]]
"""A kind of IDs → those seen so far, each with words about it."""


@dataclass(frozen=True)
class Typed:
    """What a field holds: a value, UNSET, or a text that is no value with what is wrong with it."""

    value: Any
    draft: str = ""
    problem: str = ""


class LineField(OptionalText):
    """A text of one line. `outgrown`: it wants more lines, with this text and the cursor there."""

    outgrown = Signal(str, int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QGuiApplication.clipboard().text()
            if "\n" in text.strip("\n"):
                self._outgrow(text)
                return
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hasFocus():
            if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
                event.ignore()  # Ctrl+Enter is the window's
                return
            self._outgrow("\n")
            return
        super().keyPressEvent(event)

    def _outgrow(self, text: str) -> None:
        start = self.selectionStart() if self.hasSelectedText() else self.cursorPosition()
        end = start + len(self.selectedText())
        before, after = self.text()[:start], self.text()[end:]
        self.outgrown.emit(f"{before}{text}{after}", len(before) + len(text))


class ValueChoice(OptionalChoice):
    """One of a few JSON values, or nothing; `editable`: any other text too; `numbers`: or a number."""

    def __init__(
        self, values: Sequence[Any], *, editable: bool, nullable: bool, numbers: type | None = None, name: str
    ) -> None:
        self._values = [*values, None] if nullable else list(values)
        self._numbers = numbers
        super().__init__(self._pairs(), editable or numbers is not None, name=name)

    def _pairs(self) -> list[tuple[str, str]]:
        return [(f"\0{index}", written(value)) for index, value in enumerate(self._values)]

    def typed(self) -> Typed:
        key = self.value()
        if key is None:
            return Typed(UNSET)
        if key.startswith("\0"):
            return Typed(self._values[int(key[1:])])
        if self._numbers is None:
            return Typed(key)
        try:
            return Typed(int(key) if self._numbers is int or key.lstrip("-").isdigit() else float(key))
        except ValueError:
            words = ", ".join(written(value) for value in self._values if value is not None)
            kind = "a whole number" if self._numbers is int else "a number"
            return Typed(UNSET, key, f"“{key}” is neither {words} nor {kind}")

    def put(self, value: Any) -> None:
        """Show a value, whatever it is."""
        if value is UNSET:
            self.set_value(None)
            return
        for index, one in enumerate(self._values):
            if same(value, one) and (value is None) == (one is None):
                self.set_value(f"\0{index}")
                return
        if self.isEditable() and isinstance(value, str | int | float) and not isinstance(value, bool):
            self.set_value(str(value))
            return
        self._values.append(value)
        self.addItem(text_of(value), f"\0{len(self._values) - 1}")
        self.set_value(f"\0{len(self._values) - 1}")

    def set_waiting(self, words: str) -> None:
        """What the field says while it is unset."""
        edit = self.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(words)
        else:
            self.setItemText(0, words)


class IdField(ValueChoice):
    """An ID: typed, one of the known ones (`values`), or one of those that were seen, which are asked for when the
    list opens."""

    def __init__(
        self, kind: str, source: Callable[[], IdSource | None], values: Sequence[Any], *, nullable: bool, name: str
    ) -> None:
        super().__init__(values, editable=True, nullable=nullable, name=name)
        self._kind, self._source, self._known = kind, source, tuple(self._values)

    def showPopup(self) -> None:
        self.load()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.load()
        super().keyPressEvent(event)

    def load(self) -> None:
        """Ask which IDs there are."""
        source = self._source()
        if source is None:
            return
        seen = dict(source(self._kind))
        now = self.typed().value
        self._values = [*seen, *(value for value in self._known if value not in seen)]
        self._quiet = True
        self.clear()
        for row, (key, text) in enumerate(self._pairs()):
            self.addItem(text, key)
            self.setItemData(row, seen.get(self._values[row], ""), Qt.ItemDataRole.ToolTipRole)
        self.put(now)
        self._quiet = False


def text_of(value: Any) -> str:
    """A value that does not belong in a field, as JSON; texts as they are."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def make_field(node: Node, *, ids: Callable[[], IdSource | None], name: str, long: bool = False) -> QWidget:
    """The field for a place without parts. `long`: several lines for a text."""
    shape = node.shape
    nullable = node.place.shape.nullable
    match shape.kind:
        case Kind.INTEGER | Kind.NUMBER:
            field: Any = _number(shape, name)
        case Kind.BOOLEAN:
            field = ValueChoice(shape.choices, editable=False, nullable=nullable, name=name)
        case Kind.CHOICE if shape.open and node.id_kind:
            field = IdField(node.id_kind, ids, shape.choices, nullable=nullable, name=name)
        case Kind.CHOICE:
            field = ValueChoice(shape.choices, editable=shape.open, nullable=nullable, name=name)
        case Kind.MIXED:
            number = int if shape.whole else float
            field = ValueChoice(shape.choices, editable=True, nullable=nullable, numbers=number, name=name)
        case Kind.FILE:
            from playground.widgets.form.file_field import FileField

            field = FileField(name=name)
        case Kind.JSON:
            words = {dict: "{ … }", list: "[ … ]"}.get(shape.json_type or object, "not sent")
            field = LongField(name=name, json=shape.json_type or object, placeholder=words)
        case _ if node.id_kind:
            field = IdField(node.id_kind, ids, (), nullable=nullable, name=name)
        case _:
            field = LongField(name=name) if long else LineField(name=name)
    if not isinstance(field, ValueChoice):
        offers = ((EMPTY,) if shape.kind is Kind.TEXT else ()) + ((NULL,) if nullable else ())
        field.set_offers(offers)
    made: QWidget = field
    return made


def _number(shape: Shape, name: str) -> OptionalNumber:
    schema = shape.schema
    start = schema.get("default") if isinstance(schema.get("default"), int | float) else None
    if shape.kind is Kind.INTEGER:
        field = OptionalNumber(None, None, 0, 1, start=start or schema.get("minimum") or 1, name=name)
    else:
        field = OptionalNumber(None, None, 2, 0.1, start=start or schema.get("minimum"), name=name)
    return field


def wants_lines(value: Any) -> bool:
    """Whether a text needs a field of several lines."""
    return isinstance(value, str) and len(value) <= LARGE and (len(value) > _LONG or "\n" in value)


def read(field: QWidget, shape: Shape) -> Typed:
    """What a field of `make_field` holds."""
    if isinstance(field, ValueChoice):
        return field.typed()
    assert isinstance(field, OptionalField)
    if field.special():
        return Typed(None if field.special() == NULL else "")
    if field.is_unset():
        return Typed(UNSET)
    if isinstance(field, OptionalNumber):
        return _read_number(field)
    value = field.value()
    if shape.kind is Kind.JSON:
        from playground.core.runs.json_text import read as read_json

        made, problem = read_json(str(value), shape.json_type or object)
        return Typed(UNSET, str(value), problem) if problem else Typed(made)
    return Typed(UNSET if value is None else value)


def _read_number(field: OptionalNumber) -> Typed:
    value = field.value()
    if value is None:
        return Typed(UNSET, field.text(), field.problem())
    written_whole = field.text().strip().lstrip("+-").isdigit()
    return Typed(int(field.text()) if written_whole else value)


def show(field: QWidget, shape: Shape, value: Any, draft: str) -> None:
    """Show a value, or the text that is none."""
    if isinstance(field, ValueChoice):
        if draft and field.isEditable():
            field.set_value(draft)
        else:
            field.put(value)
        return
    assert isinstance(field, OptionalField)
    special = NULL if value is None and not draft else EMPTY if value == "" else ""
    if isinstance(value, str) and len(value) > LARGE:
        special = f"a text of {len(value):,} characters"
    field.set_special(special)
    if special:
        return
    if draft:
        text = draft
    elif value is UNSET:
        text = ""
    elif shape.kind is Kind.JSON:
        text = pretty(value)
    elif isinstance(field, OptionalNumber):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = text_of(value)
    _write(field, text)


def _write(field: OptionalField, text: str) -> None:
    if isinstance(field, OptionalNumber):
        field.setText(text)
    else:
        field.set_value(text or None)
