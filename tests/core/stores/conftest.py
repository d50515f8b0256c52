"""Stores on the real sandbox: a session, files of its own, and the faults door."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from playground.core.calls import call
from playground.core.exchanges import ExchangeStore
from playground.core.profiles import KeySource, Profile, ProfileStore, Retries
from playground.core.secrets import KeyVault
from playground.core.session import Session, SessionManager
from playground.core.stores import asking
from playground.core.stores.adding import Added, Entry, add_files
from playground.core.stores.watching import Pace, Seen, Target, Watcher
from playground.core.transfers.pace import Options
from tests.helpers.sandbox import Server

QUICK = Options(tries=5, first_wait=0.01, longest_wait=0.05)
SOON = Pace(first=0.05, longest=0.2, stuck=600)


@dataclass
class Shop:
    """A data folder and a profile at a server."""

    folder: Path
    base_url: str
    key: str
    log: ExchangeStore = field(init=False)

    def __post_init__(self) -> None:
        self.log = ExchangeStore.open(self.folder / "log.sqlite3")

    def run(self, scenario: Callable[[Session], Awaitable[Any]]) -> Any:
        """Runs the scenario with a session, and closes it after it."""
        return asyncio.run(self.arun(scenario))

    async def arun(self, scenario: Callable[[Session], Awaitable[Any]]) -> Any:
        profile = Profile.new("Work", base_url=self.base_url, key=KeySource.MEMORY, retries=Retries(0, 0))
        vault = KeyVault({})
        await vault.set(profile, self.key)
        manager = SessionManager(ProfileStore(self.folder / "profiles.json", {}), vault, self.log.writer)
        try:
            return await scenario(await manager.session_of(profile))
        finally:
            await manager.aclose()

    def asked(self, method: str) -> int:
        """How many requests of a method of the SDK are on record."""
        assert self.log.flush()
        return sum(one.sdk_method == method for one in self.log.recent(1000))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TRIES", QUICK)


@pytest.fixture
def shop(tmp_path: Path, sandbox_server: Server) -> Iterator[Shop]:
    made = Shop(tmp_path, sandbox_server.base_url, sandbox_server.key)
    with contextlib.closing(made.log):
        yield made


async def sent(session: Session, folder: Path, **texts: str | bytes) -> dict[str, str]:
    """Files on the server by the stems of their names, `_` for a dot: `a_txt="…"`. Gives their IDs by these."""
    found = {}
    for name, text in texts.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        body = {"file": f"@{path}", "purpose": "assistants"}
        found[name] = (await call(session, "files.create", body))["id"]
    return found


async def ready(session: Session, *stores: str) -> list[Seen]:
    """When nothing is in progress in them any more."""
    return [seen async for seen in Watcher(session, map(Target, stores), SOON)]


async def added(session: Session, store: str, files: Sequence[str | Entry]) -> list[Added]:
    entries = [Entry(one) if isinstance(one, str) else one for one in files]
    found = [one async for one in add_files(session, store, entries)]
    await ready(session, store)
    return found
