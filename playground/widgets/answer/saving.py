"""Saves what an answer holds to a file of the person's choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from playground.core.files import save_bytes
from playground.core.plain import size_text
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from playground.bridge import Bridge, Operation

_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/opus": ".opus",
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "audio/pcm": ".pcm",
    "audio/l16": ".pcm",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "application/json": ".json",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/jsonl": ".jsonl",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
}


class Savable(NamedTuple):
    """What can be saved. `make` gives the bytes, in the bridge's pool; it holds no widget."""

    name: str
    """A file name to begin with."""
    make: Callable[[], bytes]


def file_name(hint: str, content_type: str) -> str:
    """A name for a file: what was said, made harmless (no folder, nothing hidden), or one by the content type."""
    name = re.split(r"[/\\]", hint)[-1]
    name = "".join(letter for letter in name if letter.isprintable() and letter not in '<>:"|?*').strip(" .")[:120]
    ending = _ENDINGS.get(content_type, "")
    if not name:
        name = f"answer{ending or '.bin'}"
    return name if "." in name else f"{name}{ending}"


class Saver(QObject):
    """Asks where, writes off the window's thread; the file appears when it is whole."""

    said = Signal(str, str)
    """What became of it, and the words' colour role."""

    def __init__(self, over: QWidget, name: str, bridge: Bridge | None) -> None:
        super().__init__(over)
        self._over, self._name, self._bridge = over, name, bridge
        self._what: Savable | None = None
        self._path = Path()
        self._writing: Operation[int] | None = None
        self.dialog: QFileDialog | None = None

    def ask(self, what: Savable) -> None:
        """Ask for a place."""
        from PySide6.QtWidgets import QFileDialog  # a dear class, and not needed before

        self._what = what
        dialog = QFileDialog(self._over, "Save answer as")
        dialog.setObjectName(f"{self._name}.file")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(what.name)
        dialog.fileSelected.connect(self.save)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def save(self, file: str) -> None:
        """Write what was asked for."""
        what, self._what = self._what, None
        if what is None:
            return
        self._path = Path(file)
        if self._bridge is None:
            self.said.emit("There is nobody here to write it.", "error")
            return
        self._writing = self._bridge.blocking(_write, self._path, what.make, label="Saving an answer", owner=self)
        self._writing.finished.connect(self._saved)

    def _saved(self) -> None:
        operation = self._writing
        if operation is None or not operation.done:
            return
        self._writing = None
        error, name = operation.error, shown_line(self._path.name)
        if isinstance(error, OSError):
            self.said.emit(f"“{name}” was not saved: {error.strerror or error}. Choose another folder.", "error")
        elif isinstance(error, ValueError):
            self.said.emit(f"“{name}” was not saved: {error}.", "error")
        elif operation.result is not None:
            self.said.emit(f"Saved “{name}”, {size_text(operation.result)}.", "good")


def _write(path: Path, make: Callable[[], bytes]) -> int:
    return save_bytes(path, make())
