"""The vector stores of one server: their objects, what is in them, and the work on it."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from aiohttp import web

from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_value, not_found
from playground.sandbox.ids import new_id, now
from playground.sandbox.state import State
from playground.sandbox.stores.indexer import Indexer
from playground.sandbox.stores.ranking import Hit, Question, search
from playground.sandbox.stores.shelf import Gone, Shelf
from playground.sandbox.stores.vectors import REAL, best_of

KIND = "vector_store"
SPELLING = "meaning: compared by spelling, the weights of wordllama are not there"
"""For the header X-Sandbox-Simulated."""
DELAY = "X-Sandbox-Indexing"
"""The header by which the files that a request adds stay in progress for so many seconds."""
_MOST_DELAY = 3600
_DAY = 86_400
_ADDITIONS = 300
P = ParamSpec("P")
T = TypeVar("T")


class Keeper:
    """Its objects live in the state, everything in them on the shelf."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.shelf = Shelf(state.folder / "stores")
        self.weights: Path = state.folder.resolve()
        """The folder in which the weights of an embedder may be."""
        self.indexer = Indexer(self.shelf, state.contents, self.weights)
        self._added: dict[str, deque[float]] = {}

    async def start(self) -> None:
        known = {store["id"] for store in self.every()}
        await asyncio.to_thread(self._sweep, known)
        await self.indexer.start()

    async def call(
        self, method: Callable[Concatenate[str, P], T], store: str, *arguments: P.args, **more: P.kwargs
    ) -> T:
        """A method of the shelf, in a thread. Raises ApiError (404) where the store was deleted in the meantime."""
        try:
            return await asyncio.to_thread(method, store, *arguments, **more)
        except Gone:
            raise _absent(store) from None

    @property
    def real(self) -> bool:
        """Whether texts are compared by their meaning."""
        return best_of(self.weights) == REAL

    async def search(self, stores: list[str], question: Question) -> list[Hit]:
        """The best chunks of these stores. Raises ApiError (404) where one was deleted in the meantime."""
        try:
            return await asyncio.to_thread(search, self.shelf, stores, question, self.weights)
        except Gone as error:
            raise _absent(str(error)) from None

    async def make(self, body: Json) -> Json:
        """A new store's object, as it is kept."""
        made: Json = {
            "id": new_id("vs"),
            "object": "vector_store",
            "created_at": now(),
            "name": body.get("name") or "",
            "last_active_at": now(),
            "metadata": body.get("metadata") or {},
        }
        for name in ("description", "expires_after"):
            if body.get(name) is not None:
                made[name] = body[name]
        await asyncio.to_thread(self.shelf.make, made["id"])
        self._state.put(KIND, made)
        return made

    def find(self, identifier: str) -> Json:
        """A store's object, as it is kept. Raises ApiError (404)."""
        store = self._state.get(KIND, identifier)
        if store is None:
            raise _absent(identifier)
        return store

    def usable(self, identifier: str) -> Json:
        """A store that has not expired; it is active now. Raises ApiError: 404, 400."""
        store = self.find(identifier)
        if _expired(store):
            raise ApiError(
                400,
                f"Vector store '{identifier}' has expired: it was last active more than "
                f"{store['expires_after']['days']} days before. Create a new one.",
                param="vector_store_id",
                code="vector_store_expired",
            )
        store["last_active_at"] = now()
        self._state.put(KIND, store)
        return store

    def count_addition(self, store: str) -> None:
        """Count a request that adds files. Raises ApiError (429) beyond 300 a minute for one store, as the API does."""
        added = self._added.setdefault(store, deque())
        moment = time.monotonic()
        while added and added[0] <= moment - 60:
            added.popleft()
        if len(added) >= _ADDITIONS:
            wait = math.ceil(added[0] + 60 - moment)
            raise ApiError(
                429,
                f"Rate limit reached for adding files to vector store '{store}': {_ADDITIONS} requests per min. Please "
                f"try again in {wait}s, or add many files at once with a file batch.",
                type="requests",
                code="rate_limit_exceeded",
                headers={"Retry-After": str(wait)},
            )
        added.append(moment)

    def every(self) -> list[Json]:
        """All of them, oldest first."""
        return list(self._state.every(KIND))

    def save(self, store: Json) -> None:
        self._state.put(KIND, store)

    async def show(self, store: Json) -> Json:
        """A store as answers have it."""
        counts, usage = await self.call(self.shelf.counts, store["id"])
        status = "expired" if _expired(store) else "in_progress" if counts["in_progress"] else "completed"
        shown = {**store, "usage_bytes": usage, "file_counts": counts, "status": status}
        if "expires_after" in store:
            shown["expires_at"] = _expires_at(store)
        return shown

    async def delete(self, identifier: str) -> None:
        self._state.delete(KIND, identifier)
        self._added.pop(identifier, None)
        await asyncio.to_thread(self.shelf.remove, identifier)

    async def forget(self, file: str) -> None:
        """Take a deleted file out of every store, as the API does."""
        for store in self.every():
            try:
                await asyncio.to_thread(self.shelf.delete, store["id"], file)
            except Gone:
                continue

    def _sweep(self, known: set[str]) -> None:
        """Take away what a killed process left of stores that were deleted."""
        for store in self.shelf.every():
            if store not in known:
                self.shelf.remove(store)


KEEPER: web.AppKey[Keeper] = web.AppKey("keeper", Keeper)


def prepare(app: web.Application, state: State) -> None:
    """The keeper of an application, which works while it runs."""
    keeper = Keeper(state)
    app[KEEPER] = keeper

    async def start(_: web.Application) -> None:
        await keeper.start()

    async def stop(_: web.Application) -> None:
        await keeper.indexer.aclose()
        keeper.shelf.close()

    app.on_startup.append(start)
    app.on_cleanup.append(stop)


def _absent(identifier: str) -> ApiError:
    return not_found("Vector store", identifier, "vector_store_id")


def _expires_at(store: Json) -> int:
    return int(store["last_active_at"]) + int(store["expires_after"]["days"]) * _DAY


def _expired(store: Json) -> bool:
    return "expires_after" in store and _expires_at(store) <= now()


def delay_of(request: web.Request) -> float:
    """For how many seconds the files that a request adds stay in progress at least, so that waiting can be tried.

    Raises ApiError (400).
    """
    text = request.headers.get(DELAY, "0")
    try:
        delay = float(text)
    except ValueError:
        delay = -1.0
    if not 0 <= delay <= _MOST_DELAY:
        raise ApiError(
            400, f"The header {DELAY} must be a number of seconds from 0 to {_MOST_DELAY}, not '{text}'.",
            param=DELAY, code="invalid_value",
        )  # fmt: skip
    return delay


def found_files(state: State, identifiers: list[str], param: str) -> dict[str, str]:
    """The names of files, by their identifiers. Raises ApiError (404) for the first that is not there."""
    from playground.sandbox import files

    names = {}
    for index, identifier in enumerate(identifiers):
        file = files.find(state, identifier)
        if file is None:
            place = f"{param}[{index}]" if len(identifiers) > 1 or param.endswith("s") else param
            raise ApiError(
                404, f"No file found with id '{identifier}'.", param=place, code="file_not_found"
            )  # fmt: skip
        names[identifier] = file["filename"]
    return names


def listed_once(identifiers: list[str], param: str) -> None:
    """Raises ApiError (400) where one is in it twice."""
    if len(set(identifiers)) < len(identifiers):
        raise bad_value(param, f"Invalid '{param}': a file is in it more than once.", "duplicate_file")
