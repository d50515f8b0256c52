"""Streams through the SDK, recorded and not, in turn.

    python -m tests.bench.recording_child PORT MODEL REPEATS [raw]

prints one JSON line: seconds of wall and of this process' CPU for each repeat, `plain` and `recorded`. `raw`: the bytes
alone, as Compose reads them, instead of the SDK's typed events. The writer's own work after a stream is in neither: it
is waited for between two, and told as `afterwards`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx2
from openai import AsyncOpenAI

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import SessionManager
from playground.core.transport import AiohttpTransport
from tests.bench.sdk_loop import read

KEY = "sk-bench-0123456789-abcdefghijklmnop"


async def read_raw(client: AsyncOpenAI, model: str) -> int:
    size = 0
    body = {"model": model, "input": "Write.", "stream": True}
    response: Any = await client.post("/responses", cast_to=httpx2.Response, body=body, stream=True)
    async for piece in response.aiter_bytes():
        size += len(piece)
    return size


@asynccontextmanager
async def clients(store: ExchangeStore, folder: Path, base_url: str) -> AsyncIterator[dict[str, AsyncOpenAI]]:
    """The SDK's client with the same transport below, alone and as a session of the program has it."""
    vault = KeyVault({})
    manager = SessionManager(ProfileStore(folder / "profiles.json", {}), vault, store.writer)
    profile = Profile.new("Bench", base_url=base_url, key=KeySource.MEMORY)
    await vault.set(profile, KEY)
    bare: Any = AiohttpTransport(None, {})
    headers = {"Accept-Encoding": "gzip, deflate"}
    plain = AsyncOpenAI(
        base_url=base_url, api_key=KEY, max_retries=0, http_client=httpx2.AsyncClient(transport=bare, headers=headers)
    )
    try:
        yield {"plain": plain, "recorded": await (await manager.session_of(profile)).client()}
    finally:
        await plain.close()
        await manager.aclose()


async def measure(
    store: ExchangeStore, pair: dict[str, AsyncOpenAI], reader: Callable[[AsyncOpenAI, str], Awaitable[int]],
    model: str, repeats: int,
) -> dict[str, Any]:  # fmt: skip
    found: dict[str, Any] = {name: {"wall": [], "cpu": []} for name in pair}
    found["afterwards"] = []
    for client in pair.values():
        await reader(client, "bench-200")
    store.flush()
    for number in range(repeats):
        for name in sorted(pair, reverse=bool(number % 2)):
            begun, used = time.perf_counter(), time.process_time()
            await reader(pair[name], model)
            found[name]["wall"].append(time.perf_counter() - begun)
            found[name]["cpu"].append(time.process_time() - used)
            begun = time.perf_counter()
            store.flush()
            if name == "recorded":
                found["afterwards"].append(time.perf_counter() - begun)
    return found


async def main(port: int, model: str, repeats: int, raw: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(ExchangeStore.open(Path(folder) / "log.sqlite3")) as store:
        async with clients(store, Path(folder), f"http://127.0.0.1:{port}/v1") as pair:
            found = await measure(store, pair, read_raw if raw else read, model, repeats)
        assert store.count() == repeats + 1, "everything was recorded"
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), "raw" in sys.argv[4:]))
