"""The field in which a model is chosen or typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from playground.widgets.choices import ShownDelegate


class ModelBox(QComboBox):
    """The server's models, and any other that is typed. The wheel scrolls what it stands in."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name`: the object name; its field's has `.edit` behind it."""
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setObjectName(name)
        self.setAccessibleName("Model")
        self.setMinimumWidth(80)
        self.setItemDelegate(ShownDelegate(self))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        edit = self.lineEdit()
        assert edit is not None
        edit.setObjectName(f"{name}.edit")
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
