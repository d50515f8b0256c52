"""Names of files, paths in requests, and whether a file was changed by somebody else."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playground.core.catalog import MethodEntry

SUFFIXES = (".yaml", ".yml")
_LONGEST = 60
_TAKEN = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})
"""Names that Windows keeps for itself, whatever the suffix."""


class Stamp(NamedTuple):
    """How a file was when it was read: nanoseconds, bytes."""

    changed: int
    size: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Raises OSError."""
        found = path.stat()
        return cls(found.st_mtime_ns, found.st_size)


def slug(title: str) -> str:
    """A file's name from a title, without the suffix: letters and digits of any script, with - between the words."""
    text = unicodedata.normalize("NFC", title).lower()
    words = "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in text).split()
    name = "-".join(words)[:_LONGEST].strip("-")
    while len(name.encode()) > 200:
        name = name[:-1]
    if not name:
        return "request"
    return f"{name}-request" if name in _TAKEN else name


def free_path(folder: Path, title: str, *, own: Path | None = None) -> Path:
    """A path that no other file has, by capitals neither; `own` counts as free."""
    taken = {path.name.lower() for path in folder.iterdir()} if folder.is_dir() else set()
    if own is not None and own.parent == folder:
        taken.discard(own.name.lower())
    name, number = slug(title), 1
    while True:
        candidate = f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml"
        if candidate not in taken:
            return folder / candidate
        number += 1


def placed(entry: MethodEntry, arguments: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Arguments in which the paths of files are whole ones: those in a request count from its own folder."""

    def place(path: str) -> str:
        found = Path(path).expanduser()
        return str(found if found.is_absolute() else folder.resolve() / found)

    return _over_files(entry, arguments, place)


def unplaced(entry: MethodEntry, arguments: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The reverse: paths of files below the folder count from there, so that the folder can be moved and shared."""
    base = folder.resolve()

    def place(path: str) -> str:
        found = Path(path)
        try:
            return found.resolve().relative_to(base).as_posix() if found.is_absolute() else path
        except ValueError:
            return path

    return _over_files(entry, arguments, place)


def _over_files(entry: MethodEntry, arguments: Mapping[str, Any], place: Callable[[str], str]) -> dict[str, Any]:
    from playground.core.codegen.calls import takes_file

    def one(value: Any) -> Any:
        return f"@{place(value[1:])}" if isinstance(value, str) and value.startswith("@") and len(value) > 1 else value

    made = dict(arguments)
    for name, value in arguments.items():
        if takes_file(entry, name):
            made[name] = [one(each) for each in value] if isinstance(value, list) else one(value)
    return made
