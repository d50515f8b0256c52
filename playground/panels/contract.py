"""What a panel is: a folder with a `manifest.json` that names its view, and a view that takes a context.

A panel's folder is found by looking for manifests, so that the list of panels is known without importing one.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from playground.bridge import Bridge
    from playground.core.errors import Problem
    from playground.core.exchanges import ExchangeStore
    from playground.core.session import SessionManager
    from playground.core.settings import Settings
    from playground.widgets.commands import CommandRegistry


@dataclass(frozen=True, slots=True)
class PanelManifest:
    """One panel as the rail and the palette know it."""

    id: str
    title: str
    summary: str
    """One sentence, shown as the tooltip and in the palette."""
    icon: str
    """A name in `resources/icons`, without `.svg`."""
    order: int
    """Place on the rail, ascending."""
    view: str
    """`package.module:Class`, imported when the panel is first opened."""
    shortcut: str = ""
    dock: bool = True
    """Whether the request dock is shown below it."""
    finder: str = ""
    """`package.module:Class` of a `Finder`, where the palette finds more in this panel than its commands."""

    offers: dict[str, str] = field(default_factory=dict)
    """By id: the titles of commands that are worth finding in the palette before the panel was ever opened. Choosing
    one opens it first."""

    def load(self) -> Callable[[PanelContext, QWidget | None], QWidget]:
        """Import the view's class."""
        return _named(self.view)  # type: ignore[no-any-return]

    def load_finder(self, cache: Path) -> Finder:
        """Import and make the finder. Raises ValueError where the manifest names none."""
        if not self.finder:
            raise ValueError(f"the panel {self.id} has no finder")
        return _named(self.finder)(cache)  # type: ignore[no-any-return]


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


@dataclass(frozen=True, slots=True)
class Found:
    """What a panel can open for a text in the palette. `command` is run with `arguments` once the panel is shown."""

    title: str
    command: str
    arguments: tuple[Any, ...] = field(repr=False, default=())
    score: int = 0
    """As `core.fuzzy.score` counts: it stands among the window's commands by it."""
    hint: str = ""
    role: str = "text"
    group: str = ""
    icon: str = ""


class Finder(Protocol):
    """Made with the folder for what can be made again, and asked in a worker thread, while somebody types."""

    def find(self, text: str) -> list[Found]:
        """Best first. `text` is what was typed, or what was pasted, with its line breaks."""
        ...


class PanelState(Protocol):
    """What a panel remembers between starts. Saved off the GUI thread, soon after the last change."""

    def load(self) -> dict[str, Any]: ...

    def save(self, state: dict[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class PanelContext:
    """What the window gives every panel."""

    bridge: Bridge
    sessions: SessionManager
    store: ExchangeStore
    commands: CommandRegistry
    settings: Settings
    state: PanelState
    cache: Path
    """A folder for what can be made again."""
    notify: Callable[[Problem | str], None]
    """Tell the person what belongs to no place in the panel: a line at the window's foot, never a modal box."""


def discover(folder: Path | None = None) -> list[PanelManifest]:
    """The panels' manifests, in the rail's order. Raises ValueError for a manifest that cannot be read."""
    folder = folder or Path(__file__).parent
    manifests = []
    for file in folder.glob("*/manifest.json"):
        try:
            manifests.append(PanelManifest(**json.loads(file.read_text("utf-8"))))
        except (json.JSONDecodeError, TypeError) as error:
            raise ValueError(f"{file}: {error}") from error
    return sorted(manifests, key=lambda manifest: (manifest.order, manifest.id))
