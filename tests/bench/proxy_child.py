"""The recording proxy in a process of its own, with its log.

    python -m tests.bench.proxy_child UPSTREAM_PORT

prints its port, and ends when its stdin does.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playground.core.exchanges import ExchangeStore
from playground.core.proxy.control import ProxyControl, upstream_at
from playground.core.proxy.state import ProxySettings


async def main(upstream: int, folder: Path) -> None:
    store = ExchangeStore.open(folder / "exchanges.sqlite3")
    control = ProxyControl(store.writer)
    state = await control.start(ProxySettings(upstream_at(f"http://127.0.0.1:{upstream}/v1"), 0, folder))
    print(state.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    await control.stop()
    store.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(main(int(sys.argv[1]), Path(name)))
