"""Fetching the sandbox's local model, and what the shell may do with the sandbox at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.bridge.worker import Sink

Progress = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True)
class SandboxControl:
    """What the shell may do with the sandbox; the program's start puts it together."""

    installed: Callable[[], Path | None]
    """Where the local model's weights are; looks at the disk."""
    fetch: Callable[[Progress], Awaitable[Path]]
    """Fetch them; cancellable; raises errors whose text says what to do."""
    restart: Callable[[], Awaitable[None]]
    """Start the sandbox anew, so that it lists the model; nothing where it does not run."""


class ModelFetch(QObject):
    """Fetching the weights; lives as long as the window, so that closing the settings does not stop it."""

    changed = Signal()
    fetched = Signal()

    def __init__(self, bridge: Bridge, control: SandboxControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._control = bridge, control
        self.operation: Operation[Any] | None = None
        self._looking: Operation[Any] | None = None
        self.path: Path | None = None
        self.known = False
        self.error = ""

    def look(self) -> None:
        """See whether the weights are there."""
        self._looking = self._bridge.blocking(self._control.installed, label="Looking for the local model", owner=self)
        self._looking.finished.connect(self._looked)

    def _looked(self) -> None:
        operation, self._looking = self._looking, None
        if operation is not None and operation.error is None:
            self.path, self.known = operation.result, True
        self.changed.emit()

    def start(self) -> None:
        if self.operation is None:
            self.error = ""
            self.operation = self._bridge.run(self._fetch, label="Fetching the local model", owner=self)
            self.operation.changed.connect(self.changed)
            self.operation.finished.connect(self._ended)
            self.changed.emit()

    async def _fetch(self, sink: Sink) -> Path:
        path = await self._control.fetch(sink.progress)
        await self._control.restart()
        return path

    def cancel(self) -> None:
        if self.operation is not None:
            self.operation.cancel()

    def _ended(self) -> None:
        operation, self.operation = self.operation, None
        if operation is None:
            return
        if operation.error is not None:
            line = getattr(operation.error, "line", None)
            self.error = line() if callable(line) else str(operation.error)
        elif operation.result is not None:
            self.path = operation.result
            self.fetched.emit()
        self.changed.emit()
