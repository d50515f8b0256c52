"""What the library consists of; plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from playground.core.errors import Problem, ProblemError


class LibraryProblem(ProblemError):
    """Something in the library that cannot be done or read: what, why, and what to do."""

    def __init__(self, title: str, reason: str, remedy: str = "", *, path: Path | None = None) -> None:
        super().__init__(Problem(title, reason, remedy, "Not as it is.", type="usage"))
        self.reason = reason
        self.path = path


class ChangedElsewhere(LibraryProblem):
    """A file is not as it was when it was read. Nothing was written."""

    def __init__(self, entry_id: str, theirs: Stored | None) -> None:
        if theirs is None:
            super().__init__(
                f"{entry_id}.json is gone",
                "Another program removed or renamed it since it was read here.",
                "Save it again under this name, or under another.",
            )
        else:
            super().__init__(
                f"{entry_id}.json was changed by another program",
                "It is not as it was when it was read here.",
                "Look at both, then take that one over, write over it, or save yours under another name.",
            )
        self.entry_id = entry_id
        self.theirs = theirs
        """What the file holds now; None: it is gone."""


class Stamp(NamedTuple):
    """How a file was when it was read."""

    changed: int
    """Nanoseconds since 1970."""
    size: int
    """Bytes."""
    sha256: str


class Style(NamedTuple):
    """What an editor that only knows line feeds would lose of a file."""

    crlf: bool = False
    """Every line ends in CR LF."""
    bom: bool = False


PLAIN = Style()
"""Line feeds, and no byte order mark: of a new file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A schema for a list."""

    id: str
    """The file's name without `.json`."""
    path: Path
    title: str
    """What the schema itself is called: its `title`, or the `name` of the format or tool around it; may be empty."""
    kind: str
    """"schema", "text.format", "response_format" or "function"."""
    description: str
    modified: float
    """Seconds since 1970."""
    size: int
    """Bytes."""
    properties: int = 0
    """How many it has, at all levels; at most as many as are searched."""
    sha256: str = ""
    words: str = field(default="", repr=False)
    """What a search looks through: titles, descriptions and names of properties, in small letters."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that holds no schema, or that is not read."""

    id: str
    path: Path
    reason: str
    opens: bool = False
    """Whether it is a text that can be opened, and mended."""
    modified: float = 0.0


@dataclass(frozen=True, slots=True)
class Removed:
    """A schema whose file was removed here, and whose versions are still there."""

    id: str
    when: float
    """Seconds since 1970."""
    versions: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What the folder holds. Two scans of the same are equal."""

    entries: tuple[Entry, ...] = ()
    broken: tuple[Broken, ...] = ()
    removed: tuple[Removed, ...] = ()
    capped: str = ""
    """Why not all of it was looked at, in words; empty: all was."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text that was saved."""

    number: int
    """From 1."""
    path: Path
    time: float
    """Seconds since 1970."""
    size: int
    """Bytes."""
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A schema as its file has it."""

    entry: Entry
    text: str = field(repr=False)
    """With line feeds, and without a byte order mark; `style` says what the file has."""
    value: Any = field(repr=False)
    """None where the text is no schema."""
    stamp: Stamp
    style: Style = PLAIN
    broken: str = ""
    """Why the text is no schema, in a sentence."""
    version: int = 0
    """The version that has exactly this text; 0: none has."""
    newest: int = 0
    """The number of the newest version; 0: there is none."""
