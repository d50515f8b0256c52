"""A program that uploads, to be killed: goes on with what its journal has, or begins.

`python -m tests.core.transfers.child FOLDER BASE_URL KEY PROFILE FILE PARTS`: a line for each word that the queue says;
the last one is the file's ID.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import replace
from pathlib import Path

from playground.core.exchanges import ExchangeStore
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import Session, SessionManager
from playground.core.transfers import queue as queues
from playground.core.transfers.model import TransferState
from playground.core.transfers.pace import Options
from playground.core.transfers.store import TransferStore


def say(state: TransferState) -> None:
    print(state.item.state, state.sent, state.phase, flush=True)


async def main(folder: Path, base_url: str, key: str, profile_id: str, path: Path, part_bytes: int) -> None:
    queues.TOLD_EVERY = 0.0
    profile = replace(Profile.new("Work", base_url=base_url, key=KeySource.MEMORY), id=profile_id)
    vault = KeyVault({})
    await vault.set(profile, key)
    with (
        contextlib.closing(ExchangeStore.open(folder / "log.sqlite3")) as log,
        contextlib.closing(TransferStore(folder / "transfers.sqlite3")) as store,
    ):
        manager = SessionManager(ProfileStore(folder / "profiles.json", {}), vault, log.writer)

        async def session(_profile: str) -> Session:
            return await manager.session_of(profile)

        options = Options(parallel=3, part_bytes=part_bytes, whole_most=part_bytes, first_wait=0.01, longest_wait=0.05,
                          tries=100)  # fmt: skip
        queue = queues.TransferQueue(store, session, options)
        queue.changed.connect(say)
        left = await queue.restore()
        if left:
            await queue.resume()
        else:
            await queue.add([path], "user_data", profile.id)
        await queue.wait()
        item = queue.states()[0].item
        print(item.file_id or item.problem, flush=True)
        await queue.aclose()
        await manager.aclose()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], Path(sys.argv[5]), int(sys.argv[6])))
