"""The program's own parts as the benches use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import SessionManager


def environ(port: int) -> dict[str, str]:
    """What makes the bench server the active profile's."""
    return {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "sk-bench-no-secret-0000000000"}


class Client:
    """A session with its log, in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        variables = environ(port)
        profiles = ProfileStore(folder / "profiles.json", variables)
        profiles.load()
        profiles.choose(None, False)
        self.store = ExchangeStore.open(folder / "exchanges.sqlite3")
        self.sessions = SessionManager(profiles, KeyVault(variables), self.store.writer)

    def generation(self, model: str) -> Callable[[Any], Any]:
        """What `Bridge.run` takes: one recorded run, as Compose makes it."""
        from playground.core.runs import GenerationRequest, Message, run_generation

        request = GenerationRequest(model=model, messages=(Message("user", "Write."),))

        async def run(sink: Any) -> Any:
            return await run_generation(await self.sessions.session(), request, sink.push, origin="compose")

        return run

    async def aclose(self) -> None:
        await self.sessions.aclose()
