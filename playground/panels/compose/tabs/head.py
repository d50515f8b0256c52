"""The switch between what was sent and what would be sent now, and the line it stands in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.panels.compose.source import RunSource
from playground.widgets.heads import Head as Head
from playground.widgets.heads import pills as pills

SENT, NOW = "sent", "now"


class SentOrNow(QWidget):
    """Which request to show: the one that was sent, or the draft as it is. Seen only where there is a run."""

    changed = Signal()

    def __init__(self, name: str, source: RunSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._choice = pills(name, [(SENT, "Sent"), (NOW, "Now")], "The request that was sent, or as it is now")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._choice)
        self._choice.changed.connect(self.changed)
        self.follow()

    def follow(self) -> None:
        """Another run, or none: what was sent is shown first."""
        self._choice.blockSignals(True)
        self._choice.set_value(SENT)
        self._choice.blockSignals(False)
        self.setVisible(self._source.run is not None)

    def value(self) -> str:
        """`sent` or `now`."""
        return self._choice.value() if self._source.run is not None else NOW

    def choose(self, value: str) -> None:
        self._choice.set_value(value)

    def words(self) -> tuple[str, str]:
        """How the draft and what was sent differ, and the role of these words; empty where there is no run."""
        if self._source.run is None:
            return "", "muted"
        same = self._source.is_as_sent(self._source.draft().body())
        if self.value() == SENT:
            return ("The draft is still the same.", "muted") if same else ("The draft was changed since.", "warning")
        return ("As it was sent.", "muted") if same else ("Not sent yet: it differs from what was sent.", "warning")
