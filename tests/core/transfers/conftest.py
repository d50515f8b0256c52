"""A queue with everything it needs, before the real sandbox or whatever stands between."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import Session, SessionManager
from playground.core.transfers import queue as queues
from playground.core.transfers.pace import Options
from playground.core.transfers.queue import TransferQueue
from playground.core.transfers.store import TransferStore
from tests.helpers.sandbox import Server

QUICK = Options(first_wait=0.01, longest_wait=0.05, part_bytes=64 * 1024, whole_most=128 * 1024)


@dataclass
class Movers:
    """One data folder; `base_url` may be changed to lead through a proxy."""

    folder: Path
    base_url: str
    key: str
    profile: Profile = field(init=False)
    log: ExchangeStore = field(init=False)

    def __post_init__(self) -> None:
        self.profile = Profile.new("Work", base_url=self.base_url, key=KeySource.MEMORY)
        self.log = ExchangeStore.open(self.folder / "log.sqlite3")

    def run(self, scenario: Callable[[TransferQueue], Awaitable[Any]], options: Options = QUICK) -> Any:
        """Runs the scenario with a new queue over the folder's journal, and closes everything after it."""

        async def inner() -> Any:
            vault = KeyVault({})
            await vault.set(self.profile, self.key)
            manager = SessionManager(ProfileStore(self.folder / "profiles.json", {}), vault, self.log.writer)

            async def session(profile: str) -> Session:
                assert profile == self.profile.id
                return await manager.session_of(self.profile)

            with contextlib.closing(TransferStore(self.folder / "transfers.sqlite3")) as store:
                queue = TransferQueue(store, session, options)
                try:
                    return await scenario(queue)
                finally:
                    await queue.aclose()
                    await manager.aclose()

        try:
            return asyncio.run(inner())
        finally:
            assert self.log.flush()

    def client(self) -> Any:
        """A plain client of the SDK, to see what the server has."""
        import openai

        return openai.OpenAI(base_url=self.base_url, api_key=self.key)

    def content(self, file_id: str) -> bytes:
        with self.client() as client:
            data: bytes = client.files.content(file_id).content
        return data


@pytest.fixture
def movers(tmp_path: Path, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Movers]:
    monkeypatch.setattr(queues, "TOLD_EVERY", 0.0)
    (tmp_path / "data").mkdir()
    made = Movers(tmp_path / "data", sandbox_server.base_url, sandbox_server.key)
    with contextlib.closing(made.log):
        yield made
