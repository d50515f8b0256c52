"""Files that a person chose, before any of them is sent: folders opened, each file checked for its purpose."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from playground.core.transfers.purposes import check_file, is_sendable
from playground.core.transfers.rules import FileFinding

MOST = 10_000
"""Files that are taken at once: as many as the API lists on a page."""
DEEPEST = 40
"""Folders in folders."""
TOLD_EVERY = 0.05
"""Seconds between two words about what was checked."""


class Gathered(NamedTuple):
    """The files of what was chosen."""

    paths: tuple[Path, ...]
    sizes: tuple[int, ...]
    """Bytes; -1 where it cannot be told: the check says why."""
    left_out: tuple[str, ...]
    """What of it is not among them, in sentences."""


class Checked(NamedTuple):
    """What was found in one of them."""

    path: Path
    purpose: str
    """That it was checked for."""
    findings: tuple[FileFinding, ...]

    @property
    def is_sendable(self) -> bool:
        return is_sendable(list(self.findings))


def gather(chosen: Sequence[Path]) -> Gathered:
    """The files, and those in the folders among them, in order. Links are not followed: one that was chosen itself is
    kept, for the check to refuse with its reason. Hidden files in a folder are left out, which is said. Reads the disk.
    Never raises OSError."""
    found: dict[Path, int] = {}
    counts = {"hidden": 0, "links": 0, "unreadable": 0, "more": 0}
    for path in chosen:
        path = path.absolute()
        if path.is_dir() and not path.is_symlink():
            for inner in _walk(path, counts, 0):
                _take(found, inner, counts)
        else:
            _take(found, path, counts)
    words = (
        ("hidden", "hidden", "left out"),
        ("links", "symbolic", "not followed"),
        ("unreadable", "unreadable", "left out"),
        ("more", "more", f"left out: {MOST:,} are taken at once"),
    )
    nouns = {"hidden": "file", "links": "link", "unreadable": "folder", "more": "file"}
    told = [
        f"{counts[key]:,} {kind} {nouns[key]}{'s were' if counts[key] > 1 else ' was'} {what}."
        for key, kind, what in words
        if counts[key]
    ]
    return Gathered(tuple(found), tuple(found.values()), tuple(told))


def _take(found: dict[Path, int], path: Path, counts: dict[str, int]) -> None:
    if path in found:
        return
    if len(found) >= MOST:
        counts["more"] += 1
        return
    try:
        found[path] = path.lstat().st_size
    except (OSError, ValueError):
        found[path] = -1


def _walk(folder: Path, counts: dict[str, int], depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        counts["unreadable"] += 1
        return
    for entry in entries:
        if entry.name.startswith("."):
            counts["hidden"] += 1
        elif entry.is_symlink():
            counts["links"] += 1
        elif entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _walk(Path(entry.path), counts, depth + 1)
            else:
                counts["unreadable"] += 1
        else:
            yield Path(entry.path)


class CheckFiles:
    """`await CheckFiles(paths, purpose)(sink)` pushes a `Checked` for each file. Cancelling it ends the reading."""

    def __init__(self, paths: Sequence[Path], purpose: str) -> None:
        self._paths, self._purpose = tuple(paths), purpose
        self._stopped = False

    async def __call__(self, sink: Any) -> None:
        import asyncio

        try:
            # In a thread of its own: what is checked may be large, and the pool has other work.
            with ThreadPoolExecutor(1, "files-check") as pool:
                await asyncio.get_running_loop().run_in_executor(pool, self._run, sink.push)
        finally:
            self._stopped = True

    def _stop(self) -> bool:
        return self._stopped

    def _run(self, push: Callable[[list[Checked]], None]) -> None:
        found: list[Checked] = []
        told = time.monotonic()
        for path in self._paths:
            if self._stopped:
                return
            found.append(Checked(path, self._purpose, tuple(check_file(path, self._purpose, stop=self._stop))))
            if time.monotonic() - told >= TOLD_EVERY:
                push(found)
                found, told = [], time.monotonic()
        push(found)
