"""Who reads the library for a panel, off the GUI thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.schemas.library import Entry
    from playground.core.settings import Settings

MOST_READ = 300
"""Schemas that are read to find the one that is the same."""

LARGEST = 1_000_000
"""Bytes of a schema that is put into a request."""


class Listing(NamedTuple):
    """What there is; `problem`: why it could not be read."""

    entries: tuple[Entry, ...] = ()
    problem: str = ""


class Taken(NamedTuple):
    """A schema that was read, and what it is known by later. `problem`: why it could not be read."""

    entry_id: str
    value: Any = None
    sha256: str = ""
    problem: str = ""


class Standing(NamedTuple):
    """How a schema that was taken once stands to the library's: `entry_id` "" where it is in there no more."""

    entry_id: str = ""
    value: Any = None
    sha256: str = ""


def _library(settings: Settings, data: Path) -> Any:
    with IMPORTING:
        from playground.core.schemas.library import library_of
    return library_of(settings, data)


def scan(settings: Settings, data: Path) -> Listing:
    """What the library holds. In the pool."""
    library = _library(settings, data)
    try:
        return Listing(library.scan().entries)
    except OSError as error:
        return Listing((), f"{error.strerror or error}.")


def take(settings: Settings, data: Path, entry_id: str) -> Taken:
    """Read one. In the pool."""
    library = _library(settings, data)
    with IMPORTING:
        from playground.core.schemas.library import LibraryProblem
        from playground.core.schemas.use import digest, held
    try:
        stored = library.read(entry_id)
        if stored.entry.size > LARGEST:
            return Taken(entry_id, problem=f"It has {stored.entry.size:,} bytes, and no request takes so much.")
        value = stored.value
        return Taken(entry_id, value, digest(held(value).schema))
    except LibraryProblem as error:
        return Taken(entry_id, problem=f"{error.problem.title}: {error.reason}")
    except (ValueError, RecursionError) as error:
        return Taken(entry_id, problem=f"It means nothing: {error}.")


def stand(settings: Settings, data: Path, entry_id: str, sha256: str) -> Standing:
    """The library's schema of this id as it is now; without an id, the one that is the same. In the pool."""
    if entry_id:
        taken = take(settings, data, entry_id)
        return Standing() if taken.problem else Standing(entry_id, taken.value, taken.sha256)
    for entry in scan(settings, data).entries[:MOST_READ]:
        taken = take(settings, data, entry.id)
        if taken.sha256 == sha256:
            return Standing(entry.id, taken.value, sha256)
    return Standing()


class Shelf(QObject):
    """`listed`: a `Listing`; `taken`: a `Taken`. What was asked for last is what is told."""

    listed = Signal(object)
    taken = Signal(object)

    def __init__(self, bridge: Bridge, settings: Settings, data: Path, parent: QObject) -> None:
        """`data`: the folder in which the library is, unless the settings name another."""
        super().__init__(parent)
        self._bridge, self._settings, self._data = bridge, settings, data
        self._listing: Operation[Listing] | None = None
        self._taking: Operation[Taken] | None = None
        self.now = Listing()
        """As it was last read."""

    def refresh(self) -> None:
        """Read the folder again."""
        if self._listing is None:
            self._listing = self._bridge.blocking(
                scan, self._settings, self._data, label="Reading the schemas", owner=self
            )
            self._listing.finished.connect(self._listed)

    def _listed(self) -> None:
        operation, self._listing = self._listing, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            raise operation.error
        self.now = operation.result or Listing()
        self.listed.emit(self.now)

    def take(self, entry_id: str) -> None:
        """Read one of them."""
        if self._taking is not None:
            self._taking.cancel()
        self._taking = self._bridge.blocking(
            take, self._settings, self._data, entry_id, label="Reading a schema", owner=self
        )
        self._taking.finished.connect(self._took)

    def _took(self) -> None:
        operation = self._taking
        if operation is None or not operation.done:
            return
        self._taking = None
        if operation.state == "cancelled":
            return
        if operation.error is not None:
            raise operation.error
        self.taken.emit(operation.result)
