"""What stands above a method's form: what it is called, what it does, and what to use instead of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.core.catalog import Kind
from playground.widgets.controls import Chip, CommandButton, Disclosure, IconButton, Label
from playground.widgets.flow import FlowLayout
from playground.widgets.theme import color

if TYPE_CHECKING:
    from playground.core.catalog import MethodEntry
    from playground.widgets.commands import Command

_INSTEAD = {
    Kind.WEBSOCKET: "WebSocket",
    Kind.HELPER: "A helper of the SDK",
}


class NoteBar(QWidget):
    """A few words across the page, and what can be done about them. Hidden while it has none."""

    def __init__(self, name: str, *commands: Command) -> None:
        super().__init__()
        self.setObjectName(name)
        self.words = Label("", "text", 13, wrap=True, selectable=True)
        self.words.setObjectName(f"{name}.words")
        self.buttons = [CommandButton(command, "plain", shortcut=False) for command in commands]
        row = FlowLayout(gap=8, line_gap=8)
        for button in self.buttons:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addLayout(row)
        self.hide()

    def say(self, words: str) -> None:
        """These words; "" hides it. Its buttons are those whose commands can be run now."""
        self.words.setText(words)
        self.setAccessibleName(words)
        for button in self.buttons:
            button.setVisible(button.command is not None and button.command.isEnabled())
        self.setVisible(bool(words))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("warning_soft"))
        painter.fillRect(0, 0, 3, self.height(), color("warning"))


class MethodHead(QWidget):
    """Name, verb and path, what it does; what it is like, in chips; its documentation, folded."""

    def __init__(self, commands: Mapping[str, Command], profiles: Sequence[Command]) -> None:
        """`profiles`: the window's commands that choose and make profiles."""
        super().__init__()
        self.name = Label("", "text", 15, 600, selectable=True)
        self.name.setObjectName("explorer.name")
        self.verb = Label("", "muted", 12, 500, mono=True)
        self.path = Label("", "muted", 12, mono=True, selectable=True)
        self.path.setObjectName("explorer.path")
        self.saved = Label("", "accent", 12)
        self.saved.setObjectName("explorer.saved")
        self.saved.setToolTip("The saved request that is open")
        self.saved.hide()
        self.admin = Chip("admin key", "warning")
        self.admin.setToolTip("OpenAI serves this method with admin keys only: they begin with sk-admin-.")
        self.summary = Label("", "text", 13, wrap=True, selectable=True)
        self.deprecated = NoteBar("explorer.deprecated", commands["successor"])
        self.admin_note = NoteBar("explorer.admin", *profiles)
        self.imported = NoteBar("explorer.imported", commands["keep_key"], commands["forget_key"])
        self.more = Disclosure("Documentation")
        self.more.setObjectName("explorer.more")
        self.doc = Label("", "muted", 12, wrap=True, selectable=True)
        self.doc.setObjectName("explorer.doc")
        self.doc.hide()
        self.more.toggled.connect(self.doc.setVisible)
        self.compose = IconButton(commands["open_in_compose"])
        self._save = commands["save_request"]
        self._build(commands["favourite"])

    def _build(self, star: Command) -> None:
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self.name)
        title.addStretch(1)
        title.addWidget(self.compose)
        title.addWidget(IconButton(self._save))
        title.addWidget(IconButton(star))
        where = QHBoxLayout()
        where.setSpacing(6)
        where.addWidget(self.verb)
        where.addWidget(self.path, 1)
        where.addWidget(self.saved)
        where.addWidget(self.admin)
        words = QVBoxLayout()
        words.setContentsMargins(16, 10, 12, 10)
        words.setSpacing(4)
        words.addLayout(title)
        words.addLayout(where)
        words.addWidget(self.summary)
        words.addWidget(self.more)
        words.addWidget(self.doc)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(words)
        for note in (self.imported, self.admin_note, self.deprecated):
            column.addWidget(note)

    def show_saved(self, title: str) -> None:
        """Which saved request is open; "" for none."""
        self.saved.setText(f"Saved: {title}" if title else "")
        self.saved.setVisible(bool(title))

    def show_method(self, entry: MethodEntry, *, opens_in_compose: bool) -> None:
        self.name.setText(entry.name)
        self.verb.setText("" if entry.kind in _INSTEAD else entry.verb)
        self.verb.setVisible(entry.kind not in _INSTEAD)
        self.verb.set_role("error" if entry.verb == "DELETE" else "text")
        self.path.setText(f"{_INSTEAD[entry.kind]} {entry.path}".strip() if entry.kind in _INSTEAD else entry.path)
        self.admin.setVisible(entry.admin)
        self.compose.setVisible(opens_in_compose)
        self.summary.setText(entry.summary)
        why = entry.deprecated.removeprefix("Deprecated:").strip()
        self.deprecated.say(f"Deprecated. {why}".strip() if entry.deprecated else "")
        self.deprecated.buttons[0].setVisible(bool(entry.successor))
        self.admin_note.say("")
        self.imported.say("")
        text = entry.doc.partition("\nArgs:")[0].strip()
        self.more.setVisible(len(text) > len(entry.summary) + 4)
        self.more.setChecked(False)
        self.doc.setText(text)
