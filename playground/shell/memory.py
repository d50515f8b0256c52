"""What the window and the panels remember between starts: one small JSON file each, in `<data>/state`."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from playground.bridge import Bridge

_log = logging.getLogger(__name__)

SAVE_AFTER_MS = 400


class StateFolder(QObject):
    """All state files, read once before the window exists and written off the GUI thread soon after a change."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._states: dict[str, dict[str, Any]] = {}
        self._unsaved: set[str] = set()
        self._bridge: Bridge | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._save_soon)

    def read(self) -> None:
        """Read the files. One that is damaged is left out: what it held is drafts and geometry, not worth a stop."""
        for file in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []:
            try:
                state = json.loads(file.read_text("utf-8"))
            except (OSError, ValueError) as error:
                _log.warning("%s is left out: %s", file.name, error)
                continue
            if isinstance(state, dict):
                self._states[file.stem] = state

    def start(self, bridge: Bridge) -> None:
        """From here on changes are written, in the bridge's thread pool."""
        self._bridge = bridge
        if self._unsaved:
            self._timer.start()

    def state(self, name: str) -> MemoryState:
        """The state of one panel or of the window."""
        return MemoryState(self, name)

    def get(self, name: str) -> dict[str, Any]:
        return dict(self._states.get(name, {}))

    def put(self, name: str, state: dict[str, Any]) -> None:
        if self._states.get(name) == state:
            return
        self._states[name] = dict(state)
        self._unsaved.add(name)
        if self._bridge is not None and not self._timer.isActive():
            self._timer.start()

    def take_unsaved(self) -> dict[str, dict[str, Any]]:
        """What is still to be written; the caller writes it with `write_states`."""
        taken = {name: self._states[name] for name in self._unsaved}
        self._unsaved.clear()
        self._timer.stop()
        return taken

    @property
    def folder(self) -> Path:
        return self._folder

    def _save_soon(self) -> None:
        if self._bridge is not None and (states := self.take_unsaved()):
            self._bridge.blocking(write_states, self._folder, states, label="Saving the window's state", owner=self)


class MemoryState:
    """A panel's view of its own state (the contract's `PanelState`)."""

    def __init__(self, folder: StateFolder, name: str) -> None:
        self._folder = folder
        self._name = name

    def load(self) -> dict[str, Any]:
        return self._folder.get(self._name)

    def save(self, state: dict[str, Any]) -> None:
        self._folder.put(self._name, state)


def write_states(folder: Path, states: dict[str, dict[str, Any]]) -> None:
    """Write each state whole or not at all. Raises OSError. Runs in a thread."""
    from playground.core.files import write_atomically

    for name, state in states.items():
        write_atomically(folder / f"{name}.json", json.dumps(state, ensure_ascii=False, indent=1))
