"""Presentation mode: larger type, and IDs, keys, organisation, project and hosts of profiles masked everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from playground.widgets.presentation import present, presenting

if TYPE_CHECKING:
    from playground.core.profiles import ProfileStore
    from playground.shell.window import Window

KEYS = ("F11", "Ctrl+Shift+M")


class Presenting(QObject):
    """The command and the sign of the mode. It lasts as long as the window; every start begins without."""

    def __init__(self, window: Window, profiles: ProfileStore) -> None:
        super().__init__(window)
        self._window, self._profiles = window, profiles
        self.command = window.commands.add(
            "view.presentation",
            "Presentation Mode",
            self.toggle,
            group="View",
            keywords=("present", "demo", "mask", "hide", "ids", "larger", "screen sharing"),
            icon="eye-off",
        )
        self.command.setShortcuts([QKeySequence(keys) for keys in KEYS])
        self.command.setToolTip(f"Presentation Mode ({KEYS[0]})")
        self.command.setCheckable(True)
        window.topbar.presenting.clicked.connect(self.command.trigger)
        window.left.connect(self.end)
        window.panels.shown.connect(self._panel_shown)

    def start(self) -> None:
        """Follow the profiles: what they name is masked. After the first frame."""
        self._window.parts.bridge.listen(self._profiles.changed, self._profiles_changed, self)

    def toggle(self) -> None:
        """Begin or end."""
        self._show(not presenting())

    def end(self) -> None:
        """With the window: the mode is the process's."""
        present(False)

    def _show(self, on: bool) -> None:
        from playground.core.masking import private_words

        if present(on, private_words(self._profiles.profiles)):
            theme = self._window.parts.theme
            theme.apply(theme.mode)
        self.command.setChecked(on)
        self._window.topbar.presenting.setVisible(on)
        self._veil_choices()

    def _panel_shown(self, _panel: str) -> None:
        if presenting():
            self._veil_choices()

    def _veil_choices(self) -> None:
        """Lists to choose from are Qt's own widgets, which ask nobody how a text is shown."""
        from PySide6.QtWidgets import QApplication, QComboBox

        from playground.widgets.choices import ChoiceVeil

        for box in QApplication.allWidgets():
            if isinstance(box, QComboBox) and (presenting() or box.findChild(ChoiceVeil) is not None):
                ChoiceVeil.over(box)

    def _profiles_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        if presenting():
            self._show(True)
