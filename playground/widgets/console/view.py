"""Messages both ways, a line that tells the connection's state, and a place to write the next message."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QComboBox, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.plain import hex_dump, seconds_text
from playground.widgets.answer.states import make_banner
from playground.widgets.below import WithDetail
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.console.composer import Composer
from playground.widgets.console.model import GAP, KIND, PREVIEW, SIZE, TEXT, MessagesModel, as_lines
from playground.widgets.controls import Chip, CommandButton, EmptyState, HairLine, IconButton
from playground.widgets.heads import Head
from playground.widgets.icons import icon
from playground.widgets.presentation import shown_line
from playground.widgets.rows import RowsTable
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.core.errors import Problem

State = Literal["idle", "connecting", "open", "closing", "closed"]
WIDTHS = (34, 80, 72, 210, 70, 120)
_CODES = {
    1000: "normally",
    1001: "the server goes away",
    1002: "a fault in the protocol",
    1003: "data of a kind that is not taken",
    1005: "without a code",
    1006: "the connection broke",
    1007: "data that cannot be read",
    1008: "against the server’s policy",
    1009: "a message was too large",
    1011: "the server failed",
    1012: "the server restarts",
    1013: "the server is overloaded",
}
"""What the close codes of RFC 6455 and IANA's registry mean."""


