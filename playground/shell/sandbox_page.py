"""The sandbox in the settings: what answers there, fetching the local model once, and faults to practise with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from playground.core.plain import size_text
from playground.shell.fault_form import FaultForm
from playground.shell.pages import SettingsPage, command_button
from playground.shell.surface import Text
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import SectionLabel

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.core.settings import Settings
    from playground.shell.fault_switch import FaultSwitch
    from playground.shell.model_fetch import ModelFetch

WITHOUT_MODEL = (
    "The echo engine answers: a fixed text about the request it got. It is no model, and needs nothing. "
    "A real, very small model can be fetched once: SmolLM2 135M, 93 MB, Apache-2.0. Vectors of words come with it, by "
    "which vector stores find what is meant: WordLlama, 19 MB, MIT."
)
WITH_MODEL = "The echo engine and the local model SmolLM2 135M answer. A model this small writes weak prose."


class SandboxPage(SettingsPage):
    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        fetch: ModelFetch,
        faults: FaultSwitch,
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
        self._start_button = command_button(start, "primary") if start is not None else None
        if self._start_button is not None:
            row.addWidget(self._start_button)
        self._cancel_button = command_button(self.cancel)
        row.addWidget(self._cancel_button)
        row.addStretch(1)
        self.column.addWidget(SectionLabel("Local model"))
        self.column.addWidget(self._state)
        self.column.addLayout(row)
        self.column.addWidget(self._bar)
        self.column.addWidget(self._words)
        self.column.addSpacing(8)
        self.faults = FaultForm(faults, commands)
        self.column.addWidget(self.faults)
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
        if self._start_button is not None:  # what is there is not offered again
            self._start_button.setVisible(fetch.path is None)
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
