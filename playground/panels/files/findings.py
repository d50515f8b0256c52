"""What is wrong with one file that is to be sent: what, why, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from playground.widgets.controls import Chip, EmptyState, HairLine
from playground.widgets.panes import Paragraph

if TYPE_CHECKING:
    from playground.core.filing.staging import Checked

MOST = 50
_WORDS = {"error": "not sent", "warning": "look at this", "note": "good to know"}
_ROLES = {"error": "error", "warning": "warning", "note": "muted"}


class FindingsPane(QStackedWidget):
    """Of the file that is chosen among those to be uploaded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files.findings")
        self._shown: tuple[Path | None, Checked | None] = (None, None)
        self.area = QScrollArea()
        self.area.setObjectName("files.findings.list")
        self.area.setAccessibleName("What is wrong with the file")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        self.nothing = EmptyState("circle-check", "", "")
        self.addWidget(self.nothing)
        self.addWidget(self.area)
        self._say_nothing(None, None)

    def words(self) -> str:
        """All that is said."""
        checked = self._shown[1]
        return "\n".join(one.text() for one in checked.findings) if checked is not None else ""

    def show_findings(self, path: Path | None, checked: Checked | None) -> None:
        """Of one file, of which nothing is known yet, or of none."""
        if (path, checked) == self._shown:
            return
        self._shown = (path, checked)
        if path is None or checked is None or not checked.findings:
            self._say_nothing(path, checked)
            return
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(6)
        column.addWidget(Paragraph(path.name, "text", 15, 600))
        column.addWidget(Paragraph(str(path.parent), "muted", 12))
        for one in checked.findings[:MOST]:
            column.addSpacing(6)
            column.addWidget(HairLine())
            column.addSpacing(6)
            column.addWidget(Chip(_WORDS[one.severity], _ROLES[one.severity]), 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(Paragraph(one.words, "text", 13, 500))
            for words, role in ((one.why, "muted"), (one.remedy, "text")):
                if words:
                    column.addWidget(Paragraph(words, role, 12.5))
        column.addStretch(1)
        old = self.area.takeWidget()
        self.area.setWidget(content)
        content.setAutoFillBackground(False)
        if old is not None:
            old.deleteLater()
        self.setCurrentWidget(self.area)

    def _say_nothing(self, path: Path | None, checked: Checked | None) -> None:
        if path is None:
            words = "Nothing is sent yet", "Choose what the files are for. Each is checked for it before it is sent."
        elif checked is None:
            words = "It is being checked", "Its name, its size and, where the purpose asks for it, each of its lines."
        else:
            words = "Nothing is known against it", "It fits the purpose as far as can be told before it is sent."
        self.nothing.set_words(*words)
        self.setCurrentWidget(self.nothing)
