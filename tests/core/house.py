"""A store, a profile and a server in one place, for the tests of sessions and of recording."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.core.exchanges import ExchangeDetail, ExchangeStore
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import Session, SessionManager
from tests.helpers.servers import RecordingServer, Reply

KEY = "canary-key-0123456789-abcdefghij"
MODELS = Reply.of_json({"object": "list", "data": [{"id": "m", "object": "model"}]})
DELTAS = [{"type": "response.output_text.delta", "item_id": "i", "delta": f"word{n} "} for n in range(200)]


@dataclass
class House:
    """A store, a profile and everything between, in one place."""

    store: ExchangeStore
    profiles: ProfileStore
    vault: KeyVault
    server: RecordingServer

    def run(self, scenario: Callable[[Session], Awaitable[Any]], **values: Any) -> Any:
        """Runs the scenario with a session of a profile at the server, and closes everything after it."""
        profile = Profile.new("Work", **{"base_url": self.server.base_url, "key": KeySource.MEMORY, **values})

        async def inner() -> Any:
            manager = self.manager()
            if profile.key is KeySource.MEMORY:
                await self.vault.set(profile, KEY)
            try:
                return await scenario(await manager.session_of(profile))
            finally:
                await manager.aclose()

        try:
            return asyncio.run(inner())
        finally:
            assert self.store.flush()

    def manager(self, **more: Any) -> SessionManager:
        return SessionManager(self.profiles, self.vault, self.store.writer, **more)

    def last(self) -> ExchangeDetail:
        return self.store.load(self.store.recent(1)[0].id)


async def stream_all(session: Session, body: dict[str, Any] | None = None) -> bytes:
    options = {"method": "responses.create", "origin": "test"}
    async with session.open_stream("/responses", body or {"model": "m"}, **options) as stream:
        return b"".join([piece async for piece in stream.iter_bytes()])
