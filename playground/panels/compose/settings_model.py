"""The upper part of the settings: which model by which API, and what is known of the model."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from playground.panels.compose.settings_group import MARGIN
from playground.widgets.commands import Command
from playground.widgets.controls import Chip, CommandButton, Label, SectionLabel, Segmented
from playground.widgets.model_box import ModelBox
from playground.widgets.theme import scaled


class ModelPart(QWidget):
    """`edited`: the model, by hand. `api_chosen`: the other API."""

    edited = Signal(str)
    api_chosen = Signal(str)

    def __init__(self, reload: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._showing = False
        self.model = ModelBox("compose.model")
        self.model.setMaxVisibleItems(18)
        self.model.setMinimumHeight(scaled(32))
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
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 14, MARGIN, 12)
        column.setSpacing(8)
        for part in (SectionLabel("Model"), self.model, self.badge, self.note, self.reload, self.api):
            column.addWidget(part)
        self.model.editTextChanged.connect(self._model_changed)
        self.api.changed.connect(self._api_changed)

    def set_choice(self, model: str, api: str) -> None:
        """Show these, as nobody's choice."""
        self._showing = True
        self.set_model(model)
        self.api.set_value(api)
        self._showing = False

    def set_model(self, model: str) -> None:
        """Show a model that nobody chose by hand."""
        if model != self.model.currentText():
            showing, self._showing = self._showing, True
            self.model.setCurrentIndex(self.model.findText(model))
            self.model.setEditText(model)
            self._showing = showing

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
            self.edited.emit(text)

    def _api_changed(self, api: str) -> None:
        self.api_chosen.emit(api)
