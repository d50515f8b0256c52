"""A small window with a text to read and copy: a report, a problem's details."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.shell.surface import Text
from playground.widgets.plain import ReadOnlyText

READ_LIMIT = 1024 * 1024


def read_report(path: Path) -> str:
    """A report's text, at most a megabyte of it. Raises OSError. Runs in a thread."""
    with path.open("rb") as file:
        return file.read(READ_LIMIT).decode("utf-8", "replace")


class TextWindow(QDialog):
    """Non-modal; deleted when it is closed."""

    def __init__(self, title: str, text: str, place: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("text-window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(720, 460)
        self._view = ReadOnlyText(text)
        self._view.setFrameShape(QFrame.Shape.StyledPanel)
        self._view.setObjectName("text-window.text")
        self._view.setAccessibleName(title)
        copy, close = QPushButton("Copy"), QPushButton("Close")
        for button in (copy, close):
            button.setObjectName(f"text-window.{button.text().lower()}")
            button.setAccessibleName(button.text())
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(Text(place, "muted", size=12, mono=True, elide=True), 1)
        foot.addWidget(copy)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._view, 1)
        layout.addLayout(foot)

    def text(self) -> str:
        return self._view.text()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._view.text())
