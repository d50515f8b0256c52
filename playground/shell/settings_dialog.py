"""The settings (Ctrl+,): a window of its own that blocks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QWidget

from playground.core.plain import size_text
from playground.shell.pages import NavList, SettingsPage, command_button
from playground.shell.profile_work import ProfileWork
from playground.shell.profiles_page import ProfilesPage
from playground.shell.sandbox_page import SandboxPage
from playground.shell.surface import Text
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import HairLine, SectionLabel

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.settings import Settings
    from playground.shell.fault_switch import FaultSwitch
    from playground.shell.late_store import LateStore
    from playground.shell.model_fetch import ModelFetch

LogSize = tuple[int, int, int]
"""Requests on record, bytes that they take, bytes of the file."""


def log_size(store: LateStore) -> LogSize:
    """Runs in a thread."""
    used, file = store.size()
    return store.count(), used, file


def size_words(found: LogSize) -> str:
    """`1,204 requests on record, 312 MB, and 40 MB free in the file`."""
    number, used, file = found
    free = f", and {size_text(file - used)} in the file are free" if file - used > max(file // 20, 1_000_000) else ""
    return f"{number:,} request{'' if number == 1 else 's'} on record, {size_text(used)}{free}"


PAGES = ("Appearance", "Profiles", "Sandbox", "Requests")


class RequestsPage(SettingsPage):
    """Where the log is, how much it holds, and what is let go of it."""

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        store: LateStore,
        commands: CommandRegistry,
        log: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bridge, settings, "requests", "Requests", parent)
        self._bridge, self._store = bridge, store
        self._counting: Operation[LogSize] | None = None
        self._again = False
        self.count = Text("Counting…", "text")
        self.count.setObjectName("settings.requests.count")
        where = Text(str(log), "text", size=12, mono=True, wrap=True)
        where.setObjectName("settings.requests.location")
        self.column.addWidget(SectionLabel("The request log"))
        self.column.addWidget(self.count)
        self.column.addWidget(where)
        self.column.addLayout(self._buttons(commands))
        self.column.addWidget(
            Text("Keys and the Authorization header are masked before anything is written.", "muted", wrap=True)
        )
        self.column.addStretch(1)
        bridge.listen(store.removed, self._removed, self)
        self.refresh()

    def _buttons(self, commands: CommandRegistry) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for command_id in ("requests.tidy", "requests.compact"):
            if (command := commands.get(command_id)) is not None:
                row.addWidget(command_button(command))
        row.addStretch(1)
        return row

    def refresh(self) -> None:
        """Count and measure again."""
        self._again = self._counting is not None  # what is counted may have been taken away since
        if self._counting is None:
            self._counting = self._bridge.blocking(log_size, self._store, label="Counting the requests", owner=self)
            self._counting.finished.connect(self._counted)

    def _removed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self.refresh()

    def _counted(self) -> None:
        operation, self._counting = self._counting, None
        if operation is None:
            return
        if operation.error is not None or operation.result is None:
            self.count.set_text(f"The log could not be read: {operation.error}")
            return
        self.count.set_text(size_words(operation.result))
        if self._again:
            self.refresh()


class SettingsDialog(QDialog):
    """Deleted when it is closed, and its commands with it; changes hold at once, there is no OK."""

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        store: LateStore,
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
        for page in (appearance, self.profiles, self.sandbox, RequestsPage(bridge, settings, store, commands, log)):
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
