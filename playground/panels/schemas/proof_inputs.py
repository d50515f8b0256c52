"""The tab Inputs: what the schema is run on, and what is said with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from playground.core.redact import known
from playground.core.schemas.proof.inputs import merged, of_value, typed, written
from playground.core.schemas.proof.model import LONGEST_INPUT, MOST_INPUTS, ProofInput
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, SectionLabel
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, Index, RowsModel, RowsTable
from playground.widgets.surface import Text
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.widgets.commands import Command


class InputRows(RowsModel):
    titles = ("", "Input", "")
    hints = ("Number", "What is sent", "Whether an output of it was wrong once")

    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[ProofInput] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.inputs)

    def set_inputs(self, inputs: list[ProofInput]) -> None:
        self.beginResetModel()
        self.inputs = inputs
        self.endResetModel()

    def put(self, row: int, one: ProofInput) -> None:
        """Another one in its place."""
        self.inputs[row] = one
        self.dataChanged.emit(self.index(row, 0), self.index(row, 2))

    def append(self, one: ProofInput) -> None:
        self.beginInsertRows(QModelIndex(), len(self.inputs), len(self.inputs))
        self.inputs.append(one)
        self.endInsertRows()

    def take(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.inputs[row]
        self.endRemoveRows()

    def cell(self, row: int, column: int) -> Cell:
        one = self.inputs[row]
        if column == 0:
            return Cell(f"{row + 1:,}", "muted", right=True)
        if column == 1:
            line = one.line()
            return Cell(shown_line(known().text(line)) or "empty", "text" if line else "faint")
        return Cell("failed" if one.failed else "", "error")

    def hint(self, row: int, column: int) -> str:
        return known().text(self.inputs[row].line())[:300]


class InputsPage(QWidget):
    """`edited`: instructions or inputs are others."""

    edited = Signal()

    def __init__(self, commands: dict[str, Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.inputs")
        self.model = InputRows()
        self._showing = False
        self.instructions = _field("schemas.inputs.instructions", "Instructions, sent with each input")
        self.instructions.setPlaceholderText("Instructions, sent with each input")
        self.instructions.setFixedHeight(scaled(72))
        self.table = RowsTable("schemas.inputs.list", "Inputs")
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.horizontalHeader().hide()
        self.table.set_columns((40, 200, 56), stretch=1)
        self.text = _field("schemas.inputs.text", "The input")
        self.text.setPlaceholderText("A text, or a list of messages as JSON")
        self.note = Text("", "muted", size=12, wrap=True)
        self.note.setObjectName("schemas.inputs.note")
        self.note.hide()
        self.body = QStackedWidget()
        empty = EmptyState("file-text", "No inputs yet", "", commands["add"])
        empty.set_widest(scaled(270))
        empty.set_words("No inputs yet", "Write one, or import a file: JSON Lines, CSV, or one text a line.")
        self.body.addWidget(empty)
        self._build(commands)
        self.table.selected_row.connect(self._selected)
        self.text.textChanged.connect(self._typed)
        self.instructions.textChanged.connect(self._instructed)

    def _build(self, commands: dict[str, Command]) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 12, 10)
        head.setSpacing(6)
        head.addWidget(SectionLabel("Inputs"), 1)
        head.addWidget(CommandButton(commands["failed"], "quiet", text="Run the failed", shortcut=False))
        head.addWidget(IconButton(commands["remove"]))
        head.addWidget(IconButton(commands["import"]))
        head.addWidget(IconButton(commands["add"]))
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 12)
        top.setSpacing(6)
        top.addWidget(SectionLabel("Instructions"))
        top.addWidget(self.instructions)
        lower = QVBoxLayout()
        lower.setContentsMargins(16, 10, 16, 12)
        lower.addWidget(self.text)
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.table, 3)
        inner.addWidget(HairLine())
        inner.addLayout(lower, 2)
        self.body.addWidget(filled)
        notes = QVBoxLayout()
        notes.setContentsMargins(16, 0, 16, 0)
        self.note.setContentsMargins(0, 0, 0, 8)
        notes.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(HairLine())
        column.addLayout(head)
        column.addLayout(notes)
        column.addWidget(HairLine())
        column.addWidget(self.body, 1)

    # The inputs

    def inputs(self) -> list[ProofInput]:
        """Those that say something."""
        return [one for one in self.model.inputs if not one.is_blank]

    def set_inputs(self, inputs: list[ProofInput]) -> None:
        """Others; the first is chosen."""
        self.model.set_inputs(list(inputs))
        self._show_body()
        if inputs:
            self._choose(0)

    def add(self) -> None:
        """An empty one, to be written."""
        blank = next((row for row, one in enumerate(self.model.inputs) if one.is_blank), -1)
        if blank < 0 and len(self.model.inputs) < MOST_INPUTS:
            self.model.append(ProofInput())
            blank = len(self.model.inputs) - 1
        self._show_body()
        self._choose(blank)
        self.text.setFocus()

    def remove(self) -> None:
        """Those that are chosen."""
        rows = self.table.selected_rows()
        for row in reversed(rows):
            self.model.take(row)
        self._show_body()
        if self.model.inputs and rows:
            self._choose(min(rows[0], len(self.model.inputs) - 1))
        self.edited.emit()

    def bring(self, more: list[ProofInput], source: str) -> None:
        """Put others behind them."""
        inputs, came = merged(self.model.inputs, more)
        first = len(inputs) - came
        self.model.set_inputs(inputs)
        self._show_body()
        self._choose(min(first, len(inputs) - 1))
        left = len(more) - came
        words = f"{came:,} {'input' if came == 1 else 'inputs'} from {source}."
        self.say(words + (f" {left:,} were there already." if left else ""), "good" if came else "muted")
        self.edited.emit()

    def mark(self, keys: dict[str, bool]) -> None:
        """Key of an input → whether it is in the regression set."""
        changed = False
        for row, one in enumerate(self.model.inputs):
            if one.key in keys and keys[one.key] != one.failed:
                self.model.put(row, ProofInput(one.text, one.messages, keys[one.key]))
                changed = True
        if changed:
            self.edited.emit()

    def toggle_failed(self) -> None:
        """Keep the chosen one in the regression set, or take it out."""
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.inputs):
            one = self.model.inputs[row]
            self.mark({one.key: not one.failed})

    def say(self, words: str, role: str = "muted") -> None:
        self.note.set_text(words)
        self.note.set_role(role)
        self.note.setVisible(bool(words))

    def _show_body(self) -> None:
        self.body.setCurrentIndex(1 if self.model.inputs else 0)

    def _choose(self, row: int) -> None:
        if row >= 0:
            self.table.selectRow(row)
            self.table.setCurrentIndex(self.model.index(row, 1))
            self._selected(row)

    def _selected(self, row: int) -> None:
        self._showing = True
        one = self.model.inputs[row] if 0 <= row < len(self.model.inputs) else ProofInput()
        if typed(self.text.toPlainText(), one.failed) != one:
            self.text.setPlainText(written(one))
        self._showing = False

    def _typed(self) -> None:
        row = self.table.currentIndex().row()
        if self._showing or not 0 <= row < len(self.model.inputs):
            return
        text = self.text.toPlainText()
        if len(text) > LONGEST_INPUT:
            self.say(f"An input has at most {LONGEST_INPUT:,} characters.", "error")
            return
        self.model.put(row, typed(text))
        self.edited.emit()

    def _instructed(self) -> None:
        if not self._showing:
            self.edited.emit()

    # Between starts

    def to_state(self) -> dict[str, Any]:
        inputs = [
            {"input": list(one.messages) if one.messages else one.text, "failed": one.failed} for one in self.inputs()
        ]
        return {"instructions": self.instructions.toPlainText(), "inputs": inputs}

    def load_state(self, state: dict[str, Any]) -> None:
        self._showing = True
        instructions = state.get("instructions")
        self.instructions.setPlainText(instructions if isinstance(instructions, str) else "")
        self._showing = False
        raw = state.get("inputs")
        found = [of_value(one) for one in raw] if isinstance(raw, list) else []
        self.set_inputs([one for one in found if one is not None])


def marked(state: dict[str, Any], keys: dict[str, bool]) -> dict[str, Any]:
    """What `to_state` gave, with the inputs of these keys in the regression set."""
    raw = state.get("inputs")
    inputs: list[Any] = list(raw) if isinstance(raw, list) else []
    for number, one in enumerate(inputs):
        found = of_value(one)
        if found is not None and found.key in keys:
            inputs[number] = {**one, "failed": keys[found.key]} if isinstance(one, dict) else one
    return {**state, "inputs": inputs}


def _field(name: str, title: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setTabChangesFocus(True)
    return made
