"""The window's own commands: every one with a group, most with keys; menu, palette and buttons show the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from playground.panels.contract import PanelManifest
from playground.widgets.commands import Command, CommandRegistry

if TYPE_CHECKING:
    from playground.core.profiles import Profile
    from playground.shell.window import Window

MENU_GROUPS = ("Panels", "View", "Requests", "Profile", "Notices", "Sandbox", "Sandbox Faults", "Program")


def add_window_commands(window: Window, commands: CommandRegistry) -> None:
    """Everything the window can do that belongs to no part of it."""
    add = commands.add
    add(
        "palette.open",
        "Search, Paste an ID, or Run a Command",
        window.open_palette,
        group="Program",
        shortcut="Ctrl+K",
        icon="search",
    )
    add(
        "requests.toggle",
        "Show or Hide Requests",
        window.toggle_requests,
        group="View",
        shortcut="Ctrl+J",
        keywords=("dock", "log"),
        icon="panel-bottom",
    )
    add("requests.show", "Show Request Details", window.show_request, group="Requests", icon="text-align-start")
    add(
        "profile.switch",
        "Switch Profile…",
        window.topbar.open_profiles,
        group="Profile",
        shortcut="Ctrl+Shift+P",
        keywords=("server", "key", "account"),
        icon="users",
    )
    add("profile.manage", "Manage Profiles and Keys…", window.open_profiles, group="Profile", icon="key-round")
    add(
        "profile.new-with-key",
        "New Profile with a Key…",
        window.new_profile_with_key,
        group="Profile",
        icon="key-round",
    )
    add(
        "app.settings",
        "Settings…",
        window.open_settings,
        group="Program",
        shortcut="Ctrl+,",
        keywords=("preferences", "options"),
        icon="settings",
    )
    add("theme.toggle", "Light or Dark", window.toggle_theme, group="View", shortcut="Ctrl+Shift+L", icon="moon")
    add("theme.system", "Theme as the System Has It", window.theme_system, group="View", icon="monitor")
    add("view.larger", "Larger Text", window.larger_text, group="View", shortcut=QKeySequence.StandardKey.ZoomIn)
    add("view.smaller", "Smaller Text", window.smaller_text, group="View", shortcut=QKeySequence.StandardKey.ZoomOut)
    add("view.normal", "Normal Text Size", window.normal_text, group="View", shortcut="Ctrl+0")
    add("region.next", "Next Region of the Window", window.next_region, group="View", shortcut="F6")
    add("region.previous", "Previous Region of the Window", window.previous_region, group="View", shortcut="Shift+F6")
    add("menu.open", "Open the Menu", window.topbar.open_menu, group="Program", shortcut="Alt+M", icon="menu")
    add(
        "sandbox.fetch-model",
        "Fetch the Local Model (112 MB)",
        window.fetch_model,
        group="Sandbox",
        keywords=("smollm2", "download", "weights"),
        icon="download",
    )
    add("app.quit", "Quit", window.close, group="Program", shortcut="Ctrl+Q", icon="log-out")


class PanelCommands(QObject):
    """`panel.<id>` for each manifest: exclusive, with Ctrl+1 … and Alt+1 … as keys."""

    def __init__(self, window: Window, commands: CommandRegistry, manifests: list[PanelManifest]) -> None:
        super().__init__(window)
        self._group = QActionGroup(self)
        self._openers: list[PanelOpener] = []
        self.commands: dict[str, Command] = {}
        for number, manifest in enumerate(manifests, 1):
            opener = PanelOpener(window, manifest.id)
            self._openers.append(opener)
            keys = [manifest.shortcut, f"Ctrl+{number}", f"Alt+{number}"] if number < 10 else [manifest.shortcut]
            command = commands.add(
                f"panel.{manifest.id}",
                manifest.title,
                opener.open,
                group="Panels",
                keywords=(manifest.summary, "panel", "open"),
                icon=manifest.icon,
            )
            command.setShortcuts([QKeySequence(text) for text in dict.fromkeys(filter(None, keys))])
            command.setCheckable(True)
            self._group.addAction(command)
            self.commands[manifest.id] = command

    def check(self, panel_id: str) -> None:
        self.commands[panel_id].setChecked(True)


class PanelOpener:
    """Opens one panel; its bound method is the command's handler."""

    def __init__(self, window: Window, panel_id: str) -> None:
        self._window, self._panel_id = window, panel_id

    def open(self) -> None:
        self._window.show_panel(self._panel_id)


class ProfileChoice:
    """Switches to one profile; its bound method is the command's handler."""

    def __init__(self, window: Window, profile_id: str) -> None:
        self._window, self._profile_id = window, profile_id

    def use(self) -> None:
        self._window.use_profile(self._profile_id)


class ProfileCommands(QObject):
    """`profile.use.<id>` for each profile there is, made anew when the profiles change."""

    def __init__(self, window: Window, commands: CommandRegistry) -> None:
        super().__init__(window)
        self._window, self._commands = window, commands
        self._made: dict[str, tuple[Command, ProfileChoice]] = {}
        self._names: list[tuple[str, str]] = []

    def show(self, profiles: tuple[Profile, ...], current_id: str) -> None:
        names = [(profile.id, profile.name) for profile in profiles]
        if names != self._names:
            self._make(names)
        for profile_id, (command, _choice) in self._made.items():
            command.setChecked(profile_id == current_id)

    def commands(self) -> list[Command]:
        return [command for command, _choice in self._made.values()]

    def _make(self, names: list[tuple[str, str]]) -> None:
        for profile_id in self._made:
            self._commands.remove(f"profile.use.{profile_id}")
        self._made = {}
        self._names = names
        for profile_id, name in names:
            choice = ProfileChoice(self._window, profile_id)
            command = self._commands.add(
                f"profile.use.{profile_id}",
                f"Switch to {name}",
                choice.use,
                group="Profile",
                keywords=("profile", "server"),
                icon="user",
            )
            command.setCheckable(True)
            self._made[profile_id] = (command, choice)


class RegistryMenu(QObject):
    """Fills the menu behind the diamond from the registry, each time it opens: one submenu a group."""

    def __init__(self, menu: QMenu, commands: CommandRegistry, parent: QObject) -> None:
        super().__init__(parent)
        self._menu, self._commands = menu, commands
        self._submenus: list[QMenu] = []
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        self._menu.clear()
        for old in self._submenus:
            old.deleteLater()
        self._submenus = []
        groups: dict[str, list[Any]] = {}
        for command in self._commands:
            if command.isVisible() and command.listed:
                groups.setdefault(command.group, []).append(command)
        program = groups.pop("Program", [])
        known = [group for group in MENU_GROUPS if group in groups]
        for group in [*known, *(group for group in groups if group not in known)]:
            submenu = QMenu(group, self._menu)
            submenu.setObjectName(f"topbar.menu.{group.lower()}")
            submenu.addActions(groups[group])
            self._menu.addMenu(submenu)
            self._submenus.append(submenu)
        self._menu.addSeparator()
        self._menu.addActions(program)
