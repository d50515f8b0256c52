"""Lists to choose from, whose rows are texts from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate

from playground.widgets.fields import veil
from playground.widgets.presentation import mask, shown_line


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
