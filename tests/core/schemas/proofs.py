"""A session with the sandbox, for the tests of proofs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import ProfileStore
from playground.core.schemas.proof import Outcome, Plan, Progress, Totals, prove
from playground.core.secrets import KeyVault
from playground.core.session import Session, SessionManager
from tests.helpers.sandbox import Server


@contextlib.asynccontextmanager
async def session_with(server: Server, folder: Path) -> AsyncIterator[tuple[Session, ExchangeStore]]:
    """The sandbox's profile, a request log of its own."""
    profiles = ProfileStore(folder / "profiles.json", {})
    profiles.load()
    profiles.choose(None, True)

    async def endpoint() -> Server:
        return server

    with contextlib.closing(ExchangeStore.open(folder / "log.sqlite3")) as store:
        manager = SessionManager(profiles, KeyVault({}), store.writer, endpoints={"sandbox": endpoint})
        try:
            yield await manager.session(), store
        finally:
            await manager.aclose()


def proved(server: Server, folder: Path, plan: Plan) -> tuple[list[Outcome], Totals]:
    """What a plan comes to. Raises Stopped."""
    outcomes: list[Outcome] = []

    def take(progress: list[Progress]) -> None:
        outcomes.extend(one.outcome for one in progress)

    async def main() -> Totals:
        async with session_with(server, folder) as (session, _store):
            return await prove(session, plan, take)

    return outcomes, asyncio.run(main())
