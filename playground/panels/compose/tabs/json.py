"""The answer as the one object that it is, and the request's body."""

from __future__ import annotations

import asyncio
import json as json_text
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from playground.core.runs import GenerationRequest
from playground.core.runs.joined import Joined, joined
from playground.panels.compose.source import ShownRun
from playground.panels.compose.tabs import Tab
from playground.panels.compose.tabs.head import SENT, Head, SentOrNow, pills
from playground.widgets.controls import EmptyState, HairLine
from playground.widgets.json import JsonView

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from playground.bridge import Operation, Sink
    from playground.core.exchanges import ExchangeStore
    from playground.panels.compose.result import OutputColumn

RESPONSE, REQUEST = "response", "request"


class Joining:
    """Makes the object in the worker: of the answer, or of the request's body."""

    def __init__(self, store: ExchangeStore, what: ShownRun | GenerationRequest) -> None:
        self._store, self._what = store, what

    async def __call__(self, _sink: Sink) -> Joined | None:
        return await asyncio.to_thread(self._make)

    def _make(self) -> Joined | None:
        if isinstance(self._what, GenerationRequest):
            return Joined(json_text.dumps(self._what.body(), ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return joined(self._what.log, self._what.request.api) or self._refusal(self._what.run_id)

    def _refusal(self, run_id: str) -> Joined | None:
        """What the server sent in place of an answer."""
        if not run_id:
            return None
        self._store.flush()
        try:
            exchanges = self._store.history.load(run_id).exchanges
        except KeyError:
            return None
        attempt = exchanges[-1].attempts[-1] if exchanges and exchanges[-1].attempts else None
        if attempt is None or not attempt.response_body:
            return None
        return Joined(
            attempt.response_body, f"No response: this is what came with status {attempt.status}.", whole=False
        )


class JsonTab(Tab):
    """Response or request, in a tree."""

    def __init__(self, column: OutputColumn) -> None:
        super().__init__("json", "JSON")
        self._source = source = column.source
        self._operation: Operation[Joined | None] | None = None
        self._stale = True
        self.what = pills("compose.json.what", [(RESPONSE, "Response"), (REQUEST, "Request")], "What to show")
        self.which = SentOrNow("compose.json.which", source, self)
        self.view = JsonView("compose.json.view", source.context.commands)
        self.nothing = EmptyState("braces", "No response yet", "")
        head = self.head = Head()
        head.row.addWidget(self.what)
        head.row.addWidget(head.note, 1)
        head.row.addWidget(self.which)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(HairLine())
        layout.addWidget(self._pages, 1)
        self.what.changed.connect(self._refresh)
        self.which.changed.connect(self._refresh)
        source.run_changed.connect(self._run_changed)
        source.progressed.connect(self._progressed)
        source.draft_changed.connect(self._draft_changed)
        self._had_run = source.run is not None
        if not self._had_run:
            self.what.set_value(REQUEST)

    def go_to(self) -> None:
        self.view.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def _run_changed(self) -> None:
        self.which.follow()
        if self._source.run is not None and not self._had_run:
            self.what.set_value(RESPONSE)
        self._had_run = self._source.run is not None
        self._refresh()

    def _progressed(self) -> None:
        run = self._source.run
        if run is not None and not run.running:
            self._refresh()

    def _draft_changed(self) -> None:
        if self.what.value() == REQUEST and not self.isVisible():
            self._stale = True
        elif self.what.value() == REQUEST:
            if self.which.value() == SENT:
                self.head.say(*self.which.words())
            else:
                self._refresh()

    def _refresh(self) -> None:
        """Show it anew, now or when it is next seen."""
        self._stale = True
        if not self.isVisible() or self._operation is not None:
            return
        self._stale = False
        asked = self.what.value() == REQUEST
        run = self._source.run
        self.which.setVisible(asked and run is not None)
        if asked:
            sent = run is not None and self.which.value() == SENT
            self.head.say(*self.which.words())
            self._start(run.request if run is not None and sent else self._source.draft())
        elif run is None or run.running:
            self._say_nothing(run)
        else:
            self.head.say("")
            self._start(run)

    def _say_nothing(self, run: ShownRun | None) -> None:
        self.head.say("")
        if run is not None and run.running:
            title, text = "The answer is still coming", "The response is shown here as one object once it is whole."
        elif run is None:
            title, text = "No response yet", "Run the prompt; the response is shown here as one object."
        else:
            title, text = "No response came", "Why is said in Output; what the server sent, in Wire."
        self.nothing.set_words(title, text)
        self._pages.setCurrentWidget(self.nothing)

    def _start(self, what: ShownRun | GenerationRequest) -> None:
        job = Joining(self._source.context.store, what)
        self._operation = self._source.context.bridge.run(job, label="Reading JSON", owner=self)
        self._operation.finished.connect(self._made)

    def _made(self) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        if self._stale:
            self._refresh()
        elif operation.error is not None:
            self.head.say(f"It could not be read: {operation.error}", "error")
        elif operation.result is None:
            self._say_nothing(self._source.run)
        else:
            if operation.result.note:
                self.head.say(operation.result.note, "muted" if operation.result.whole else "warning")
            self._pages.setCurrentWidget(self.view)
            shown = self.view.document()
            if shown is None or shown.data != operation.result.data:
                self.view.set_bytes(operation.result.data, bridge=self._source.context.bridge)
