"""The window: top bar, rail, panels, request dock, notices, status. It arranges parts and passes on what they say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QMoveEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout

from playground.panels.contract import PanelManifest
from playground.shell.actions import PanelCommands, ProfileCommands, RegistryMenu, add_window_commands
from playground.shell.dock import RequestDock
from playground.shell.memory import StateFolder
from playground.shell.notices import Notice, NoticeStrip, notice_of
from playground.shell.panels import PanelParts, PanelStack
from playground.shell.rail import Rail
from playground.shell.status import StatusBar
from playground.shell.surface import Surface
from playground.shell.topbar import TopBar
from playground.widgets.commands import CommandRegistry

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.core.errors import Problem
    from playground.core.settings import Settings
    from playground.shell.fault_switch import FaultSwitch
    from playground.shell.model_fetch import ModelFetch
    from playground.shell.palette import Palette
    from playground.shell.profile_work import ProfileWork
    from playground.shell.settings_dialog import SettingsDialog
    from playground.widgets.theme import ThemeManager

STATE = "window"
SCALES = (0.85, 1.0, 1.15, 1.3, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What the program's start hands to the window."""

    bridge: Bridge
    sessions: Any
    store: Any
    settings: Settings
    memory: StateFolder
    theme: ThemeManager
    work: ProfileWork
    fetch: ModelFetch
    faults: FaultSwitch
    manifests: list[PanelManifest]
    log: Path
    cache: Path


