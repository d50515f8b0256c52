"""The request dock under every panel (Ctrl+J): every request as it happens, and the details of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.shell.dock_search import Found, asks_log, search
from playground.shell.surface import Surface, Text
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import SectionLabel
from playground.widgets.fields import VeiledField

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.exchanges import ExchangeSummary
    from playground.core.signals import Signal as PlainSignal
    from playground.shell.details import DetailsPane
    from playground.shell.dock_list import RequestList
    from playground.shell.dock_model import RequestsModel
    from playground.shell.late_store import LateStore

LOADED = 200
"""Exchanges read at start."""
TICK_MS = 200
"""How often a running request's duration is shown anew; nothing ticks while nothing runs."""
SEARCH_AFTER_MS = 200
"""How long nothing is typed before a query is put to the log."""
HEADER = 32
LEAST_HEIGHT = 92
DETAILS_HEIGHT = 300
NONE_FITS = "No request in the log fits."
NOTHING_YET = "No requests yet. Whatever is sent to a server appears here, with every attempt, header and timing."


class RequestDock(Surface):
    """List and details side by side. The list's widgets are made after the first frame, which shows the header alone;
    the details' when they are first asked for."""

    height_wanted = Signal(int)
    """The details need this many pixels at least."""
    updated = Signal(list)
    """Summaries that came or changed, after the list shows them."""

    def __init__(
        self, bridge: Bridge, store: LateStore, commands: CommandRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__("surface", "", parent)
        self.setObjectName("requests")
        self.setAccessibleName("Requests")
        self._bridge, self._store, self._commands = bridge, store, commands
        self._mistake = ""
        self._opening = False
        self._finding: Operation[Found] | None = None
        self._copying: Operation[str] | None = None
        self.details: DetailsPane | None = None
        self._made: tuple[RequestsModel, RequestList] | None = None
        self._add_commands(commands)
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(SEARCH_AFTER_MS)
        self._asking.timeout.connect(self._ask)
        self.filter.textChanged.connect(self._filter)
        self.filter.installEventFilter(self)

    @property
    def model(self) -> RequestsModel:
        return self._parts()[0]

    @property
    def view(self) -> RequestList:
        return self._parts()[1]

    def summaries(self) -> Sequence[ExchangeSummary]:
        """The exchanges listed, newest first; none before the first frame."""
        return self._made[0].summaries() if self._made is not None else ()

    def _parts(self) -> tuple[RequestsModel, RequestList]:
        if self._made is None:
            from playground.shell.dock_list import RequestList
            from playground.shell.dock_model import RequestsModel

            model = RequestsModel(self)
            view = RequestList(model, self)
            self._made = (model, view)
            self._stack.addWidget(view)
            view.opened.connect(self.show_exchange)
            view.chosen.connect(self._chosen)
            model.rowsInserted.connect(self._show_state)
        return self._made

    # Set-up -----------------------------------------------------------------------------------------------------

    def _add_commands(self, commands: CommandRegistry) -> None:
        add = commands.add
        self.copy_id = add("requests.copy-id", "Copy Request ID", self._copy_id, group="Requests", icon="copy")
        self.copy_text = add(
            "requests.copy-text", "Copy Request as Text", self._copy_text, group="Requests", icon="file-text"
        )
        self.open_in_explorer = add(
            "requests.open-in-explorer",
            "Open Request in Explorer",
            self._open_in_explorer,
            group="Requests",
            icon="compass",
            keywords=("method", "form", "send again", "edit"),
        )
        self.inspect = add(
            "requests.inspect",
            "Open in Requests",
            self._inspect,
            group="Requests",
            icon="maximize-2",
            keywords=("inspector", "log", "all", "filter"),
        )
        self.close_details = add(
            "requests.close-details", "Close Request Details", self.hide_details, group="Requests", icon="x"
        )
        add(
            "requests.find",
            "Find a Request",
            self.focus_filter,
            group="Requests",
            icon="search",
            shortcut="Ctrl+Shift+F",
            keywords=("filter", "id", "paste"),
        )
        add("requests.copy-rows", "Copy Selected Requests", self._copy_rows, group="Requests", icon="copy")
        for command in (self.copy_id, self.copy_text, self.close_details):
            command.setEnabled(False)

    def _build(self) -> None:
        self.filter = VeiledField()
        self.filter.setObjectName("requests.filter")
        self.filter.setAccessibleName("Filter the requests, or paste an ID")
        self.filter.setPlaceholderText("Filter, status:429, or paste an ID")
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(230)
        self._count = Text("", "muted", size=12)
        self._keys = Text("Ctrl J", "muted", size=12)
        self.header = Surface(height=HEADER)
        row = QHBoxLayout(self.header)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(SectionLabel("Requests"))
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.filter)
        row.addWidget(self._keys)
        self._empty = Text(NOTHING_YET, "muted", wrap=True)
        self._none = Text("", "muted", wrap=True)
        for text in (self._empty, self._none):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for page in (self._none, self._empty):  # blank until the log has been read
            self._stack.addWidget(page)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("requests.splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(self._stack)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.splitter, 1)
        self.setMinimumHeight(LEAST_HEIGHT)

    def set_collapsed(self, collapsed: bool) -> None:
        """Collapsed, only the header is left; it says how many requests there are."""
        self.splitter.setVisible(not collapsed)
        self.filter.setVisible(not collapsed)
        header = self.header.minimumHeight()
        self.setMinimumHeight(header if collapsed else LEAST_HEIGHT)
        self.setMaximumHeight(header if collapsed else 16777215)

    def collapsed(self) -> bool:
        return self.splitter.isHidden()

    def start(self, changed: PlainSignal[Any]) -> None:
        """Read what the log has, and listen for what comes. After the first frame."""
        self._bridge.listen(changed, self._changed, self)
        self._bridge.listen(self._store.removed, self._removed, self)
        operation = self._bridge.blocking(self._store.recent, LOADED, label="Reading the request log", owner=self)
        operation.finished.connect(self._recent_read)
        self._recent = operation

    def _recent_read(self) -> None:
        operation = self._recent
        if operation.error is not None:
            self._none.set_text(f"The request log could not be read: {operation.error}")
            self._stack.setCurrentWidget(self._none)
            return
        self._take(operation.result or [])

    # What comes -------------------------------------------------------------------------------------------------

    def _changed(self, emissions: list[tuple[Any, ...]]) -> None:
        self._take([summary for (summary,) in emissions])

    def _removed(self, emissions: list[tuple[tuple[str, ...]]]) -> None:
        """Runs were deleted for good, and these with them."""
        gone = {exchange_id for (ids,) in emissions for exchange_id in ids}
        if self.details is not None and self.details.wanted() in gone:
            self.hide_details()
        self.model.remove(gone)
        self._show_state()

    def _take(self, summaries: Sequence[ExchangeSummary]) -> None:
        self.model.upsert(summaries)
        latest = list({summary.id: summary for summary in summaries}.values())
        if self.details is not None:
            for summary in latest:
                self.details.follow(summary)
        if self.model.running() and not self._timer.isActive():
            self._timer.start()
        self._show_state()
        if latest and not self._asking.isActive() and asks_log(self.filter.text()):
            self._asking.start()  # what is new may fit too
        self.updated.emit(latest)

    def _tick(self) -> None:
        if not self.model.tick():
            self._timer.stop()

    def _show_state(self) -> None:
        total, shown = self.model.rowCount(), self.view.shown()
        if not total:
            self._stack.setCurrentWidget(self._empty)
        elif self._mistake:
            self._none.set_text(self._mistake)
            self._stack.setCurrentWidget(self._none)
        elif not shown:
            self._none.set_text(self._why_none())
            self._stack.setCurrentWidget(self._none)
        else:
            self._stack.setCurrentWidget(self.view)
        self._count.set_text(f"{shown} of {total}" if self.filter.text().strip() else (str(total) if total else ""))

    def _why_none(self) -> str:
        if not asks_log(self.filter.text()):
            return "No request here holds this text. Enter searches the whole log."
        looking = self._asking.isActive() or (self._finding is not None and not self._finding.done)
        return "Looking through the log …" if looking else NONE_FITS

    # Finding ----------------------------------------------------------------------------------------------------

    def focus_filter(self) -> None:
        if self.isHidden():  # the panel in front has all requests
            self._commands.run("inspector.find")
            return
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _filter(self, text: str) -> None:
        """What is listed is filtered at once; a query is put to the log as soon as nothing more is typed."""
        self._mistake = ""
        self.view.filter(text)
        if asks_log(text):
            self._asking.start()
        else:
            self._asking.stop()
        self._show_state()
        if (found := self.model.by_any_id(text)) is not None:
            self.view.choose(found.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._search_log()
                return True
            if key == Qt.Key.Key_Down and self.view.shown():
                self.view.choose_first()
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if key == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
        return False

    def _search_log(self) -> None:
        """Enter in the filter: look through the whole log, not only through what is listed."""
        if (found := self.model.by_any_id(self.filter.text())) is not None:
            self.show_exchange(found.id)
            return
        self._opening = True
        self._ask()

    def _ask(self) -> None:
        self._asking.stop()
        text = self.filter.text().strip()
        if not text:
            self._opening = False
            return
        self._finding = self._bridge.blocking(search, self._store, text, label="Searching the request log", owner=self)
        self._finding.finished.connect(self._found)

    def _found(self) -> None:
        operation, opening = self._finding, self._opening
        if operation is None or operation.result is None or operation.result.text != self.filter.text().strip():
            return
        self._finding, self._opening = None, False
        found = operation.result
        self._mistake = found.mistake
        self.model.add_found(found.text, list(found.summaries))
        self._show_state()
        if found.summaries and opening:
            self.show_exchange(found.summaries[0].id)
        elif not found.summaries and not found.mistake:
            self._none.set_text(NONE_FITS)
            self._stack.setCurrentWidget(self._none)

    # Details ----------------------------------------------------------------------------------------------------

    def show_exchange(self, exchange_id: str) -> None:
        """Open the details of an exchange, also of one that is not in the list."""
        if self.details is None:
            from playground.shell.details import DetailsPane

            buttons = (self.inspect, self.open_in_explorer, self.copy_id, self.copy_text, self.close_details)
            self.details = DetailsPane(self._bridge, self._store, buttons, self._commands)
            self.details.hide()  # a splitter shows what is put into it, unless it was hidden before
            self.splitter.addWidget(self.details)
            self.splitter.setStretchFactor(0, 5)
            self.splitter.setStretchFactor(1, 4)
        if self.details.isHidden():
            self.details.show()
            width = self.splitter.width()
            self.splitter.setSizes([width * 5 // 9, width * 4 // 9])
            self.height_wanted.emit(DETAILS_HEIGHT)
        self.details.show_exchange(exchange_id)
        self.view.choose(exchange_id)
        for command in (self.copy_id, self.copy_text, self.close_details):
            command.setEnabled(True)

    def hide_details(self) -> None:
        if self.details is not None and self.details.isVisible():
            self.details.hide()
            self.close_details.setEnabled(False)
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def details_open(self) -> bool:
        return self.details is not None and self.details.isVisibleTo(self)

    def _chosen(self, exchange_id: str) -> None:
        for command in (self.copy_id, self.copy_text):
            command.setEnabled(bool(exchange_id))
        if exchange_id and self.details is not None and self.details.isVisible():
            self.details.show_exchange(exchange_id)

    def take_focus(self) -> None:
        if self.view.shown():
            self.view.choose_first()
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.focus_filter()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.details_open():
            self.hide_details()
            return
        super().keyPressEvent(event)

    # Copying ----------------------------------------------------------------------------------------------------

    def current_id(self) -> str:
        """The exchange whose details are open, else the list's current one."""
        if self.details is not None and self.details.isVisible() and self.details.wanted():
            return self.details.wanted()
        return self.view.current_id()

    def _copy_id(self) -> None:
        exchange_id = self.current_id()
        summary = self.model.summary(exchange_id)
        if summary is None and self.details is not None and (texts := self.details.shown()) is not None:
            summary = texts.summary
        if summary is not None:
            QGuiApplication.clipboard().setText(summary.request_id or summary.client_request_id or summary.id)

    def _open_in_explorer(self) -> None:
        """Show the request as the method that made it, to be changed and sent again."""
        self.view.choose_first()
        if exchange_id := self.current_id():
            self._commands.run("panel.explorer")
            self._commands.run("explorer.open_exchange", exchange_id)
        else:
            self._commands.run("requests.show")  # says that there are none

    def _inspect(self) -> None:
        """Show the request in the panel that has all of them."""
        exchange_id = self.current_id()
        self._commands.run("panel.inspector")
        if exchange_id:
            self._commands.run("inspector.show", exchange_id)

    def _copy_rows(self) -> None:
        if text := self.view.selected_text():
            QGuiApplication.clipboard().setText(text)

    def _copy_text(self) -> None:
        if exchange_id := self.current_id():
            from playground.core.exchanges.shown import load_copy

            self._copying = self._bridge.blocking(
                load_copy, self._store, exchange_id, label="Copying a request", owner=self
            )
            self._copying.finished.connect(self._copied)

    def _copied(self) -> None:
        operation, self._copying = self._copying, None
        if operation is not None and operation.result is not None:
            QGuiApplication.clipboard().setText(operation.result)
