"""A plain signal of the core, emitted in any thread, as calls of a slot in the GUI thread."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from playground.bridge.mailbox import Mailbox
from playground.bridge.operation import take, weakly
from playground.bridge.pace import Pace
from playground.core.signals import Signal as PlainSignal


class _Ear:
    """The listener that the signal holds: plain data, so that it may die in any thread."""

    __slots__ = ("closed", "emissions", "key", "mailbox", "marked")

    def __init__(self, key: int, mailbox: Mailbox) -> None:
        self.key = key
        self.mailbox = mailbox
        self.marked = False
        self.closed = False
        self.emissions: deque[tuple[Any, ...]] = deque()

    def __call__(self, *args: Any) -> None:
        if not self.closed:
            self.emissions.append(args)
            self.mailbox.mark(self)


class Channel(QObject):
    """One `Bridge.listen`: collects emissions and delivers them until its owner is destroyed."""

    def __init__(
        self,
        key: int,
        signal: PlainSignal[...],
        slot: Callable[[list[tuple[Any, ...]]], object],
        owner: QObject,
        mailbox: Mailbox,
        on_closed: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.key = key
        self._ear = _Ear(key, mailbox)
        self._slot = weakly(slot)
        self._on_closed = on_closed
        self._pace = Pace()
        self._disconnect = signal.connect(self._ear)
        owner.destroyed.connect(self.close)

    def deliver(self, seconds: float) -> bool:
        """Call the slot with as many emissions as fit into so many seconds; True where more are left."""
        slot = self._slot()
        if slot is None:
            self.close()
        emissions = self._ear.emissions
        if not emissions or slot is None:
            return False
        batch = take(emissions, self._pace.take(len(emissions), seconds))
        begun = time.perf_counter()
        try:
            slot(batch)
        except Exception:
            sys.excepthook(*sys.exc_info())
        self._pace.learn(len(batch), time.perf_counter() - begun)
        return bool(emissions)

    @Slot()
    def close(self) -> None:
        """Stop listening."""
        self._ear.closed = True
        self._ear.emissions.clear()
        self._disconnect()
        self._on_closed(self.key)
