"""What is known of the current request: tabs, each made when it is first opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.outcomes import clock_text
from playground.panels.inspector.loading import named
from playground.panels.inspector.tabs import TABS
from playground.widgets.commands import Command
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, TabStrip
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeDetail, ExchangeSummary
    from playground.panels.contract import PanelContext

AFTER_MS = 30
"""How long a row is the current one before its details are read."""


class Details(QWidget):
    """Shows one exchange at a time; while it runs, what is known of it follows."""

    loaded = Signal(str)
    """An exchange's id: its details are shown."""
    link_opened = Signal(str)
    closed = Signal()

    def __init__(self, context: PanelContext, tabs: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.details")
        self.setAccessibleName("Details of the request")
        self._context = context
        self._wanted = ""
        self.detail: ExchangeDetail | None = None
        self._operation: Operation[ExchangeDetail] | None = None
        self._stale = False
        self._made: dict[str, QWidget] = {}
        self._fresh: set[str] = set()
        self._current = TABS[0].id
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._load)
        self._pairs: list[tuple[QWidget, QWidget]] = []
        self.strip = TabStrip([(command, entry.title) for command, entry in zip(tabs, TABS, strict=True)],
                              name="Details of the request")  # fmt: skip
        self.what = Text("", "muted", size=12, elide=True)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self.stack = QStackedWidget()
        self.empty = EmptyState("text-align-start", "No request is chosen", "Choose one above: the arrow keys go on.")
        self.trouble = EmptyState("triangle-alert", "This request cannot be read", "")
        for page in (self.empty, self.trouble):
            self.stack.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(12)
        head.addWidget(self.strip)
        head.addWidget(self.what, 1)
        head.addLayout(self._buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(HairLine(Qt.Orientation.Horizontal))
        layout.addLayout(head)
        layout.addWidget(HairLine(Qt.Orientation.Horizontal))
        layout.addWidget(self.stack, 1)

    def add_buttons(self, words: Sequence[tuple[Command, str]], icons: Sequence[Command]) -> None:
        """Commands at the right of the tabs."""
        for command in icons:
            self._buttons.addWidget(IconButton(command))
        for command, text in words:
            small, large = IconButton(command), CommandButton(command, text=text, shortcut=False)
            small.setObjectName(f"{command.id}.small")
            small.hide()
            self._buttons.addWidget(small)
            self._buttons.addWidget(large)
            self._pairs.append((small, large))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where words have no room, their icons stand."""
        super().resizeEvent(event)
        wanted = self.strip.sizeHint().width() + sum(large.sizeHint().width() + 8 for _, large in self._pairs) + 110
        narrow = wanted > self.width()
        for small, large in self._pairs:
            small.setVisible(narrow)
            large.setVisible(not narrow)

    # Which one

    def wanted(self) -> str:
        return self._wanted

    def show_exchange(self, exchange_id: str) -> None:
        """Read an exchange soon, and show it; "" shows that none is chosen."""
        if exchange_id == self._wanted and self.detail is not None:
            return
        self._wanted = exchange_id
        if not exchange_id:
            self._timer.stop()
            self._set(None)
            self.stack.setCurrentWidget(self.empty)
            return
        self._timer.start()

    def follow(self, summaries: Sequence[ExchangeSummary]) -> None:
        """The log reported changes."""
        if any(summary.id == self._wanted for summary in summaries):
            self._timer.start(AFTER_MS * 4)

    def _load(self) -> None:
        if self._operation is not None:
            self._stale = True
            return
        self._stale = False
        self._loading = self._wanted
        self._operation = self._context.bridge.blocking(
            self._context.store.load, self._wanted, label="Reading a request from the log", owner=self
        )
        self._operation.finished.connect(self._loaded)

    def _loaded(self) -> None:
        operation, self._operation = self._operation, None
        error = operation.error if operation is not None else None  # looked at: it is nobody else's to report
        if self._stale or self._loading != self._wanted:
            if self._wanted:
                self._load()
            return
        if operation is None or operation.state == "cancelled":
            return
        if error is not None or operation.result is None:
            self._set(None)
            gone = isinstance(error, KeyError)
            self.trouble.set_words(
                "This request cannot be read",
                "It is not in the log any more." if gone else str(error),
            )
            self.stack.setCurrentWidget(self.trouble)
            return
        self._set(operation.result)
        self._show_tab()
        self.loaded.emit(self._wanted)

    def _set(self, detail: ExchangeDetail | None) -> None:
        self.detail = detail
        self._fresh.clear()
        words = ""
        if detail is not None:
            summary = detail.summary
            words = f"{summary.method} {summary.path} · {clock_text(summary.started_at)[:8]}"
        self.what.set_text(words)

    # Tabs

    def current_tab(self) -> str:
        return self._current

    def show_tab(self, tab_id: str) -> None:
        """Bring a tab to the front; unknown ones are passed over."""
        ids = [entry.id for entry in TABS]
        if tab_id in ids:
            self._current = tab_id
            self.strip.choose(ids.index(tab_id))
            if self.detail is not None:
                self._show_tab()

    def tab(self, tab_id: str) -> Any:
        """A tab's widget; made where it was not."""
        if tab_id not in self._made:
            entry = next(entry for entry in TABS if entry.id == tab_id)
            widget: QWidget = named(entry.view)(self._context, self)
            if not widget.accessibleName():
                widget.setAccessibleName(entry.title)
            signal = getattr(widget, "link_opened", None)
            if signal is not None:
                signal.connect(self.link_opened)
            self._made[tab_id] = widget
            self.stack.addWidget(widget)
        return self._made[tab_id]

    def _show_tab(self) -> None:
        widget = self.tab(self._current)
        if self._current not in self._fresh:
            self._fresh.add(self._current)
            widget.show_detail(self.detail)
        self.stack.setCurrentWidget(widget)

    def take_focus(self) -> None:
        """Go to the tabs."""
        ids = [entry.id for entry in TABS]
        self.strip.buttons[ids.index(self._current)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
