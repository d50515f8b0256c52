"""One way to look at an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from playground.widgets.commands import CommandRegistry

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.widgets.answer.saving import Savable


class Parts(NamedTuple):
    """What every face is made with."""

    name: str
    """Begins every object name and command id."""
    bridge: Bridge | None
    commands: CommandRegistry
    group: str
    """Of the commands, in the palette."""


class Face(QWidget):
    """A page below the head line. `tools` stand in that line while the face is seen."""

    kind = ""
    title = ""
    """The pill's words."""
    link_opened = Signal(str)
    """An ID was clicked."""
    said = Signal(str, str)
    """What has just been done, and the words' colour role."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts = parts
        self.tools: QWidget | None = None
        self.setObjectName(f"{parts.name}.{self.kind}")
        self.setAccessibleName(self.title)

    def clear(self) -> None:
        """Let go of what it shows, and of what it does."""

    def savable(self) -> Savable | None:
        """What is saved while it is seen; None: the answer as it came."""
        return None
