"""The details of one exchange: overview, request, response, attempts. Read and laid out off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from playground.core.exchanges.shown import (
    DetailTexts,
    load_texts,
)
from playground.core.exchanges.words import outcome, timing_rows
from playground.shell.dock_model import status_role, status_text
from playground.shell.surface import Surface, Text
from playground.widgets.attempts import AttemptsPage, Rows, scrolled
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import Chip, HairLine, IconButton, SectionLabel
from playground.widgets.message import MessagePage
from playground.widgets.timeline import TimingBar

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.exchanges import ExchangeStore, ExchangeSummary

TABS = ("Overview", "Request", "Response", "Attempts")
CHIP_ROLES = {"good": "good", "warning": "warning", "error": "error", "muted": "muted"}


class DetailsPane(Surface):
    """Shows one exchange at a time; while it runs, what is known of it follows."""

    loaded = Signal(str)
    """An exchange's id: its details are shown."""

    def __init__(
        self,
        bridge: Bridge,
        store: ExchangeStore,
        buttons: tuple[Command, ...],
        commands: CommandRegistry,
        parent: QWidget | None = None,
    ) -> None:
        """`buttons`: the commands at its top; `commands`: where the bodies' own are added."""
        super().__init__("surface", "", parent)
        self.setObjectName("requests.details")
        self._bridge, self._store = bridge, store
        self._wanted = ""
        self._shown: DetailTexts | None = None
        self._operation: Operation[DetailTexts] | None = None
        self._stale = False
        self._head = QHBoxLayout()
        self._chip: Chip | None = None
        self._title = Text("", "text", mono=True, size=12, elide=True)
        self._title.setObjectName("requests.details.title")
        self._head.setSpacing(8)
        self._head.addWidget(self._title, 1)
        for command in buttons:
            button = IconButton(command)
            button.setObjectName(f"requests.details.{command.id}")
            button.setAccessibleName(command.text())
            self._head.addWidget(button)
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("requests.details.tabs")
        self.tabs.setAccessibleName("Details of the request")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for name in TABS:
            self.tabs.addTab(name)
        self._pages = QStackedWidget(self)
        self._overview = OverviewPage(self)
        self._request = MessagePage("request", bridge, commands, self)
        self._response = MessagePage("response", bridge, commands, self)
        self._attempts = AttemptsPage("requests.attempts", self)
        for page in (self._overview, self._request, self._response, self._attempts):
            self._pages.addWidget(page)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        self._head.setContentsMargins(16, 5, 8, 0)
        layout.addLayout(self._head)
        tabs_row = QHBoxLayout()
        tabs_row.setContentsMargins(6, 0, 8, 0)
        tabs_row.addWidget(self.tabs)
        tabs_row.addStretch(1)
        layout.addLayout(tabs_row)
        layout.addWidget(HairLine(Qt.Orientation.Horizontal))
        layout.addWidget(self._pages, 1)

    def show_exchange(self, exchange_id: str) -> None:
        """Load an exchange and show it."""
        self._wanted = exchange_id
        self._load()

    def follow(self, summary: ExchangeSummary) -> None:
        """The store reported a change. The bodies are read again when the exchange has ended."""
        if summary.id != self._wanted:
            return
        if self._shown is not None and self._shown.summary.id == summary.id:
            self._set_head(summary)
            self._overview.set_summary(summary)
        if summary.state != "open":
            self._load()

    def wanted(self) -> str:
        return self._wanted

    def shown(self) -> DetailTexts | None:
        return self._shown

    def page_text(self, name: str) -> str:
        """The text of a page, for tests and copying."""
        return {"Request": self._request, "Response": self._response}[name].text()

    def _load(self) -> None:
        if self._operation is not None:
            self._stale = True
            return
        self._stale = False
        self._operation = self._bridge.blocking(
            load_texts, self._store, self._wanted, label="Reading a request from the log", owner=self
        )
        self._operation.finished.connect(self._loaded)

    def _loaded(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        if operation.error is not None:
            self._title.set_text(f"The log could not be read: {operation.error}")
        elif operation.result is not None and operation.result.summary.id == self._wanted:
            self._show(operation.result)
        if self._stale or (operation.result is not None and operation.result.summary.id != self._wanted):
            self._load()

    def _show(self, texts: DetailTexts) -> None:
        self._shown = texts
        self._set_head(texts.summary)
        self._overview.set_rows(texts.overview)
        self._overview.set_summary(texts.summary)
        if texts.attempts:
            self._request.set_message(texts.attempts[-1].request)
            self._response.set_message(texts.attempts[-1].response)
        self._attempts.set_attempts([text.attempt for text in texts.attempts])
        self.tabs.setTabText(3, f"Attempts {len(texts.attempts)}" if len(texts.attempts) > 1 else "Attempts")
        self.loaded.emit(texts.summary.id)

    def _set_head(self, summary: ExchangeSummary) -> None:
        words = " ".join(part for part in (status_text(summary), summary.error_code or "") if part)
        words = "running" if words == "…" else words
        if self._chip is not None:
            self._head.removeWidget(self._chip)
            self._chip.deleteLater()
        self._chip = Chip(words, CHIP_ROLES[status_role(summary)])
        self._head.insertWidget(0, self._chip)
        self._title.set_text(f"{summary.method} {summary.path}")


class OverviewPage(QWidget):
    """What became of it, its ids, and when what happened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = Surface("surface")
        self._outcome = Text("", "text", wrap=True)
        self._bar = TimingBar()
        self._timing, self._rows = Rows(), Rows()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self._outcome)
        layout.addLayout(self._rows)
        layout.addSpacing(4)
        layout.addWidget(SectionLabel("Timing of the last attempt"))
        layout.addWidget(self._bar)
        layout.addLayout(self._timing)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(content, "requests.overview", "Overview of the request"))

    def set_summary(self, summary: ExchangeSummary) -> None:
        self._outcome.set_text(outcome(summary))
        self._outcome.set_role("error" if summary.state == "failed" else "text")
        self._bar.set_timings(summary.timings, summary.state)
        self._timing.fill(timing_rows(summary))

    def set_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        self._rows.fill(rows)
