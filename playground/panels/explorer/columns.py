"""The three columns: methods, request, answer; in a narrow window the answer is below the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from playground.widgets.theme import scaled

SIZES = (268, 480, 520)
"""Pixels of the three columns where nothing is remembered."""
NARROW = 1000
"""Pixels of width below which the answer is below the request."""


class Columns(QWidget):
    """`moved`: somebody drew a border elsewhere."""

    moved = Signal()

    def __init__(self, methods: QWidget, request: QWidget, answer: QWidget) -> None:
        super().__init__()
        for widget, least in ((methods, 200), (request, 340), (answer, 300)):
            widget.setMinimumWidth(least)
        self.inner = self._split("explorer.sides", (request, answer), (1, 1), SIZES[1:])
        self.outer = self._split("explorer.splitter", (methods, self.inner), (0, 1), (SIZES[0], SIZES[1] + SIZES[2]))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.outer)

    def _split(
        self, name: str, parts: tuple[QWidget, QWidget], stretches: tuple[int, int], sizes: tuple[int, ...]
    ) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setObjectName(name)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for place, (part, stretch) in enumerate(zip(parts, stretches, strict=True)):
            splitter.addWidget(part)
            splitter.setStretchFactor(place, stretch)
        splitter.setSizes(list(sizes))
        splitter.splitterMoved.connect(self._moved)
        return splitter

    def _moved(self, _position: int, _index: int) -> None:
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < scaled(NARROW)
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if way != self.inner.orientation():
            self.inner.setOrientation(way)
            self.inner.setSizes([1, 1])

    # What is remembered

    def to_state(self) -> dict[str, str]:
        return {
            name: bytes(splitter.saveState().toBase64().data()).decode()
            for name, splitter in (("splitter", self.outer), ("sides", self.inner))
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """What is of another shape is passed over."""
        for name, splitter in (("splitter", self.outer), ("sides", self.inner)):
            if isinstance(sizes := state.get(name), str):
                splitter.restoreState(QByteArray.fromBase64(sizes.encode()))
                splitter.setHandleWidth(1)
