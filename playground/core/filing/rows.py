"""The files that are shown: searched, of one purpose or of all, in an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from playground.core.filing.listing import RemoteFile
from playground.core.transfers.rules import bytes_text

NAME, PURPOSE, SIZE, CREATED, EXPIRES, STATUS, ID = range(7)
_KEYS: dict[int, Callable[[RemoteFile], Any]] = {
    NAME: lambda one: (one.name.casefold(), one.id),
    PURPOSE: lambda one: (one.purpose, one.name.casefold(), one.id),
    SIZE: attrgetter("size"),
    CREATED: attrgetter("created"),
    EXPIRES: lambda one: one.expires or float("inf"),
    STATUS: attrgetter("status"),
    ID: attrgetter("id"),
}


class FileRows:
    """All files that are known, and which of them are shown. 10,000 are searched or sorted in some milliseconds, so
    that no other thread is needed."""

    def __init__(self) -> None:
        self.all: dict[str, RemoteFile] = {}
        self.shown: list[RemoteFile] = []
        self.search = ""
        self.purpose = ""
        """Empty: any."""
        self.column, self.descending = CREATED, True
        self._sorted: list[RemoteFile] | None = None

    def clear(self) -> None:
        self.all = {}
        self._sorted = None
        self.select()

    def add(self, files: Iterable[RemoteFile]) -> None:
        """More of them, or others of the same ID in their place."""
        self.all.update((one.id, one) for one in files)
        self._sorted = None

    def remove(self, ids: Iterable[str]) -> None:
        for one in ids:
            self.all.pop(one, None)
        self._sorted = None

    def keep(self, ids: set[str]) -> None:
        """Only these are still there."""
        self.all = {key: value for key, value in self.all.items() if key in ids}
        self._sorted = None

    def sort(self, column: int, descending: bool) -> None:
        """By a column; -1: the newest first."""
        self.column, self.descending = (column, descending) if column >= 0 else (CREATED, True)
        self._sorted = None

    def select(self) -> list[RemoteFile]:
        """Look again which are shown."""
        if self._sorted is None:
            self._sorted = sorted(self.all.values(), key=_KEYS[self.column], reverse=self.descending)
        words, purpose = self.search.casefold().split(), self.purpose
        found = self._sorted
        if purpose:
            found = [one for one in found if one.purpose == purpose]
        for word in words:
            found = [one for one in found if word in one.text]
        self.shown = list(found)
        return self.shown

    def purposes(self) -> list[tuple[str, int]]:
        """The purposes that there are, with how many files each has; the most first."""
        return Counter(one.purpose for one in self.all.values()).most_common()

    def words(self) -> str:
        """`10,000 files, 1.2 GB`; `3 of 10,000 files, 4.1 MB` where some are hidden."""
        total, shown = len(self.all), len(self.shown)
        noun = "file" if total == 1 else "files"
        size = bytes_text(sum(one.size for one in self.shown if one.size > 0))
        return f"{total:,} {noun} · {size}" if shown == total else f"{shown:,} of {total:,} {noun} · {size}"
