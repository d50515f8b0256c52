"""Where a file is used: in vector stores, batches and fine-tuning jobs of the server, and in requests on record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playground.core.filing.listing import ORIGIN, moment_text
from playground.core.unkeyed import without_keys

if TYPE_CHECKING:
    from playground.core.errors import Problem
    from playground.core.exchanges import ExchangeStore
    from playground.core.profiles import Profile
    from playground.core.session import Session, SessionManager

LISTED = 2000
"""Stores, batches or jobs that are looked through at most."""
ONE_BY_ONE = 100
"""Files up to which a store's list is read; a larger one is asked for the file."""
TOGETHER = 4
REQUESTS = 50
"""Requests that are told of, …"""
SEARCHED = 1000
"""… out of so many that name the file: each list of files does."""
OWN = (ORIGIN, "transfers")
"""Who makes requests here that are no use of a file: listing and fetching."""
NOT_OFFERED = "This server does not offer them."
PLACES = ("Vector stores", "Batches", "Fine-tuning jobs", "Requests on record")
STORES, BATCHES, JOBS, REQUESTED = PLACES


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that uses the file."""

    id: str
    title: str
    how: str
    """As what: “input”, “training file”, “completed”."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one place."""

    place: str
    file: str = ""
    """The ID of the file that was looked for."""
    uses: tuple[Use, ...] = ()
    problem: Problem | None = None
    """Why it could not be looked through."""
    note: str = ""
    """What was not looked at."""


class FindUses:
    """`await FindUses(sessions, store, profile, file_id)(sink)` in the asyncio thread pushes a `Looked` for each place
    as soon as it is known."""

    def __init__(self, sessions: SessionManager, store: ExchangeStore, profile: Profile, file_id: str) -> None:
        self._sessions, self._store, self._profile, self._file = sessions, store, profile, file_id

    async def __call__(self, sink: Any) -> None:
        import asyncio

        async def look(place: str, find: Callable[[], Awaitable[Looked]]) -> None:
            from playground.core.errors import explain

            try:
                found = await find()
            except Exception as error:
                problem = explain(error, profile=self._profile.name)
                missing = problem.status in (404, 405, 501)
                found = Looked(place, note=NOT_OFFERED) if missing else Looked(place, problem=problem)
            sink.push([replace(found, file=self._file)])

        finders = zip(PLACES, (self._stores, self._batches, self._jobs, self._requests), strict=True)
        async with asyncio.TaskGroup() as group:
            for place, find in finders:
                group.create_task(look(place, find))

    async def _session(self) -> Session:
        return await self._sessions.session_of(self._profile)

    async def _stores(self) -> Looked:
        import asyncio

        session = await self._session()
        lanes = asyncio.Semaphore(TOGETHER)
        stores = [one async for one in _listed(session, "vector_stores.list")]

        async def state_in(store: Mapping[str, Any]) -> str | None:
            async with lanes:
                return await _state_in(session, store, self._file)

        states = await asyncio.gather(*map(state_in, stores))
        uses = [
            Use(_text(one, "id"), _text(one, "name") or "(no name)", state)
            for one, state in zip(stores, states, strict=True)
            if state is not None
        ]
        return Looked(STORES, uses=tuple(uses), note=_note(len(stores), "stores"))

    async def _batches(self) -> Looked:
        fields = {"input_file_id": "input", "output_file_id": "results", "error_file_id": "errors"}
        uses, count = [], 0
        async for one in _listed(await self._session(), "batches.list"):
            count += 1
            as_what = [words for name, words in fields.items() if one.get(name) == self._file]
            if as_what:
                uses.append(Use(_text(one, "id"), _text(one, "endpoint"), _how(as_what, one)))
        return Looked(BATCHES, uses=tuple(uses), note=_note(count, "batches"))

    async def _jobs(self) -> Looked:
        fields = {"training_file": "training", "validation_file": "validation"}
        uses, count = [], 0
        async for one in _listed(await self._session(), "fine_tuning.jobs.list"):
            count += 1
            as_what = [words for name, words in fields.items() if one.get(name) == self._file]
            if self._file in (one.get("result_files") or ()):
                as_what.append("metrics")
            if as_what:
                uses.append(Use(_text(one, "id"), _text(one, "model"), _how(as_what, one)))
        return Looked(JOBS, uses=tuple(uses), note=_note(count, "jobs"))

    async def _requests(self) -> Looked:
        import asyncio

        await asyncio.to_thread(self._store.flush)  # what was asked a moment ago counts
        found = await asyncio.to_thread(self._store.find, self._file, SEARCHED)
        uses = [
            Use(one.id, one.sdk_method or f"{one.method} {one.path}", moment_text(one.started_at))
            for one in found
            if one.origin not in OWN
        ]
        more = len(uses) > REQUESTS or len(found) == SEARCHED
        return Looked(REQUESTED, uses=tuple(uses[:REQUESTS]), note="Only the newest are listed." if more else "")


async def _listed(session: Session, method: str) -> AsyncIterator[Mapping[str, Any]]:
    """The objects of a list, at most `LISTED`. Raises what `calls.call` raises."""
    from playground.core.calls import call

    asked: dict[str, Any] = {"limit": 100}
    seen: set[str] = set()
    while True:
        answer = without_keys(await call(session, method, asked, origin=ORIGIN))
        data = answer.get("data") if isinstance(answer, Mapping) else None
        fresh = [one for one in data or () if isinstance(one, Mapping) and _text(one, "id") not in seen]
        for one in fresh:
            seen.add(_text(one, "id"))
            yield one
        if not fresh or not isinstance(answer, Mapping) or answer.get("has_more") is not True or len(seen) >= LISTED:
            return
        asked = {"limit": 100, "after": _text(fresh[-1], "id")}


async def _state_in(session: Session, store: Mapping[str, Any], file_id: str) -> str | None:
    """A file's state in a store; None where it is not in it."""
    from playground.core.calls import call
    from playground.core.errors import explain

    counts = store.get("file_counts")
    total = counts.get("total") if isinstance(counts, Mapping) else None
    if total == 0:
        return None
    place = {"vector_store_id": _text(store, "id")}
    if isinstance(total, int) and total <= ONE_BY_ONE:
        answer = without_keys(await call(session, "vector_stores.files.list", {**place, "limit": 100}, origin=ORIGIN))
        data = answer.get("data") if isinstance(answer, Mapping) else None
        return next((_text(one, "status") for one in data or () if _text(one, "id") == file_id), None)
    try:
        one = without_keys(
            await call(session, "vector_stores.files.retrieve", {**place, "file_id": file_id}, origin=ORIGIN)
        )
    except Exception as error:
        if explain(error).status == 404:
            return None
        raise
    return _text(one, "status")


def _how(as_what: list[str], one: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (" and ".join(as_what), _text(one, "status"))))


def _note(count: int, noun: str) -> str:
    return f"The first {LISTED:,} {noun} were looked through." if count >= LISTED else ""


def _text(one: Any, name: str) -> str:
    value = one.get(name) if isinstance(one, Mapping) else None
    return value if isinstance(value, str) else ""
