"""Closing the window: asks once where a run would be lost, without a nested event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from playground.shell.window import Window


class Closing(QObject):
    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.box: QMessageBox | None = None
        window.close_wanted.connect(self.ask)

    def under_way(self) -> list[str]:
        """What would be lost, in words."""
        lost = [
            f"{summary.method} {summary.path}" + (f" ({summary.model})" if summary.model else "")
            for summary in self._window.dock.summaries()
            if summary.state == "open" and summary.method == "POST"
        ]
        if self._window.parts.fetch.operation is not None:
            lost.append("Fetching the local model")
        return lost

    def unsaved(self) -> str:
        """Why what was written would be forgotten; empty where it is saved."""
        failing = self._window.parts.memory.failing
        return "" if failing is None else f"{failing.title}. {failing.cause} {failing.remedy}"

    def ask(self) -> None:
        lost, unsaved = self.under_way(), self.unsaved()
        if not lost and not unsaved:
            self._window.leave()
            return
        if self.box is not None:  # asked already: the person means it
            self._window.leave()
            return
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setObjectName("closing")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Quit")
        runs = "A run is in flight." if len(lost) == 1 else f"{len(lost)} runs are in flight."
        box.setText(f"{runs if lost else ''} {'What you wrote is not saved.' if unsaved else ''}".strip())
        kept = "\n\nWhat came so far is kept in the request log." if lost else ""
        box.setInformativeText("\n".join(lost[:5]) + kept + (f"\n\n{unsaved}" if unsaved else ""))
        quit_button = box.addButton(
            "Stop and Quit" if lost else "Quit All the Same", QMessageBox.ButtonRole.DestructiveRole
        )
        stay = box.addButton("Keep Running" if lost else "Stay", QMessageBox.ButtonRole.RejectRole)
        for button, name in ((quit_button, "quit"), (stay, "stay")):
            button.setObjectName(f"closing.{name}")
            button.setAccessibleName(button.text())
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        quit_button.clicked.connect(self._window.leave)
        box.destroyed.connect(self._gone)
        self.box = box
        box.open()

    def _gone(self) -> None:
        self.box = None
