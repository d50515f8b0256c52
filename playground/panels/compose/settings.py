"""The right column: which model by which API, and the sampling settings, each of which can be unset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QGridLayout, QVBoxLayout, QWidget

from playground.panels.compose.draft import EFFORTS, Draft
from playground.panels.compose.prompt import MARGIN, scrolled
from playground.widgets.commands import Command
from playground.widgets.controls import (
    Chip,
    CommandButton,
    HairLine,
    Label,
    OptionalChoice,
    OptionalField,
    OptionalNumber,
    SectionLabel,
    Segmented,
)
from playground.widgets.theme import scaled

PARAMETERS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_output_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "max_tokens": "max_output_tokens",
    "reasoning": "reasoning_effort",
    "reasoning.effort": "reasoning_effort",
    "reasoning_effort": "reasoning_effort",
}
"""A server's `param` → the field that it is about."""


class ModelBox(QComboBox):
    """The server's models; any other text can be typed. The wheel scrolls the column, it does not change the model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setObjectName("compose.model")
        self.setAccessibleName("Model")
        self.setMaxVisibleItems(18)
        self.setMinimumHeight(scaled(32))
        self.setMinimumWidth(80)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        edit = self.lineEdit()
        assert edit is not None
        edit.setObjectName("compose.model.edit")
        edit.setAccessibleName("Model")
        edit.setPlaceholderText("Model")
        completer = self.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(completer.CompletionMode.PopupCompletion)

    def set_models(self, models: Sequence[str]) -> None:
        """Other choices; what is typed stays."""
        text = self.currentText()
        self.blockSignals(True)
        self.clear()
        self.addItems(list(models))
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SettingsColumn(QWidget):
    """`edited`: any setting changed. `model_edited`: the model, by hand."""

    edited = Signal()
    model_edited = Signal(str)

    def __init__(self, reload: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.settings")
        self._showing = False
        self.model = ModelBox()
        self.badge = Chip("", "warning")
        self.badge.setObjectName("compose.model.badge")
        self.badge.hide()
        self.note = Label("", "muted", 12, wrap=True, selectable=True)
        self.note.setObjectName("compose.model.note")
        self.note.hide()
        self.reload = CommandButton(reload, "quiet", text="Load again")
        self.reload.hide()
        self.api = Segmented((("responses", "Responses"), ("chat", "Chat Completions")), name="API")
        self.api.setObjectName("compose.api")
        for pill, value in zip(self.api.findChildren(QAbstractButton), ("responses", "chat"), strict=True):
            pill.setObjectName(f"compose.api.{value}")
        self.temperature = OptionalNumber(0, 2, 2, 0.1, start=1.0, name="Temperature")
        self.top_p = OptionalNumber(0, 1, 2, 0.05, start=1.0, name="Top p")
        self.max_output_tokens = OptionalNumber(1, None, 0, 64, start=1024, name="Max output tokens")
        self.reasoning_effort = OptionalChoice(EFFORTS, name="Reasoning effort")
        self._fields: dict[str, OptionalField] = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_output_tokens": self.max_output_tokens,
            "reasoning_effort": self.reasoning_effort,
        }
        for name, field in self._fields.items():
            field.setObjectName(f"compose.{name}")  # type: ignore[attr-defined]
            field.changed.connect(self._field_changed)  # type: ignore[attr-defined]
        self._build()
        self.model.editTextChanged.connect(self._model_changed)
        self.api.changed.connect(self._field_changed)

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, MARGIN)
        column.setSpacing(0)
        upper = QVBoxLayout()
        upper.setContentsMargins(MARGIN, 14, MARGIN, MARGIN)
        upper.setSpacing(8)
        upper.addWidget(SectionLabel("Model"))
        upper.addWidget(self.model)
        upper.addWidget(self.badge)
        upper.addWidget(self.note)
        upper.addWidget(self.reload)
        upper.addWidget(self.api)
        column.addLayout(upper)
        column.addWidget(HairLine())
        lower = QGridLayout()
        lower.setContentsMargins(MARGIN, 14, MARGIN, 0)
        lower.setHorizontalSpacing(8)
        lower.setVerticalSpacing(6)
        lower.setColumnStretch(1, 1)
        lower.addWidget(SectionLabel("Sampling"), 0, 0, 1, 2)
        lower.setRowMinimumHeight(0, scaled(20))
        for row, (field, tip) in enumerate(
            (
                (self.temperature, "0 to 2. Higher is more random. Some models do not take it."),
                (self.top_p, "0 to 1. Only the likeliest tokens that make up this share are drawn from."),
                (self.max_output_tokens, "The answer ends there, reasoning included."),
                (self.reasoning_effort, "How much a reasoning model thinks before it answers."),
            ),
            1,
        ):
            label = Label(field.accessibleName())
            label.setBuddy(field)
            label.setToolTip(f"{tip} Unset: not sent, and the server's default holds.")
            lower.addWidget(label, row, 0)
            lower.addWidget(field, row, 1)
        column.addLayout(lower)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(content, "compose.settings.area", "Settings"))

    # The draft's part

    def read(self, draft: Draft) -> Draft:
        """The draft with the settings as they are here."""
        tokens = self.max_output_tokens.value()
        return replace(
            draft,
            model=self.model.currentText(),
            api="chat" if self.api.value() == "chat" else "responses",
            temperature=self.temperature.value(),
            top_p=self.top_p.value(),
            max_output_tokens=int(tokens) if tokens is not None else None,
            reasoning_effort=self.reasoning_effort.value(),
        )

    def show_draft(self, draft: Draft) -> None:
        self._showing = True
        self.set_model(draft.model)
        self.api.set_value(draft.api)
        self.temperature.set_value(draft.temperature)
        self.top_p.set_value(draft.top_p)
        self.max_output_tokens.set_value(draft.max_output_tokens)
        self.reasoning_effort.set_value(draft.reasoning_effort)
        self._showing = False

    def set_model(self, model: str) -> None:
        """Show a model that nobody chose by hand."""
        if model != self.model.currentText():
            showing, self._showing = self._showing, True
            self.model.setCurrentIndex(self.model.findText(model))
            self.model.setEditText(model)
            self._showing = showing

    def problems(self) -> list[str]:
        """What is wrong with the fields, in words that name them."""
        return [
            f"{field.accessibleName()}: {field.problem()}."  # type: ignore[attr-defined]
            for field in self._fields.values()
            if field.problem() and not field.is_unset() and field.value() is None
        ]

    def mark(self, param: str | None, words: str) -> bool:
        """Mark the field that a server's `param` is about; False where there is none."""
        name = PARAMETERS.get(param or "")
        if name is None or self._fields[name].is_unset():
            return False
        self._fields[name].set_problem(words)
        return True

    def unmark(self) -> None:
        """Take away what servers said about fields."""
        for field in self._fields.values():
            if field.problem() and field.value() is not None:
                field.set_problem("")

    # What is known of the model

    def show_note(
        self, note: str, *, badge: str = "", role: str = "warning", tip: str = "", can_reload: bool = False
    ) -> None:
        """A sentence below the model, and a badge before it."""
        self.note.setToolTip(tip)
        self.badge.set_text(badge)
        self.badge.set_role(role)
        self.badge.setVisible(bool(badge))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.reload.setVisible(can_reload)

    def _model_changed(self, text: str) -> None:
        if not self._showing:
            self.model_edited.emit(text)
            self.edited.emit()

    def _field_changed(self, *_value: object) -> None:
        if not self._showing:
            self.edited.emit()
