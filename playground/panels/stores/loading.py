"""What the panel asks the server for, as work for `StoreDesk`. Knows no window."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from playground.core.errors import Problem
from playground.core.stores.model import Store, StoreFile

if TYPE_CHECKING:
    from playground.core.session import Session
    from playground.core.stores.watching import Seen


class StoresPage(NamedTuple):
    """Some of the stores. `round`: of which asking, because what was given up may still come."""

    round: int
    base_url: str
    stores: Sequence[Store]


class FilesPage(NamedTuple):
    """Some of a store's files, or the names of some of the server's files."""

    round: int
    files: Sequence[StoreFile] = ()
    names: Mapping[str, str] = {}
    problem: Problem | None = None
    """Why the names are not known."""


class LoadStores:
    """All of them, a page at a time. Raises ProblemError."""

    def __init__(self, round_: int) -> None:
        self._round = round_

    async def __call__(self, session: Session) -> AsyncIterator[StoresPage]:
        from playground.core.stores.reading import list_stores

        async for page in list_stores(session):
            yield StoresPage(self._round, session.base_url, page)


class LoadFiles:
    """A store's files, a page at a time, and after them the names that are not known yet. Raises ProblemError, but not
    where only the names cannot be had."""

    def __init__(self, store: str, round_: int, named: frozenset[str]) -> None:
        self._store, self._round, self._named = store, round_, named

    async def __call__(self, session: Session) -> AsyncIterator[FilesPage]:
        from playground.core.errors import explain
        from playground.core.filing.listing import pages
        from playground.core.stores.reading import list_files

        missing: set[str] = set()
        async for page in list_files(session, self._store):
            missing.update(one.id for one in page if one.id not in self._named)
            yield FilesPage(self._round, page)
        if not missing:
            return
        try:
            async for found in pages(session):
                yield FilesPage(self._round, names={one.id: one.name for one in found})
                missing.difference_update(one.id for one in found)
                if not missing:
                    return
        except Exception as error:
            problem = explain(error, base_url=session.base_url, profile=session.profile.name)
            yield FilesPage(self._round, problem=problem)


class Watch:
    """How far a store is, whenever something is new, until nothing is in progress."""

    def __init__(self, store: str) -> None:
        self._store = store

    async def __call__(self, session: Session) -> AsyncIterator[Seen]:
        from playground.core.stores.watching import Target, Watcher

        async for seen in Watcher(session, [Target(self._store)]):
            yield seen
