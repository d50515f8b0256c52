"""The versions of one schema: `NAME.versions/3.json` is the text as it was saved, `notes.json` what is said of it."""

from __future__ import annotations

import contextlib
import re
import stat
import time
from pathlib import Path
from typing import Any

from playground.core.files import alone, kept_words, read_json, save_bytes
from playground.core.schemas.library.files import Raw, kind_problem, read_raw, write_new
from playground.core.schemas.library.model import LibraryProblem, Version
from playground.core.schemas.library.names import SUFFIX

MOST = 10_000
"""Versions of one schema that are listed."""
LONGEST = 2000
"""Characters of a note."""
NOTES = "notes.json"
_NUMBER = re.compile(r"([1-9][0-9]{0,8})\.json")


class Versions:
    """A folder of versions, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Raises LibraryProblem where something else has the folder's name; OSError."""
        try:
            mode = self.folder.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(mode):
            reason = kind_problem(mode) or "It is a file."
            raise LibraryProblem(
                f"{self.folder.name} holds no versions", reason, "Move it elsewhere.", path=self.folder
            )

    def numbers(self) -> list[int]:
        """Ascending; never raises."""
        try:
            self.check()
            names = [path.name for path in self.folder.iterdir()]
        except (OSError, LibraryProblem):
            return []
        return sorted(int(match[1]) for name in names if (match := _NUMBER.fullmatch(name)))[-MOST:]

    def newest(self) -> int:
        """0 where there is none."""
        return (self.numbers() or [0])[-1]

    def all(self) -> tuple[Version, ...]:
        """The newest first; never raises: what cannot be looked at is left out."""
        notes = self._notes()[0]
        found = []
        for number in reversed(self.numbers()):
            path = self.path(number)
            try:
                state = path.lstat()
            except OSError:
                continue
            said = notes.get(str(number))
            said = said if isinstance(said, dict) else {}
            when = said.get("time")
            if isinstance(when, bool) or not isinstance(when, int | float) or not 0 < when < 1e11:
                when = state.st_mtime
            found.append(Version(number, path, float(when), state.st_size, _text(said, "label"), _text(said, "note")))
        return tuple(found)

    def path(self, number: int) -> Path:
        return self.folder / f"{number}{SUFFIX}"

    def raw(self, number: int) -> Raw:
        """The bytes of a version. Raises LibraryProblem, OSError."""
        self.check()
        try:
            return read_raw(self.path(number))
        except FileNotFoundError:
            raise LibraryProblem(
                f"There is no version {number}", f"{self.path(number)} is not there.", "Read the list again."
            ) from None

    def number_of(self, sha256: str, *, most: int = 1) -> int:
        """The newest version with these bytes, among the `most` newest; 0 where none has them."""
        for number in self.numbers()[-most:][::-1]:
            with contextlib.suppress(OSError, LibraryProblem):
                if self.raw(number).stamp.sha256 == sha256:
                    return number
        return 0

    def add(self, data: bytes, label: str = "", note: str = "") -> int:
        """Keep a text as the newest version, and give its number. Raises LibraryProblem, OSError."""
        self.check()
        self.folder.mkdir(parents=True, exist_ok=True)
        number = self.newest()
        while True:
            number += 1
            try:
                write_new(self.path(number), data)
                break
            except FileExistsError:  # another instance was faster
                continue
        self.describe(number, label=label, note=note, when=time.time())
        return number

    def describe(
        self, number: int, *, label: str | None = None, note: str | None = None, when: float | None = None
    ) -> None:
        """Say something of a version; None leaves what is said. Raises LibraryProblem, OSError."""
        self.check()
        path = self.folder / NOTES
        with alone(path):
            notes, damaged = self._notes()
            if damaged:
                kept_words(path)
            said = notes.get(str(number))
            said = dict(said) if isinstance(said, dict) else {}
            if when is not None:
                said["time"] = round(when, 3)
            for name, text in (("label", label), ("note", note)):
                if text is not None:
                    said.pop(name, None)
                    if text.strip():
                        said[name] = text.strip()[:LONGEST]
            notes[str(number)] = said
            save_bytes(path, _json(notes).encode("utf-8", "replace"))

    def remove(self) -> None:
        """Remove the versions, and the folder when nothing of others is in it. Raises LibraryProblem, OSError."""
        self.check()
        for number in self.numbers():
            self.path(number).unlink(missing_ok=True)
        (self.folder / NOTES).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()

    def _notes(self) -> tuple[dict[str, Any], bool]:
        """What is said of each, and whether the file is damaged. Never raises."""
        path = self.folder / NOTES
        try:
            if kind_problem(path.lstat().st_mode) or path.lstat().st_size > 20_000_000:
                return {}, True
            notes = read_json(path)
        except FileNotFoundError:
            return {}, False
        except (OSError, ValueError):
            return {}, True
        return (notes, False) if isinstance(notes, dict) else ({}, True)


def _text(said: dict[str, Any], name: str) -> str:
    text = said.get(name)
    return text[:LONGEST] if isinstance(text, str) else ""


def _json(notes: dict[str, Any]) -> str:
    import json

    return json.dumps(notes, indent=2, ensure_ascii=False) + "\n"
