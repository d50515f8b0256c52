"""What the foot of the window says while the recording proxy runs, whatever panel is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from playground.shell.window import Window
    from playground.widgets.commands import Command

STOP = "inspector.proxy_stop"
"""The command that can be run while it runs."""


class ProxyNote(QObject):
    """Follows that command: the panels are none of the shell's business."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._command: Command | None = None
        window.commands.changed.connect(self._look)
        window.status.proxy_wanted.connect(self.open_page)

    def _look(self) -> None:
        command = self._window.commands.get(STOP)
        if command is not None and command is not self._command:
            self._command = command
            command.changed.connect(self._show)
            command.destroyed.connect(self._gone)
            self._show()

    def _gone(self) -> None:
        self._command = None
        self._show()

    def _show(self) -> None:
        self._window.status.show_proxy(self._command is not None and self._command.isEnabled())

    def open_page(self) -> None:
        self._window.commands.run("panel.inspector")
        self._window.commands.run("inspector.page_proxy")
