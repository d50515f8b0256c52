"""A folder of schemas as it is read. Everything here works on files: not for the thread that draws."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.core.schemas.document import Document, SchemaTextError
from playground.core.schemas.library.files import Raw, decoded, kind_problem, read_raw
from playground.core.schemas.library.model import (
    Broken,
    Entry,
    LibraryProblem,
    Removed,
    Scan,
    Stored,
    Style,
    Version,
)
from playground.core.schemas.library.names import SUFFIX, VERSIONS
from playground.core.schemas.library.searching import Hit, describe, find
from playground.core.schemas.library.versions import Versions
from playground.core.settings import SCHEMAS_FOLDER, Settings

MOST = 5000
"""Schemas that are listed."""
MOST_BYTES = 256 * 1024 * 1024
"""Of all files together that one scan reads."""
MOST_NAMES = 50_000
"""Names in the folder that are looked at."""


def folder_of(settings: Settings, data_dir: Path) -> Path:
    """The folder of the library: the one that was chosen, else `schemas` in the data folder."""
    chosen = settings.get(SCHEMAS_FOLDER)
    return Path(chosen).expanduser() if chosen else data_dir / "schemas"


class Reading:
    """A folder, as far as it is only read. A file that has not changed is not read again by `scan`. One thread at a
    time may use it; two objects for the same folder do not disturb each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[str, tuple[tuple[int, int, int], Entry | Broken]] = {}
        self.scanned = Scan()
        """What the last scan found."""

    def path(self, entry_id: str) -> Path:
        """The file of a schema."""
        return self.folder / f"{entry_id}{SUFFIX}"

    def scan(self) -> Scan:
        """What the folder holds now, by name; a broken file is named, and hides no other. An absent folder is empty.
        Raises OSError where it cannot be looked into."""
        files, versions, capped = self._names()
        seen: dict[str, tuple[tuple[int, int, int], Entry | Broken]] = {}
        budget = MOST_BYTES
        for name in files:
            try:
                state = (self.folder / name).lstat()
            except OSError:  # it has gone since
                continue
            mark = (state.st_mtime_ns, state.st_size, state.st_mode)
            before = self._seen.get(name)
            if before is not None and before[0] == mark:
                seen[name] = before
                continue
            if budget < state.st_size and not kind_problem(state.st_mode):
                capped = f"All files together are larger than {MOST_BYTES >> 20} MB: not all were read."
                continue
            budget -= state.st_size
            seen[name] = mark, self._listed(name, state.st_mtime)
        self._seen = seen
        found = [one for _, one in seen.values()]
        entries = tuple(sorted((one for one in found if isinstance(one, Entry)), key=_by_name))
        broken = tuple(sorted((one for one in found if isinstance(one, Broken)), key=_by_name))
        there = {name.removesuffix(SUFFIX) for name in files}
        self.scanned = Scan(entries, broken, tuple(self._removed(versions, there)), capped)
        return self.scanned

    def _names(self) -> tuple[list[str], list[str], str]:
        """Names that may be schemas', those that may have versions, and why there are not more."""
        files, versions, capped = [], [], ""
        try:
            with os.scandir(self.folder) as found:
                for number, one in enumerate(found):
                    if number >= MOST_NAMES:
                        capped = f"There are more than {MOST_NAMES:,} files in the folder: not all were looked at."
                        break
                    if one.name.startswith("."):
                        continue
                    if one.name.lower().endswith(SUFFIX):
                        files.append(one.name)
                    elif one.name.endswith(VERSIONS):
                        versions.append(one.name.removesuffix(VERSIONS))
        except FileNotFoundError:
            return [], [], ""
        files.sort(key=lambda name: (name.casefold(), name))
        if len(files) > MOST:
            capped = f"There are {len(files):,} files: only the first {MOST:,} are listed."
        return files[:MOST], sorted(versions), capped

    def _listed(self, name: str, modified: float) -> Entry | Broken:
        path = self.folder / name
        entry_id = name[: -len(SUFFIX)]
        if not name.endswith(SUFFIX):
            return Broken(entry_id, path, f"Its name ends in {name[-5:]}: call it {entry_id}{SUFFIX}.", False, modified)
        try:
            return self._stored(entry_id, read_raw(path)).entry_or_broken()
        except LibraryProblem as problem:
            return Broken(entry_id, path, problem.reason, False, modified)
        except OSError as error:
            return Broken(entry_id, path, f"It cannot be opened: {error.strerror}.", False, modified)

    def _removed(self, names: list[str], there: set[str]) -> Iterator[Removed]:
        for name in names:
            if name not in there:
                versions = Versions(self.folder / f"{name}{VERSIONS}").all()
                if versions:
                    yield Removed(name, max(one.time for one in versions), len(versions))

    def search(self, text: str) -> list[Hit]:
        """What the last scan found that a text finds, best first."""
        return find(self.scanned.entries, text)

    def read(self, entry_id: str) -> Stored:
        """A schema. Raises LibraryProblem where there is none, or its text is no schema."""
        stored = self.read_text(entry_id)
        if stored.broken:
            raise LibraryProblem(
                f"{entry_id}{SUFFIX} holds no schema", stored.broken, "Open it in the workshop, and mend it.",
                path=stored.entry.path,
            )  # fmt: skip
        return stored

    def read_text(self, entry_id: str) -> Stored:
        """A file's text, even where it is no schema (`broken` says why). Raises LibraryProblem."""
        path = self._own(entry_id)
        try:
            raw = read_raw(path)
            versions = self._versions(entry_id)
            return self._stored(entry_id, raw, versions.number_of(raw.stamp.sha256), versions.newest()).stored
        except FileNotFoundError:
            raise LibraryProblem(
                f"There is no schema “{entry_id}”", f"{path} is not there.", "Read the list again.", path=path
            ) from None
        except OSError as error:
            raise LibraryProblem(
                f"{path.name} cannot be opened", f"{error.strerror}.", "Look at the rights of the file.", path=path
            ) from None

    def versions(self, entry_id: str) -> tuple[Version, ...]:
        """The newest first."""
        self._own(entry_id)
        return self._versions(entry_id).all()

    def version_text(self, entry_id: str, number: int) -> str:
        """The text of a version, with line feeds. Raises LibraryProblem."""
        self._own(entry_id)
        versions = self._versions(entry_id)
        try:
            return decoded(versions.path(number), versions.raw(number).data)[0]
        except OSError as error:
            raise LibraryProblem(f"Version {number} cannot be opened", f"{error.strerror}.") from None

    def _own(self, entry_id: str) -> Path:
        """The path of a schema's file. Raises LibraryProblem where it would be outside the folder."""
        name = f"{entry_id}{SUFFIX}"
        if not entry_id or "\x00" in name or "/" in name or os.sep in name or Path(name).name != name:
            raise LibraryProblem(f"There is no schema “{entry_id}”", "It is no name of a file in the library.")
        return self.folder / name

    def _versions(self, entry_id: str) -> Versions:
        return Versions(self.folder / f"{entry_id}{VERSIONS}")

    def _stored(self, entry_id: str, raw: Raw, version: int = 0, newest: int = 0) -> _Made:
        path = self.path(entry_id)
        text, style = decoded(path, raw.data)
        return _Made(entry_id, path, raw, text, style, version, newest)


class _Made:
    """A file that was read: for a list, and to open."""

    def __init__(self, entry_id: str, path: Path, raw: Raw, text: str, style: Style, version: int, newest: int) -> None:
        value, self._broken = _schema(text)
        said = describe(value)
        modified = raw.stamp.changed / 1e9
        entry = Entry(
            entry_id, path, said.title, said.kind, said.description, modified, raw.stamp.size, said.properties,
            raw.stamp.sha256, said.words,
        )  # fmt: skip
        self.stored = Stored(entry, text, value, raw.stamp, style, self._broken, version, newest)

    def entry_or_broken(self) -> Entry | Broken:
        entry = self.stored.entry
        if self._broken:
            return Broken(entry.id, entry.path, self._broken, True, entry.modified)
        return entry


def _schema(text: str) -> tuple[Any, str]:
    """The value, and why it is no schema."""
    try:
        value = Document.parse(text).value
    except SchemaTextError as error:
        return None, f"Line {error.line}, column {error.column}: {error.words}."
    if isinstance(value, dict):
        return value, ""
    return None, "It is no object, as a schema is."


def _by_name(one: Entry | Broken) -> tuple[str, str]:
    return one.id.casefold(), one.id