class Window(QMainWindow):
    """`wants_to_close` decides whether closing asks first (set by `shell.closing`)."""

    painted = Signal()
    """The first frame is on its way to the screen."""
    profile_wanted = Signal(str)
    close_wanted = Signal()
    """The person closes the window; whoever listens calls `leave` when nothing speaks against it."""
    left = Signal()

    def __init__(self, parts: WindowParts) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Playground for the OpenAI API")
        self.setMinimumSize(QSize(900, 560))
        self.parts = parts
        self._leaving = self._asking = False
        self._seen = False
        self._dock_height = 164
        self._palette: Palette | None = None
        self._settings_dialog: SettingsDialog | None = None
        self.commands = CommandRegistry(self)
        self.commands.changed.connect(self._commands_changed)
        self._build()
        self.panel_commands = PanelCommands(self, self.commands, parts.manifests)
        for manifest in parts.manifests:
            self.rail.add(self.panel_commands.commands[manifest.id], manifest.icon, manifest.summary)
        settings = self.commands.get("app.settings")
        if settings is not None:
            self.rail.add(settings, "settings", "Appearance, profiles and keys, sandbox, request log", foot=True)
        self.profile_commands = ProfileCommands(self, self.commands)
        self.menu = RegistryMenu(self.topbar.menu, self.commands, self)
        self.topbar.profiles.aboutToShow.connect(self._fill_profiles)
        self.panels.shown.connect(self._panel_shown)
        self.dock.height_wanted.connect(self._give_dock)
        self.notices.details_wanted.connect(self._show_notice)
        self._restore()

    # Building ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        parts = self.parts
        # The search button shows the palette's command, and the commands call the top bar: it is made in two steps.
        self.topbar = TopBar(self)
        add_window_commands(self, self.commands)
        self.topbar.search.set_command(self.commands.get("palette.open"))
        self.rail = Rail(self)
        self.notices = NoticeStrip(self.commands, self)
        self.status = StatusBar(self)
        self.dock = RequestDock(parts.bridge, parts.store, self.commands)
        self.panels = PanelStack(
            parts.manifests,
            PanelParts(
                parts.bridge,
                parts.sessions,
                parts.store,
                self.commands,
                parts.settings,
                parts.memory,
                parts.cache,
                self.notify,
            ),
        )
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("window.splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(self.panels)
        self.splitter.addWidget(self.dock)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.splitterMoved.connect(self._dock_moved)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.splitter, 1)
        self.body = body = Surface("window", "", self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.topbar)
        column.addLayout(middle, 1)
        column.addWidget(self.notices)
        column.addWidget(self.status)
        self.setCentralWidget(body)

    def _commands_changed(self) -> None:
        """Commands without a scope work in the whole window."""
        mine = set(self.actions())
        for command in self.commands:
            if command.parent() is self.commands and command not in mine:
                self.addAction(command)

    # Panels -----------------------------------------------------------------------------------------------------

    def show_panel(self, panel_id: str) -> None:
        self.panels.show_panel(panel_id)
        self.panel_commands.check(panel_id)

    def _panel_shown(self, panel_id: str) -> None:
        manifest = next(manifest for manifest in self.parts.manifests if manifest.id == panel_id)
        self.setWindowTitle(f"{manifest.title} – Playground for the OpenAI API")
        self.dock.setVisible(manifest.dock)
        self._remember()

    # Requests ---------------------------------------------------------------------------------------------------

    def toggle_requests(self) -> None:
        """Collapse the dock to its header, or open it and go there."""
        if self.dock.isHidden():
            self.commands.run("inspector.focus_list")
        elif self.dock.collapsed():
            self._open_dock()
            self.dock.take_focus()
        else:
            inside = self.dock.isAncestorOf(QApplication.focusWidget() or self)
            self._dock_height = max(self.dock.height(), 92)
            self.dock.set_collapsed(True)
            self.splitter.setSizes([self.splitter.height(), self.dock.height()])
            if inside:
                self.panels.take_focus()
        self._remember()

    def _open_dock(self, height: int = 0) -> None:
        self.dock.set_collapsed(False)
        wanted = max(self._dock_height, height)
        self.splitter.setSizes([max(200, self.splitter.height() - wanted), wanted])

    def _give_dock(self, height: int) -> None:
        if self.dock.collapsed() or self.dock.height() < height:
            self._open_dock(height)

    def _dock_moved(self, _position: int, _index: int) -> None:
        if not self.dock.collapsed():
            self._dock_height = self.dock.height()
        self._remember()

    def show_request(self, exchange_id: str = "") -> None:
        """Open an exchange in the dock, or in the panel that has all of them where that is in front; without an id, the
        one that is chosen there or the newest."""
        if self.dock.isHidden() and exchange_id:
            self.commands.run("inspector.show", exchange_id)
            return
        if not exchange_id:
            self.dock.view.choose_first()
            exchange_id = self.dock.current_id()
        if not exchange_id:
            self.notify("There are no requests yet.")
            return
        if self.dock.collapsed():
            self._open_dock()
        self.dock.show_exchange(exchange_id)
        self.dock.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Palette, settings, notices ---------------------------------------------------------------------------------

    def open_palette(self, text: str = "") -> None:
        self.palette_view().open(self.dock.summaries()[:100], text)

    def palette_view(self) -> Palette:
        """The palette, made when it is first needed."""
        if self._palette is None:
            from playground.shell.finding import PanelFinders
            from playground.shell.palette import Palette

            parts = self.parts
            finders = PanelFinders(parts.manifests, parts.cache)
            self._palette = Palette(self.commands, parts.bridge, parts.store, finders, self)
        return self._palette

    def open_settings(self, page: str = "Appearance") -> None:
        if self._settings_dialog is None:
            from playground.shell.settings_dialog import SettingsDialog

            parts = self.parts
            self._settings_dialog = SettingsDialog(
                parts.bridge,
                parts.settings,
                parts.store,
                parts.work,
                parts.fetch,
                parts.faults,
                self.commands,
                parts.log,
                self,
            )
            self._settings_dialog.destroyed.connect(self._settings_gone)
        self._settings_dialog.show_page(page)
        self._settings_dialog.show()
        self._settings_dialog.raise_()
        self._settings_dialog.activateWindow()

    def settings_dialog(self) -> SettingsDialog | None:
        return self._settings_dialog

    def _settings_gone(self) -> None:
        self._settings_dialog = None

    def open_profiles(self) -> None:
        self.open_settings("Profiles")

    def new_profile_with_key(self, base_url: str = "", key: Any = None) -> None:
        """Begin a profile for a key that came with an imported request; the person says where it is kept."""
        self.open_settings("Profiles")
        if self._settings_dialog is not None:
            self._settings_dialog.profiles.add_profile(base_url, key.reveal() if key is not None else "")

    def fetch_model(self) -> None:
        self.open_settings("Sandbox")
        self.parts.fetch.start()

    def notify(self, told: Problem | str) -> None:
        """What panels call to tell something that belongs to no place in them."""
        self.notices.tell(notice_of(told))

    def tell(self, notice: Notice) -> None:
        self.notices.tell(notice)

    def _show_notice(self, notice: Notice) -> None:
        from playground.shell.text_window import TextWindow, read_report

        if notice.report is None:
            TextWindow("What happened", notice.details or notice.text, "", self).show()
            return
        self._reading = self.parts.bridge.blocking(read_report, notice.report, label="Reading a report", owner=self)
        self._reading_path = notice.report
        self._reading.finished.connect(self._report_read)

    def _report_read(self) -> None:
        from playground.shell.text_window import TextWindow

        text = self._reading.result
        if self._reading.error is not None:
            text = f"The report could not be read: {self._reading.error}"
        TextWindow("Report", text or "", str(self._reading_path), self).show()

    # Profiles ---------------------------------------------------------------------------------------------------

    def _fill_profiles(self) -> None:
        menu = self.topbar.profiles
        menu.clear()
        menu.addActions(self.profile_commands.commands())
        menu.addSeparator()
        if (manage := self.commands.get("profile.manage")) is not None:
            menu.addAction(manage)

    def use_profile(self, profile_id: str) -> None:
        self.profile_wanted.emit(profile_id)

    # Looks ------------------------------------------------------------------------------------------------------

    def toggle_theme(self) -> None:
        from playground.widgets.theme import current_theme

        self.parts.settings.set("appearance.theme", "light" if current_theme().dark else "dark")

    def theme_system(self) -> None:
        self.parts.settings.set("appearance.theme", "system")

    def larger_text(self) -> None:
        self._scale(+1)

    def smaller_text(self) -> None:
        self._scale(-1)

    def normal_text(self) -> None:
        self.parts.settings.set("appearance.font_scale", 1.0)

    def _scale(self, step: int) -> None:
        now = self.parts.settings.get("appearance.font_scale")
        at = min(range(len(SCALES)), key=[abs(scale - now) for scale in SCALES].__getitem__)
        self.parts.settings.set("appearance.font_scale", SCALES[max(0, min(len(SCALES) - 1, at + step))])

    # Regions ----------------------------------------------------------------------------------------------------

    def next_region(self) -> None:
        self._go_region(+1)

    def previous_region(self) -> None:
        self._go_region(-1)

    def _go_region(self, step: int) -> None:
        regions: list[Any] = [self.panels, self.dock, self.rail, self.topbar]
        if self.notices.isVisible():
            regions.insert(2, self.notices)
        focus = QApplication.focusWidget()
        at = next((n for n, region in enumerate(regions) if focus is not None and region.isAncestorOf(focus)), -step)
        region = regions[(at + step) % len(regions)]
        if region is self.dock and self.dock.collapsed():
            self._open_dock()
        region.take_focus()

    # Memory -----------------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        state = self.parts.memory.get(STATE)
        self.resize(1280, 800)
        geometry = state.get("geometry")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        height = state.get("dock_height")
        if isinstance(height, int) and 92 <= height <= 2000:
            self._dock_height = height
        if state.get("dock_collapsed") is True:
            self.dock.set_collapsed(True)

    def remembered_panel(self) -> str:
        """The panel that was shown last, if there still is one of that id; else the first."""
        ids = [manifest.id for manifest in self.parts.manifests]
        last = self.parts.memory.get(STATE).get("panel")
        return last if last in ids else (ids[0] if ids else "")

    def _remember(self) -> None:
        if not self._seen:
            return
        self.parts.memory.put(
            STATE,
            {
                "geometry": bytes(self.saveGeometry().toBase64().data()).decode(),
                "dock_height": self._dock_height,
                "dock_collapsed": self.dock.collapsed(),
                "panel": self.panels.current_id(),
            },
        )

    # Events -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.painted.emit()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if not self._seen and not self.dock.collapsed():
            height = min(self._dock_height, max(92, self.height() - 400))
            self.splitter.setSizes([self.height() - height, height])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._remember()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._remember()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._remember()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving:
            self._asking = True
            self.close_wanted.emit()
            self._asking = False
        event.setAccepted(self._leaving)
        if self._leaving:
            self.left.emit()

    def leave(self) -> None:
        """Close without asking."""
        if not self._leaving:
            self._remember()
            self._leaving = True
            if not self._asking:  # else the event that asks goes on by itself
                self.close()
