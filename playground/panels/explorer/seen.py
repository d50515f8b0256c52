"""The IDs that fields of a method offer: those of their kind that the log has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.catalog import MethodEntry
    from playground.panels.contract import PanelContext

FLUSH_WITHIN = 5.0
"""Seconds that writing what is not in the log yet may take."""

Known = dict[str, tuple[tuple[str, str], ...]]


class ReadSeen:
    """Reads them in the pool, those of the answer that has just come included."""

    def __init__(self, store: Any, kinds: frozenset[str]) -> None:
        self._store, self._kinds = store, kinds

    def __call__(self) -> Known:
        self._store.flush(FLUSH_WITHIN)
        found: Known = self._store.seen_ids(self._kinds)
        return found


class SeenIds(QObject):
    """Reads them ahead, when a method is opened: a field that opens its list must not wait for the disk."""

    def __init__(self, context: PanelContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._kinds: frozenset[str] = frozenset()
        self._known: Known = {}
        self._reading: Operation[Known] | None = None
        self._again = False

    def of_kind(self, kind: str) -> Sequence[tuple[str, str]]:
        """The IDs that are known now, newest first, each with the request that had it last."""
        return self._known.get(kind, ())

    def want(self, entry: MethodEntry) -> None:
        """The fields of this method are shown."""
        self._kinds = frozenset(parameter.id_kind for parameter in entry.parameters if parameter.id_kind)
        self.refresh()

    def refresh(self) -> None:
        """An answer came: there may be more."""
        if not self._kinds:
            return
        if self._reading is not None:
            self._again = True
            return
        self._reading = self._context.bridge.blocking(
            ReadSeen(self._context.store, self._kinds), label="Looking for IDs in the request log", owner=self
        )
        self._reading.finished.connect(self._read)

    def _read(self) -> None:
        operation, self._reading = self._reading, None
        if operation is not None and operation.error is None and operation.result is not None:
            self._known = operation.result
        if self._again:
            self._again = False
            self.refresh()
