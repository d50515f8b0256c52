"""Quitting with work in flight ends cleanly, every time: real processes, ended at random moments."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

TIMES = 200
AT_ONCE = 2
LATEST = 300
"""Milliseconds after the window was shown; the loop is put in after about 50, so some quit before there is one."""
TIME_LIMIT = 20.0
"""Seconds for a whole process. Ending takes 3 at most; the rest is for a busy machine."""
HOW = {"quit": 0, "close": 0, "app": 0, "delete": 0, "sigterm": 143}
"""Ways to end, and their exit codes."""

CHILD = Path(__file__).with_name("quitting_child.py")


@dataclass(frozen=True)
class Ending:
    number: int
    how: str
    delay: int
    code: int | str
    stderr: str

    @property
    def clean(self) -> bool:
        return self.code == HOW[self.how] and self.stderr == ""


@pytest.fixture(scope="module")
def endless_server() -> Iterator[int]:
    """A server that streams lines to everyone, without end; gives its port."""
    ready = threading.Event()
    found: list[int] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def stream(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not stop.is_set():
                writer.write(b'data: {"type": "response.output_text.delta", "delta": "word "}\n\n' * 20)
                await writer.drain()
                await asyncio.sleep(0.005)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(stream, "127.0.0.1", 0)
        found.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.02)  # the streams see the end

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def command(port: int, delay: int, how: str) -> list[str]:
    return [sys.executable, "-W", "error", "-X", "faulthandler", str(CHILD), str(port), str(delay), how]


def end_once(number: int, port: int) -> Ending:
    chance = random.Random(number)
    how = list(HOW)[number % len(HOW)]
    delay = chance.randrange(LATEST)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    try:
        done = subprocess.run(
            command(port, delay, how), env=environment, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as hung:
        return Ending(number, how, delay, f"still there after {TIME_LIMIT} s", str(hung.stderr))
    return Ending(number, how, delay, done.returncode, done.stderr)


@pytest.mark.slow
def test_quitting_with_work_in_flight_ends_cleanly_every_time(endless_server: int) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        endings = list(pool.map(end_once, range(TIMES), [endless_server] * TIMES))
    unclean = [ending for ending in endings if not ending.clean]
    assert len(endings) == TIMES
    assert not unclean, f"{len(unclean)} of {TIMES}: {unclean[:5]}"
