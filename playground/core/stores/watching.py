"""Stores and batches watched until all of their files are ready, with few requests, and what is stuck named."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from playground.core.errors import Problem, ProblemError, explain
from playground.core.stores import reading
from playground.core.stores.asking import ONCE
from playground.core.stores.model import Counts, Store, StoreFile
from playground.core.transfers.pace import is_passing

if TYPE_CHECKING:
    from playground.core.session import Session

LISTED = 3
"""Stores from which on one list is asked for, and not one after another."""
NAMED = 20
"""Stuck files that are named at most."""
NONE = Counts()


@dataclass(frozen=True, slots=True)
class Pace:
    """How often is asked."""

    first: float = 0.5
    """Seconds after the first question."""
    longest: float = 15.0
    """Seconds between two questions, while nothing changes."""
    grows: float = 1.5
    stuck: float = 120.0
    """Seconds without any change after which what is still in progress is named."""


class Target(NamedTuple):
    """What is watched: a store, or one of its batches."""

    store: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a target is."""

    target: Target
    counts: Counts = NONE
    status: str = ""
    is_over: bool = False
    """Nothing happens with it any more: all files are ready or failed, or it cannot be asked for."""
    problem: Problem | None = None
    """Why it could not be asked for; where `is_over` is False it is tried again."""
    still: float = 0.0
    """Seconds in which nothing has changed."""
    stuck: tuple[StoreFile, ...] = ()
    """Files that are in progress while nothing changes; the first ones of them."""
    store: Store | None = None

    def text(self) -> str:
        """In words: how far, what failed, what is stuck."""
        if self.problem is not None:
            return self.problem.line()
        words = self.counts.text()
        if self.stuck:
            names = ", ".join(one.id for one in self.stuck[:3])
            more = f" and {self.counts.in_progress - 3:,} more" if self.counts.in_progress > 3 else ""
            words += f"; nothing has changed for {self.still:,.0f} s: {names}{more}. {STUCK}"
        return words


STUCK = "Wait, or take them out of the store and add them again."


class Watcher:
    """`async for seen in Watcher(session, targets)`: each target at once and whenever something is new, until all are
    over. A server that does not answer is asked again, ever more seldom. Never raises but CancelledError."""

    def __init__(
        self,
        session: Session,
        targets: Iterable[Target],
        pace: Pace | None = None,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._pace, self._sleep, self._clock = session, pace or Pace(), sleep, clock
        now = clock()
        self._open = {target: Seen(target) for target in targets}
        self._changed = dict.fromkeys(self._open, now)
        self._told_stuck: dict[Target, float] = {}
        self._wait = self._pace.first
        self._last: dict[str, Counts] = {}
        """Of each store, when it was asked for last."""
        self.requests = 0
        """Questions that were asked."""

    async def __aiter__(self) -> AsyncIterator[Seen]:
        first = True
        while self._open:
            if not first:
                await self._sleep(self._wait)
            before = dict(self._open)
            found = await self._round()
            moved = self._moved(before, found)
            for seen in found:
                seen = await self._judged(seen)
                if first or seen != replace(before[seen.target], still=seen.still) or seen.stuck:
                    yield seen
                if seen.is_over:
                    self._open.pop(seen.target, None)
                else:
                    self._open[seen.target] = replace(seen, stuck=())
            self._pick_up(moved, found)
            first = False

    def _moved(self, before: dict[Target, Seen], found: Sequence[Seen]) -> bool:
        moved = False
        for seen in found:
            old = before[seen.target]
            if seen.problem is None and (seen.counts, seen.status) != (old.counts, old.status):
                self._changed[seen.target] = self._clock()
                moved = True
        return moved

    def _pick_up(self, moved: bool, found: Sequence[Seen]) -> None:
        """The wait before the next round: shorter where something goes on, longer where not, and as long as asked."""
        if moved:
            self._wait = max(self._pace.first, self._wait / 2)
        else:
            self._wait = min(self._pace.longest, self._wait * self._pace.grows)
        asked = [seen.problem.wait for seen in found if seen.problem is not None and seen.problem.wait]
        self._wait = max([self._wait, *asked])

    async def _judged(self, seen: Seen) -> Seen:
        """With how long nothing has changed, and what is stuck: that costs one question, once in a spell."""
        if seen.is_over:
            return seen
        now = self._clock()
        still = now - self._changed[seen.target]
        seen = replace(seen, still=still)
        told = self._told_stuck.get(seen.target)
        is_due = told is None or told < self._changed[seen.target] or now - told >= 5 * self._pace.stuck
        if still < self._pace.stuck or seen.problem is not None or not is_due:
            return seen
        self._told_stuck[seen.target] = now
        return replace(seen, stuck=await self._stuck(seen.target))

    async def _stuck(self, target: Target) -> tuple[StoreFile, ...]:
        self.requests += 1
        try:
            async for page in reading.list_files(
                self._session, target.store, state="in_progress", batch=target.batch or None, options=ONCE
            ):
                return tuple(page[:NAMED])
        except ProblemError:
            return ()
        return ()

    # ---- a round

    async def _round(self) -> list[Seen]:
        """How far each open target is, with as few questions as there can be."""
        if len(self._open) == 1:
            (target,) = self._open
            return [await self._one(target)]
        names = list(dict.fromkeys(target.store for target in self._open))
        stores = await self._stores(names)
        found = []
        for target in self._open:
            about = stores[target.store]
            if isinstance(about, Problem):
                found.append(self._failed(target, about))
            elif not target.batch:
                found.append(_of_store(target, about))
            elif self._is_still(target, about):
                found.append(self._open[target])  # nothing has happened in the store, so nothing in the batch
            else:
                found.append(await self._one(target))
        self._last.update({name: one.counts for name, one in stores.items() if isinstance(one, Store)})
        return found

    def _is_still(self, target: Target, store: Store) -> bool:
        """Whether nothing can be new in a batch, because nothing is in its store."""
        known = self._open[target]
        is_known = bool(known.status) and known.problem is None
        return is_known and bool(store.counts.in_progress) and store.counts == self._last.get(store.id)

    async def _stores(self, names: list[str]) -> dict[str, Store | Problem]:
        found: dict[str, Store | Problem] = {}
        if len(names) >= LISTED:
            self.requests += 1
            try:
                async for page in reading.list_stores(self._session, ONCE):
                    found.update({one.id: one for one in page if one.id in names})
                    break  # what is not on the first page is asked for by itself
            except ProblemError as error:
                if is_passing(error.problem):
                    return dict.fromkeys(names, error.problem)
        for name in names:
            if name not in found:
                self.requests += 1
                try:
                    found[name] = await reading.store(self._session, name, ONCE)
                except Exception as error:
                    found[name] = self._explained(error)
        return found

    async def _one(self, target: Target) -> Seen:
        self.requests += 1
        try:
            if not target.batch:
                return _of_store(target, await reading.store(self._session, target.store, ONCE))
            batch = await reading.batch(self._session, target.store, target.batch, ONCE)
        except Exception as error:
            return self._failed(target, self._explained(error))
        return Seen(target, batch.counts, batch.status, batch.is_over)

    def _failed(self, target: Target, problem: Problem) -> Seen:
        return replace(self._open[target], problem=problem, is_over=not is_passing(problem))

    def _explained(self, error: Exception) -> Problem:
        return explain(error, base_url=self._session.base_url, profile=self._session.profile.name)


def _of_store(target: Target, store: Store) -> Seen:
    over = store.status == "expired" or not store.counts.in_progress
    return Seen(target, store.counts, store.status, over, store=store)
