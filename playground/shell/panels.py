"""The panels in the middle of the window: each is imported and built when it is first opened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from playground.panels.contract import PanelContext, PanelManifest
from playground.widgets.controls import EmptyState

if TYPE_CHECKING:
    from pathlib import Path

    from playground.bridge import Bridge
    from playground.core.settings import Settings
    from playground.shell.memory import StateFolder
    from playground.widgets.commands import CommandRegistry


@dataclass(frozen=True, slots=True)
class PanelParts:
    """What every panel's context is made of."""

    bridge: Bridge
    sessions: Any
    store: Any
    commands: CommandRegistry
    settings: Settings
    memory: StateFolder
    cache: Path
    notify: Callable[[Any], None]


class PanelStack(QStackedWidget):
    """One page a panel. A panel that cannot be built says so in its place, and the others work on."""

    shown = Signal(str)

    def __init__(self, manifests: list[PanelManifest], parts: PanelParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panels")
        self._manifests = {manifest.id: manifest for manifest in manifests}
        self._parts = parts
        self._pages: dict[str, QWidget] = {}
        self._current = ""

    def show_panel(self, panel_id: str) -> QWidget:
        """Bring a panel to the front. Raises KeyError for an id that no manifest has."""
        manifest = self._manifests[panel_id]
        page = self._pages.get(panel_id)
        if page is None:
            page = self._pages[panel_id] = self._build(manifest)
            self.addWidget(page)
        self.setCurrentWidget(page)
        if self._current != panel_id:
            self._current = panel_id
            self.shown.emit(panel_id)
        return page

    def current_id(self) -> str:
        return self._current

    def panel(self, panel_id: str) -> QWidget | None:
        """A panel that has been opened already."""
        return self._pages.get(panel_id)

    def take_focus(self) -> None:
        """Focus what had it last in the panel, else its first field."""
        page = self.currentWidget()
        if page is None:
            return
        inner = page.focusWidget() or page
        inner.setFocus()
        if not page.isAncestorOf(self.window().focusWidget() or self) and not page.hasFocus():
            page.focusNextChild()

    def _build(self, manifest: PanelManifest) -> QWidget:
        parts = self._parts
        context = PanelContext(
            bridge=parts.bridge,
            sessions=parts.sessions,
            store=parts.store,
            commands=parts.commands,
            settings=parts.settings,
            state=parts.memory.state(f"panel-{manifest.id}"),
            cache=parts.cache,
            notify=parts.notify,
        )
        try:
            page = manifest.load()(context, self)
        except Exception as error:
            sys.excepthook(*sys.exc_info())
            return EmptyState(
                "triangle-alert", f"{manifest.title} cannot be shown", f"{error}\nThe report says where it went wrong."
            )
        if not page.accessibleName():
            page.setAccessibleName(manifest.title)
        return page
