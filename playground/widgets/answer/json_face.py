"""The JSON of an answer as tree and text, of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.core.answers import to_bytes
from playground.widgets.answer.face import Face, Parts
from playground.widgets.json import JsonView

if TYPE_CHECKING:
    from playground.bridge import Operation


class JsonFace(Face):
    """A `JsonView` whose head stands in the line above. What is shown is written when it is first looked at."""

    kind, title = "json", "JSON"

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        self.json = JsonView(f"{parts.name}.body", parts.commands, group="JSON")
        self.tools = self.json.head
        layout = self.json.head.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self._data: bytes | None = None
        self._items: list[Any] | None = None
        self._writing: Operation[bytes] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.json)

    def set_bytes(self, data: bytes) -> None:
        """JSON as it came."""
        self.clear()
        self._data = data
        self._refresh()

    def set_items(self, items: list[Any]) -> None:
        """What several pages brought, as one array."""
        self._stop()
        self._data, self._items = None, items
        self._refresh()

    def clear(self) -> None:
        self._stop()
        self._data = self._items = None
        self.json.clear()

    def _stop(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.cancel()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        bridge = self.parts.bridge
        if self._items is not None:
            items, self._items = self._items, None
            if bridge is None:
                self.json.set_bytes(to_bytes(items), bridge=None)
                return
            self._writing = bridge.blocking(to_bytes, list(items), label="Writing JSON", owner=self)
            self._writing.finished.connect(self._written)
        elif self._data is not None:
            data, self._data = self._data, None
            self.json.set_bytes(data, bridge=bridge)

    def _written(self) -> None:
        operation = self._writing
        if operation is None or not operation.done:
            return
        self._writing = None
        if operation.result is not None:
            self.json.set_bytes(operation.result, bridge=self.parts.bridge)