class _MessagesTable(RowsTable):
    copy_wanted = Signal(bool)
    """Of the chosen rows: True for JSON Lines, False for the lines of the table."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self.setColumnHidden(SIZE, width < scaled(520))
        self.setColumnHidden(GAP, width < scaled(440))
        self.setColumnWidth(KIND, scaled(140 if width < scaled(520) else WIDTHS[KIND]))

    def copy_data(self) -> None:
        self.copy_wanted.emit(True)

    def make_menu(self) -> QMenu:
        menu = super().make_menu()
        data = menu.addAction(icon("braces"), "Copy as JSON Lines")
        data.setEnabled(bool(self.selected_rows()))
        data.triggered.connect(self.copy_data)
        return menu


class Console(QWidget):
    """A connection as its owner tells it: `set_state`, `add_sent`, `add_received`, `show_problem`. `connect_command`
    and `disconnect_command` are the owner's, and shown as buttons. What a person writes comes by `send_wanted`, as
    JSON in Python; who has sent it says so with `add_sent`."""

    send_wanted = Signal(object)
    """A message to send, as Python has its JSON. Only while the state is open."""
    link_opened = Signal(str)
    """An ID was clicked."""

    def __init__(
        self,
        name: str,
        bridge: Bridge | None,
        commands: CommandRegistry | None = None,
        parent: QWidget | None = None,
        *,
        connect_command: Command | None = None,
        disconnect_command: Command | None = None,
        group: str = "Console",
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Console")
        self._commands = commands or CommandRegistry(self)
        self._name, self._group = name, group
        self._began = time.monotonic()
        self.state: State = "idle"
        self._words = ""
        self._wanted = -1
        self.model = MessagesModel(self)
        self.table = _MessagesTable(f"{name}.table", "Messages")
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.set_columns(WIDTHS, PREVIEW)
        self.detail = WithDetail(name, self.table, bridge, self._commands, group=group)
        self.composer = Composer(f"{name}.compose", self._commands, group=group)
        self._build(connect_command, disconnect_command)
        self.composer.send_wanted.connect(self.send_wanted)
        self.detail.closed.connect(self._closed)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.table.copy_wanted.connect(self._copy)
        self.filter.activated.connect(self._filtered)
        self.set_state("idle")

    def _build(self, connect: Command | None, disconnect: Command | None) -> None:
        name, add = self._name, self._commands.add
        self._clear = add(f"{name}.clear", "Clear Messages", self.clear, group=self._group, icon="trash-2", scope=self)
        self._clear.setEnabled(False)
        self.chip = Chip("Not connected", "muted")
        self.filter = QComboBox()
        self.filter.setObjectName(f"{name}.filter")
        self.filter.setAccessibleName("Type of messages")
        self.filter.setMinimumContentsLength(12)
        self.filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.head = Head()
        self.head.row.addWidget(self.chip)
        self.head.row.addWidget(self.head.note, 1)
        self._buttons = {}
        for state, command in (("connect", connect), ("disconnect", disconnect)):
            if command is not None:
                self._buttons[state] = CommandButton(command, "plain", shortcut=False)
                self.head.row.addWidget(self._buttons[state])
        self.second = Head()
        self.second.row.addWidget(self.filter)
        self.second.row.addWidget(self.second.note, 1)
        self.second.row.addWidget(IconButton(self._clear))
        self._place = QVBoxLayout()
        self._place.setContentsMargins(12, 0, 12, 12)
        self._banner = QWidget()
        self._banner.setLayout(self._place)
        self._banner.hide()
        self.empty = EmptyState("plug", "No messages yet", "Connect: messages both ways are listed here.")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.detail)
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.head, HairLine(), self._banner, self.second, self.pages):
            column.addWidget(widget)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName(f"{name}.sides")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(above)
        self.splitter.addWidget(self.composer)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([420, 180])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)

    # The connection

    def set_templates(self, templates: Sequence[tuple[str, Any]]) -> None:
        """Messages to begin with: titles, with JSON as Python has it."""
        self.composer.set_templates(templates)

    def set_state(self, state: State, words: str = "", *, code: int | None = None, reason: str = "") -> None:
        """`connecting` begins a connection: times are counted from here. `closed` may have the WebSocket's close `code`
        and `reason`. `words`: more about any state, as the address."""
        if state == "connecting":
            self._began = time.monotonic()
            self.clear()
        self.state = state
        title, role, dot = {
            "idle": ("Not connected", "muted", None),
            "connecting": ("Connecting…", "muted", "warning"),
            "open": ("Open", "good", "good"),
            "closing": ("Closing…", "muted", "warning"),
            "closed": ("Closed", "muted", "muted"),
        }[state]
        if state == "closed":
            title, more = _closing_words(title, code, reason)
            words = " · ".join(part for part in (more, words) if part)
            if code not in (None, 1000, 1001, 1005):
                role, dot = "error", "error"
        self.chip.set_text(title)
        self.chip.set_role(role, dot)
        self._words = words
        self.composer.set_open(state == "open")
        live = state in ("connecting", "open", "closing")
        for name, button in self._buttons.items():
            button.setVisible(live == (name == "disconnect"))
        self._say()

    def add_sent(self, values: Sequence[Any], times: Sequence[float] | None = None) -> None:
        """Messages that went out: JSON as Python has it, text, or bytes for a binary frame. `times`: seconds since the
        connection was begun; without them it is now."""
        self._add(values, times, sent=True)

    def add_received(self, values: Sequence[Any], times: Sequence[float] | None = None) -> None:
        """The same of messages that came in."""
        self._add(values, times, sent=False)

    def show_problem(self, problem: Problem | None, action: Command | None = None) -> None:
        """What went wrong, above the messages; None takes it away."""
        while (item := self._place.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if problem is not None:
            banner = make_banner(problem, action)
            banner.opened.connect(self.link_opened)
            self._place.addWidget(banner)
        self._banner.setVisible(problem is not None)

    def clear(self) -> None:
        """Forget the messages."""
        self.model.clear()
        self.detail.close_detail()
        self.show_problem(None)
        self._offer_kinds()
        self._say()

    def _add(self, values: Sequence[Any], times: Sequence[float] | None, *, sent: bool) -> None:
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        now = time.monotonic() - self._began
        kinds = len(self.model.kinds)
        self.model.add(values, sent=sent, times=times if times is not None else [now] * len(values))
        if len(self.model.kinds) != kinds:
            self._offer_kinds()
        if at_end and self._wanted < 0:
            self.table.scrollToBottom()
        self._say()

    # What it says

    def _say(self) -> None:
        model = self.model
        self.head.say(self._words, "error" if self.state == "closed" and self.chip.text() != "Closed" else "muted")
        count = model.sent + model.received
        words = [f"{model.sent:,} sent", f"{model.received:,} received"]
        if model.messages:
            words.append(seconds_text(model.messages[-1].at))
        if model.dropped:
            words.append(f"the oldest {model.dropped:,} are not kept")
        self.second.say(" · ".join(words))
        self.second.setVisible(count > 0)
        self._clear.setEnabled(count > 0)
        if not count:
            title, text = {
                "connecting": ("Connecting…", "The server is asked to speak both ways."),
                "open": ("No messages yet", "Write one below, or wait for the server."),
            }.get(self.state, ("No messages yet", "Connect: messages both ways are listed here."))
            self.empty.set_words(title, text)
        self.pages.setCurrentWidget(self.detail if count else self.empty)

    def _offer_kinds(self) -> None:
        if self.filter.view().isVisible():
            return  # somebody is choosing
        chosen = self.filter.currentData() or ""
        self.filter.clear()
        self.filter.addItem("All types", "")
        for kind in sorted(self.model.kinds):
            self.filter.addItem(shown_line(kind), kind)
        place = max(0, self.filter.findData(chosen))
        self.filter.setCurrentIndex(place)
        self.filter.setEnabled(len(self.model.kinds) > 1)
        if chosen and not place:
            self.model.show_kind("")

    def _filtered(self, _place: int) -> None:
        self.model.show_kind(self.filter.currentData() or "")
        self.detail.close_detail()

    # One of them

    def _chosen(self, *_what: object) -> None:
        row = self.table.currentIndex().row()
        if row < 0 or not self.table.selectionModel().isRowSelected(row):
            return
        message = self.model.message(row)
        if message.number == self._wanted:
            return
        self._wanted = message.number
        way = "sent" if message.sent else "received"
        title = f"Message {message.number:,}, {way}  ·  {shown_line(message.kind)}"
        if message.binary:
            self.detail.show_text(title, hex_dump(message.data, 4096))
        elif message.kind == TEXT:
            self.detail.show_text(title, message.data.decode("utf-8", "surrogateescape"))
        else:
            self.detail.show_data(title, message.data)

    def _closed(self) -> None:
        self._wanted = -1

    def _copy(self, _data: bool) -> None:
        rows = self.table.selected_rows()
        if rows:
            QGuiApplication.clipboard().setText(as_lines(self.model.message(row) for row in rows))


def _closing_words(title: str, code: int | None, reason: str) -> tuple[str, str]:
    """What the chip says, and what stands beside it."""
    if code is None:
        return title, shown_line(reason)
    meaning = _CODES.get(code, "")
    return f"{title} {code}", ": ".join(part for part in (meaning, shown_line(reason)) if part)
