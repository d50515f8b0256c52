"""A form and its JSON, both to be edited and always in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from playground.core.forms import FormError, FormModel, Places, split
from playground.core.forms.values import pretty
from playground.core.jsondoc import dotted
from playground.core.runs.json_text import read_at
from playground.widgets.controls import HairLine, Segmented
from playground.widgets.form.fields import IdSource
from playground.widgets.form.form import SchemaForm
from playground.widgets.form.json_edit import JsonEdit, Mark
from playground.widgets.form.rows import Row
from playground.widgets.form.strip import ProblemLine
from playground.widgets.theme import scaled

LONGEST = 2_000_000
"""Characters of JSON that are read while somebody types; more is said to be too long."""
_PAUSE = 120
"""Milliseconds after the last key until the JSON is read."""
_LARGE = 100_000
"""Characters of JSON from which the form's changes are written together, after a pause."""
_SIDE = 720
"""Pixels of width from which form and JSON stand side by side."""
_FILTERED = 10
"""Parameters from which there is a field to find one."""


class FilterLine(QLineEdit):
    """Escape empties it; Enter and Down go to the first parameter that is left."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FormAndJson(QWidget):
    """`changed`: the value is another one, whoever changed it. `errors_changed`: what is wrong is something else.

    JSON that cannot be read says where, and leaves the value and the form as they were. `mode_changed`: "form", "both"
    or "json" is shown now.
    """

    changed = Signal()
    errors_changed = Signal()
    mode_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, name: str = "form", switch: bool = True) -> None:
        """`switch`: whether there are pills for the mode; without them somebody else calls `set_mode`."""
        super().__init__(parent)
        self.setObjectName(f"{name}.pair")
        self.form = SchemaForm(name=name)
        self.editor = JsonEdit()
        self.editor.setObjectName(f"{name}.json")
        self.editor.setAccessibleName("JSON")
        self.problem = ProblemLine()
        self.problem.setObjectName(f"{name}.problem")
        self.find = FilterLine()
        self.find.setObjectName(f"{name}.find")
        self.find.setAccessibleName("Find a parameter")
        self.find.setPlaceholderText("Find a parameter")
        self.find.setClearButtonEnabled(True)
        self.switch = Segmented((("form", "Form"), ("both", "Both"), ("json", "JSON")), name="What is shown")
        self.switch.setObjectName(f"{name}.mode")
        self._fault: tuple[str, int] | None = None
        self._written = ""
        self._turn = 0
        self._shared = False
        self._closed = False
        self._writing = False
        self._places: Places | None = None
        self._read_timer = self._timer(_PAUSE, self.read_now)
        self._write_timer = self._timer(0, self._write)
        self._build(name)
        self.switch.setVisible(switch)
        self.form.changed.connect(self._form_changed)
        self.form.errors_changed.connect(self._errors_changed)
        self.form.sheet.settled.connect(self._say_problem)
        self.form.sheet.row_entered.connect(self._row_entered)
        self.editor.edited.connect(self._json_edited)
        self.problem.clicked.connect(self.go_to_problem)
        self.find.textChanged.connect(self.form.set_filter)
        self.find.left.connect(self._go_to_first)
        self.switch.changed.connect(self.set_mode)
        self.set_mode("form")
        self._write()

    def _timer(self, milliseconds: int, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _build(self, name: str) -> None:
        for pill in self.switch.findChildren(QWidget):
            if pill.accessibleName():
                pill.setObjectName(f"{name}.mode.{pill.accessibleName().lower()}")
        self.head = QWidget()
        head = QHBoxLayout(self.head)
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(12)
        head.addWidget(self.find, 1)
        head.addStretch(0)
        head.addWidget(self.switch)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName(f"{name}.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.form)
        self.splitter.addWidget(self.editor)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(HairLine())
        column.addWidget(self.splitter, 1)
        column.addWidget(self.problem)

    # The schema and the value

    @property
    def model(self) -> FormModel:
        return self.form.model

    def set_schema(self, schema: Mapping[str, Any], *, help_first: Sequence[str] = (), request: bool = True) -> None:
        """Another form; see `SchemaForm.set_schema`."""
        self.find.clear()
        self.form.set_schema(schema, help_first=help_first, request=request)
        self.find.setVisible(len(self.model.shapes.root.properties) > _FILTERED)
        self._show_head()
        self._fault = None
        self._write()

    def value(self) -> dict[str, Any]:
        """A copy of what is set, what was typed into the JSON a moment ago included."""
        self.read_now()
        return self.form.value()

    def set_value(self, value: Mapping[str, Any]) -> list[FormError]:
        """Other values for all."""
        self._fault = None
        self._read_timer.stop()
        errors = self.form.set_value(value)
        self._write()
        return errors

    def text(self) -> str:
        """The JSON as it stands there."""
        return self.editor.text()

    def errors(self) -> list[FormError]:
        """What is wrong; JSON that cannot be read first, at the pointer ""."""
        self.read_now()
        fault = [FormError("", self._fault[0])] if self._fault is not None else []
        return fault + self.form.errors()

    def has_fault(self) -> bool:
        """Whether the JSON, as it stands there, cannot be read."""
        self.read_now()
        return self._fault is not None

    def insist(self) -> list[FormError]:
        """Show what is missing as wrong, and go to the first error; returns them all."""
        self.read_now()
        if self._fault is not None:
            self.go_to_problem()
            return self.errors()
        return self.form.insist()

    def set_id_source(self, source: IdSource | None) -> None:
        self.form.set_id_source(source)

    def set_bridge(self, bridge: Any) -> None:
        self.form.set_bridge(bridge)

    def mark(self, pointer: str, message: str) -> None:
        """A server's complaint, at its place in the form and in the JSON."""
        self.form.mark(pointer, message)
        self._say_problem()

    def clear_marks(self) -> None:
        self.form.clear_marks()

    def go_to(self, pointer: str) -> bool:
        """To a place: in the form, or in the JSON where that is all that is shown."""
        if self.form.isHidden():
            self.editor.go_to(self._span(pointer)[0])
            return True
        return self.form.go_to(pointer)

    # What is shown

    def mode(self) -> str:
        """ "form", "both" or "json"."""
        return self.switch.value()

    def set_mode(self, mode: str) -> None:
        """Show the form, its JSON, or both."""
        self.switch.set_value(mode)
        self.form.setVisible(mode != "json")
        self.editor.setVisible(mode != "form")
        self.find.setEnabled(mode != "json")
        self._show_head()
        if mode == "both" and not self._shared:
            self._shared = True
            self._share()
        if mode != "form":
            self._write_if_due()
        self.mode_changed.emit(mode)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= scaled(_SIDE)
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if way != self.splitter.orientation() or event.oldSize().width() < 0:
            self.splitter.setOrientation(way)
            self._share()

    def _show_head(self) -> None:
        """No empty strip where there is nothing to find and nothing to switch; the pills may stand elsewhere."""
        switches = self.switch.parentWidget() is self.head and not self.switch.isHidden()
        self.head.setVisible(switches or (not self.find.isHidden() and self.mode() != "json"))

    def _share(self) -> None:
        """Give form and JSON their parts of the room, once; then they are as a person draws them."""
        if self.splitter.orientation() == Qt.Orientation.Horizontal:
            room = self.width()
            self.splitter.setSizes([room * 58 // 100, room - room * 58 // 100])
        else:
            room = max(2, self.splitter.height())
            self.splitter.setSizes([room * 60 // 100, room - room * 60 // 100])

    def _go_to_first(self) -> None:
        for row in self.form.sheet.rows:
            if row.target() is not None:
                self.form.sheet.focus_row(row)
                return

    # From the form to the JSON

    def _form_changed(self) -> None:
        if self._writing:
            return
        self._fault = None
        self._read_timer.stop()
        self._write_timer.start(0 if len(self._written) < _LARGE else 2 * _PAUSE)
        self.changed.emit()

    def _write_if_due(self) -> None:
        if self._write_timer.isActive():
            self._write_timer.stop()
            self._write()

    def _write(self) -> None:
        """Write the form's value."""
        text = pretty(self.form.value())
        self._closed = len(text) > LONGEST
        self.editor.setReadOnly(self._closed)
        if self._closed:
            self.editor.setPlaceholderText(f"This is {len(text) / 1e6:.1f} MB of JSON, too much to be edited here.")
            text = ""
        self._written = text
        self._places = None
        self.editor.show_text(text)
        self._say_problem()

    # From the JSON to the form

    def _json_edited(self) -> None:
        self._places = None
        self._write_timer.stop()
        self._read_timer.start()

    def read_now(self) -> None:
        """Take over what was typed into the JSON."""
        if not self._read_timer.isActive():
            self._write_if_due()
            return
        self._read_timer.stop()
        text = self.editor.text()
        value, problem, place = read_at(text, dict, LONGEST) if text.strip() else ({}, "", -1)
        if problem:
            self._fault = (problem, place)
            self._say_problem()
            self.errors_changed.emit()
            return
        had_fault = self._fault is not None
        self._fault = None
        if pretty(value) != pretty(self.form.value()):
            self._writing = True
            self.form.set_value(value, unfold=False)
            self._writing = False
            self.changed.emit()
        if had_fault:
            self.errors_changed.emit()
        self._say_problem()

    # What is wrong, and where

    def _errors_changed(self) -> None:
        self._say_problem()
        self.errors_changed.emit()

    def _all(self) -> list[tuple[str, str]]:
        """Pointer and words of all that is shown as wrong: what servers said first."""
        sheet = self.form.sheet
        marks = list(self.model.marks.items())
        return marks + [
            (pointer, words) for pointer, words in sheet.problems().items() if pointer not in self.model.marks
        ]

    def _say_problem(self) -> None:
        if self._fault is not None:
            words, place = self._fault
            self.editor.set_marks([Mark(place, place + 1, words)] if place >= 0 else [])
            self.problem.say(f"The JSON is not taken over. {words}")
            return
        found = self._all()
        marks = []
        if found and not self._closed and not self._read_timer.isActive() and not self._write_timer.isActive():
            for pointer, words in found[:100]:
                start, end = self._span(pointer)
                marks.append(Mark(start, end, words))
        self.editor.set_marks(marks)
        if not found:
            self.problem.say("")
            return
        pointer, words = found[self._turn % len(found)]
        number = f"{self._turn % len(found) + 1} of {len(found)}: " if len(found) > 1 else ""
        self.problem.say(f"{number}{dotted(_steps(pointer))}: {words}" if pointer else words)

    def _span(self, pointer: str) -> tuple[int, int]:
        if self._places is None:
            self._places = Places(self.editor.text())
        return self._places.span(pointer)

    def go_to_problem(self) -> None:
        """Go to what the line at the bottom says; the next time to the next."""
        if self._fault is not None:
            if self.editor.isHidden():
                self.set_mode("both")
            self.editor.go_to(max(0, self._fault[1]))
            return
        found = self._all()
        if found:
            self.go_to(found[self._turn % len(found)][0])
            self._turn += 1
            self._say_problem()

    def _row_entered(self, row: Row) -> None:
        """Show in the JSON where the form is at."""
        if self.editor.isHidden() or self._closed or self._fault is not None or not row.node.is_set:
            self.editor.set_here(0, 0)
            return
        self._write_if_due()
        start, end = self._span(row.node.pointer)
        self.editor.set_here(start, end)
        if not self.editor.hasFocus():
            self.editor.show_place(start)


def _steps(pointer: str) -> list[str | int]:
    return [int(step) if step.isdecimal() else step for step in split(pointer)]
