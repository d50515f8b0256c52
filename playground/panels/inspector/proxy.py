"""The recording proxy: start it, point a program at it, and see what goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.core.outcomes import clock_text
from playground.core.proxy.control import ProxyControl, upstream_at, upstream_of
from playground.core.proxy.state import ProxySettings, ProxyState
from playground.panels.contract import PanelContext
from playground.panels.inspector.proxy_parts import Counts, ProxyForm, ProxyLines, StateHead
from playground.widgets.controls import Banner, CommandButton, SectionLabel
from playground.widgets.surface import Surface, Text

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.errors import Problem
    from playground.core.exchanges import ExchangeSummary

GROUP = "Requests"
LEFT = 344
"""Pixels of the side with the switch."""


class _Starter:
    """Starts it in the asyncio thread, with what was chosen."""

    def __init__(self, context: PanelContext, control: ProxyControl, url: str, port: int, add_key: bool) -> None:
        self._context, self._control = context, control
        self._url, self._port, self._add_key = url, port, add_key

    async def __call__(self) -> str:
        """Gives what programs may show for a key where the upstream wants one that is no secret (the sandbox's)."""
        sessions = self._context.sessions
        if self._url:
            upstream = upstream_at(self._url)
        else:
            upstream = await upstream_of(sessions, sessions.current, add_key=self._add_key)
        settings = ProxySettings(upstream, self._port, self._context.cache, sessions.environ)
        await self._control.start(settings)
        return upstream.no_secret


class ProxyPage(QWidget):
    """One proxy for as long as the window is open; it goes on while the page is hidden."""

    rows_wanted = Signal(str)

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.proxy")
        self.setAccessibleName("Recording proxy")
        self._context = context
        self.control = ProxyControl(context.store.writer)
        self._working: Operation[Any] | None = None
        self._banner: Banner | None = None
        self._active = False
        self._key = ""
        self._add_commands()
        self._build()
        context.bridge.at_shutdown(self.control.stop)
        context.bridge.listen(self.control.changed, self._changed, self)
        context.bridge.listen(context.store.changed, self._calls_changed, self)
        context.bridge.listen(context.store.removed, self._calls_removed, self)
        context.bridge.listen(context.sessions.changed, self._profile_changed, self)
        self._show()

    def _add_commands(self) -> None:
        add = self._context.commands.add
        words = ("proxy", "record", "another program", "OPENAI_BASE_URL")
        self.start_command = add(
            "inspector.proxy_start",
            "Start the Recording Proxy",
            self.start,
            group=GROUP,
            keywords=words,
            icon="play",
            scope=self,
        )
        self.stop_command = add(
            "inspector.proxy_stop", "Stop the Recording Proxy", self.stop, group=GROUP, keywords=words,
            icon="circle-stop", scope=self,
        )  # fmt: skip
        self.rows_command = add(
            "inspector.proxy_rows", "Show the Calls of the Proxy", self.show_rows, group=GROUP, keywords=words,
            icon="list", scope=self,
        )  # fmt: skip

    def _build(self) -> None:
        commands = self._context.commands
        self.head = StateHead()
        self.form = ProxyForm(self._context.settings, self)
        self.form.changed.connect(self._show_lines)
        self.counts_title = SectionLabel("What went through")
        self.counts = Counts()
        self.lines = ProxyLines(commands, self)
        self.lines.recent.opened.connect(self._open_call)
        self.trouble = QVBoxLayout()
        self.last = Text("", "error", size=12, wrap=True)
        self.last.setObjectName("inspector.proxy.last")
        start = CommandButton(self.start_command, "primary", text="Start", shortcut=False)
        stop = CommandButton(self.stop_command, "plain", text="Stop", shortcut=False)
        self.buttons = {"start": start, "stop": stop}
        rows = CommandButton(self.rows_command, "plain", text="Show its calls", shortcut=False)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (start, stop, rows):
            row.addWidget(button)
        row.addStretch(1)
        left = QVBoxLayout()
        left.setContentsMargins(20, 20, 20, 20)
        left.setSpacing(12)
        left.addWidget(self.head)
        left.addLayout(self.trouble)
        left.addWidget(self.form)
        left.addLayout(row)
        left.addSpacing(8)
        left.addWidget(self.counts_title)
        left.addWidget(self.counts)
        left.addWidget(self.last)
        left.addStretch(1)
        side = Surface("surface", "r")
        side.setFixedWidth(LEFT)
        side.setLayout(left)
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(side)
        columns.addWidget(self.lines, 1)
        area = QScrollArea()
        area.setObjectName("inspector.proxy.area")
        area.setAccessibleName("Recording proxy")
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    # What a person does

    def start(self) -> None:
        """Start it with what is chosen; where that cannot be, say why in place."""
        problem = self.form.problem()
        if problem is not None:
            self._complain(problem)
            return
        if self._working is not None or self.control.state.running:
            return
        self._complain(None)
        self.form.keep()
        starter = _Starter(self._context, self.control, self.form.url(), self.form.port(), self.form.add_key())
        self._working = self._context.bridge.call(starter, label="Starting the recording proxy", owner=self)
        self._working.finished.connect(self._started)
        self._show()

    def _started(self) -> None:
        operation, self._working = self._working, None
        if operation is not None and operation.error is not None:
            from playground.core.errors import explain

            self._complain(explain(operation.error))
        elif operation is not None and isinstance(operation.result, str):
            self._key = operation.result
        self._show()

    def stop(self) -> None:
        """Let go of the port; calls under way are broken off."""
        if self._working is None and self.control.state.running:
            self._working = self._context.bridge.call(
                self.control.stop, label="Stopping the recording proxy", owner=self
            )
            self._working.finished.connect(self._stopped)
            self._show()

    def _stopped(self) -> None:
        self._working = None
        self._show()

    def show_rows(self) -> None:
        """The list, with what came through the proxy."""
        self.rows_wanted.emit("origin:proxy")

    # What is shown

    def activate(self) -> None:
        self._active = True
        self.lines.recent.refresh()
        self._show()

    def deactivate(self) -> None:
        self._active = False

    def _changed(self, _emissions: list[tuple[ProxyState]]) -> None:
        if self._active or self.isVisible():
            self._show()

    def _calls_changed(self, emissions: list[tuple[ExchangeSummary]]) -> None:
        self.lines.recent.take(summary for (summary,) in emissions)
        if self._active:
            self.lines.recent.refresh()

    def _calls_removed(self, emissions: list[tuple[tuple[str, ...]]]) -> None:
        self.lines.recent.forget(exchange_id for (ids,) in emissions for exchange_id in ids)
        if self._active:
            self.lines.recent.refresh()

    def _open_call(self, exchange_id: str) -> None:
        self.rows_wanted.emit(f"id:{exchange_id}")

    def _profile_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self._show()

    def _complain(self, problem: Problem | None) -> None:
        if self._banner is not None:
            self.trouble.removeWidget(self._banner)
            self._banner.deleteLater()
            self._banner = None
        if problem is not None:
            self._banner = Banner(problem)
            self.trouble.addWidget(self._banner)

    def _show(self) -> None:
        state, busy = self.control.state, self._working is not None
        self.start_command.setEnabled(not state.running and not busy)
        self.stop_command.setEnabled(state.running and not busy)
        self.buttons["start"].setVisible(not state.running)
        self.buttons["stop"].setVisible(state.running)
        self.head.show_state(state, busy)
        self.form.show_state(state, self._context.sessions.current)
        self.counts.show_state(state)
        self.last.set_text(f"{clock_text(state.last_at)}  {state.last_error}" if state.last_error else "")
        self.last.setVisible(bool(state.last_error))
        seen = state.running or state.finished + state.refused > 0
        for widget in (self.counts_title, self.counts):
            widget.setVisible(seen)
        self._show_lines()

    def _show_lines(self) -> None:
        state = self.control.state
        shown = state if state.running else ProxyState(port=self.form.port())
        self.lines.show_state(shown, state.token or self._key if state.running else "")
