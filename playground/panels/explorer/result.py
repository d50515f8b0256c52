"""The right column: the answer, and a line with its numbers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.core.answering import AnswerHead
from playground.core.errors import Problem, explain
from playground.panels.explorer.sending import Body, Event, Failed, Page, Sent
from playground.widgets.answer import AnswerView
from playground.widgets.controls import Chip, HairLine, IdLabel, Label

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeDetail
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

LISTS = ("data", "items")
FLUSH_WITHIN = 5.0
"""Seconds that writing what is not in the log yet may take."""


def items_of(data: bytes) -> list[Any] | None:
    """The items of a list's page; None where it is none."""
    try:
        value = orjson.loads(data)
    except ValueError:
        try:
            value = json.loads(data)
        except ValueError:
            return None
    if isinstance(value, Mapping):
        return next((value[name] for name in LISTS if isinstance(value.get(name), list)), None)
    return value if isinstance(value, list) else None


def size_words(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def time_words(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _knows_nothing(_param: str) -> bool:
    return False


class ReadExchange:
    """Reads an exchange in the pool, once all of it is written; None where it is not there."""

    def __init__(self, store: Any, exchange_id: str) -> None:
        self._store, self.exchange_id = store, exchange_id

    def __call__(self) -> ExchangeDetail | None:
        self._store.flush(FLUSH_WITHIN)
        try:
            found: ExchangeDetail = self._store.load(self.exchange_id)
        except KeyError:
            return None
        return found


class ResultColumn(QWidget):
    """Told of what comes; shows it."""

    page_wanted = Signal()
    link_opened = Signal(str)
    param_wanted = Signal(str)
    """The parameter that an error names was clicked."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer.result")
        self._context = context
        self.head: AnswerHead | None = None
        self.following: Mapping[str, Any] | None = None
        self._sent: Sent | None = None
        self._begun = 0.0
        self._size = 0
        self._took: float | None = None
        """Seconds, as the log has it; None while it is not over."""
        self.exchange_id = ""
        """Of the answer that is shown, in the log."""
        self._simulated = False
        self._reading: Operation[ExchangeDetail | None] | None = None
        self._all = False
        self._paged = False
        self._events = 0
        self._retry: Command | None = None
        self.knows: Callable[[str], bool] = _knows_nothing
        """Whether a parameter, by the name that a server has for it, is in the form."""
        self.view = AnswerView("explorer.answer", context.bridge, context.commands, group="Explorer")
        self.status = Chip("", "plain")
        self.status.hide()
        self.facts = Label("", "muted", 12)
        self.request_id = IdLabel(parent=self)
        self.request_id.setObjectName("explorer.request_id")
        self.request_id.set_id("")
        self.source = Chip("sandbox", "simulated")
        self.source.hide()
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.status)
        row.addWidget(self.facts)
        row.addWidget(self.source)
        row.addStretch(1)
        row.addWidget(self.request_id, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(HairLine())
        column.addLayout(row)
        self.view.more.connect(self._more)
        self.view.all_wanted.connect(self._want_all)
        self.view.link_opened.connect(self.link_opened)
        self.view.param_wanted.connect(self.param_wanted)
        self.request_id.opened.connect(self._open_request)
        self.clear()

    def clear(self) -> None:
        """No answer yet."""
        self._forget()
        self.view.clear()

    def _forget(self) -> None:
        self.head = self.following = self._sent = None
        self._size, self._all, self._paged = 0, False, False
        self.exchange_id, self._simulated, self._took = "", False, None
        self.view.show_exchange(None)
        self._events = 0
        self.status.hide()
        self.source.hide()
        self.facts.setText("")
        self.request_id.set_id("")

    def begin(self, sent: Sent, stop: Command, retry: Command, *, simulated: bool) -> None:
        """Something was sent; `simulated`: to the sandbox."""
        self._forget()
        self._retry = retry
        self._sent, self._simulated = sent, simulated
        self._begun = time.monotonic()
        self.view.show_busy(cancel=stop)

    def tell_all(self, changes: Sequence[object]) -> None:
        """Something came; the events among it are shown together."""
        events: list[Event] = []
        for change in changes:
            if isinstance(change, Event):
                events.append(change)
            else:
                self._show_if_any(events)
                events = []
                self._tell(change)
        self._show_if_any(events)
        self._say()

    def _show_if_any(self, events: list[Event]) -> None:
        if events:
            self._show_events(events)

    def _tell(self, change: object) -> None:
        if isinstance(change, AnswerHead):
            self._show_head(change)
        elif isinstance(change, Body):
            self._size = len(change.data)
            self._show_body(change)
        elif isinstance(change, Page):
            self._size += len(change.data)
            self._show_page(change)
        elif isinstance(change, Failed):
            self._show_problem(change)

    def _show_head(self, head: AnswerHead) -> None:
        self.head = head
        self.status.set_text(str(head.status))
        self.status.set_role("good" if head.status < 400 else "error")
        self.status.setVisible(bool(head.exchange_id))  # a helper that made no request has none
        self.request_id.set_id(head.request_id)
        self.exchange_id = head.exchange_id
        self.source.setVisible(self._simulated and bool(head.exchange_id))

    def _show_body(self, body: Body) -> None:
        if not body.data:
            self.view.clear("The answer is empty", "The server took the request and had nothing to say about it.")
        elif body.content_type.endswith("json"):
            self.view.show_json(body.data)
        else:
            name = (self._sent.method if self._sent is not None else "answer").replace(".", "-")
            self.view.show_content(body.data, body.whole_type, name)

    def _show_page(self, page: Page) -> None:
        self.following = page.following
        items = items_of(page.data)
        if items is None:
            self.view.show_json(page.data)
        elif self._paged:
            self.view.add_page(items, has_more=page.following is not None)
        else:
            self._paged = True
            self.view.show_list(items, has_more=page.following is not None, answer=page.data)

    def _show_events(self, events: list[Event]) -> None:
        if not self._events:
            self.view.begin_events()
        self._events += len(events)
        self.view.add_events([event.data for event in events], [event.at for event in events])

    def _show_problem(self, failed: Failed) -> None:
        problem: Problem = failed.problem
        if problem.status is not None:
            self.status.set_text(str(problem.status))
            self.status.set_role("error")
            self.status.show()
        if problem.request_id:
            self.request_id.set_id(problem.request_id)
        self.exchange_id = failed.exchange_id or self.exchange_id
        self.source.setVisible(self._simulated)
        self.view.show_problem(problem, self._retry, leads=self.knows(problem.param or ""))

    def end(self, *, cancelled: bool, error: BaseException | None) -> None:
        """Nothing comes any more."""
        if self._events:
            self.view.end_events("stopped" if cancelled else "")
        if error is not None:
            self.view.show_problem(explain(error))
        elif cancelled and self.view.state == "busy":
            self.view.clear("Stopped", "The connection was closed before an answer had come.")
        self._took = time.monotonic() - self._begun
        self._say()
        self._read_exchange()
        if self._all and self.following is not None and not cancelled and error is None:
            self.page_wanted.emit()

    def _read_exchange(self) -> None:
        """Its headers, attempts and timing, from the log."""
        if self.exchange_id and self._reading is None:
            self._reading = self._context.bridge.blocking(
                ReadExchange(self._context.store, self.exchange_id), label="Reading a request", owner=self
            )
            self._reading.finished.connect(self._exchange_read)

    def _exchange_read(self) -> None:
        operation, self._reading = self._reading, None
        detail = operation.result if operation is not None else None
        if detail is None:
            return
        if detail.summary.id != self.exchange_id:
            self._read_exchange()
            return
        self.view.show_exchange(detail)
        if not self._paged and detail.summary.duration is not None:
            self._took = detail.summary.duration
            self._say()

    def take_focus(self) -> None:
        """Go to the answer."""
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.view.isAncestorOf(self.window().focusWidget() or self):
            self.view.focusNextChild()

    def _say(self) -> None:
        parts = [time_words(time.monotonic() - self._begun if self._took is None else self._took)]
        if self._events:
            parts.append("1 event" if self._events == 1 else f"{self._events:,} events")
        elif self._size:
            parts.append(size_words(self._size))
        self.facts.setText(" · ".join(parts))

    def _more(self) -> None:
        self._all = False
        self.page_wanted.emit()

    def _want_all(self) -> None:
        self._all = True
        self.page_wanted.emit()

    def _open_request(self, _id: str) -> None:
        self.link_opened.emit(self.exchange_id or self.request_id.id())
