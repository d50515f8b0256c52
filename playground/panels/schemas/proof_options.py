"""What is run: the model, how often, how many tokens at most, and which schema is sent."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QSpinBox, QWidget

from playground.core.schemas.proof.model import MOST_RUNS
from playground.widgets.controls import Label, OptionalNumber
from playground.widgets.model_box import ModelBox
from playground.widgets.theme import scaled

RUNS = 5
MOST_TOKENS = 1_000_000


class ProofOptions(QWidget):
    """`edited`: by hand, or by `set_…`."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas.proof.options")
        self.model = ModelBox("schemas.proof.model")
        self.runs = QSpinBox()
        self.runs.setObjectName("schemas.proof.runs")
        self.runs.setAccessibleName("Runs of each input")
        self.runs.setRange(1, MOST_RUNS)
        self.runs.setValue(RUNS)
        self.tokens = OptionalNumber(1, MOST_TOKENS, 0, 64, start=1024, name="Output tokens of a run, at most")
        self.tokens.setObjectName("schemas.proof.tokens")
        self.mend = QCheckBox("Send it mended")
        self.mend.setObjectName("schemas.proof.mend")
        self.mend.setAccessibleName("Send it mended")
        self.mend.setToolTip(
            "Where the server would refuse the schema: what is sent is what Fix all makes of it, and each output is\n"
            "checked here against all of the schema, also against what had to be taken out."
        )
        self.mend.setAccessibleDescription(self.mend.toolTip())
        self.mend.setChecked(True)
        form = QFormLayout(self)
        form.setContentsMargins(16, 12, 16, 12)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (("Model", self.model), ("Runs of each", self.runs), ("Tokens at most", self.tokens)):
            form.addRow(_label(words, field), field)
            field.setMinimumHeight(scaled(30))
        form.addRow(Label(""), self.mend)
        self.model.editTextChanged.connect(self._edited)
        self.runs.valueChanged.connect(self._edited)
        self.tokens.textChanged.connect(self._edited)
        self.mend.toggled.connect(self._edited)

    def _edited(self, *_what: object) -> None:
        self.edited.emit()

    def chosen_model(self) -> str:
        return self.model.currentText().strip()

    def most_tokens(self) -> int | None:
        value = self.tokens.value()
        return None if value is None else int(value)

    def to_state(self) -> dict[str, Any]:
        return {"runs": self.runs.value(), "tokens": self.most_tokens(), "mend": self.mend.isChecked()}

    def load_state(self, state: dict[str, Any]) -> None:
        """What does not fit is left out."""
        if isinstance(runs := state.get("runs"), int):
            self.runs.setValue(runs)
        if isinstance(tokens := state.get("tokens"), int) and 1 <= tokens <= MOST_TOKENS:
            self.tokens.set_value(tokens)
        if isinstance(mend := state.get("mend"), bool):
            self.mend.setChecked(mend)


def _label(words: str, field: QWidget) -> QLabel:
    label = Label(words, "muted", 12)
    label.setBuddy(field)
    return label
