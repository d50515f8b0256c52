"""A stream as it comes: its text, and every event with its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.answers import Answer, look_into_events, to_bytes
from playground.core.deltas import JoinedText
from playground.core.runs.events import EventLog
from playground.core.runs.rows import EventIndex
from playground.widgets.answer.face import Face, Parts
from playground.widgets.answer.saving import Savable
from playground.widgets.controls import EmptyState, HairLine, IconButton, SectionLabel
from playground.widgets.events import EventsView
from playground.widgets.events.table import size_text
from playground.widgets.growing import GrowingText
from playground.widgets.heads import Note

MEDIA_LEAST = 20_000
"""Bytes of an event that may hold a picture whatever its fields are called."""
PAUSE_MS = 150
"""Between two looks at which types there are."""


class EventsFace(Face):
    """Keeps the events as the bytes they would be on the wire, so that what shows a run's events shows these."""

    kind, title = "events", "Events"

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        name = parts.name
        self.streaming = False
        self.has_media = False
        """Whether pictures or sound may be among the events."""
        self._began = 0.0
        self._end = ""
        self._log = EventLog("text/event-stream")
        self._index = EventIndex(self._log)
        self._joined = JoinedText()
        self.view = EventsView(f"{name}.events", parts.bridge, parts.commands)
        self.view.changed.connect(self._say)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._settle)
        self.text = GrowingText(f"{name}.joined", "Text of the stream")
        self._copy = parts.commands.add(
            f"{name}.copy-text", "Copy the Stream's Text", self.copy_text, group=parts.group, icon="copy", scope=self
        )
        self.empty = EmptyState("list", "Waiting for the first event", "The request is on its way.")
        self._build()
        self.clear()

    def _build(self) -> None:
        self.words = Note()
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.view.filter)
        row.addWidget(self.words, 1)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 12, 0)
        head.addWidget(SectionLabel("Text"), 1)
        head.addWidget(IconButton(self._copy, size=24))
        self._above = QWidget()
        above = QVBoxLayout(self._above)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(0)
        above.addLayout(head)
        above.addWidget(self.text, 1)
        above.addWidget(HairLine())
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName(f"{self.parts.name}.events.sides")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._above)
        self.splitter.addWidget(self.view)
        self.splitter.setSizes([170, 400])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.splitter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    # The stream

    def begin(self) -> None:
        """A stream begins now: times are counted from here, unless they are given."""
        self.clear()
        self.streaming = True
        self._began = time.monotonic()
        self.empty.set_words("Waiting for the first event", "The request is on its way.")
        self._say()

    def add(self, events: Sequence[Any], times: Sequence[float] | None) -> None:
        """Some events; `times`: seconds since the call began, one for each."""
        now = time.monotonic() - self._began
        text = []
        for number, event in enumerate(events):
            frame = _frame(event)
            self._log.add(times[number] if times is not None else now, frame)
            self.has_media = self.has_media or b"b64" in frame or b"audio" in frame or len(frame) > MEDIA_LEAST
            text.append(self._joined.add(event))
        self._index.extend()
        self.view.grow(len(self._index), follow=self.streaming)
        if not self._pause.isActive():
            self._settle()
            self._pause.start()
        self.text.append_text("".join(text))
        if self._above.isHidden() and self._joined.size:
            self._above.show()
            self._copy.setEnabled(True)
        self.pages.setCurrentWidget(self.splitter)
        self._say()

    def end(self, words: str) -> None:
        """No more comes; `words`: why, where that is not plain."""
        self.streaming, self._end = False, words
        self.text.finish()
        self._settle()
        if not len(self._index):
            self.empty.set_words("No event came", words or "The stream ended without one.")
        self._say()

    def clear(self) -> None:
        self.streaming, self.has_media, self._end = False, False, ""
        self._log = EventLog("text/event-stream")
        self._index = EventIndex(self._log)
        self._joined = JoinedText()
        self.view.set_index(self._index)
        self.text.clear()
        self._above.hide()
        self._copy.setEnabled(False)
        self.pages.setCurrentWidget(self.empty)
        self._say()

    def _settle(self) -> None:
        """What types there are now; and what was chosen by them."""
        self._index.classify()
        self.view.settle()

    def media(self) -> Callable[[], tuple[Answer | None, bytes]]:
        """What looks for pictures and sound among the events; for the pool."""
        return _Media(self._index)

    def count(self) -> int:
        """Events so far."""
        return len(self._index)

    def savable(self) -> Savable | None:
        """All events as JSON, one a line."""
        return Savable("events.jsonl", _Lines(self._index)) if len(self._index) else None

    def copy_text(self) -> None:
        self.text.copy_all()
        self.said.emit("Copied the text.", "good")

    def _say(self) -> None:
        count, shown = len(self._index), self.view.model.rowCount()
        words = [f"{count:,} event{'s' if count != 1 else ''}", size_text(self._log.size), f"{self._log.last:.2f} s"]
        if shown != count:
            words[0] = f"{shown:,} of {words[0]}"
        if self.streaming:
            words.append("streaming")
        elif self._end:
            words.append(self._end)
        self.words.setText(" · ".join(words) if count else "")
        self.words.setToolTip(self.words.source())


class _Media:
    def __init__(self, index: EventIndex) -> None:
        self._index = index

    def __call__(self) -> tuple[Answer | None, bytes]:
        return look_into_events(self._index.data(row) for row in range(len(self._index)))


class _Lines:
    """Makes the file, in the pool."""

    def __init__(self, index: EventIndex) -> None:
        self._index = index

    def __call__(self) -> bytes:
        return b"".join(self._index.data(row) + b"\n" for row in range(len(self._index)))


def _frame(event: Any) -> bytes:
    """An event as a server would have sent it. One with its name beside its data (`event`, `data`) is told so."""
    if isinstance(event, dict) and set(event) == {"event", "data"} and isinstance(event["event"], str):
        name = event["event"].replace("\r", " ").replace("\n", " ")
        return b"event: %s\ndata: %s\n\n" % (name.encode("utf-8", "replace"), to_bytes(event["data"]))
    return b"data: %s\n\n" % to_bytes(event)
