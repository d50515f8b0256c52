"""The dashboard: what the calls of a span of time took, in numbers; each mark opens its rows."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.settings import BUDGET
from playground.panels.contract import PanelContext
from playground.panels.inspector import dashboard_series
from playground.panels.inspector.dashboard_body import DashboardBody
from playground.panels.inspector.dashboard_series import Shown, Wanted
from playground.panels.inspector.pills import TogglePill
from playground.panels.inspector.query_field import QueryField
from playground.widgets.controls import Chip, EmptyState, HairLine, Label
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges.dashboard import Source
    from playground.widgets.commands import Command

GROUP = "Requests"
STATE = "dashboard"
"""Under which the panel remembers what was chosen."""
LEAST_MS = 1000
"""Between two looks at what is new; more where reading takes long."""
SLOW_MS = 300
"""Until it is said that something else is being counted."""
SHARE = 5
"""A look is followed by a pause of so many times its length: the log is not read all the time."""
SPANS = (("1h", "1 hour"), ("24h", "24 hours"), ("7d", "7 days"), ("30d", "30 days"), ("all", "All"))
SOURCES = (
    ("servers", "Servers", "Count Calls to Servers"),
    ("sandbox", "Sandbox", "Count Calls of the Sandbox"),
    ("imported", "Imported", "Count Imported Calls"),
)
_NAMES = {"servers": "real servers", "sandbox": "the sandbox", "imported": "imported files"}


class _Choice(QObject):
    """A command's handler is a bound method: chooses one value."""

    def __init__(self, page: DashboardPage, what: str, value: str) -> None:
        super().__init__(page)
        self._page, self._what, self._value = page, what, value

    def choose(self) -> None:
        if self._what == "span":
            self._page.show_span(self._value)
        else:
            self._page.show_source(self._value)  # type: ignore[arg-type]


