"""What the window and the panels remember between starts: one small JSON file each, in `<data>/state`.

A second window on the same data folder has a folder of its own in there, `window-2`, so that no draft is written over
by another window's; it begins as a copy, and a second window has it again the next time.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from playground.core.errors import Problem
from playground.core.files import Held, kept_words, read_json

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation

SAVE_AFTER_MS = 400
AGAIN_AFTER_MS = 10_000
"""Until what could not be written is tried again."""
MOST_WINDOWS = 20


class StateFolder(QObject):
    """All state files, read once before the window exists and written off the GUI thread soon after a change."""

    told = Signal(object)
    """A `Problem`: what is remembered cannot be written. Once, until it can be again."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = self._folder = folder
        self.window = 1
        """Which of the windows on this data folder this is."""
        self.problems: list[Problem] = []
        """What `read` found wrong; nothing is lost by it."""
        self.failing: Problem | None = None
        """Why the last writing did not work."""
        self._held: Held | None = None
        self._states: dict[str, dict[str, Any]] = {}
        self._unsaved: set[str] = set()
        self._bridge: Bridge | None = None
        self._saving: Operation[Any] | None = None
        self._taken: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._save_soon)

    def read(self) -> None:
        """Find the folder that no other window has, and read its files. A damaged one is set aside, and said."""
        self._find_place()
        source = self._folder
        if self.window > 1 and not any(source.glob("*.json")):
            source = self._root
        for file in sorted(source.glob("*.json")) if source.is_dir() else []:
            try:
                state = read_json(file)
                if not isinstance(state, dict):
                    raise ValueError("it is no object")
            except (OSError, ValueError) as error:
                self.problems.append(
                    Problem(
                        title="What the window remembered could not be read",
                        cause=f"{file} is damaged ({error}).",
                        remedy=f"{kept_words(file)}; the draft and the layout in it are in there, too.",
                    )
                )
                continue
            self._states[file.stem] = state

    def _find_place(self) -> None:
        for number in range(1, MOST_WINDOWS):
            folder = self._root if number == 1 else self._root / f"window-{number}"
            try:
                self._held = Held(folder / ".lock")
            except BlockingIOError:
                continue
            except OSError:  # nothing can be written: that is said where it is tried
                return
            self.window, self._folder = number, folder
            return

    def start(self, bridge: Bridge) -> None:
        """From here on changes are written, in the bridge's thread pool."""
        self._bridge = bridge
        if self._unsaved:
            self._timer.start(SAVE_AFTER_MS)

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
            self._timer.start(SAVE_AFTER_MS)

    def take_unsaved(self) -> dict[str, dict[str, Any]]:
        """What is still to be written; the caller writes it with `write_states`."""
        names = self._unsaved | self._taken
        self._unsaved, self._taken = set(), set()
        self._timer.stop()
        return {name: self._states[name] for name in names}

    def release(self) -> None:
        """Leave the folder to another window. After the last writing."""
        if self._held is not None:
            self._held.release()

    @property
    def folder(self) -> Path:
        return self._folder

    def _save_soon(self) -> None:
        if self._bridge is None or self._saving is not None:
            return  # what is being written ends soon, and looks again
        if states := self.take_unsaved():
            self._taken = set(states)
            self._saving = self._bridge.blocking(
                write_states, self._folder, states, label="Saving the window's state", owner=self
            )
            self._saving.finished.connect(self._saved)

    def _saved(self) -> None:
        operation, self._saving = self._saving, None
        taken, self._taken = self._taken, set()
        error = operation.error if operation is not None else None
        before, self.failing = self.failing, None if error is None else save_problem(error)
        if error is not None:
            self._unsaved |= taken
            if before is None:
                self.told.emit(self.failing)
        if self._unsaved:
            self._timer.start(SAVE_AFTER_MS if error is None else AGAIN_AFTER_MS)


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
    """Write each state whole or not at all, keys masked. Raises OSError. Runs in a thread."""
    from playground.core.files import write_atomically
    from playground.core.redact import known

    for name, state in states.items():  # somebody may have pasted a key into a prompt, or into a field of a form
        write_atomically(folder / f"{name}.json", known().text(json.dumps(state, ensure_ascii=False, indent=1)))


def save_problem(error: BaseException) -> Problem:
    """Why a draft or the settings cannot be written, in words."""
    from playground.core.errors import explain

    why = explain(error)
    return Problem(
        title="What you write cannot be saved",
        cause=f"{why.title}: {why.cause}",
        remedy=f"{why.remedy} Drafts and settings are kept in this window, and saved as soon as it works.",
        type=why.type,
        server_words=why.server_words,
    )
