"""A search in one document: its hits so far, and which of them is looked at."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from playground.core.jsondoc import Document
from playground.core.jsondoc.find import Query, find
from playground.widgets.json.work import AT_ONCE, Finding

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation


class Search(QObject):
    """Starts, steps and forgets. Large documents are searched in a thread of the bridge; hits come as found."""

    moved = Signal()
    """Another hit is the current one."""
    changed = Signal()
    """The number of hits changed, or the current one."""
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: array[int] = array("Q")
        """Bytes at which keys and values are hit first."""
        self.current = -1
        self.complete = True
        """Whether there are no more hits than these."""
        self._text = ""
        self._operation: Operation[bool] | None = None

    @property
    def offset(self) -> int:
        """The byte of the current hit; -1: there is none."""
        return self.hits[self.current] if 0 <= self.current < len(self.hits) else -1

    @property
    def running(self) -> bool:
        return self._operation is not None

    def words(self) -> str:
        """ "3 of 12", "3 of 100,000+", "Nothing found", "" where nothing is looked for."""
        if not self._text:
            return ""
        count = len(self.hits)
        if not count:
            return "Looking …" if self.running else "Nothing found"
        return f"{self.current + 1:,} of {count:,}{'' if self.complete else ' …' if self.running else '+'}"

    def start(self, document: Document | None, text: str, bridge: Bridge | None) -> None:
        """Look for other words, or in another document."""
        self.stop()
        self._text = text
        self.hits, self.current, self.complete = array("Q"), -1, True
        if document is None or not text:
            self.changed.emit()
        elif bridge is None or len(document.data) <= AT_ONCE:
            self.hits, self.complete = find(document, Query(text))
            self._end()
        else:
            self.complete = False
            self._operation = bridge.run(
                Finding(document, text), label="Looking for words in JSON", owner=self, on_changes=self._found
            )
            self._operation.finished.connect(self._ended)
            self.changed.emit()

    def stop(self) -> None:
        """Give up a search that is under way."""
        operation, self._operation = self._operation, None
        if operation is not None:
            operation.cancel()

    def step(self, by: int) -> None:
        """To the next hit (1) or the one before (-1), around the ends."""
        if self.hits:
            self.current = (self.current + by) % len(self.hits)
            self.moved.emit()
            self.changed.emit()

    def _found(self, found: list[tuple[Finding, list[int]]]) -> None:
        # What a search pushed before it was given up may still come.
        mine = self._operation.job.make if self._operation is not None else None
        for finding, hits in found:
            if finding is mine:
                self.hits.extend(hits)
        self._first()
        self.changed.emit()

    def _ended(self) -> None:
        operation = self._operation
        if operation is None or not operation.done:
            return
        self._operation = None
        self.complete = bool(operation.result)
        self._end()

    def _end(self) -> None:
        self._first()
        self.changed.emit()
        self.ended.emit()

    def _first(self) -> None:
        if self.hits and self.current < 0:
            self.current = 0
            self.moved.emit()
