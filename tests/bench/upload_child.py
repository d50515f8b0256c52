"""One upload through the queue, as the program does it, with its log and its journal.

    python -m tests.bench.upload_child BASE_URL KEY PART_BYTES PARALLEL REPEATS FILE…

prints, for each repeat, the seconds, how much the memory grew (MB), and the CPU seconds of this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import Session, SessionManager
from playground.core.transfers.pace import Options
from playground.core.transfers.queue import TransferQueue
from playground.core.transfers.store import TransferStore


class Peak:
    """The most memory that this process has while the block runs."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._stop = threading.Event()
        self.before = self.most = self._process.memory_info().rss

    def __enter__(self) -> Peak:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            self.most = max(self.most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def megabytes(self) -> float:
        return (self.most - self.before) / 1e6


async def main(base_url: str, key: str, options: Options, repeats: int, paths: list[Path], folder: Path) -> Any:
    profile = Profile.new("Bench", base_url=base_url, key=KeySource.MEMORY)
    vault = KeyVault({})
    await vault.set(profile, key)
    found: dict[str, list[float]] = {"wall": [], "memory": [], "cpu": []}
    with (
        contextlib.closing(ExchangeStore.open(folder / "log.sqlite3")) as log,
        contextlib.closing(TransferStore(folder / "transfers.sqlite3")) as store,
    ):
        manager = SessionManager(ProfileStore(folder / "profiles.json", {}), vault, log.writer)

        async def session(_profile: str) -> Session:
            return await manager.session_of(profile)

        queue = TransferQueue(store, session, options)
        small = folder / "small.txt"
        small.write_bytes(b"x" * 100)
        for number in range(repeats + 1):
            began, cpu = time.perf_counter(), time.process_time()
            with Peak() as peak:
                ids = await queue.add([small] if number == 0 else paths, "user_data", profile.id)
                await queue.wait()
            wall, cpu = time.perf_counter() - began, time.process_time() - cpu
            files = [queue.state(one).item for one in ids]
            assert all(one.state == "done" for one in files), [one.problem for one in files if one.problem][:1]
            if number:  # the first is for what is imported late
                found["wall"].append(wall)
                found["memory"].append(peak.megabytes)
                found["cpu"].append(cpu)
            await queue.forget()
        await queue.aclose()
        await manager.aclose()
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        how = Options(part_bytes=int(sys.argv[3]), whole_most=int(sys.argv[3]), parallel=int(sys.argv[4]))
        print(json.dumps(asyncio.run(
            main(sys.argv[1], sys.argv[2], how, int(sys.argv[5]), [Path(one) for one in sys.argv[6:]], Path(name))
        )))  # fmt: skip