class DashboardPage(QWidget):
    """Reads only while it is shown: at once, and when something has changed, at most once a second."""

    rows_wanted = Signal(str)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.dashboard")
        self.setAccessibleName("Dashboard")
        self._context = context
        self.wanted = Wanted(*self._remembered(), budget=context.settings.get(BUDGET))
        self.shown: Shown | None = None
        self._reading: Operation[Shown] | None = None
        self._active = False
        self._dirty = True
        self._took = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._say_slow)
        self._build()
        context.bridge.listen(context.store.changed, self._changed, self)
        context.bridge.listen(context.store.removed, self._changed, self)
        context.bridge.listen(context.settings.changed, self._settings_changed, self)

    def _build(self) -> None:
        self.field = QueryField(self._context.bridge, self._context.store, self)
        self.field.setObjectName("inspector.dashboard.filter")
        self.field.setAccessibleName("Count only the requests that this query finds")
        self.field.setPlaceholderText("Count only: model:gpt-*  profile:Work  since:2026-11-01 until:2026-11-08")
        self.field.asked.connect(self.show_query)
        self.spans = {key: self._pill("span", key, words, f"Dashboard: {words}") for key, words in SPANS}
        self.sources = {key: self._pill("source", key, words, title) for key, words, title in SOURCES}
        self.custom = Chip("Span of the query", "accent")
        self.note = Text("", "muted", size=12)
        self.trouble = Label("", "error", 13, wrap=True, selectable=True)
        self.trouble.setContentsMargins(16, 8, 16, 8)
        self.simulated = Chip("Simulated: nothing left this computer, nothing was charged", "simulated")
        self.body = DashboardBody(self)
        self.body.rows_wanted.connect(self.rows_wanted)
        budget = self._context.commands.add(
            "inspector.budget", "Set a Budget a Day…", self.set_budget, group=GROUP, icon="wallet", scope=self,
            keywords=("spend", "cost", "limit"),
        )  # fmt: skip
        self.body.budget_wanted.connect(budget.trigger)
        self.empty = EmptyState("chart-line", "Nothing to count yet", "Reading the log…")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.body)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(8)
        for pill in self.spans.values():
            head.addWidget(pill)
        head.addWidget(self.custom)
        head.addWidget(self.field, 1)
        for pill in self.sources.values():
            head.addWidget(pill)
        self.below = QWidget()
        below = QHBoxLayout(self.below)
        below.setContentsMargins(16, 0, 16, 8)
        below.setSpacing(8)
        below.addWidget(self.simulated)
        below.addWidget(self.note)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.below)
        column.addWidget(HairLine())
        column.addWidget(self.trouble)
        column.addWidget(self.stack, 1)
        for hidden in (self.custom, self.simulated, self.trouble, self.note, self.below):
            hidden.hide()
        self._say_choice()

    def _pill(self, what: str, key: str, words: str, title: str) -> TogglePill:
        choice = _Choice(self, what, key)
        command: Command = self._context.commands.add(
            f"inspector.dashboard_{key}", title, choice.choose, group=GROUP, keywords=("dashboard", "count"), scope=self
        )
        return TogglePill(command, words)

    # What is wanted -----------------------------------------------------------------------------------------------

    def show_span(self, key: str) -> None:
        """Count the calls of another span: a key of `SPANS`."""
        self._want(replace(self.wanted, span=key))

    def show_source(self, source: Source) -> None:
        """Count the calls of real servers, of the sandbox, or those that were imported."""
        self._want(replace(self.wanted, source=source))

    def show_query(self, query: str) -> None:
        """Count only what a query finds."""
        if query != self.wanted.query:
            self._want(replace(self.wanted, query=query))

    def set_budget(self) -> None:
        """Go to where the budget is set."""
        self._context.commands.run("app.settings", "Requests")

    def _settings_changed(self, emissions: list[tuple[Any, ...]]) -> None:
        if (BUDGET.key,) in emissions:
            self._want(replace(self.wanted, budget=self._context.settings.get(BUDGET)))

    def _remembered(self) -> tuple[str, str, Source | None]:
        """Span, query and source of the last time; a query is not kept: numbers that leave something out surprise."""
        kept = self._context.state.load().get(STATE)
        kept = kept if isinstance(kept, dict) else {}
        span, source = kept.get("span"), kept.get("source")
        known = [key for key, _ in SPANS]
        return span if span in known else Wanted().span, "", source if source in list(_NAMES) else None

    def _want(self, wanted: Wanted) -> None:
        if (wanted.span, wanted.source) != (self.wanted.span, self.wanted.source):
            state = self._context.state
            state.save({**state.load(), STATE: {"span": wanted.span, "source": wanted.source}})
        self.wanted = wanted
        self._dirty = True
        self._say_choice()
        if self._active:
            self._read()

    def _say_choice(self) -> None:
        """The pills show what is chosen, also after one was clicked that was chosen already."""
        board = self.shown.board if self.shown is not None else None
        source = self.wanted.source or (board.source if board is not None else "servers")
        custom = board is not None and board.span.key == "custom"
        for chosen, pills in (("" if custom else self.wanted.span, self.spans), (source, self.sources)):
            for key, pill in pills.items():
                if pill.command is not None:
                    pill.command.setChecked(key == chosen)
        self.custom.setVisible(custom)

    # Reading ------------------------------------------------------------------------------------------------------

    def activate(self) -> None:
        """Shown: read what is new since."""
        self._active = True
        if self._dirty or self.shown is None or self._is_past():
            self._read()
        else:
            self._wait()

    def deactivate(self) -> None:
        """Hidden: nothing ticks, nothing is read."""
        self._active = False
        self._timer.stop()

    def _changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self._dirty = True
        if self._active and self._reading is None:
            self._wait()

    def _wait(self) -> None:
        """Look again: soon where something is new, else when the last bucket is over."""
        if not self._active:
            return
        pause = max(LEAST_MS, round(self._took * SHARE * 1000))
        if not self._dirty:
            pause = max(pause, self._left_ms())
        if not self._timer.isActive() or self._timer.remainingTime() > pause:
            self._timer.start(pause)

    def _left_ms(self) -> int:
        board = self.shown.board if self.shown is not None else None
        left = board.span.end - time.time() if board is not None else 60.0
        return round(min(max(left, 1.0), 600.0) * 1000)

    def _is_past(self) -> bool:
        board = self.shown.board if self.shown is not None else None
        return board is None or (board.span.key != "custom" and board.span.end <= time.time())

    def _look(self) -> None:
        if self._active and (self._dirty or self._is_past()):
            self._read()
        else:
            self._wait()

    def _read(self) -> None:
        if self._reading is not None:  # once it is there, what is wanted then is read
            return
        self._timer.stop()
        self._dirty = False
        if self.shown is None or self.shown.wanted != self.wanted:
            self._slow.start()
        self._reading = self._context.bridge.blocking(
            dashboard_series.read, self._context.store, self.wanted, label="Counting the requests", owner=self
        )
        self._reading.finished.connect(self._was_read)

    def _was_read(self) -> None:
        operation, self._reading = self._reading, None
        self._slow.stop()
        if operation is None:
            return
        if operation.error is not None:
            self._say_rest()
            self._trouble(f"The request log could not be read: {operation.error}")
        elif operation.result is not None:
            self._show(operation.result)
        if self._active and self.wanted != (operation.result.wanted if operation.result is not None else self.wanted):
            self._read()
        else:
            self._wait()

    # Showing ------------------------------------------------------------------------------------------------------

    def _trouble(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def _show(self, shown: Shown) -> None:
        if shown.wanted != self.wanted:
            return
        self._trouble(shown.mistake)
        if shown.mistake:
            self.field.mark(shown.start, shown.end)
            self._say_rest()
            return
        self.field.unmark()
        self.shown = shown
        board = shown.board
        assert board is not None
        self._took = board.took
        self._say_choice()
        self._say_rest()
        if board.totals.calls:
            self.body.show_numbers(shown)
        else:
            self._say_empty()
        self.stack.setCurrentWidget(self.body if board.totals.calls else self.empty)

    def _say_slow(self) -> None:
        """What is shown is still what was asked for before."""
        self.note.set_text("Counting…")
        self.note.show()
        self.below.show()

    def _say_rest(self) -> None:
        """What is in none of the numbers."""
        board = self.shown.board if self.shown is not None else None
        if board is None:
            return
        others = [
            f"{count:,} of {_NAMES[source]}"
            for source, count in board.calls.items()
            if count and source != board.source
        ]
        for key, pill in self.sources.items():
            count = board.calls[key]  # type: ignore[index]
            pill.set_note(f"{count:,}" if count else "")
        words = f"Not counted here: {' and '.join(others)}." if others else ""
        self.note.set_text(words)
        self.note.setVisible(bool(words))
        simulated = board.source == "sandbox" and board.totals.calls > 0
        self.simulated.setVisible(simulated)
        self.below.setVisible(simulated or bool(words))

    def _say_empty(self) -> None:
        board = self.shown.board if self.shown is not None else None
        if board is None:
            return
        title = "No calls in this time"
        if self.wanted.query:
            text = "The query finds none. Take some of it away, or choose a longer time."
        elif board.source == "imported":
            text = "Calls from HAR files that are imported into the request log are counted here."
        elif board.oldest is None:
            title, text = "No calls yet", "Every call that this program makes is counted here, as it happens."
        else:
            text = "Choose a longer time. Every call that this program makes is counted here, as it happens."
        self.empty.set_words(title, text)
