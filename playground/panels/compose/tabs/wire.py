"""The exact HTTP: of the attempts that were made, or of the request as it would be sent now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.core.runs import GenerationRequest
from playground.panels.compose.source import ShownRun
from playground.panels.compose.tabs import Tab
from playground.panels.compose.tabs.head import SENT, Head, SentOrNow, pills
from playground.widgets.code import CodeView
from playground.widgets.controls import EmptyState, HairLine, IconButton, Segmented

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from playground.bridge import Operation, Sink
    from playground.core.dryrun import DryRun
    from playground.core.exchanges import ExchangeStore
    from playground.core.profiles import Profile
    from playground.core.wire import WireText
    from playground.panels.compose.result import OutputColumn

AGAIN_MS = 400
"""Between two looks at what was sent while the answer comes."""


class Sent:
    """Reads from the log what was sent for a run."""

    def __init__(self, store: ExchangeStore, run_id: str, *, whole: bool) -> None:
        self._store, self._run_id, self._whole = store, run_id, whole

    async def __call__(self, _sink: Sink) -> list[WireText]:
        return await asyncio.to_thread(self._read)

    def _read(self) -> list[WireText]:
        from playground.core.wire import attempt_text

        self._store.flush()
        try:
            stored = self._store.history.load(self._run_id)
        except KeyError:
            return []
        return [
            attempt_text(exchange.summary.method, attempt, whole=self._whole)
            for exchange in stored.exchanges
            for attempt in exchange.attempts
        ]


class WouldSend:
    """Makes the request that the draft is, and sends it nowhere."""

    def __init__(
        self, dry: list[DryRun], sessions: Any, profile: Profile, request: GenerationRequest, *, whole: bool
    ) -> None:
        self._dry, self._sessions, self._profile, self._request = dry, sessions, profile, request
        self._whole = whole

    async def __call__(self, _sink: Sink) -> list[WireText]:
        from playground.core.dryrun import DryRun
        from playground.core.wire import request_text

        if not self._dry:
            self._dry.append(DryRun(self._sessions))
        request = self._request
        made = await self._dry[0].request(self._profile, request.path, request.body(), method=request.method)
        return [request_text(made, whole=self._whole)]


class WireTab(Tab):
    """Request line, headers and body; status, headers and the first bytes of the answer."""

    def __init__(self, column: OutputColumn) -> None:
        super().__init__("wire", "Wire")
        self._source = source = column.source
        self._operation: Operation[list[WireText]] | None = None
        self._copying: Operation[list[WireText]] | None = None
        self._stale = True
        self._dry: list[DryRun] = []
        self._texts: list[WireText] = []
        self._attempt = 0
        self.which = SentOrNow("compose.wire.which", source, self)
        self._place = QWidget()
        self._pills_row = QHBoxLayout(self._place)
        self._pills_row.setContentsMargins(0, 0, 0, 0)
        self.attempts: Segmented | None = None
        self.view = CodeView("", "http", wrap=True, copies=False)
        self.view.setObjectName("compose.wire.view")
        self.view.setAccessibleName("HTTP")
        self.nothing = EmptyState("unplug", "Nothing was sent", "What kept it from being sent is said in Output.")
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._refresh)
        self._build()
        self.which.changed.connect(self._refresh)
        source.run_changed.connect(self._run_changed)
        source.progressed.connect(self._progressed)
        source.draft_changed.connect(self._draft_changed)

    def _build(self) -> None:
        head = self.head = Head()
        head.row.addWidget(self._place)
        head.row.addWidget(head.note, 1)
        head.row.addWidget(self.which)
        copy = self._source.context.commands.get("compose.copy_wire")
        if copy is not None:
            head.row.addWidget(IconButton(copy))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(HairLine())
        layout.addWidget(self.view, 1)
        layout.addWidget(self.nothing, 1)
        self.nothing.hide()

    def text(self) -> str:
        """What is shown of the chosen attempt."""
        return self._texts[self._attempt].text if self._texts else ""

    def copy(self) -> None:
        """All that is kept of it, which may be more than is shown."""
        if self._copying is None:
            self._copying = self._source.context.bridge.run(
                self._job(whole=True), label="Making HTTP to copy", owner=self
            )
            self._copying.finished.connect(self._copied)

    def _copied(self) -> None:
        operation, self._copying = self._copying, None
        texts = operation.result if operation is not None else None
        if texts:
            attempt = self._attempt if self._texts else -1
            QGuiApplication.clipboard().setText(texts[min(attempt, len(texts) - 1)].text)
            self.head.say("The HTTP was copied.")

    def go_to(self) -> None:
        self.view.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def _run_changed(self) -> None:
        self._attempt = 0
        self._texts = []
        self.which.follow()
        self._refresh()

    def _progressed(self) -> None:
        run = self._source.run
        if run is None or self.which.value() != SENT:
            return
        if not run.running:
            self._again.stop()
            self._refresh()
        elif self._texts and self._texts[-1].answered:
            return  # what is shown of it stays the same up to the end
        elif self.isVisible() and not self._again.isActive():
            self._again.start()
        else:
            self._stale = True

    def _draft_changed(self) -> None:
        if self.which.value() == SENT and not self._stale:
            if self.isVisible():
                self.head.say(*self.which.words())
        else:
            self._refresh()

    def _refresh(self) -> None:
        """Make it anew, now or when it is next seen."""
        self._stale = True
        if not self.isVisible() or self._operation is not None:
            return
        self._stale = False
        self.head.say(*self.which.words())
        self._operation = self._source.context.bridge.run(
            self._job(whole=False), label="Making HTTP to look at", owner=self
        )
        self._operation.finished.connect(self._made)

    def _job(self, *, whole: bool) -> Sent | WouldSend:
        context, run = self._source.context, self._source.run
        if self.which.value() == SENT and run is not None:
            return Sent(context.store, run.run_id, whole=whole)
        return WouldSend(self._dry, context.sessions, self._source.profile, self._source.draft(), whole=whole)

    def _made(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        if operation.error is not None:
            self.head.say(f"It could not be made: {operation.error}", "error")
        elif operation.result is not None:
            self._show(operation.result)
        if self._stale:
            self._refresh()

    def _show(self, texts: list[WireText]) -> None:
        run: ShownRun | None = self._source.run
        waiting = run is not None and run.running and self.which.value() == SENT
        if run is not None and run.kept is None:
            self.nothing.set_words(
                "No HTTP is kept of it", "A recording has the answer alone. “Now” is what would be sent."
            )
        else:
            self.nothing.set_words("Nothing was sent", "What kept it from being sent is said in Output.")
        self.nothing.setVisible(not texts and not waiting)
        self.view.setVisible(bool(texts) or waiting)
        if [text.title for text in texts] != [text.title for text in self._texts]:
            self._attempt = max(0, len(texts) - 1)
            self._offer(texts)
        self._texts = texts
        self._show_attempt()

    def _offer(self, texts: list[WireText]) -> None:
        """A switch between the attempts, where there are several."""
        if self.attempts is not None:
            self._pills_row.removeWidget(self.attempts)
            self.attempts.deleteLater()
            self.attempts = None
        if len(texts) > 1:
            options = [(str(number), f"Attempt {text.title}") for number, text in enumerate(texts)]
            self.attempts = pills("compose.wire.attempt", options, "Attempt")
            self.attempts.set_value(str(self._attempt))
            self.attempts.changed.connect(self._choose)
            self._pills_row.addWidget(self.attempts)

    def _choose(self, number: str) -> None:
        self._attempt = int(number)
        self._show_attempt()

    def _show_attempt(self) -> None:
        text = self.text()
        if text != self.view.text():
            self.view.set_text(text)
