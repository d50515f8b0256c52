"""What other threads leave for the GUI thread, and the one object that wakes it.

A mailbox is plain data and may be touched from any thread; the relay lives in the GUI thread. However much is
left, at most one wake-up is on its way, so that a busy worker does not flood Qt's event queue.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Source(Protocol):
    """Something that has changes to deliver: an operation's job, or a listener's channel."""

    key: int
    marked: bool
    """True while it stands in the mailbox's line."""


class Relay(QObject):
    """Carries one wake-up from any thread into the GUI thread."""

    woken = Signal()

    def __init__(self, on_woken: Callable[[], None]) -> None:
        super().__init__()
        self._on_woken: Callable[[], None] | None = on_woken
        self.woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _wake(self) -> None:
        if self._on_woken is not None:
            self._on_woken()

    def close(self) -> None:
        """Later wake-ups do nothing."""
        self._on_woken = None


class Mailbox:
    """Posted functions and sources with changes, from any thread."""

    def __init__(self, on_woken: Callable[[], None]) -> None:
        self.posted: deque[Callable[[], object]] = deque()
        self.marked: deque[Source] = deque()
        self.urgent: deque[Source] = deque()
        self._pending = False
        self._relay: Relay | None = Relay(on_woken)

    def post(self, function: Callable[[], object]) -> None:
        """Have a plain function called in the GUI thread, in the order of posting."""
        self.posted.append(function)
        self._wake()

    def mark(self, source: Source) -> None:
        """Say that a source has changes; they are fetched at the next flush."""
        # The reader clears the mark before it fetches, so a change added after this test is still fetched.
        if not source.marked:
            source.marked = True
            self.marked.append(source)
            self._wake()

    def finish(self, source: Source) -> None:
        """Say that a source is at its end; it need not wait for the next frame where it has no changes."""
        self.urgent.append(source)
        self._wake()

    def opened(self) -> None:
        """The GUI thread has begun to read: the next arrival wakes it again."""
        self._pending = False

    @property
    def empty(self) -> bool:
        return not (self.posted or self.marked or self.urgent)

    def close(self) -> None:
        """Forget the GUI thread: what arrives from now on stays unread."""
        relay, self._relay = self._relay, None
        if relay is not None:
            relay.close()

    def _wake(self) -> None:
        if self._pending:
            return
        self._pending = True
        relay = self._relay
        if relay is None:
            return
        try:
            relay.woken.emit()
        except RuntimeError:  # Qt's side is gone: the program is at its end
            self._relay = None
