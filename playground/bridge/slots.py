"""Coroutines in the GUI thread: slots that await, and waiting for a Qt signal."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    import asyncio

_early: list[Callable[[], None]] = []
"""Slots that fired before the GUI thread had its loop; `run_early` starts them."""
_tasks: set[asyncio.Task[Any]] = set()
"""asyncio holds its tasks weakly; these run on."""


def async_slot(*types: Any) -> Any:
    """Make a coroutine method a slot: `@async_slot()`, `@async_slot(str)`, or `@async_slot` alone.

    What `qasync.asyncSlot` does, without importing it at start; besides, the task dies with the QObject whose method
    it is, and an exception goes to the reporter. Arguments of the signal beyond the method's own are left out.
    """
    if len(types) == 1 and inspect.iscoroutinefunction(types[0]):
        return _decorate(types[0], ())

    def decorate(function: Callable[..., Coroutine[Any, Any, object]]) -> Callable[..., None]:
        return _decorate(function, types)

    return decorate


def _decorate(function: Callable[..., Coroutine[Any, Any, object]], types: tuple[Any, ...]) -> Callable[..., None]:
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    most = sys.maxsize if inspect.Parameter.VAR_POSITIONAL in kinds else sum(kind in positional for kind in kinds) - 1

    @functools.wraps(function)
    def start(self: Any, *args: Any) -> None:
        _start(functools.partial(function, self, *args[:most]), self if isinstance(self, QObject) else None)

    return Slot(*types)(start)


def _start(make: Callable[[], Coroutine[Any, Any, object]], owner: QObject | None) -> None:
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        _early.append(functools.partial(_start, make, owner))
        return
    task = loop.create_task(make())
    _tasks.add(task)
    task.add_done_callback(_ended)
    if owner is not None:
        guard = _Guard(task)
        owner.destroyed.connect(guard.cancel)
        task.add_done_callback(guard.release)


def run_early() -> None:
    """Start what slots wanted to start before there was a loop."""
    early = _early[:]
    _early.clear()
    for start in early:
        start()


def forget_early() -> None:
    """There will be no loop any more."""
    _early.clear()


def _ended(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    if not task.cancelled():
        error = task.exception()
        if error is not None:
            sys.excepthook(type(error), error, error.__traceback__)


class _Guard(QObject):
    """Cancels a task when the owner is destroyed."""

    def __init__(self, task: asyncio.Task[Any]) -> None:
        super().__init__()
        self._task: asyncio.Task[Any] | None = task

    @Slot()
    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def release(self, _task: asyncio.Task[Any]) -> None:
        self._task = None


class _Ear(QObject):
    """Receives one emission of a signal."""

    def __init__(self, future: asyncio.Future[Any]) -> None:
        super().__init__()
        self._future = future

    def hear(self, *args: Any) -> None:
        if not self._future.done():
            self._future.set_result(args[0] if len(args) == 1 else args or None)

    @Slot()
    def cancel(self) -> None:
        self._future.cancel()


async def awaited(signal: Any, owner: QObject | None = None) -> Any:
    """Wait for the next emission of a Qt signal, e.g. `code = await awaited(dialog.finished, dialog)` after
    `dialog.open()`. Gives None, the argument, or the tuple of arguments. Raises CancelledError when `owner` is
    destroyed."""
    import asyncio

    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    ear = _Ear(future)
    signal.connect(ear.hear)
    if owner is not None:
        owner.destroyed.connect(ear.cancel)
    return await future
