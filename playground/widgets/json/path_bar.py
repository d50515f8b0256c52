"""The line below the tree: where the current row is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.core.jsondoc import visible
from playground.widgets.commands import Command
from playground.widgets.controls import HairLine, IconButton
from playground.widgets.presentation import mask
from playground.widgets.theme import color, mono_font, scaled
from playground.widgets.themed import Themed


class _Path(Themed, QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))

    def sizeHint(self) -> QSize:
        return QSize(100, scaled(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(color("muted"))
        text = painter.fontMetrics().elidedText(mask(self.text), Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class PathBar(QWidget):
    """The path, elided in the middle, and a button that copies it."""

    def __init__(self, copy: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = _Path()
        self._button = IconButton(copy)
        row = QHBoxLayout()
        row.setContentsMargins(16, 2, 8, 2)
        row.addWidget(self._path, 1)
        row.addWidget(self._button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(HairLine())
        column.addLayout(row)

    def set_path(self, path: str, pointer: str) -> None:
        self._path.text = visible(path)
        self._path.setToolTip(visible(pointer)[:500])
        self._path.setAccessibleName(f"Path {visible(path)[:200]}" if path else "No row")
        self._path.update()

    def text(self) -> str:
        return self._path.text
