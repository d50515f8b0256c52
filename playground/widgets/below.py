"""A table with the chosen row's JSON below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTableView, QVBoxLayout, QWidget

from playground.core.plain import break_lines
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import IconButton
from playground.widgets.heads import Note
from playground.widgets.plain import ReadOnlyText

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.widgets.json import JsonView


class WithDetail(QSplitter):
    """What shows the JSON is made with the first row that somebody looks at: the rows need not wait for it."""

    closed = Signal()

    def __init__(
        self, name: str, table: QTableView, bridge: Bridge | None, commands: CommandRegistry, *, group: str
    ) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName(f"{name}.splitter")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._name, self._table, self._bridge, self._commands = name, table, bridge, commands
        self.json: JsonView | None = None
        self.text: ReadOnlyText | None = None
        self.title = Note()
        self._close = commands.add(
            f"{name}.close-detail", "Close the Row's JSON", self.close_detail, group=group, icon="x", scope=self
        )
        self._close.setEnabled(False)
        self.below = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 8, 0)
        head.addWidget(self.title, 1)
        head.addWidget(IconButton(self._close, size=24))
        self._column = QVBoxLayout(self.below)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self.addWidget(table)
        self.addWidget(self.below)
        self.setSizes([300, 260])
        self.below.hide()
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.setInterval(0)
        self._reveal.timeout.connect(self._show_current)

    def show_data(self, title: str, data: bytes) -> None:
        """The JSON of the chosen row; what is no JSON is shown as text."""
        self._open(title)
        if self.text is not None:
            self.text.hide()
        if self.json is None:
            from playground.widgets.json import JsonView

            self.json = JsonView(f"{self._name}.json", self._commands, self.below)
            self._column.addWidget(self.json, 1)
        self.json.show()
        self.json.set_bytes(data, bridge=self._bridge)

    def _open(self, title: str) -> None:
        self.set_title(title)
        if self.below.isHidden():
            self.below.show()
            self._close.setEnabled(True)
            self._reveal.start()  # the table is lower now

    def show_text(self, title: str, text: str) -> None:
        """The same of what is no JSON by its kind: plain text."""
        self._open(title)
        if self.text is None:
            self.text = ReadOnlyText()
            self.text.setObjectName(f"{self._name}.detail.text")
            self.text.setAccessibleName("Text of the row")
            self.text.setLineWrapMode(ReadOnlyText.LineWrapMode.NoWrap)
            self._column.addWidget(self.text, 1)
        if self.json is not None:
            self.json.clear()
            self.json.hide()
        self.text.show_text(break_lines(text))
        self.text.show()

    def set_title(self, title: str) -> None:
        """What is shown, or will be when it has been read."""
        self.title.set_role("text")
        self.title.setText(title)

    def close_detail(self) -> None:
        """The table alone."""
        if self.json is not None:
            self.json.clear()
        self.below.hide()
        self._close.setEnabled(False)
        self.closed.emit()

    def _show_current(self) -> None:
        self._table.scrollTo(self._table.currentIndex())
