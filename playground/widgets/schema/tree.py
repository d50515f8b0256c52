"""A schema as a tree with a form below it. Every edit is a new value; what becomes of it is others' business."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from playground.core.schemas import edits
from playground.core.schemas.edits import Edited, EditError
from playground.core.schemas.outline import ADD, DEFINITION, PROPERTY, Node, holder_of, inside
from playground.core.schemas.pointers import target_of, up
from playground.widgets.commands import CommandRegistry
from playground.widgets.presentation import shown_line
from playground.widgets.schema.commands import SchemaCommands
from playground.widgets.schema.model import Findings
from playground.widgets.schema.rows import SchemaRows
from playground.widgets.schema.sheet import SchemaSheet
from playground.widgets.themed import Label


class SchemaTree(QWidget):
    """`set_value` shows a schema; what a person does to it comes as `changed`, already shown here."""

    changed = Signal(object, str)
    """The whole new schema, and what was done, in words for a history."""
    chosen = Signal(str)
    """The JSON pointer of the row that is the current one now, by a person."""
    undo_wanted = Signal()
    redo_wanted = Signal()
    """Of the one history that whoever holds the document has."""

    def __init__(
        self, name: str, registry: CommandRegistry, *, group: str = "Schemas", parent: QWidget | None = None
    ) -> None:
        """`name`: the object name, and what the commands' ids begin with."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Schema as a tree")
        self._value: Any = None
        self.why_not: Callable[[], str] | None = None
        """Asked before an edit: why there can be none now; empty: there can."""
        self._title = "schema"
        self.rows = SchemaRows(self)
        self.rows.setObjectName(f"{name}.rows")
        self.trouble = Label("", "error", 12, wrap=True, selectable=True)
        self.trouble.setObjectName(f"{name}.trouble")
        self.trouble.setContentsMargins(14, 6, 14, 6)
        self.trouble.hide()
        self.sheet = SchemaSheet(f"{name}.sheet", self)
        self.sheet.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.rows, 1)
        column.addWidget(self.trouble)
        column.addWidget(self.sheet)
        self.setFocusProxy(self.rows)
        self.commands = SchemaCommands(self, name, registry, group)
        queued = Qt.ConnectionType.QueuedConnection  # the field is still at work when it says its name
        self.rows.rename_wanted.connect(self._rename, queued)
        self.rows.move_wanted.connect(self._move)
        self.rows.add_wanted.connect(self.add)
        self.rows.follow_wanted.connect(self.follow)
        self.rows.activated_row.connect(self.toggle_sheet)
        self.rows.menu_wanted.connect(self._open_menu)
        self.rows.chosen.connect(self.chosen)
        selection = self.rows.selectionModel()
        selection.currentChanged.connect(self._row_changed)
        self.sheet.edit_wanted.connect(self._sheet_wants)
        self.sheet.follow_wanted.connect(self.follow)
        self.sheet.closed.connect(self._sheet_closed)
        self._row_changed()

    # What is shown

    def set_value(self, value: Any) -> None:
        """Show a schema. What is open, chosen and seen stays so; the first one is opened as far as it is short."""
        if value == self._value and self._value is not None and _same_order(value, self._value):
            return
        first = self._value is None
        self._value = value
        self.sheet.hold()
        self._show(afresh=first)

    def open_first(self) -> None:
        """Open and close as for a schema that was never seen."""
        self._show(afresh=True)

    def _show(self, *, afresh: bool = False) -> None:
        self.rows.show_value(self._value, self._title, afresh=afresh)
        self._row_changed()

    def value(self) -> Any:
        return self._value

    def set_title(self, title: str) -> None:
        """What the schema is called, in the first row."""
        if title != self._title:
            self._title = title
            if self._value is not None:
                self._show()

    def set_findings(self, findings: Findings) -> None:
        """By JSON pointer: the colour role, and a few words, such as “not in required”."""
        self.rows.set_findings(findings)

    def go_to(self, pointer: str) -> None:
        """Show the row of a place, as nobody's choice."""
        self.rows.go_to(pointer)

    # Editing

    def _apply(self, edit: Callable[[], Edited], words: str, *, moved: str | None = None, say: str = "") -> bool:
        """Do an edit, show it, and say so; or say why not. `moved`: the pointer of what may have another one now."""
        if self.why_not is not None and (words_not := self.why_not()):
            self._say(words_not)
            self._show_sheet()
            return False
        try:
            done = edit()
        except EditError as error:
            self._say(f"{say}{error}" if say else _capital(str(error)))
            return False
        self._say("")
        if done.value is self._value:
            return True
        if moved is not None and moved != done.pointer:
            self.rows.went(moved, done.pointer)
        self._value = done.value
        self._show()
        self.rows.go_to(done.pointer)
        self.changed.emit(done.value, words)
        self.chosen.emit(done.pointer)
        return True

    def _say(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def _node(self) -> Node | None:
        """The current row, unless its name is being edited: then keys mean the field."""
        return None if self.rows.is_naming or self._value is None else self.rows.node()

    def _rename(self, pointer: str, name: str) -> None:
        self._apply(lambda: edits.rename(self._value, pointer, name), f"Rename to {_short(name)}", moved=pointer)

    def _move(self, pointer: str, target: str, index: int | None) -> None:
        self.rows.open_pointer(self._row_pointer(target))
        self._apply(lambda: edits.move(self._value, pointer, target, index), "Move property", moved=pointer)

    def _row_pointer(self, target: str) -> str:
        node = self.rows.model_.find(target)
        return node.pointer if node is not None else target

    def rename(self) -> None:
        if self._node() is not None:
            self.rows.rename()

    def add(self) -> None:
        """A property below the current row; of the schema's own row, and of + Property, the last inside."""
        node = self._node()
        if node is None:
            return
        if (node.kind == ADD and node.name == "Definition") or node.kind == DEFINITION:
            self.add_definition()
        elif node.kind == ADD:
            self._add(node.pointer, None)
        elif node.kind == PROPERTY:
            self._add(up(up(node.pointer)), node.row + 1)
        else:
            self.add_inside()

    def add_inside(self) -> None:
        """A property in the object of the current row, the last."""
        node = self._node()
        holder = holder_of(node) if node is not None else None
        if node is not None and holder is not None:
            self.rows.open_pointer(node.pointer)
            self._add(holder, None)

    def _add(self, holder: str, index: int | None) -> None:
        if self._apply(lambda: edits.add_property(self._value, holder, index=index), "Add property"):
            self.rows.rename()

    def add_definition(self) -> None:
        if self._value is None or self.rows.is_naming:
            return
        self.rows.open_pointer("/definitions" if "definitions" in self._value else "/$defs")
        if self._apply(lambda: edits.add_definition(self._value), "Add definition"):
            self.rows.rename()

    def duplicate(self) -> None:
        if (node := self._node()) is not None:
            self._apply(lambda: edits.duplicate(self._value, node.pointer), f"Duplicate {_short(node.name)}")

    def remove(self) -> None:
        """Take the current row away; the next one is the current one then."""
        node = self._node()
        if node is None or node.parent is None:
            return
        siblings = node.parent.children()
        beside = [one for one in siblings[node.row + 1 :] + siblings[: node.row][::-1] if one.kind != ADD]
        after = beside[0].pointer if beside else node.parent.pointer
        numbered = beside and beside[0].kind == node.kind == "option" and beside[0].row > node.row
        done = self._apply(lambda: edits.remove(self._value, node.pointer), f"Remove {_short(node.name)}",
                           say=f"“{shown_line(node.name)}” stays: ")  # fmt: skip
        if done:
            self.rows.go_to(node.pointer if numbered else after)
            self._row_changed()
            self.chosen.emit(self.rows.pointer())

    def move_up(self) -> None:
        self._step(-1)

    def move_down(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        if (node := self._node()) is not None:
            words = f"Move {_short(node.name)} {'up' if by < 0 else 'down'}"
            self._apply(lambda: edits.step(self._value, node.pointer, by), words, moved=node.pointer)

    def toggle_required(self) -> None:
        if (node := self._node()) is not None:
            on = not node.required
            words = f"{_short(node.name)} {'required' if on else 'optional'}"
            self._apply(lambda: edits.set_required(self._value, node.pointer, on), words)

    def toggle_nullable(self) -> None:
        node = self._node()
        if node is not None and isinstance(node.schema, dict):
            on = not edits.is_nullable(node.schema)
            words = f"{_short(node.name)} {'may be' if on else 'is not'} null"
            self._apply(lambda: edits.set_nullable(self._value, node.pointer, on), words)

    def make_definition(self) -> None:
        if (node := self._node()) is not None:
            self._apply(lambda: edits.make_definition(self._value, node.pointer), "Make a definition")

    def inline(self) -> None:
        """Replace the `$ref` of the current row, or of its items, by what it leads to."""
        if (node := self._node()) is not None:
            where = inside(node.schema, node.pointer)[1]
            self._apply(lambda: edits.inline(self._value, where), "Inline a definition")

    def add_option(self) -> None:
        if (node := self._node()) is not None:
            self.rows.open_pointer(node.pointer)
            self._apply(lambda: edits.add_option(self._value, inside(node.schema, node.pointer)[1]), "Add an option")

    def follow(self) -> None:
        """Go where the `$ref` of the current row leads, as a person's choice."""
        node = self.rows.node()
        ref = inside(node.schema, "")[0].get("$ref") if node is not None else None
        target = target_of(ref) if isinstance(ref, str) else None
        found = self.rows.model_.find(target) if target is not None else None
        if target is None or found is None or (found.pointer != target and not target.startswith(found.pointer + "/")):
            self._say("The $ref leads out of this document, or nowhere in it.")
            return
        self._say("")
        self.rows.go_to(target)
        self._row_changed()
        self.chosen.emit(self.rows.pointer())

    def undo(self) -> None:
        if self._value is not None and not self.rows.is_naming:
            self.undo_wanted.emit()

    def redo(self) -> None:
        if self._value is not None and not self.rows.is_naming:
            self.redo_wanted.emit()

    def open_all(self) -> None:
        self.rows.open_all(True)

    def close_all(self) -> None:
        self.rows.open_all(False)

    # The form and the menu

    def toggle_sheet(self) -> None:
        """Open the form below the rows with the current one's type and constraints, or close it."""
        if self.sheet.isVisible() and self.rows.hasFocus():
            self._show_sheet()
            self.sheet.focus()
        elif not self.rows.is_naming and self.commands["edit"].isEnabled():
            self.sheet.show()
            self._show_sheet()
            self.sheet.focus()
            self.rows.scrollTo(self.rows.currentIndex())

    def _show_sheet(self) -> None:
        if self.sheet.isHidden():
            return
        node = self.rows.node()
        if node is None or not isinstance(node.schema, dict) or node.kind in (ADD, "group"):
            self.sheet.show_nothing()
        else:
            self.sheet.show_node(node, edits.definitions(self._value), self._title)

    def _sheet_wants(self, edit: Callable[[Any], Edited], words: str) -> None:
        self.sheet.say("")
        try:
            edit(self._value)
        except EditError as error:
            self.sheet.say(_capital(str(error)))
            self._show_sheet()
            return
        node = self.rows.pointer()
        self._apply(lambda: Edited(edit(self._value).value, node), words)

    def _sheet_closed(self) -> None:
        self.sheet.hide()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row_changed(self, *_: object) -> None:
        if self.rows.is_filling:
            return
        self.commands.enable(self.rows.node(), known=self._value is not None)
        self._show_sheet()

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.commands.fill(menu)
        menu.popup(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.sheet.isVisible():
            self.sheet.close_sheet()
        elif event.key() == Qt.Key.Key_Escape and self.trouble.isVisible():
            self._say("")
        else:
            super().keyPressEvent(event)


def _same_order(one: Any, other: Any) -> bool:
    """Whether two equal values have their members in the same order and of the same types: 1 is no true."""
    waiting = [(one, other)]
    while waiting:
        first, second = waiting.pop()
        if first is second:
            continue
        if type(first) is not type(second):
            return False
        if isinstance(first, dict):
            if list(first) != list(second):
                return False
            waiting += [(first[key], second[key]) for key in first]
        elif isinstance(first, list):
            waiting += zip(first, second, strict=True)
    return True


def _short(name: str) -> str:
    words = shown_line(name)
    return f"“{words if len(words) <= 40 else words[:39] + '…'}”"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
