"""Fields and lists to choose from that hide, while presenting, what is nobody else's business."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyledItemDelegate, QWidget

from playground.widgets.presentation import mask, presenting, shown_line
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


class ChoiceVeil(QObject):
    """Masks what a combo box lists and what stands in it. Made when presentation mode first begins; the items stay."""

    def __init__(self, box: QComboBox) -> None:
        super().__init__(box)
        self._box = box
        delegate = ShownDelegate(self)
        box.setItemDelegate(delegate)
        if box.isEditable():
            completer = box.completer()
            if completer is not None:
                completer.popup().setItemDelegate(delegate)
            box.editTextChanged.connect(self._veil)
        self._veil()

    @classmethod
    def over(cls, box: QComboBox) -> None:
        """Make one, or have the one there is look again."""
        made = box.findChild(cls)
        if made is None:
            cls(box)
        else:
            made._veil()

    def _veil(self, _text: str = "") -> None:
        edit = self._box.lineEdit()
        if edit is not None:
            veil(edit, mask(edit.text()) != edit.text())


class ShownDelegate(QStyledItemDelegate):
    """Rows of a list as texts from elsewhere are shown."""

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        return shown_line(super().displayText(value, locale))  # type: ignore[arg-type]
