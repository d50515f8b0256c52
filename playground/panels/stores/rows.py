"""Rows that are searched and sorted: of stores, and of the files in one. Knows no window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from playground.core.stores.model import Store, StoreFile

T = TypeVar("T")


class Known(NamedTuple):
    """A file of a store, with the name that it has among the server's files."""

    file: StoreFile
    name: str

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def text(self) -> str:
        """What a search looks at, folded."""
        one = self.file
        said = one.trouble.text() if one.trouble is not None else ""
        words = (self.name, one.id, one.status, said, *one.attributes, *map(str, one.attributes.values()))
        return "\n".join(words).casefold()


class Rows(Generic[T]):
    """All that are known by their IDs, and which of them are shown. Some thousands are sorted in milliseconds."""

    def __init__(self, keys: Mapping[int, Callable[[T], Any]], column: int, descending: bool) -> None:
        """`keys`: of each column, by what it is sorted; what has the same order is sorted as it came."""
        self.all: dict[str, T] = {}
        self.shown: list[T] = []
        self.search = ""
        self._keys, self._usual = keys, (column, descending)
        self.column, self.descending = column, descending

    def clear(self) -> None:
        self.all = {}
        self.select()

    def add(self, some: Iterable[T]) -> None:
        """More of them, or others of the same ID in their place."""
        self.all.update((one.id, one) for one in some)  # type: ignore[attr-defined]

    def keep(self, ids: set[str]) -> None:
        """Only these are still there."""
        self.all = {key: value for key, value in self.all.items() if key in ids}

    def remove(self, one: str) -> None:
        self.all.pop(one, None)

    def sort(self, column: int, descending: bool) -> None:
        """By a column; -1: as at first."""
        self.column, self.descending = (column, descending) if column >= 0 else self._usual

    def select(self) -> list[T]:
        """Look again which are shown."""
        found = sorted(self.all.values(), key=self._keys[self.column], reverse=self.descending)
        for word in self.search.casefold().split():
            found = [one for one in found if word in one.text]  # type: ignore[attr-defined]
        self.shown = found
        return found


def store_keys() -> dict[int, Callable[[Store], Any]]:
    """Name, files, size (and what it costs, which goes by the size), end; 5: when it was made."""
    return {
        0: lambda one: (one.name.casefold(), one.id),
        1: lambda one: one.counts.total,
        2: lambda one: one.size,
        3: lambda one: one.size,
        4: lambda one: one.expires or float("inf"),
        5: lambda one: one.created,
    }


def file_keys() -> dict[int, Callable[[Known], Any]]:
    """Name, state, size, attributes; 4: when it was added."""
    return {
        0: lambda one: (one.name.casefold(), one.id),
        1: lambda one: one.file.status,
        2: lambda one: one.file.size,
        3: lambda one: attribute_words(one.file.attributes),
        4: lambda one: one.file.created,
    }


def attribute_words(attributes: Mapping[str, Any]) -> str:
    """`year: 2024, draft: true`."""
    return ", ".join(f"{name}: {_plain(value)}" for name, value in attributes.items())


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
