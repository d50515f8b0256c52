"""Long work of the export and import dialogs, off the window's thread: it tells how far it is, and can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.bridge.worker import Sink
    from playground.core.exchanges import ExchangeStore
    from playground.core.exchanges.handover import Handover, Measured, Preview
    from playground.core.exchanges.log import LogRow

LISTED = 500
"""Requests that are listed one by one."""


class Stoppable:
    """Runs a blocking function in the pool, with a `told(done, total)` to call, which raises InterruptedError once it
    is to end. For `Bridge.run`; cancelling the operation stops it too."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        self._function, self._args = function, args
        self._stop = threading.Event()

    def stop(self) -> None:
        """Have it end at the next chance. From any thread."""
        self._stop.set()

    async def __call__(self, sink: Sink) -> Any:
        import asyncio

        work = partial(self._function, *self._args, partial(self._told, sink))
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        except asyncio.CancelledError:
            self._stop.set()
            raise

    def _told(self, sink: Sink, done: float, total: float) -> None:
        if self._stop.is_set():
            raise InterruptedError
        sink.progress(done, total)


def first_rows(store: ExchangeStore, numbers: tuple[int, ...]) -> list[LogRow]:
    """The rows that are listed, newest first."""
    return store.log.rows(sorted(numbers, reverse=True)[:LISTED])


def measure(store: ExchangeStore, chosen: Handover, told: Callable[[int, int], object]) -> Measured:
    return chosen.measure(store, told)


def preview(store: ExchangeStore, chosen: Handover, number: int) -> Preview:
    return chosen.preview(store, number)


def save(
    store: ExchangeStore, chosen: Handover, path: Path, replace: bool, told: Callable[[int, int], object]
) -> Measured:
    """Raises FileExistsError where there is such a file and nobody said that it may be replaced."""
    if not replace and path.exists():
        raise FileExistsError(path.name)
    return chosen.save(store, path, told)
