"""The details of one exchange: overview, request, response, attempts. Read and laid out off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from playground.core.plain import seconds_text, size_text
from playground.shell.details_message import MessagePage
from playground.shell.details_text import (
    AttemptText,
    DetailTexts,
    load_texts,
    outcome,
    timing_rows,
)
from playground.shell.dock_model import status_role, status_text
from playground.shell.surface import Surface, Text
from playground.shell.timing import TimingBar
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import Chip, HairLine, IconButton, SectionLabel

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
        self._attempts = AttemptsPage(self)
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
        self._attempts.set_attempts(texts.attempts)
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


def bar_role(state: str) -> str:
    """The colour of a timing bar."""
    return "error" if state in ("failed", "cut") else "accent"


def scrolled(content: QWidget, name: str, accessible: str) -> QScrollArea:
    """A page in a frameless scroll area."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(accessible)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


class OverviewPage(QWidget):
    """What became of it, its ids, and when what happened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = Surface("surface")
        self._outcome = Text("", "text", wrap=True)
        self._bar = TimingBar()
        self._bar.setFixedHeight(10)
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
        self._bar.set_timings(summary.timings, summary.timings.last_byte, bar_role(summary.state))
        self._timing.fill(timing_rows(summary))

    def set_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        self._rows.fill(rows)


class Rows(QGridLayout):
    """Labels and values in two columns; the values can be selected. Its widgets are used again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(16)
        self.setVerticalSpacing(4)
        self.setColumnStretch(1, 1)
        self._lines: list[tuple[Text, Text]] = []

    def fill(self, rows: tuple[tuple[str, str], ...]) -> None:
        while len(self._lines) < len(rows):
            line = (Text("", "muted", size=12), Text("", "text", size=12, mono=True, elide=True))
            self.addWidget(line[0], len(self._lines), 0, Qt.AlignmentFlag.AlignTop)
            self.addWidget(line[1], len(self._lines), 1)
            self._lines.append(line)
        for number, line in enumerate(self._lines):
            shown = number < len(rows)
            for widget, text in zip(line, rows[number] if shown else ("", ""), strict=True):
                widget.set_text(text)
                widget.setVisible(shown)


class AttemptsPage(QWidget):
    """One line an attempt: number, status, request ID, bar, duration, and what went wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._area = scrolled(QWidget(), "requests.attempts", "Attempts")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def set_attempts(self, attempts: tuple[AttemptText, ...]) -> None:
        content = Surface("surface")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        for text in attempts:
            layout.addLayout(self._line(text))
        layout.addStretch(1)
        self._area.setWidget(content)

    def _line(self, text: AttemptText) -> QGridLayout:
        attempt = text.attempt
        bad = attempt.state == "failed" or (attempt.status or 0) >= 400
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 14)
        grid.setColumnMinimumWidth(1, 30)
        grid.setColumnStretch(3, 1)
        bar = TimingBar()
        bar.setFixedHeight(8)
        bar.set_timings(attempt.timings, attempt.timings.last_byte, bar_role("failed" if bad else attempt.state))
        status = str(attempt.status) if attempt.status is not None else "no answer"
        grid.addWidget(Text(str(attempt.number), "muted", size=12), 0, 0)
        grid.addWidget(Text(status, "error" if bad else "good", size=12, weight=500), 0, 1)
        grid.addWidget(Text(attempt.request_id or attempt.client_request_id or "", "accent", size=12, mono=True), 0, 2)
        grid.addWidget(bar, 0, 3)
        grid.addWidget(Text(seconds_text(attempt.timings.last_byte), "muted", size=12), 0, 4)
        sizes = f"{size_text(attempt.request_body_size)} sent, {size_text(attempt.response_body_size)} received"
        words = " · ".join(part for part in (sizes, attempt.error or "") if part)
        grid.addWidget(Text(words, "muted", size=12, wrap=True), 1, 1, 1, 4)
        return grid
