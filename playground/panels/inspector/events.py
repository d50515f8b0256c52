"""The stream of an attempt, event by event, with when each came; the messages of a WebSocket; of what is neither, the
pieces in which it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.answers import Answer, content_type_of, is_text, look_into, look_into_events
from playground.core.exchanges import AttemptDetail
from playground.core.plain import is_json, seconds_text, size_text
from playground.core.runs.events import EventLog
from playground.core.runs.pieces import MessageIndex, PieceIndex
from playground.core.runs.rows import EventIndex
from playground.panels.inspector.attempt_choice import AttemptChoice
from playground.widgets.controls import EmptyState, HairLine, IconButton
from playground.widgets.events import EventsView
from playground.widgets.heads import Head

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeDetail
    from playground.panels.contract import PanelContext
    from playground.widgets.answer.view import AnswerView

_NOTABLE = 0.05
"""Seconds from which the longest gap is told."""
_STARTS = (b"data:", b"event:")


@dataclass(frozen=True, slots=True)
class Read:
    """An answer as rows."""

    index: EventIndex = field(repr=False)
    what: str
    """What a row is: event, message, piece."""
    longest: tuple[int, float] | None
    kind: str = ""
    """Its content type where it is neither a stream nor text."""
    media: Answer | None = field(default=None, repr=False)
    """Pictures and sounds inside JSON."""
    sound: bytes = field(default=b"", repr=False)
    """What the pieces of sound in a stream come to."""


def read(attempt: AttemptDetail) -> Read:
    """Find the events, the messages or the pieces, and what can be looked at or heard. For the pool: takes 50 ms for
    8 MB, and up to a second for the gaps of 200,000 events."""
    body = attempt.response_body
    said = next((value for name, value in attempt.response_headers if name.lower() == "content-type"), "")
    log = EventLog.of(body, attempt.arrivals, content_type=said)
    index: EventIndex = PieceIndex(log)
    what, kind, media, sound = "piece", "", None, b""
    if attempt.status == 101:
        index, what = MessageIndex(log), "message"
    elif _is_stream(said, body):
        index, what = EventIndex(log), "event"
    index.extend(final=True)
    index.classify()
    if what == "event":
        if b"b64" in body or b"audio" in body:
            media, sound = look_into_events(index.data(row) for row in range(len(index)))
    elif what == "piece" and is_json(body, attempt.response_headers) and not attempt.response_body_capped:
        found = look_into(body) if b"b64" in body or b'"data"' in body else None
        media = found if found is not None and (found.images or found.sounds) else None
    elif what == "piece" and body:
        kind = content_type_of(body, said.partition(";")[0].strip().lower())
        kind = "" if is_text(body, kind) else kind or "application/octet-stream"
    return Read(index, what, index.longest_gap(), kind, media, sound)


def _is_stream(said: str, body: bytes) -> bool:
    """Whether events may be in it. Servers are to say so; some say that it is plain text, or nothing."""
    kind = said.partition(";")[0].strip().lower()
    return kind == "text/event-stream" or (kind in ("", "text/plain") and body.lstrip()[:6].startswith(_STARTS))


class EventsTab(QWidget):
    """Reads when it is shown; the last attempt, unless another is chosen."""

    link_opened = Signal(str)
    shown = Signal()
    """What was asked for last is shown."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.events")
        self._context = context
        self._detail: ExchangeDetail | None = None
        self._attempt: AttemptDetail | None = None
        self._operation: Operation[Read] | None = None
        self._again = False
        self._showing = ("", 0, -1)
        self.read: Read | None = None
        self.answer: AnswerView | None = None
        self._longest = context.commands.add(
            "inspector.events.longest", "Go to the Longest Gap", self.go_to_longest, group="Requests", icon="hourglass",
            scope=self, keywords=("silence", "wait", "slow", "stall"), enabled=False,
        )  # fmt: skip
        self._build()

    def _build(self) -> None:
        self.attempts = AttemptChoice("inspector.events.attempt", self)
        self.attempts.changed.connect(self._begin)
        self.view = EventsView("inspector.events.view", self._context.bridge, self._context.commands, group="Requests")
        self.view.changed.connect(self._say)
        # The details are wide and low: an event's JSON stands beside the table.
        self.view.detail_pane.setOrientation(Qt.Orientation.Horizontal)
        self.view.detail_pane.setSizes([600, 400])
        self.head = Head()
        self.head.row.addWidget(self.view.filter)
        self.head.row.addWidget(self.head.note, 1)
        self.head.row.addWidget(IconButton(self._longest))
        self.empty = EmptyState("list", "No answer yet", "")
        self.pages = QStackedWidget()
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        self.sides.setObjectName("inspector.events.sides")
        self.sides.setHandleWidth(1)
        self.sides.setChildrenCollapsible(False)
        self.sides.addWidget(self.view)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.sides)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.attempts)
        column.addWidget(self.head)
        column.addWidget(HairLine())
        column.addWidget(self.pages, 1)

    # Which one

    def show_detail(self, detail: ExchangeDetail | None) -> None:
        """Show the last attempt's answer."""
        self._detail = detail
        if detail is None or not detail.attempts:
            self._attempt = None
            self._nothing("Nothing was sent", "So there is no answer.")
            return
        self.attempts.set_attempts(detail.attempts)
        self._begin()

    def _begin(self) -> None:
        detail = self._detail
        if detail is None or not detail.attempts:
            return
        attempt = detail.attempts[min(self.attempts.value(), len(detail.attempts) - 1)]
        key = (detail.summary.id, attempt.number, len(attempt.response_body))
        if key == self._showing:
            self.shown.emit()
            return
        if self._operation is not None:
            self._again = True
            return
        self._again, self._attempt, self._showing = False, attempt, key
        if not attempt.response_body:
            self._nothing(*_why_empty(attempt))
            return
        self._operation = self._context.bridge.blocking(read, attempt, label="Looking for events", owner=self)
        self._operation.finished.connect(self._done)

    def _done(self) -> None:
        operation, self._operation = self._operation, None
        if self._again:
            self._begin()
            return
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None or operation.result is None:
            self._showing = ("", 0, -1)
            self._nothing("The answer cannot be read", str(operation.error))
            return
        self._show(operation.result)
        self.shown.emit()

    # What is shown

    def _nothing(self, title: str, text: str) -> None:
        self.read = None
        self.view.set_index(None)
        self._longest.setEnabled(False)
        self.view.filter.setVisible(False)
        if self.answer is not None:
            self.answer.hide()
        self.head.say("")
        self.empty.set_words(title, text)
        self.pages.setCurrentWidget(self.empty)
        self.shown.emit()

    def _show(self, found: Read) -> None:
        self.read = found
        self.view.set_index(found.index, len(found.index))
        self.view.filter.setVisible(found.what != "piece")
        notable = found.longest is not None and found.longest[1] >= _NOTABLE
        self.view.model.set_longest(found.longest[0] if found.longest is not None and notable else -1)
        self._longest.setEnabled(notable)
        self.pages.setCurrentWidget(self.sides)
        self._show_content(found)
        self._say()

    def _show_content(self, found: Read) -> None:
        """What is no text: as what it is, beside the rows."""
        if self._attempt is None or not (found.kind or found.media is not None or found.sound):
            if self.answer is not None:
                self.answer.clear()
                self.answer.hide()
            return
        if self.answer is None:
            from playground.widgets.answer.view import AnswerView

            self.answer = AnswerView(
                "inspector.events.answer", self._context.bridge, self._context.commands, self, group="Requests"
            )
            self.answer.hide_tabs()
            self.sides.addWidget(self.answer)
            self.sides.setSizes([1000, 1000])
        self.answer.show()
        if found.media is not None:
            self.answer.show_answer(found.media, last=found.what == "event")
        elif found.sound:
            self.answer.show_content(found.sound, content_type_of(found.sound) or "audio/pcm", "sound")
        else:
            self.answer.show_content(self._attempt.response_body, found.kind, "answer")

    def _say(self) -> None:
        found, attempt = self.read, self._attempt
        if found is None or attempt is None:
            return
        count, shown = len(found.index), self.view.model.rowCount()
        what = found.what
        words = [f"{count:,} {what}{'s' if count != 1 else ''}"]
        if shown != count:
            words[0] = f"{shown:,} of {words[0]}"
        words += [size_text(attempt.response_body_size), f"the last after {seconds_text(found.index.log.last)}"]
        if found.longest is not None and self._longest.isEnabled():
            row, gap = found.longest
            words.append(f"longest gap {seconds_text(gap)}, before {what} {row + 1:,}")
        if what == "piece":
            words.insert(0, "No stream: it came whole" if count == 1 else "No stream: as it came from the network")
        if attempt.response_body_capped:
            words.append(f"the log keeps the first {size_text(len(attempt.response_body))}")
        if attempt.state == "open":
            words.append("still coming")
        elif attempt.error:
            words.append(f"ended by {attempt.error}")
        self.head.say(" · ".join(words))

    def go_to_longest(self) -> None:
        """Choose the event before which it was silent for longest."""
        if self.read is None or self.read.longest is None:
            return
        row = self.view.model.row_of(self.read.longest[0])
        if row < 0:  # of a type that is not shown
            self.view.filter.setCurrentIndex(0)
            self.view.filter.activated.emit(0)
            row = self.view.model.row_of(self.read.longest[0])
        if row >= 0:
            self.view.table.selectRow(row)
            self.view.table.scrollTo(self.view.model.index(row, 0), self.view.table.ScrollHint.PositionAtCenter)


def _why_empty(attempt: AttemptDetail) -> tuple[str, str]:
    """Why there is nothing to see."""
    if attempt.response_body_size:
        return "The body is not kept", f"{size_text(attempt.response_body_size)} came, and the log holds none of it."
    if attempt.state == "open":
        return "Waiting for the answer", "Nothing has come yet."
    if attempt.status is None:
        return "No answer came", f"{attempt.error or 'The attempt ended before.'}"
    return "The answer has no body", f"The server answered {attempt.status}, and nothing more."
