"""A place without parts: its name, its field, and beside an item of a list the buttons that move it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QWidget

from playground.core.forms import UNSET, Kind, Node, entries
from playground.widgets.controls import OptionalField, OptionalText
from playground.widgets.controls.optional_long import LongField
from playground.widgets.controls.pick import SmallButton
from playground.widgets.form import fields
from playground.widgets.form.frame import Frame
from playground.widgets.form.rows import Row
from playground.widgets.form.switch import UnionSwitch
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.widgets.form.sheet import Sheet

_TALL = ("instructions", "input", "prompt", "content", "text", "description", "arguments", "code", "source", "output")
"""Names of texts that have several lines more often than not."""
_TOOL = 22
_MODIFIERS = Qt.KeyboardModifier


class Tools(QWidget):
    """What can be done with an item or an entry: up, down, remove."""

    up = Signal()
    down = Signal()
    remove = Signal()

    def __init__(self, row: Row, moves: bool) -> None:
        super().__init__(row)
        self._row = row
        self.buttons: dict[str, SmallButton] = {}
        parts = [("up", "chevron-up", self.up), ("down", "chevron-down", self.down)] if moves else []
        for index, (part, icon, signal) in enumerate([*parts, ("remove", "x", self.remove)]):
            button = SmallButton(icon, self)
            button.move(index * _TOOL, 0)
            button.clicked.connect(signal)
            self.buttons[part] = button
        self.setFixedSize(len(self.buttons) * _TOOL, 20)
        self.refresh()

    def refresh(self) -> None:
        """The names and states for where the row is now."""
        words = {"up": "Move up", "down": "Move down", "remove": "Remove"}
        tips = {"up": "Alt+Up", "down": "Alt+Down", "remove": "Ctrl+Delete"}
        for part, button in self.buttons.items():
            button.setObjectName(self._row.object_name(part))
            button.setAccessibleName(f"{words[part]}: {self._row.spoken()}")
            button.setToolTip(f"{words[part]} ({tips[part]})")
        place = self._row.node.place
        if "up" in self.buttons and isinstance(place.key, int) and place.parent is not None:
            self.buttons["up"].setEnabled(place.key > 0)
            self.buttons["down"].setEnabled(place.key < place.parent.count() - 1)


class ItemRow(Row):
    """What a row can have beside its field: the switch of a union, tools for an item or an entry of a list, and an
    entry's name to write."""

    tools: Tools | None = None
    key: OptionalText | None = None
    pick: UnionSwitch | None = None
    schema: SmallButton | None = None
    """Of a JSON Schema: chooses one, or has it edited elsewhere."""

    def equip(self) -> None:
        """Make what this place needs."""
        node = self.node.place
        if node.shape.kind is Kind.UNION:
            self.pick = UnionSwitch(self.sheet, node, self)
        if node.holds_schema and self.sheet.offers_schemas:
            self.schema = SmallButton("braces", self)
            self.schema.setToolTip("Choose a schema, or edit this one in Schemas")
            self.schema.clicked.connect(self._schema_wanted)
        if not (node.is_item or node.is_entry):
            return
        self.tools = Tools(self, node.is_item)
        self.tools.up.connect(self._up)
        self.tools.down.connect(self._down)
        self.tools.remove.connect(self._remove)
        if node.is_entry:
            self.key = OptionalText(name="name", placeholder="name", parent=self)
            self.key.set_value(node.name)
            self.key.changed.connect(self._renamed)

    def label(self) -> str:
        return "" if self.key is not None else super().label()

    def refresh_tools(self) -> None:
        if self.pick is not None:
            self.pick.refresh(self.object_name("as"), f"Kind of {self.spoken()}")
        if self.schema is not None:
            self.schema.setObjectName(self.object_name("choose"))
            self.schema.setAccessibleName(f"Choose or edit the schema: {self.spoken()}")
        if self.tools is not None:
            self.tools.refresh()
        if self.key is not None:
            self.key.setObjectName(self.object_name("name"))
            self.key.setAccessibleName(f"Name, {self.node.pointer}")
            if not self.key.problem() and (self.key.value() or "") != self.node.name:
                self.key.set_value(self.node.name)

    def place_tools(self, place: Frame) -> int:
        """Put them at the right end; returns the pixels that they take."""
        if self.key is not None:
            self.key.setGeometry(place.label, 0, place.label_width, scaled(26))
        taken, top = 0, (scaled(26) - 20) // 2
        if self.tools is not None:
            self.tools.move(place.right - self.tools.width() + 2, top)
            taken = self.tools.width() + 2
        if self.schema is not None:
            self.schema.move(place.right - taken - self.schema.width() + 2, top)
            taken += self.schema.width() + 2
        return taken

    def focus_switch(self) -> None:
        if self.pick is not None:
            self.pick.setFocus(Qt.FocusReason.OtherFocusReason)

    def tool_stops(self) -> list[QWidget]:
        stops: list[QWidget] = [self.schema] if self.schema is not None else []
        return stops + (list(self.tools.buttons.values()) if self.tools is not None else [])

    def tool_key(self, event: QKeyEvent) -> bool:
        """Alt+Up, Alt+Down and Ctrl+Delete in an item; whether it was one of them."""
        if self.tools is None:
            return False
        key, modifiers = event.key(), event.modifiers() & ~_MODIFIERS.KeypadModifier
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == _MODIFIERS.AltModifier and self.node.is_item:
            self._move(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Delete and modifiers == _MODIFIERS.ControlModifier:
            self._remove()
        else:
            return False
        return True

    def _schema_wanted(self) -> None:
        self.sheet.schema_wanted.emit(self.node, self.schema)

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        place = self.node.place
        if place.parent is not None and isinstance(place.key, int):
            entries.move(place.parent, place, place.key + by)
            self.sheet.settle()

    def _remove(self) -> None:
        self.sheet.remove_item(self.node)

    def _renamed(self, value: object) -> None:
        place = self.node.place
        if self.key is not None and place.parent is not None:
            problem = entries.rename(place.parent, place, str(value or ""))
            self.key.set_problem(problem)
            self.set_trouble(problem)


class FieldRow(ItemRow):
    """The place can be a union's, of which an alternative without parts is chosen."""

    def __init__(self, sheet: Sheet, node: Node, depth: int) -> None:
        super().__init__(sheet, node, depth)
        self._showing = False
        self._shown: Any = ()
        self._lines = 0
        """Pixels of the text in a field of several lines."""
        self.equip()
        long = node.name.rpartition(".")[2] in _TALL or fields.wants_lines(node.value)
        self.field = self._make(long)
        self.refresh()

    def _make(self, long: bool) -> QWidget:
        field = fields.make_field(self.node, ids=self.sheet.ids, name=self.spoken(), long=long)
        field.setParent(self)
        field.changed.connect(self._edited)  # type: ignore[attr-defined]
        if isinstance(field, fields.LineField):
            field.outgrown.connect(self._outgrown)
        elif isinstance(field, LongField):
            field.editor.textChanged.connect(self._grown)
            field.trouble.setMaximumHeight(0)  # the row says it
        elif self.node.shape.kind is Kind.FILE:
            field.asked.connect(self._size_wanted)  # type: ignore[attr-defined]
            field.more_dropped.connect(self._more_dropped)  # type: ignore[attr-defined]
        for widget in (field, *field.findChildren(QWidget)):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.installEventFilter(self)
        if self.node.shape.kind is not Kind.JSON:
            field.set_waiting("required" if self._is_needed() else "not sent")  # type: ignore[attr-defined]
        return field

    def _is_needed(self) -> bool:
        place = self.node.place
        return place.required or place.is_item

    @property
    def is_tall(self) -> bool:
        """Whether the field takes several lines."""
        return isinstance(self.field, LongField)

    def _beside(self) -> bool:
        return self.sheet.is_wide() or not (self.is_tall or self.node.shape.kind is Kind.FILE)

    def _place(self, place: Frame) -> int:
        beside = self._beside()
        left, top = (place.field, 0) if beside else (place.label, scaled(24))
        taken = self.place_tools(place)
        if self.pick is not None:
            size = self.pick.sizeHint()
            size.setWidth(min(size.width(), (place.right - place.field) // 2))
            at = place.right - taken - size.width() + (5 if not taken else 0)
            self.pick.setGeometry(at, (scaled(26) - size.height()) // 2, size.width(), size.height())
            taken += size.width() + 2
        width = place.right - left - (taken if beside else 0)
        height = scaled(26)
        if isinstance(self.field, LongField):
            self.field.setGeometry(left, top, width, self.field.height())
            layout = self.field.layout()
            layout.activate()
            height = max(scaled(28), layout.sizeHint().height())
        self.field.setGeometry(left, top, width, height)
        return top + height

    # In step with the model

    def refresh(self) -> None:
        node = self.node
        now = (node.value, node.draft)
        if self._shown == () or now[1] != self._shown[1] or not _same(now[0], self._shown[0]):
            self._show(now)
        name, field = self.object_name(), self.field
        if field.objectName() != name:
            field.setObjectName(name)
            field.setAccessibleName(self.spoken())
            if isinstance(field, LongField):
                field.editor.setAccessibleName(self.spoken())
            if isinstance(field, QComboBox) and (edit := field.lineEdit()) is not None:
                edit.setObjectName(f"{name}.edit")
                edit.setAccessibleName(self.spoken())
        self.refresh_tools()

    def _show(self, now: tuple[Any, str]) -> None:
        if isinstance(self.field, fields.LineField) and fields.wants_lines(now[0]):
            self._replace_field()
        self._showing = True
        fields.show(self.field, self.node.shape, *now)
        self._showing = False
        self._shown = now

    def set_trouble(self, words: str) -> None:
        assert isinstance(self.field, OptionalField)
        if not words:
            words = self.field.problem() if self.node.draft else ""
        if words != self.field.mark():
            self.field.set_mark(words)
        super().set_trouble(words)

    def _edited(self, _value: object) -> None:
        if self._showing:
            return
        typed = fields.read(self.field, self.node.shape)
        set_already = self.node.is_set and self.node.value is not None and not self.node.draft
        self.sheet.is_typing = set_already and not typed.draft and typed.value not in (UNSET, None)
        if typed.draft:
            self.node.set_draft(typed.draft, typed.problem)
        elif typed.value is UNSET:
            self.node.unset()
        else:
            self.node.set(typed.value)
        self.sheet.is_typing = False
        self._shown = (self.node.value, self.node.draft)
        if isinstance(self.field, fields.LineField):
            metrics = QFontMetrics(self.field.font())
            if metrics.horizontalAdvance(self.field.text()) > self.field.width() - 36 > 40:
                self._outgrown(self.field.text(), self.field.cursorPosition())

    # Growing

    def _outgrown(self, text: str, cursor: int) -> None:
        """The line becomes a field of several lines, and the cursor stays where it is."""
        had_focus = self.field.hasFocus()
        self._replace_field()
        assert isinstance(self.field, LongField)
        self._showing = True
        self.field.set_value(text)
        self._showing = False
        self._edited(text)
        if had_focus:
            self.field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            place = self.field.editor.textCursor()
            place.setPosition(min(cursor, len(text)))
            self.field.editor.setTextCursor(place)

    def _replace_field(self) -> None:
        old = self.field
        self.field = self._make(True)
        self.field.setVisible(not old.isHidden() or self.isVisible())
        old.blockSignals(True)
        old.hide()
        old.deleteLater()
        self.field.show()
        self.refresh_names()
        self.sheet.order_tabs()
        self.sheet.refit(self)

    def refresh_names(self) -> None:
        name = self.object_name()
        self.field.setObjectName(name)
        self.field.setAccessibleName(self.spoken())

    def _grown(self) -> None:
        height = self.field.editor.height() if isinstance(self.field, LongField) else 0
        if height != self._lines:
            self._lines = height
            self.sheet.refit(self)

    def _more_dropped(self, paths: list[str]) -> None:
        """More files than this field takes: the next items of its list, or items where a list is an alternative."""
        place = self.node.place
        if place.is_item and place.parent is not None:
            self.sheet.add_values(place.parent, [f"@{path}" for path in paths])
            return
        lists = [index for index, variant in enumerate(place.shape.variants) if variant.shape.kind is Kind.LIST]
        if lists and isinstance(self.node.value, str):
            values = [self.node.value, *(f"@{path}" for path in paths)]
            place.choose(lists[0])
            inner = place.inner()
            if inner is not None:
                self.sheet.open_quietly(place)
                self.sheet.add_values(inner, values)

    def _size_wanted(self, path: str) -> None:
        self.sheet.file_asked.emit(self.field, path)

    # Keys

    def stops(self) -> list[QWidget]:
        stops: list[QWidget] = [self.key] if self.key is not None else []
        stops.append(self.field.focusProxy() or self.field)
        if self.node.shape.kind is Kind.FILE:
            stops.append(self.field.browse)  # type: ignore[attr-defined]
        stops += [self.pick] if self.pick is not None else []
        return stops + self.tool_stops()

    def target(self) -> QWidget | None:
        if self.key is not None and not self.node.name:
            return self.key
        return self.field.focusProxy() or self.field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_F1 and self.help():
                self.toggle_help()
                return True
            return self.tool_key(event)
        if event.type() == QEvent.Type.FocusIn:
            self.sheet.entered(self)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self.trouble():
            self.show_tip(event)
            return True
        return False


def _same(first: Any, second: Any) -> bool:
    return type(first) is type(second) and bool(first == second)
