"""The middle: one method with its documentation, its form and JSON, the preview, and what sends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from playground.core.catalog import Kind
from playground.panels.explorer.preview import Preview, Wanted
from playground.widgets.controls import CommandButton, Disclosure, EmptyState, HairLine, IconButton, Label, TabStrip
from playground.widgets.form import SchemaForm
from playground.widgets.theme import mono_font
from playground.widgets.themed import Themed

if TYPE_CHECKING:
    from playground.core.catalog import Catalog, MethodEntry
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

LATER_MS = 250
"""After the last key before what was typed as JSON is read."""
TABS = ("form", "json", "preview")
FIRST = ("model", "instructions", "messages", "input", "prompt", "query", "file", "purpose", "name", "limit", "after")
"""Parameters that stand before the others, after what is required: what people fill in first."""


class JsonEdit(Themed, QPlainTextEdit):
    """The arguments as JSON to write."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("explorer.json")
        self.setAccessibleName("The arguments as JSON")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(12)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(mono_font(12))


class MethodHead(QWidget):
    """Name, verb and path, what it does; why it is deprecated, and what to use instead."""

    opened = Signal(str)
    """The successor was asked for."""

    def __init__(self, star: Command, successor: Command) -> None:
        super().__init__()
        self.name = Label("", "text", 15, 600, selectable=True)
        self.name.setObjectName("explorer.name")
        self.path = Label("", "muted", 12, mono=True, selectable=True)
        self.path.setObjectName("explorer.path")
        self.summary = Label("", "text", 13, wrap=True, selectable=True)
        self.deprecated = Label("", "warning", 13, wrap=True, selectable=True)
        self.successor = CommandButton(successor, "plain", shortcut=False)
        self.more = Disclosure("Documentation")
        self.more.setObjectName("explorer.more")
        self.doc = Label("", "muted", 12, wrap=True, selectable=True)
        self.doc.hide()
        self.more.toggled.connect(self.doc.setVisible)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(IconButton(star))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 10)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.path)
        column.addWidget(self.summary)
        column.addWidget(self.deprecated)
        column.addWidget(self.successor, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.more)
        column.addWidget(self.doc)

    def show_method(self, entry: MethodEntry) -> None:
        self.name.setText(entry.name)
        kind = {Kind.WEBSOCKET: "WebSocket", Kind.HELPER: "a helper of the SDK: it makes no one request"}.get(
            entry.kind
        )
        self.path.setText(f"{entry.verb} {entry.path}" if kind is None else f"{kind} {entry.path}".strip())
        self.summary.setText(entry.summary)
        self.deprecated.setText(f"Deprecated: {entry.deprecated}" if entry.deprecated else "")
        self.deprecated.setVisible(bool(entry.deprecated))
        self.successor.setVisible(bool(entry.successor))
        text = entry.doc.partition("\nArgs:")[0].strip()
        self.more.setVisible(len(text) > len(entry.summary) + 4)
        self.more.setChecked(False)
        self.doc.setText(text)


