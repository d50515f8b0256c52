"""The whole text of one string, below the tree."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from playground.core.jsondoc import visible
from playground.widgets.controls import HairLine, Label
from playground.widgets.presentation import mask
from playground.widgets.theme import mono_font, scaled
from playground.widgets.themed import Themed

MOST = 1_000_000
"""Characters that are shown; copying gives all."""
LINE = 2000
"""Characters after which a line is broken: laying out one of 100,000 takes more than a second."""


class _Lines(Themed, QPlainTextEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.document().setDocumentMargin(12)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))


class FullValue(Themed, QWidget):
    """Hidden until a value is shown."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ("", "")
        self._title = Label("", "muted", 12)
        self._title.setSizePolicy(self._title.sizePolicy().Policy.Ignored, self._title.sizePolicy().verticalPolicy())
        close = QPushButton("Close")
        close.setObjectName(f"{name}.full.close")
        close.setAccessibleName("Close the full text")
        close.clicked.connect(self.hide)
        self._lines = _Lines()
        self._lines.setObjectName(f"{name}.full.text")
        self._lines.setAccessibleName("Full text of the value")
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 8, 4)
        row.addWidget(self._title, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(HairLine())
        column.addLayout(row)
        column.addWidget(self._lines)
        self.hide()
        self.retheme()

    def text(self) -> str:
        return self._lines.toPlainText()

    def show_value(self, path: str, text: str) -> None:
        """Show a string: its line breaks as such, whatever else cannot be seen spelled out."""
        self._value = (path, text)
        self._fill()
        self.show()

    def retheme(self) -> None:
        self._lines.setFixedHeight(scaled(160))
        if any(self._value):
            self._fill()  # presentation mode may have begun, or be over

    def _fill(self) -> None:
        path, text = self._value
        shown = text[:MOST]
        lines = []
        for line in shown.split("\n"):
            safe = mask(visible(line.removesuffix("\r")))
            lines += [safe[at : at + LINE] for at in range(0, len(safe), LINE)] or [""]
        note = f"{len(text):,} characters" + (f", the first {MOST:,} are shown" if len(text) > MOST else "")
        self._title.setText(f"{path} · {note}")
        self._lines.setPlainText("\n".join(lines))
