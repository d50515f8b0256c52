"""The line above a tab's content, and the switch between what was sent and what would be sent now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from playground.panels.compose.source import RunSource
from playground.widgets.controls import Label, Segmented
from playground.widgets.theme import scaled
from playground.widgets.themed import Themed

SENT, NOW = "sent", "now"


class Note(Label):
    """Words on one line, which end in “…” where there is no room."""

    def __init__(self) -> None:
        super().__init__("", "muted", 12)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)


class Head(Themed, QWidget):
    """A line of controls, words in the middle, and more controls at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.retheme()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(16, 0, 12, 0)
        self.row.setSpacing(8)
        self.note = Note()

    def retheme(self) -> None:
        self.setFixedHeight(scaled(40))

    def say(self, text: str, role: str = "muted") -> None:
        """Words in the middle; whole in the tooltip."""
        self.note.set_role(role)
        self.note.setText(text)
        self.note.setToolTip(text)
        self.note.setAccessibleName(text)


def pills(name: str, options: list[tuple[str, str]], title: str) -> Segmented:
    """A `Segmented` whose pills can be told apart by their names."""
    made = Segmented(options, name=title)
    made.setObjectName(name)
    for pill, (value, _) in zip(made.findChildren(QAbstractButton), options, strict=True):
        pill.setObjectName(f"{name}.{value}")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return made


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
