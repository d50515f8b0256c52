"""The sandbox in the settings: what answers there, and fetching the local model once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from playground.shell.details_text import size_text
from playground.shell.pages import SettingsPage, command_button
from playground.shell.surface import Text
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import SectionLabel

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.bridge.worker import Sink
    from playground.core.settings import Settings

Progress = Callable[[int, int | None, str], None]

WITHOUT_MODEL = (
    "The echo engine answers: a fixed text about the request it got. It is no model, and needs nothing. "
    "A real, very small model can be fetched once: SmolLM2 135M, 93 MB, Apache-2.0."
)
WITH_MODEL = "The echo engine and the local model SmolLM2 135M answer. A model this small writes weak prose."


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


class SandboxPage(SettingsPage):
    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        fetch: ModelFetch,
        commands: CommandRegistry,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bridge, settings, "sandbox", "Sandbox", parent)
        self._fetch = fetch
        self._state = Text("", "text", wrap=True)
        self._state.setObjectName("sandbox.state")
        self._words = Text("", "muted", size=12, wrap=True)
        self._words.setObjectName("sandbox.words")
        self._bar = QProgressBar()
        self._bar.setObjectName("sandbox.progress")
        self._bar.setAccessibleName("How much of the local model is fetched")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self.cancel = commands.add("sandbox.cancel-fetch", "Cancel Fetching", fetch.cancel, group="Sandbox", scope=self)
        start = commands.get("sandbox.fetch-model")
        row = QHBoxLayout()
        row.setSpacing(8)
        if start is not None:
            row.addWidget(command_button(start, "primary"))
        self._cancel_button = command_button(self.cancel)
        row.addWidget(self._cancel_button)
        row.addStretch(1)
        self.column.addWidget(SectionLabel("Local model"))
        self.column.addWidget(self._state)
        self.column.addLayout(row)
        self.column.addWidget(self._bar)
        self.column.addWidget(self._words)
        self.column.addStretch(1)
        fetch.changed.connect(self._show)
        self._show()
        fetch.look()

    def _show(self) -> None:
        fetch, operation = self._fetch, self._fetch.operation
        self._state.set_text(WITH_MODEL if fetch.path is not None else WITHOUT_MODEL)
        self.cancel.setEnabled(operation is not None)
        self.cancel.setVisible(operation is not None)
        self._cancel_button.setVisible(operation is not None)
        self._bar.setVisible(operation is not None)
        self._words.set_role("error" if fetch.error else "muted")
        if operation is None:
            self._words.set_text(fetch.error or (f"Weights: {fetch.path}" if fetch.path else ""))
            return
        progress = operation.progress
        total = int(progress.total or 0)
        self._bar.setRange(0, total)
        self._bar.setValue(int(progress.done))
        amount = f" · {size_text(int(progress.done))} of {size_text(total)}" if total else ""
        self._words.set_text(f"{progress.text or 'Starting'}{amount}")
