"""The request log before it is open: the window is painted first, the file is opened afterwards, in the worker.

Readers (they are in worker threads) wait until it is open; what is to be written is kept in memory until then.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.core.errors import Problem
from playground.core.importing import IMPORTING
from playground.core.redact import known
from playground.core.signals import Signal

if TYPE_CHECKING:
    import sqlite3
    from contextlib import AbstractContextManager

    from playground.core.exchanges import (
        ExchangeDetail,
        ExchangeStore,
        ExchangeSummary,
        RequestLog,
        RunHistory,
        RunSummary,
    )
    from playground.core.exchanges.retention import Doomed, Tidied

OPEN_WITHIN = 30.0
"""Seconds a reader waits for the opening: another program may hold the file for a while."""


class LateWriter:
    """What the recording transport gets: takes messages at once, and passes them on when there is a file."""

    def __init__(self) -> None:
        self.redactor = known()
        self.problem: Signal[[Problem]] = Signal()
        self.recovered: Signal[[int]] = Signal()
        self._lock = threading.Lock()
        self._kept: deque[Any] = deque()
        self._real: Any = None
        self._lost = False

    def put(self, message: Any) -> None:
        """Hand a message over; never blocks for longer than it takes to append one."""
        real = self._real
        if real is not None:
            real.put(message)
            return
        with self._lock:
            if self._real is not None:
                self._real.put(message)
            elif not self._lost:
                self._kept.append(message)

    def attach(self, real: Any) -> None:
        with self._lock:
            while self._kept:
                real.put(self._kept.popleft())
            self._real = real
        real.problem.connect(self.problem.emit)
        real.recovered.connect(self.recovered.emit)

    def give_up(self) -> None:
        """There will be no file: what is put from now on is not kept."""
        with self._lock:
            self._lost = True
            self._kept.clear()


class LateStore:
    """Stands in for `ExchangeStore` from the program's start; its methods are called off the GUI thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.changed: Signal[[ExchangeSummary]] = Signal()
        self.runs_changed: Signal[[RunSummary]] = Signal()
        self.runs_removed: Signal[[tuple[str, ...]]] = Signal()
        self.removed: Signal[[tuple[str, ...]]] = Signal()
        self.writer = LateWriter()
        self.problem: Problem | None = None
        self._opened = threading.Event()
        self._real: ExchangeStore | None = None
        self._error: BaseException | None = None

    def open(self) -> Problem | None:
        """Open the file; gives what was found wrong and put right. Raises StoreError. In a worker thread, once."""
        try:
            with IMPORTING:
                from playground.core.exchanges import ExchangeStore
            real = ExchangeStore.open(self.path)
        except BaseException as error:
            self._error = error
            self.writer.give_up()
            self._opened.set()
            raise
        real.changed.connect(self.changed.emit)
        real.runs_changed.connect(self.runs_changed.emit)
        real.runs_removed.connect(self.runs_removed.emit)
        real.removed.connect(self.removed.emit)
        self.writer.attach(real.writer)
        self.problem = real.problem
        self._real = real
        self._opened.set()
        return real.problem

    def real(self) -> ExchangeStore:
        """The open log. Raises what opening it raised, and TimeoutError where it takes too long."""
        if not self._opened.wait(OPEN_WITHIN):
            raise TimeoutError(f"the request log {self.path} was not open after {OPEN_WITHIN:g} seconds")
        if self._real is None:
            raise self._error or RuntimeError("the request log is not open")
        return self._real

    @property
    def history(self) -> RunHistory:
        """The runs that are kept; waits until the log is open."""
        return self.real().history

    @property
    def log(self) -> RequestLog:
        """The log by its query language; waits until it is open."""
        return self.real().log

    def recent(self, limit: int = 200) -> list[ExchangeSummary]:
        return self.real().recent(limit)

    def load(self, exchange_id: str) -> ExchangeDetail:
        return self.real().load(exchange_id)

    def find(self, text: str, limit: int = 50) -> list[ExchangeSummary]:
        return self.real().find(text, limit)

    def seen_ids(self, kinds: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        return self.real().seen_ids(kinds)

    def reader(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection to read with, for functions that take a store."""
        return self.real().reader()

    def count(self) -> int:
        return self.real().count()

    def remove(self, *exchange_ids: str) -> None:
        self.real().remove(*exchange_ids)

    def size(self) -> tuple[int, int]:
        """Bytes that the log takes, and bytes of its file."""
        from playground.core.exchanges import retention

        found = retention.measure(self.real())
        return found.used, found.file

    def doomed(self, days: float | None, most: int | None) -> Doomed:
        from playground.core.exchanges import retention

        return retention.doomed(self.real(), days, most)

    def tidy(self, days: float | None, most: int | None, stop: Callable[[], bool]) -> Tidied:
        from playground.core.exchanges import retention

        return retention.tidy(self.real(), days, most, stop)

    def compact(self) -> Tidied | None:
        from playground.core.exchanges import retention

        return retention.compact(self.real())

    def flush(self, timeout: float | None = 10.0) -> bool:
        return self.real().flush(timeout)

    def close(self) -> None:
        """Write what is left and let go of the file, if it was ever open."""
        if self._real is not None:
            self._real.close()
