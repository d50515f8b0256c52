"""Which attempt of a call is looked at: a line of pills, where there are several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from playground.widgets.controls import Segmented

if TYPE_CHECKING:
    from playground.core.exchanges import AttemptDetail


class AttemptChoice(QWidget):
    """Hidden where there is but one."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._pills: Segmented | None = None
        self._words: tuple[str, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 6, 16, 2)
        self.hide()

    def set_attempts(self, attempts: Sequence[AttemptDetail]) -> None:
        """Offer these; the last one is chosen, unless the same ones are there already."""
        words = tuple(f"Attempt {one.number} · {one.status or one.error or one.state}" for one in attempts)
        if words == self._words:
            return
        self._words = words
        if self._pills is not None:
            self._row.removeWidget(self._pills)
            self._pills.deleteLater()
            self._pills = None
        self.setVisible(len(words) > 1)
        if len(words) > 1:
            options = [(str(number), text) for number, text in enumerate(words)]
            self._pills = Segmented(options, name="Attempt", parent=self)
            for number, pill in enumerate(self._pills.findChildren(QAbstractButton)):
                pill.setObjectName(f"{self.objectName()}.{number + 1}")
            self._pills.set_value(str(len(words) - 1))
            self._pills.changed.connect(self._chosen)
            self._row.addWidget(self._pills)

    def value(self) -> int:
        """Which one, from 0."""
        return int(self._pills.value() or 0) if self._pills is not None else 0

    def choose(self, number: int) -> None:
        """Choose by place, from 0."""
        if self._pills is not None:
            self._pills.set_value(str(number))

    def _chosen(self, _value: str) -> None:
        self.changed.emit()
