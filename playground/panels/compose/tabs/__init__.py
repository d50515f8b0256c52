"""The tabs beside the output. None is imported before it is shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from playground.panels.compose.result import OutputColumn

TABS = (("output", "Output"), ("events", "Events"), ("json", "JSON"), ("code", "Code"), ("wire", "Wire"))
"""Names of the tabs with their words, from the left."""

_CLASSES = {"events": "EventsTab", "json": "JsonTab", "code": "CodeTab", "wire": "WireTab"}


class Tab(QWidget):
    """One tab's page. It works only while it is seen."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"compose.{name}")
        self.setAccessibleName(title)

    def go_to(self) -> None:
        """Take the focus to where one begins to read."""
        self.setFocus()

    def copy(self) -> None:
        """Put what it shows on the clipboard."""

    def state(self) -> dict[str, Any]:
        """What to remember between starts."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what was remembered; anything may be missing."""


def make(name: str, column: OutputColumn) -> Tab:
    """A tab's page, imported when it is first wanted."""
    module = import_module(f"playground.panels.compose.tabs.{name}")
    tab: Tab = getattr(module, _CLASSES[name])(column)
    return tab
