"""The middle: one method with its documentation, its form and JSON, the preview, and what sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.catalog import Kind
from playground.panels.explorer.head import MethodHead
from playground.panels.explorer.passing import FOR_COMPOSE
from playground.panels.explorer.preview import Preview, Wanted
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, Label, TabStrip
from playground.widgets.form import FormAndJson

if TYPE_CHECKING:
    from playground.core.catalog import Catalog, MethodEntry
    from playground.core.forms import FormError
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

REQUEST, PREVIEW = range(2)
FIRST = ("model", "instructions", "input", "messages", "prompt", "query", "name", "file", "purpose", "limit", "after")
"""What people look for first, where a method has it; the SDK names its parameters by the alphabet."""


class MethodPage(QWidget):
    """One method at a time. `edited`: the arguments are others."""

    edited = Signal()

    def __init__(self, context: PanelContext, commands: dict[str, Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer.page")
        self._context = context
        self.entry: MethodEntry | None = None
        self.former: dict[str, Any] | None = None
        """What was unset last, of this method."""
        self.prepared: Callable[[], Callable[[Mapping[str, Any]], Mapping[str, Any]] | None] | None = None
        """Gives what makes the arguments those that are sent, for a saved request."""
        self._streams = False
        found = [context.commands.get(name) for name in ("profile.switch", "profile.manage")]
        self.head = MethodHead(commands, [command for command in found if command is not None])
        self.pair = FormAndJson(name="explorer.form")
        self.pair.set_bridge(context.bridge)
        self.form = self.pair.form
        self.preview = Preview(context, self.wanted, commands["copy_preview"])
        self.tabs = TabStrip(
            [(commands["tab_request"], "Request"), (commands["tab_preview"], "Preview")], name="Sides of the request"
        )
        self.status = Label("", "muted", 12, wrap=True)
        self.status.setObjectName("explorer.status")
        self._build(commands)
        self.pair.changed.connect(self._changed)
        self.preview.told.connect(self.say)

    def _build(self, commands: dict[str, Command]) -> None:
        self.empty = EmptyState(
            "compass",
            "Every method of the SDK",
            "Choose one at the left, or press Ctrl+F and type a part of its name, path or parameter. Each has a form, "
            "an exact preview of what would be sent, and a Send button.",
        )
        self.sides = QStackedWidget()
        self.sides.addWidget(self.pair)
        self.sides.addWidget(self.preview)
        strip = QHBoxLayout()
        strip.setContentsMargins(9, 0, 12, 0)
        strip.setSpacing(4)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        strip.addWidget(self.pair.switch)
        strip.addSpacing(4)
        strip.addWidget(IconButton(commands["minimal"]))
        strip.addWidget(IconButton(commands["unset"]))
        self.line = HairLine()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(HairLine())
        column.addLayout(strip)
        column.addWidget(self.line)
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
        row.addWidget(CommandButton(commands["stop"], "plain"))
        row.addWidget(CommandButton(commands["send"], "primary"))
        return row

    # What it shows

    def show_method(self, catalog: Catalog, entry: MethodEntry, arguments: dict[str, Any], *, stream: bool) -> None:
        """Another method with its draft."""
        self.entry, self.former = entry, None
        self._streams = stream and entry.can_stream
        self.head.show_method(entry, opens_in_compose=entry.name in FOR_COMPOSE)
        first = [name for names in entry.required for name in names] + list(FIRST)
        self.pair.blockSignals(True)
        request = entry.kind is not Kind.HELPER
        self.pair.set_schema(catalog.schema_of(entry.name), help_first=list(dict.fromkeys(first)), request=request)
        self.pair.set_value(arguments)
        self.pair.blockSignals(False)
        self.pair.head.setVisible(not self.pair.find.isHidden())
        self.stream.setVisible(entry.can_stream)
        self.pages.setCurrentIndex(1)
        self._show_line()
        self.say("")
        self.preview.refresh()

    def arguments(self) -> dict[str, Any]:
        """What is written now. What was typed as JSON last is read first."""
        value = self.pair.value()
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
        self.pair.set_value(arguments)
        self._changed()

    def unset_all(self) -> None:
        """Nothing is set any more."""
        arguments = self.arguments()
        if not arguments:
            self.say("Nothing is set.")
            return
        self.former = arguments
        self.set_arguments({})
        self.say("All arguments were unset. “Restore” brings them back.")

    def restore(self) -> None:
        """Bring back what was unset last."""
        if self.former is not None:
            former, self.former = self.former, None
            self.set_arguments(former)
            self.say("")

    def wanted(self, language: str) -> Wanted | None:
        if self.entry is None:
            return None
        prepare = self.prepared() if self.prepared is not None else None
        return Wanted(self.entry, self.arguments(), self._streams, language, prepare)

    def say(self, text: str, role: str = "muted") -> None:
        self.status.set_role(role)
        self.status.setText(text)

    def show_request(self, mode: str = "") -> None:
        """The form and its JSON; `mode`: "form", "both" or "json", else as it was."""
        if mode:
            self.pair.set_mode(mode)
        self._show_side(REQUEST)

    def show_preview(self) -> None:
        self._show_side(PREVIEW)

    def _show_side(self, side: int) -> None:
        self.pair.read_now()
        self.tabs.choose(side)
        self.sides.setCurrentIndex(side)
        self.pair.switch.setVisible(side == REQUEST)
        self._show_line()

    def _show_line(self) -> None:
        """The pair's own line is the strip's where nothing stands between them."""
        self.line.setVisible(self.sides.currentIndex() != REQUEST or not self.pair.head.isHidden())

    def focus_first(self) -> bool:
        """Go to the first field of the form, or to the JSON where that is all that is shown."""
        if self.pair.form.isHidden():
            self.pair.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        sheet = self.pair.form.sheet
        row = next((row for row in sheet.rows if row.target() is not None), None)
        if row is not None:
            sheet.focus_row(row)
        return row is not None

    # What is wrong

    def fault(self) -> FormError | None:
        """The first thing that is wrong, JSON that cannot be read before all others."""
        return next(iter(self.pair.errors()), None)

    def go_to_fault(self) -> None:
        """Show what is missing as wrong, and go there."""
        self.show_request()
        self.pair.insist()

    def mark(self, pointer: str, message: str) -> None:
        """What a server said of an argument."""
        self.show_request()
        self.pair.mark(pointer, message)
        self.pair.go_to(pointer)

    def knows(self, param: str) -> bool:
        """Whether there is a row for an argument, by the name that a server has for it."""
        return bool(param) and self.entry is not None and self.pair.form.has(param)

    def go_to(self, param: str) -> None:
        """Show an argument's row, and give it the focus."""
        self.show_request()
        self.pair.go_to(param)

    def _changed(self) -> None:
        self.edited.emit()
        self.preview.refresh()
