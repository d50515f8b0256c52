"""What panels find for the palette, also those that were never opened."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.panels.contract import Finder, Found, PanelManifest


@dataclass(frozen=True, slots=True)
class PanelFound:
    """One find of one panel."""

    panel: str
    found: Found


class PanelFinders:
    """Asks the finders that the manifests name. Imports nothing before it is asked first."""

    def __init__(self, manifests: Sequence[PanelManifest], cache: Path) -> None:
        self._manifests = [manifest for manifest in manifests if manifest.finder]
        self._offering = [manifest for manifest in manifests if manifest.offers]
        self._cache = cache
        self._lock = threading.Lock()
        self._finders: dict[str, Finder] = {}

    def __bool__(self) -> bool:
        return bool(self._manifests or self._offering)

    def find(self, text: str) -> list[PanelFound]:
        """What all of them find. Runs in a worker thread; raises what a finder raises."""
        found = self._offers(text)
        for manifest in self._manifests:
            found += [PanelFound(manifest.id, one) for one in self._finder(manifest).find(text)]
        return found

    def _offers(self, text: str) -> list[PanelFound]:
        from playground.core.fuzzy import score
        from playground.panels.contract import Found

        return [
            PanelFound(manifest.id, Found(title, command, score=value, group=manifest.title, icon=manifest.icon))
            for manifest in self._offering
            for command, title in manifest.offers.items()
            if (value := score(text, f"{title} {manifest.title}")) is not None
        ]

    def _finder(self, manifest: PanelManifest) -> Finder:
        with self._lock:
            finder = self._finders.get(manifest.id)
            if finder is None:
                with IMPORTING:
                    finder = self._finders[manifest.id] = manifest.load_finder(self._cache)
            return finder


class Asking(QObject):
    """Asks for one text at a time; while an answer is awaited, only the newest other text is remembered."""

    answered = Signal(str, list)
    """The text, and what was found (`PanelFound`)."""

    def __init__(self, finders: PanelFinders, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._finders, self._bridge = finders, bridge
        self._text = self._next = ""
        self._operation: Operation[list[PanelFound]] | None = None

    @property
    def busy(self) -> bool:
        return self._operation is not None

    def ask(self, text: str) -> None:
        """Have `answered` told what is found; the empty text only forgets what was asked before."""
        self._next = text if self._finders else ""
        if self._operation is None and self._next:
            self._begin()

    def _begin(self) -> None:
        self._text, self._next = self._next, ""
        self._operation = self._bridge.blocking(
            self._finders.find, self._text, label="Searching the panels", owner=self
        )
        self._operation.finished.connect(self._finished)

    def _finished(self) -> None:
        operation, self._operation = self._operation, None
        if self._next:
            self._begin()
        elif operation is not None and operation.error is None:
            self.answered.emit(self._text, operation.result or [])
