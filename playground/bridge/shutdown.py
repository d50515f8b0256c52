"""The orderly end of a bridge: operations cancelled, sessions closed, the loop stopped, the thread joined."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.bridge.bridge import Bridge

_log = logging.getLogger(__name__)


async def shutdown(bridge: Bridge, timeout: float) -> bool:
    """See `Bridge.shutdown`. Half of the time is for operations, a third for finalizers, the rest for the thread."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    worker = bridge._worker
    clean = True
    bridge.close_entrance()
    if not await bridge.idle(0.5 * timeout):
        clean = False
        _log.warning("did not end when cancelled: %s", ", ".join(operation.label for operation in bridge.operations))
    if worker.thread is not None:
        if bridge._finalizers:
            clean &= await _finalize(bridge, timeout * 5 / 6 - (loop.time() - begun))
        ended: asyncio.Future[None] = loop.create_future()
        worker.on_end = _Resolve(bridge.post, ended)
        worker.stop()
        try:
            await asyncio.wait_for(ended, max(0.05, timeout - (loop.time() - begun)))
        except TimeoutError:
            _log.warning("the worker thread did not end")
        clean &= worker.join(max(0.05, timeout - (loop.time() - begun)) if ended.done() else 0)
    bridge.close_exit()
    return clean


async def _finalize(bridge: Bridge, timeout: float) -> bool:
    finalizers = bridge._finalizers[::-1]
    bridge._finalizers.clear()
    future = bridge._worker.soon(_Finalizing(finalizers))
    try:
        await asyncio.wait_for(asyncio.wrap_future(future), max(0.05, timeout))
    except (TimeoutError, asyncio.CancelledError):
        _log.warning("closing what was open took too long")
        return False
    return True


class _Finalizing:
    """Runs finalizers in the worker thread, one after the other; one that fails is reported and holds nobody up."""

    def __init__(self, finalizers: list[Callable[[], Awaitable[Any]]]) -> None:
        self._finalizers = finalizers

    async def __call__(self) -> None:
        for finalizer in self._finalizers:
            try:
                await finalizer()
            except Exception:
                sys.excepthook(*sys.exc_info())


class _Resolve:
    """Called in the worker thread at its end; resolves a future of the GUI thread."""

    def __init__(self, post: Callable[[Callable[[], object]], None], future: asyncio.Future[None]) -> None:
        self._post = post
        self._future = future

    def __call__(self) -> None:
        self._post(self._resolve)

    def _resolve(self) -> None:
        if not self._future.done():
            self._future.set_result(None)
