"""Plain-Python signals: how the core tells anyone what happened, knowing no Qt."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")

_log = logging.getLogger(__name__)


class Signal(Generic[P]):
    """Calls every connected listener, in the thread that emits, in the order they connected.

    Bound methods are held weakly, so a listener dies with its object; plain functions are held
    strongly. A listener that raises is logged and does not keep the others from being called.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], Callable[P, object] | None]] = []

    def connect(self, listener: Callable[P, object]) -> Callable[[], None]:
        """Add a listener; the returned function takes it away again."""
        if hasattr(listener, "__self__") and hasattr(listener, "__func__"):
            reference: Callable[[], Callable[P, object] | None] = weakref.WeakMethod(listener)
        else:

            def reference(held: Callable[P, object] = listener) -> Callable[P, object]:
                return held

        with self._lock:
            self._listeners = [*self._listeners, reference]

        def disconnect() -> None:
            with self._lock:
                self._listeners = [entry for entry in self._listeners if entry is not reference]

        return disconnect

    def emit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call the listeners that are alive; forget those that are not."""
        dead = False
        for reference in self._listeners:
            listener = reference()
            if listener is None:
                dead = True
                continue
            try:
                listener(*args, **kwargs)
            except Exception:
                _log.exception("a listener of a signal failed")
        if dead:
            with self._lock:
                self._listeners = [entry for entry in self._listeners if entry() is not None]
