"""A folder of saved requests. Everything here works on files: not for the thread that draws."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playground.core.files import save_bytes
from playground.core.saved import yaml
from playground.core.saved.files import SUFFIXES, Stamp, free_path
from playground.core.saved.model import SavedRequest, read_request, refuse_secrets
from playground.core.saved.problems import SavedProblem
from playground.core.saved.secrets import without_secrets
from playground.core.saved.variables import ENVIRONMENTS, environments

MOST = 5000
"""Files that are looked at."""
_DEEPEST = 8
_LEFT_OUT = frozenset({ENVIRONMENTS, "node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A request for a list: without its arguments."""

    path: Path
    folder: str
    """Its folder below the collection's, with /; empty for the collection's own."""
    title: str
    method: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that cannot be read."""

    path: Path
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a collection holds. Two scans of the same are equal."""

    requests: tuple[Listed, ...]
    broken: tuple[Broken, ...]
    environments: tuple[str, ...]
    capped: bool = False
    """There are more files than are looked at."""


@dataclass(frozen=True, slots=True)
class Written:
    """A request as it was saved, and what was left out of it, in words."""

    request: SavedRequest
    notes: tuple[str, ...]


def root_of(path: Path) -> Path:
    """The collection's folder for a request's file: the nearest one above that has environments, else its own."""
    folder = path.resolve().parent
    for candidate in (folder, *folder.parents[:_DEEPEST]):
        if (candidate / ENVIRONMENTS).is_dir():
            return candidate
        if (candidate / ".git").exists():
            break
    return folder


class Collection:
    """One folder. A file that has not changed is not read again. One thread at a time may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[Stamp, Listed | Broken]] = {}

    def scan(self) -> Scan:
        """What is in it now; a broken file is named, and hides no other. Raises OSError where there is no folder."""
        paths = list(_paths(self.folder, 0))
        capped, paths = len(paths) > MOST, paths[:MOST]
        seen = {path: self._listed(path) for path in paths}
        self._read = {path: one for path, one in seen.items() if one is not None}
        found = [one for _, one in self._read.values()]
        requests = [one for one in found if isinstance(one, Listed)]
        return Scan(
            tuple(sorted(requests, key=lambda one: (one.folder.lower(), one.title.lower(), str(one.path)))),
            tuple(one for one in found if isinstance(one, Broken)),
            environments(self.folder),
            capped,
        )

    def _listed(self, path: Path) -> tuple[Stamp, Listed | Broken] | None:
        try:
            stamp = Stamp.of(path)
        except OSError:  # it has gone since
            return None
        before = self._read.get(path)
        if before is not None and before[0] == stamp:
            return before
        folder = path.parent.relative_to(self.folder).as_posix()
        try:
            read = read_request(path)
        except SavedProblem as problem:
            return stamp, Broken(path, problem.line, problem.reason)
        except OSError as error:
            return stamp, Broken(path, None, f"It cannot be opened: {error.strerror}.")
        return stamp, Listed(path, "" if folder == "." else folder, read.title, read.method)

    def save(self, request: SavedRequest, *, folder: str = "") -> Written:
        """Write a request: a new one under a name from its title, one that has a path over its file, whose comments and
        order stay. Keys are left out, and said so. Raises SavedProblem where the file was changed by somebody else in
        between or a value cannot be written; OSError."""
        arguments, notes = without_secrets(request.arguments)
        request = replace(request, arguments=arguments)
        title, more = without_secrets({"title": request.title, "description": request.description})
        request, notes = replace(request, **title), [*notes, *more]
        path = request.path
        if path is None:
            place = (self.folder / folder).resolve()
            if not place.is_relative_to(self.folder.resolve()):
                raise SavedProblem(
                    f"“{folder}” is outside the collection", "It leads out of its folder.", "Name another."
                )
            place.mkdir(parents=True, exist_ok=True)
            path = free_path(place, request.title)
        elif request.stamp is not None and path.exists() and Stamp.of(path) != request.stamp:
            raise SavedProblem(
                f"{path.name} was changed by another program",
                "It is not as it was when it was read.",
                "Read it again, or save under another title.",
                path=path,
            )
        save_bytes(path, _text(path, request).encode("utf-8"))
        return Written(replace(request, path=path, stamp=Stamp.of(path)), tuple(notes))

    def rename(self, path: Path, title: str) -> SavedRequest:
        """Give a request another title, and its file the name that goes with it. Raises SavedProblem, OSError."""
        saved = self.save(replace(read_request(path), title=title)).request
        target = free_path(path.parent, title, own=path)
        path.rename(target)
        return replace(saved, path=target, stamp=Stamp.of(target))

    def delete(self, path: Path) -> None:
        """Remove a request's file. Raises OSError, and SavedProblem for what is none of the collection's."""
        if path.suffix.lower() not in SUFFIXES or not path.resolve().is_relative_to(self.folder.resolve()):
            raise SavedProblem(f"{path.name} is no request of this collection", f"It is in {path.parent}.", "")
        path.unlink()


def _paths(folder: Path, depth: int) -> Iterator[Path]:
    """Files that may be requests, folders after files; nothing hidden, no links to folders (they may lead round)."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name.lower())
    for entry in entries:
        path = Path(entry.path)
        if not entry.name.startswith(".") and path.suffix.lower() in SUFFIXES and entry.is_file():
            yield path
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _LEFT_OUT or depth >= _DEEPEST:
            continue
        if entry.is_dir(follow_symlinks=False):
            try:
                yield from _paths(Path(entry.path), depth + 1)
            except OSError:
                continue


def _text(path: Path, request: SavedRequest) -> str:
    """The file's text; read again before it is trusted. Raises SavedProblem."""
    wanted = request.document()
    old = None
    if path.exists():
        try:
            old = yaml.read(path)
        except SavedProblem:
            old = None  # a broken file is written anew
    if isinstance(old, dict) and "title" not in old and request.title == path.stem:
        del wanted["title"]
    for blocks, keep in ((True, True), (True, False), (False, False)):
        document = yaml.as_document(wanted, blocks=blocks)
        if keep and isinstance(old, dict):
            document = yaml.merged(old, document)
        elif keep and old is not None:
            continue
        try:
            text = yaml.dump(document)
            again = yaml.parse(path, text)
            if _same(yaml.Plain(path).value(again), wanted):
                refuse_secrets(path, again)
                return text
        except (SavedProblem, UnicodeEncodeError):
            continue
    raise SavedProblem(
        f"“{request.title}” cannot be written", "A value in it has no form in YAML.", "Look for odd characters in it."
    )


def _same(one: Any, other: Any) -> bool:
    """As JSON: 1 is not true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
