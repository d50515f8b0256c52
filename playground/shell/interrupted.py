"""Transfers of files that an earlier start left unfinished: nobody has to open the panel to hear of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from playground.shell.notices import Notice

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.shell.window import Window

PANEL = "files"


def count(path: Path) -> int:
    """In the pool. Raises JournalError."""
    from playground.core.filing.desk import interrupted

    return interrupted(path)


class Interrupted(QObject):
    """Looks once, after the first frame; says nothing where the panel is shown, which offers them itself."""

    def __init__(self, window: Window, journal: Path) -> None:
        super().__init__(window)
        self._window, self._journal = window, journal
        self._looking: Operation[int] | None = None

    def start(self) -> None:
        bridge = self._window.parts.bridge
        self._looking = bridge.blocking(count, self._journal, label="Looking for interrupted transfers", owner=self)
        self._looking.finished.connect(self._known)

    def settled(self) -> bool:
        return self._looking is None

    def _known(self) -> None:
        operation, self._looking = self._looking, None
        if operation is None or operation.error is not None:  # the panel says what is wrong with the journal
            return
        found = operation.result or 0
        if found and self._window.panels.current_id() != PANEL:
            what = f"{found:,} transfers of files were" if found > 1 else "A transfer of a file was"
            words = f"{what} interrupted. Open Files to go on, or to clean up on the server."
            self._window.tell(Notice(words, "warning"))
