"""How large a file is, found out off the window's thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from playground.bridge import Bridge


def size_words(path: str) -> str:
    """`14 KB`, or why there is no size. Waits for the disk."""
    file = Path(path).expanduser()
    try:
        if file.is_dir():
            return "a folder"
        return in_words(file.stat().st_size)
    except FileNotFoundError:
        return "no such file"
    except (OSError, ValueError):
        return "cannot be read"


def in_words(size: int) -> str:
    """Bytes as a person says them: `14 KB`, `1.2 MB`."""
    if size < 1000:
        return f"{size} B"
    for unit, factor in (("KB", 1e3), ("MB", 1e6)):
        if size < 1000 * factor:
            value = size / factor
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{size / 1e9:.1f} GB"


class Size(QObject):
    """Asks once, and tells the field."""

    def __init__(self, bridge: Bridge, field: Any, path: str) -> None:
        super().__init__(field)
        self._field, self._path = field, path
        self._operation = bridge.blocking(size_words, path, label="Looking at a file", owner=self)
        self._operation.finished.connect(self._told)

    def _told(self) -> None:
        if self._operation.done and self._operation.result is not None:
            self._field.set_size(self._path, self._operation.result)
        self.deleteLater()
