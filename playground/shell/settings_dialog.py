"""The settings (Ctrl+,): a window of its own that blocks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from playground.shell.pages import NavList, SettingsPage
from playground.shell.profile_work import ProfileWork
from playground.shell.profiles_page import ProfilesPage
from playground.shell.sandbox_page import SandboxPage
from playground.shell.surface import Text
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import HairLine, SectionLabel

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.exchanges import ExchangeStore
    from playground.core.settings import Settings
    from playground.shell.fault_switch import FaultSwitch
    from playground.shell.model_fetch import ModelFetch

PAGES = ("Appearance", "Profiles", "Sandbox", "Requests")


class RequestsPage(SettingsPage):
    """Where the log is, and how much it holds."""

    def __init__(
        self, bridge: Bridge, settings: Settings, store: ExchangeStore, log: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(bridge, settings, "requests", "Requests", parent)
        self.count = Text("Counting…", "text")
        self.count.setObjectName("settings.requests.count")
        where = Text(str(log), "text", size=12, mono=True, wrap=True)
        where.setObjectName("settings.requests.location")
        self.column.addWidget(SectionLabel("The request log"))
        self.column.addWidget(self.count)
        self.column.addWidget(where)
        self.column.addWidget(
            Text("Keys and the Authorization header are masked before anything is written.", "muted", wrap=True)
        )
        self.column.addStretch(1)
        self._counting: Operation[Any] = bridge.blocking(store.count, label="Counting the requests", owner=self)
        self._counting.finished.connect(self._counted)

    def _counted(self) -> None:
        error = self._counting.error
        if error is not None:
            self.count.set_text(f"The log could not be read: {error}")
            return
        number = self._counting.result or 0
        self.count.set_text(f"{number:,} request{'' if number == 1 else 's'} on record")


class SettingsDialog(QDialog):
    """Deleted when it is closed, and its commands with it; changes hold at once, there is no OK."""

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        store: ExchangeStore,
        work: ProfileWork,
        fetch: ModelFetch,
        faults: FaultSwitch,
        commands: CommandRegistry,
        log: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(960, 720)
        self.list = NavList("settings.pages", "Pages of the settings")
        self.list.addItems(PAGES)
        self.list.setFixedWidth(148)
        self.stack = QStackedWidget()
        self.profiles = ProfilesPage(bridge, work, commands)
        self.sandbox = SandboxPage(bridge, settings, fetch, faults, commands)
        appearance = SettingsPage(bridge, settings, "appearance", "Appearance")
        appearance.column.addStretch(1)
        for page in (appearance, self.profiles, self.sandbox, RequestsPage(bridge, settings, store, log)):
            self.stack.addWidget(page)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addSpacing(12)
        row.addWidget(HairLine(Qt.Orientation.Vertical))
        row.addWidget(self.stack, 1)
        self.list.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.list.setCurrentRow(0)

    def show_page(self, name: str) -> None:
        """One of `PAGES`."""
        self.list.setCurrentRow(PAGES.index(name))
