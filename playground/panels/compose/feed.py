"""The events of the run that is looked at: found in the worker, a slice at a time, and counted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from playground.core.runs.rows import EventIndex
from playground.panels.compose.source import RunSource

if TYPE_CHECKING:
    from playground.bridge import Operation, Sink

FIRST, SLICE, KINDS = 500, 4_000, 1_024
"""Rows that are found before the first are shown, and later at once; and those whose kinds are."""
FIRST_REST, REST = 0.05, 0.004
"""Seconds in which the window has the interpreter to itself: after the first rows, so that they are painted, and
between two portions of the others. Painting waits for the worker at every cell."""
TELL = 0.1
"""Seconds between two words about how many rows there are: each has the table painted."""
PAUSE_MS = 150
"""Between two looks at a stream that goes on."""


class Indexing:
    """Finds what rows there are in a log, then their kinds. Pushes the number of rows."""

    def __init__(self, index: EventIndex, *, final: bool) -> None:
        self._index, self._final = index, final

    async def __call__(self, sink: Sink) -> None:
        index, loop = self._index, asyncio.get_running_loop()
        done = await asyncio.to_thread(index.extend, FIRST, final=self._final)
        sink.push([len(index)])
        told = loop.time()
        if not done:
            await asyncio.sleep(FIRST_REST)
        while not done:
            done = await asyncio.to_thread(index.extend, SLICE, final=self._final)
            if done or loop.time() - told > TELL:
                sink.push([len(index)])
                told = loop.time()
            await asyncio.sleep(REST)
        done = False
        while not done:
            done = await asyncio.to_thread(index.classify, KINDS)
            await asyncio.sleep(REST)


class EventFeed(QObject):
    """Follows the source's run. A run under way is only looked through while somebody watches."""

    grown = Signal()
    """There are more rows, or those of another run."""
    settled = Signal()
    """All that came so far has been looked through, and the kinds are known."""

    def __init__(self, source: RunSource) -> None:
        super().__init__(source)
        self._source = source
        self.index: EventIndex | None = None
        self.count = 0
        """Rows that are known."""
        self.complete = False
        """Whether these are all there will be."""
        self._watched = False
        self._final = False
        self._operation: Operation[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        source.run_changed.connect(self._begin)
        source.progressed.connect(self._progressed)
        self._begin()

    def watch(self, watched: bool) -> None:
        """Whether somebody looks at the events."""
        self._watched = watched
        if watched:
            self._look()

    def _begin(self) -> None:
        run = self._source.run
        operation, self._operation = self._operation, None
        if operation is not None:
            operation.cancel()
        self.index = EventIndex(run.log) if run is not None else None
        self.count = 0
        self.complete = self._final = False
        self.grown.emit()
        self._look()

    def _progressed(self) -> None:
        run = self._source.run
        if run is not None and not run.running:
            self._look()
        elif self._watched and self._operation is None and not self._pause.isActive():
            self._pause.start()

    def _look(self) -> None:
        run = self._source.run
        if run is None or self.index is None or self._operation is not None or self.complete:
            return
        if run.running and not self._watched:
            return
        self._final = not run.running
        self._operation = self._source.context.bridge.run(
            Indexing(self.index, final=self._final), label="Looking for events", owner=self, on_changes=self._found
        )
        self._operation.finished.connect(self._finished)

    def _found(self, _counts: list[int]) -> None:
        # What a run before this one pushed may still come: what counts is what is there.
        if self.index is not None and len(self.index) != self.count:
            self.count = len(self.index)
            self.grown.emit()

    def _finished(self) -> None:
        operation = self._operation
        if operation is None or self.sender() is not operation:
            return
        self._operation = None
        self.complete = self._final
        self.settled.emit()
        run = self._source.run
        if run is not None and not run.running and not self.complete:
            self._look()
