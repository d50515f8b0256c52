"""What is done with files of saved requests, in the pool; plain data, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.core.catalog import MethodEntry
    from playground.core.saved import Collection, SavedRequest, Scan, Written


def collection(folder: Path) -> Collection:
    with IMPORTING:
        from playground.core.saved import Collection
    return Collection(folder)


@dataclass(frozen=True, slots=True)
class Scanning:
    """What a folder holds; None where there is no such folder yet."""

    folder: Path

    def __call__(self) -> Scan | None:
        try:
            return collection(self.folder).scan()
        except FileNotFoundError:
            return None


@dataclass(frozen=True, slots=True)
class Reading:
    """One request. Raises SavedProblem, OSError."""

    path: Path

    def __call__(self) -> SavedRequest:
        with IMPORTING:
            from playground.core.saved import read_request
        return read_request(self.path)


@dataclass(frozen=True, slots=True)
class Saving:
    """Write a request: over its file, or as a new one. Raises SavedProblem, OSError."""

    folder: Path
    former: SavedRequest | None
    title: str
    entry: MethodEntry = field(repr=False)
    arguments: dict[str, Any] = field(repr=False)
    stream: bool = False

    def __call__(self) -> Written:
        from dataclasses import replace

        with IMPORTING:
            from playground.core.saved import SavedRequest, unplaced
        self.folder.mkdir(parents=True, exist_ok=True)
        former = self.former
        base = former.path.parent if former is not None and former.path is not None else self.folder
        arguments = unplaced(self.entry, self.arguments, base)
        request = SavedRequest(self.title, self.entry.name, arguments, self.stream)
        if former is not None:
            request = replace(former, title=self.title, method=self.entry.name, arguments=arguments, stream=self.stream)
        return collection(self.folder).save(request)


@dataclass(frozen=True, slots=True)
class Renaming:
    """Give a request another title, and its file the name that goes with it. Raises SavedProblem, OSError."""

    folder: Path
    path: Path
    title: str

    def __call__(self) -> SavedRequest:
        return collection(self.folder).rename(self.path, self.title)


@dataclass(frozen=True, slots=True)
class Deleting:
    """Remove a request's file. Raises SavedProblem, OSError."""

    folder: Path
    path: Path

    def __call__(self) -> None:
        collection(self.folder).delete(self.path)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The arguments of a saved request as they are sent: variables put in, files' paths counted from its folder."""

    folder: Path
    path: Path
    environment: str
    entry: MethodEntry = field(repr=False)

    def __call__(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Raises SavedProblem for a variable that nobody gave; OSError."""
        with IMPORTING:
            from playground.core.saved import fill, placed, read_environment
        values = read_environment(self.folder, self.environment) if self.environment else {}
        where = f"The environment “{self.environment}” does not have it" if self.environment else ""
        filled: dict[str, Any] = fill(dict(arguments), values, where=where)
        return placed(self.entry, filled, self.path.parent)