class MethodPage(QWidget):
    """One method at a time. `edited`: the arguments are others."""

    edited = Signal()

    def __init__(self, context: PanelContext, commands: dict[str, Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer.page")
        self._context = context
        self.entry: MethodEntry | None = None
        self._streams = False
        self._json_is_newer = False
        self.head = MethodHead(commands["favourite"], commands["successor"])
        self.form = SchemaForm(name="explorer.form")
        self.form.set_bridge(context.bridge)
        self.json = JsonEdit()
        self.json_note = Label("", "error", 12, wrap=True)
        self.preview = Preview(context, self.wanted, commands["copy_preview"])
        self.tabs = TabStrip(
            [(commands["tab_form"], "Form"), (commands["tab_json"], "JSON"), (commands["tab_preview"], "Preview")],
            name="Sides of the request",
        )
        self.status = Label("", "muted", 12, wrap=True)
        self.status.setObjectName("explorer.status")
        self._read_later = QTimer(self)
        self._read_later.setSingleShot(True)
        self._read_later.setInterval(LATER_MS)
        self._read_later.timeout.connect(self.read_json)
        self._build(commands)
        self.form.changed.connect(self._form_changed)
        self.json.textChanged.connect(self._json_changed)

    def _build(self, commands: dict[str, Command]) -> None:
        self.empty = EmptyState(
            "compass",
            "Every method of the SDK",
            "Choose one at the left, or press Ctrl+F and type a part of its name, path or parameter. Each has a form, "
            "an exact preview of what would be sent, and a Send button.",
        )
        written = QWidget()
        column = QVBoxLayout(written)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.json, 1)
        self.json_note.setContentsMargins(16, 6, 16, 6)
        self.json_note.hide()
        column.addWidget(self.json_note)
        self.sides = QStackedWidget()
        for side in (self.form, written, self.preview):
            self.sides.addWidget(side)
        strip = QHBoxLayout()
        strip.setContentsMargins(9, 0, 12, 0)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        strip.addWidget(IconButton(commands["minimal"]))
        strip.addWidget(IconButton(commands["unset"]))
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(HairLine())
        column.addLayout(strip)
        column.addWidget(HairLine())
        column.addWidget(self.sides, 1)
        column.addWidget(HairLine())
        column.addLayout(self._foot(commands))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)

    def _foot(self, commands: dict[str, Command]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        row.addWidget(self.status, 1)
        self.stream = CommandButton(commands["stream"], "plain", text="Stream", shortcut=False)
        row.addWidget(self.stream)
        row.addWidget(CommandButton(commands["stop"], "plain", text="Stop"))
        row.addWidget(CommandButton(commands["send"], "primary", text="Send"))
        return row

    # What it shows

    def show_method(self, catalog: Catalog, entry: MethodEntry, arguments: dict[str, Any], *, stream: bool) -> None:
        """Another method with its draft."""
        self._read_later.stop()
        self.entry = entry
        self._streams = stream and entry.can_stream
        self.head.show_method(entry)
        self.form.blockSignals(True)
        first = [name for names in entry.required for name in names]
        known = [name for name in FIRST if entry.parameter(name) is not None]
        self.form.set_schema(catalog.schema_of(entry.name), help_first=list(dict.fromkeys([*first, *known])))
        self.form.set_value(arguments)
        self.form.blockSignals(False)
        self._write_json()
        self.stream.setVisible(entry.can_stream)
        self.pages.setCurrentIndex(1)
        self.say("")
        self.preview.refresh()

    def arguments(self) -> dict[str, Any]:
        """What is written now. What was typed as JSON last is read first."""
        self.read_json()
        value = self.form.value()
        if self.entry is not None and self.entry.can_stream:
            value.pop("stream", None)
        return value

    @property
    def streams(self) -> bool:
        return self._streams

    def set_streams(self, streams: bool) -> None:
        self._streams = streams
        self.preview.refresh()

    def set_arguments(self, arguments: dict[str, Any]) -> None:
        """Other arguments for the same method."""
        self.form.set_value(arguments)
        self._write_json()
        self.edited.emit()
        self.preview.refresh()

    def wanted(self, language: str) -> Wanted | None:
        if self.entry is None:
            return None
        return Wanted(self.entry, self.arguments(), self._streams, language)

    def say(self, text: str, role: str = "muted") -> None:
        self.status.set_role(role)
        self.status.setText(text)

    def show_tab(self, name: str) -> None:
        """`form`, `json` or `preview`."""
        self.read_json()
        at = TABS.index(name)
        self.tabs.choose(at)
        self.sides.setCurrentIndex(at)
        if name == "json":
            self.json.setFocus(Qt.FocusReason.OtherFocusReason)

    # In step

    def _form_changed(self) -> None:
        if self._json_is_newer:
            return
        self._write_json()
        self.edited.emit()
        self.preview.refresh()

    def _write_json(self) -> None:
        text = json.dumps(self.form.value(), indent=2, ensure_ascii=False)
        if text != self.json.toPlainText():
            self.json.blockSignals(True)
            self.json.setPlainText(text)
            self.json.blockSignals(False)
        self._say_json("")

    def _json_changed(self) -> None:
        self._json_is_newer = True
        self._read_later.start()

    def read_json(self) -> bool:
        """Take over what was typed as JSON; False where it is none: the form keeps what it had."""
        self._read_later.stop()
        if not self._json_is_newer:
            return True
        try:
            value = json.loads(self.json.toPlainText() or "{}")
        except ValueError as error:
            self._say_json(_fault(error))
            return False
        if not isinstance(value, dict):
            self._say_json("The arguments are one JSON object: names and values in {}.")
            return False
        self._say_json("")
        self.form.set_value(value)
        self._json_is_newer = False
        self.edited.emit()
        self.preview.refresh()
        return True

    def _say_json(self, words: str) -> None:
        self.json_note.setText(words)
        self.json_note.setVisible(bool(words))


def _fault(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"No JSON at line {error.lineno}, column {error.colno}: {error.msg}. The form keeps what it had."
    return f"No JSON: {error}. The form keeps what it had."
