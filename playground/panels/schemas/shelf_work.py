"""What the library's part of the window does with files, in the pool; plain data, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.core.diff import Diff
    from playground.core.schemas.changes import Change
    from playground.core.schemas.library import Library, Scan, Stamp, Stored, Style, Version


def library(folder: Path) -> Library:
    with IMPORTING:
        from playground.core.schemas.library import Library
    return Library(folder)


@dataclass(frozen=True, slots=True)
class Scanning:
    """What the folder holds. The same object is used again, so that only what changed is read. Raises OSError."""

    library: Library

    def __call__(self) -> Scan:
        return self.library.scan()


@dataclass(frozen=True, slots=True)
class Opening:
    """A file's text. Raises LibraryProblem."""

    folder: Path
    entry_id: str

    def __call__(self) -> Stored:
        return library(self.folder).read_text(self.entry_id)


@dataclass(frozen=True, slots=True)
class Saving:
    """Write a text over the file that was read, or, without a stamp, as a new one; without a name that is free, under
    the next that is. Raises LibraryProblem, ChangedElsewhere."""

    folder: Path
    name: str
    text: str = field(repr=False)
    stamp: Stamp | None = None
    style: Style | None = None

    def __call__(self) -> Stored:
        with IMPORTING:
            from playground.core.schemas.library import PLAIN
        style = self.style if self.style is not None else PLAIN
        return library(self.folder).save(self.name, self.text, stamp=self.stamp, style=style)


@dataclass(frozen=True, slots=True)
class Renaming:
    """Raises LibraryProblem."""

    folder: Path
    entry_id: str
    name: str

    def __call__(self) -> Stored:
        return library(self.folder).rename(self.entry_id, self.name)


@dataclass(frozen=True, slots=True)
class Doing:
    """One of the library's methods with an ID: remove, restore, erase. Raises LibraryProblem."""

    folder: Path
    what: str
    entry_id: str

    def __call__(self) -> Any:
        return getattr(library(self.folder), self.what)(self.entry_id)


@dataclass(frozen=True, slots=True)
class Describing:
    """Say something of a version. Raises LibraryProblem."""

    folder: Path
    entry_id: str
    number: int
    label: str
    note: str

    def __call__(self) -> None:
        library(self.folder).describe_version(self.entry_id, self.number, label=self.label, note=self.note)


@dataclass(frozen=True, slots=True)
class Listing:
    """The versions of a schema, the newest first. Raises LibraryProblem."""

    folder: Path
    entry_id: str

    def __call__(self) -> tuple[Version, ...]:
        return library(self.folder).versions(self.entry_id)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts: what differs in meaning, or why that is not known, and in words."""

    old: str = field(repr=False)
    changes: tuple[Change, ...]
    unknown: str
    diff: Diff


@dataclass(frozen=True, slots=True)
class Comparing:
    """Of a version, or of `old` itself, with a text. Raises LibraryProblem."""

    folder: Path
    entry_id: str
    number: int
    new: str = field(repr=False)
    old: str = field(default="", repr=False)

    def __call__(self) -> Compared:
        with IMPORTING:
            from playground.core.diff import diff_texts
            from playground.core.schemas import Document, SchemaTextError
            from playground.core.schemas.changes import diff
        old = library(self.folder).version_text(self.entry_id, self.number) if self.number else self.old
        changes: tuple[Change, ...] = ()
        unknown, which = "", "The version"
        try:
            before = Document.parse(old).value
            which = "The text"
            changes = diff(before, Document.parse(self.new).value)
        except SchemaTextError as error:
            unknown = f"{which} is no JSON, so what its change means is not known: {error}"
        return Compared(old, changes, unknown, diff_texts(old, self.new))
