"""Text as it came: subtitles, tables with commas, JSON Lines; and the plain facts about any file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.core.plain import LINE_LIMIT, SHOWN_LIMIT, break_lines, hex_dump, size_text
from playground.widgets.answer.face import Face, Parts
from playground.widgets.commands import Command
from playground.widgets.controls import CommandButton, IconButton, Label, SectionLabel
from playground.widgets.heads import Note
from playground.widgets.plain import ReadOnlyText

if TYPE_CHECKING:
    from playground.bridge import Operation


def lay_out(data: bytes) -> tuple[str, str]:
    """Text to show, and what to say about it."""
    text = data.decode("utf-8", "surrogateescape")
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    notes = [f"{lines:,} line{'s' if lines != 1 else ''}", size_text(len(data))]
    if len(text) > SHOWN_LIMIT:
        text = text[:SHOWN_LIMIT]
        notes.append(f"the first {SHOWN_LIMIT:,} characters are shown; saving gives all")
    broken = break_lines(text)
    if broken != text:
        notes.append(f"lines of more than {LINE_LIMIT:,} characters are broken here")
    return broken, " · ".join(notes)


class TextFace(Face):
    """Monospaced, with what cannot be seen spelled out."""

    kind, title = "text", "Text"

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        self.text = ReadOnlyText()
        self.text.setObjectName(f"{parts.name}.text.lines")
        self.text.setAccessibleName("Text of the answer")
        self._note = Note(right=True)
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._note)
        self._copy = parts.commands.add(
            f"{parts.name}.copy-body", "Copy Text", self.copy, group=parts.group, icon="copy", scope=self
        )
        row.addSpacing(8)
        row.addWidget(IconButton(self._copy))
        self._data = b""
        self._laying: Operation[tuple[str, str]] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)

    def set_content(self, data: bytes) -> None:
        self.clear()
        self._data = data
        if self.parts.bridge is None or len(data) <= 64 * 1024:
            self._take(lay_out(data))
            return
        self._laying = self.parts.bridge.blocking(lay_out, data, label="Reading text", owner=self)
        self._laying.finished.connect(self._laid)

    def copy(self) -> None:
        """All of it, as it came."""
        QGuiApplication.clipboard().setText(self._data.decode("utf-8", "replace"))
        self.said.emit("Copied the text.", "good")

    def clear(self) -> None:
        self._data = b""
        laying, self._laying = self._laying, None
        if laying is not None:
            laying.cancel()
        self._take(("", ""))

    def _laid(self) -> None:
        operation = self._laying
        if operation is None or not operation.done:
            return
        self._laying = None
        if operation.result is not None:
            self._take(operation.result)

    def _take(self, laid: tuple[str, str]) -> None:
        text, note = laid
        self._copy.setEnabled(bool(self._data))
        self.text.show_text(text)
        self._note.setText(note)
        self._note.setToolTip(note)


class FileFace(Face):
    """What a file is: type, size, name, its first bytes; and the way to save it."""

    kind, title = "file", "File"

    def __init__(self, parts: Parts, save: Command, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._values: list[Label] = []
        for row, title in enumerate(("Content type", "Begins like", "Size", "Name")):
            value = Label("", "text", 12, mono=True, wrap=True, selectable=True)
            value.setObjectName(f"{parts.name}.file.{title.lower().replace(' ', '-')}")
            self._grid.addWidget(Label(title, "muted", 12), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)
            self._values.append(value)
        self.bytes = ReadOnlyText()
        self.bytes.setObjectName(f"{parts.name}.file.bytes")
        self.bytes.setAccessibleName("The first bytes")
        self.bytes.document().setDocumentMargin(12)
        self.bytes.setLineWrapMode(ReadOnlyText.LineWrapMode.NoWrap)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(self._grid)
        row = QHBoxLayout()
        row.addWidget(CommandButton(save, "plain", shortcut=False))
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(SectionLabel("First bytes"))
        column.addWidget(self.bytes, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)

    def set_content(self, data: bytes, said: str, found: str, name: str) -> None:
        """`said`: the content type that the server sent; `found`: what the bytes tell."""
        same = not found or found == said.partition(";")[0].strip().lower()
        rows = (said or "none was sent", "" if same else found, f"{size_text(len(data))} ({len(data):,})", name)
        if len(data) < 1000:
            rows = (*rows[:2], size_text(len(data)), rows[3])
        for number, (label, text) in enumerate(zip(self._values, rows, strict=True)):
            label.setText(text)
            for place in (0, 1):
                item = self._grid.itemAtPosition(number, place)
                if item is not None and item.widget() is not None:
                    item.widget().setVisible(bool(text))
        self.bytes.show_text(hex_dump(data) or "There are none: the body is empty.")

    def clear(self) -> None:
        self.bytes.show_text("")
        for label in self._values:
            label.setText("")
