"""The commands of the middle column's tabs, and of playing a run back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from playground.panels.compose.tabs import TABS
from playground.widgets.commands import CommandRegistry

if TYPE_CHECKING:
    from playground.panels.compose.view import ComposeView

GROUP = "Compose"


class TabActions(QObject):
    """Adds the commands; their keys work while the panel has the focus."""

    def __init__(self, view: ComposeView, commands: CommandRegistry) -> None:
        super().__init__(view)
        self._view = view
        handlers = (self.show_output, self.show_events, self.show_json, self.show_code, self.show_wire)
        for number, ((name, words), handler) in enumerate(zip(TABS, handlers, strict=True), 1):
            commands.add(
                f"compose.show_{name}", f"Show {words}", handler, group=GROUP, shortcut=f"Alt+{number}", scope=view
            )
        for name, title, handler, shortcut, icon in (
            ("next_tab", "Next Tab", self.next_tab, "Ctrl+Tab", ""),
            ("previous_tab", "Previous Tab", self.previous_tab, "Ctrl+Shift+Tab", ""),
            ("play_back", "Play Back Run", self.play_back, "Alt+P", "play"),
            ("close_playback", "Close Playback", self.close_playback, None, "x"),
            ("copy_code", "Copy Code", self.copy_code, None, "copy"),
            ("copy_wire", "Copy HTTP", self.copy_wire, None, "copy"),
        ):
            commands.add(
                f"compose.{name}", title, handler, group=GROUP, shortcut=shortcut, icon=icon, scope=view,
                enabled=not name.startswith(("play", "close")),
            )  # fmt: skip

    def _show(self, name: str) -> None:
        self._view.bring_forward()
        output = self._view.output
        within = output.strip.isAncestorOf(output.focusWidget()) if output.focusWidget() is not None else False
        output.show_tab(name)
        if within and output.strip.isVisible():
            return  # whoever walks along the tabs stays there
        if name == "output":
            if output.view is not None:
                output.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            output.tabs[name].go_to()

    def show_output(self) -> None:
        self._show("output")

    def show_events(self) -> None:
        self._show("events")

    def show_json(self) -> None:
        self._show("json")

    def show_code(self) -> None:
        self._show("code")

    def show_wire(self) -> None:
        self._show("wire")

    def next_tab(self) -> None:
        self._view.output.step_tab(1)

    def previous_tab(self) -> None:
        self._view.output.step_tab(-1)

    def play_back(self) -> None:
        self._view.bring_forward()
        self._view.output.play_back()

    def close_playback(self) -> None:
        self._view.output.close_playback()

    def copy_code(self) -> None:
        self._copy("code")

    def copy_wire(self) -> None:
        self._copy("wire")

    def _copy(self, name: str) -> None:
        if self._view.output.tab != name:
            self._show(name)
        self._view.output.tabs[name].copy()
