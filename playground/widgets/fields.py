"""Fields that show dots while presenting, where what stands in them is nobody else's business."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from playground.widgets.presentation import mask, presenting
from playground.widgets.themed import Themed


class VeiledField(Themed, QLineEdit):
    """`private`: whatever stands in it is; else only IDs, keys and names that presentation mode hides anywhere."""

    def __init__(self, parent: QWidget | None = None, *, private: bool = False) -> None:
        super().__init__(parent)
        self._private = private
        self.textChanged.connect(self._veil)

    def _veil(self, text: str) -> None:
        veil(self, presenting() and bool(text) and (self._private or mask(text) != text))

    def retheme(self) -> None:
        self._veil(self.text())


def veil(field: QLineEdit, hide: bool) -> None:
    """Show dots for what stands in a field, or the text again."""
    mode = QLineEdit.EchoMode.Password if hide else QLineEdit.EchoMode.Normal
    if field.echoMode() != mode:
        field.setEchoMode(mode)
