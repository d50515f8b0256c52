"""Indexing, beside the event loop: a queue of files, and the child process that reads them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

import orjson

from playground.sandbox.checks import Json
from playground.sandbox.contents import Contents
from playground.sandbox.lifeline import PACKAGE_ROOT
from playground.sandbox.stores import child
from playground.sandbox.stores.shelf import Gone, Job, Shelf
from playground.sandbox.stores.vectors import best_of

_log = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds that one file gets."""
IDLE = 30.0
"""Seconds after which a child without work ends."""


class Indexer:
    """Indexes what is asked for, one file after another. `weights`: the folder in which an embedder's may be."""

    def __init__(self, shelf: Shelf, contents: Contents, weights: Path, *, idle: float = IDLE) -> None:
        self._idle = idle
        self._shelf = shelf
        self._contents = contents
        self._weights = weights
        self._queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Go on with what a process before this one left, and with what comes."""
        for store, file in await asyncio.to_thread(self._left):
            self._queue.put_nowait((store, file))
        self._worker = asyncio.create_task(self._work(), name="indexer")

    def add(self, store: str, files: list[str], delay: float = 0.0) -> None:
        """Index these after so many seconds, which others do not wait for."""
        loop = asyncio.get_running_loop()
        for file in files:
            if delay:
                loop.call_later(delay, self._queue.put_nowait, (store, file))
            else:
                self._queue.put_nowait((store, file))

    async def aclose(self) -> None:
        """Stop at once: what is unfinished goes on at the next start."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.wait([self._worker])
        await self._kill()

    def _left(self) -> list[tuple[str, str]]:
        stores = self._shelf.every()
        if not stores:
            return []
        best = best_of(self._weights)
        found = []
        for store in stores:
            with contextlib.suppress(Gone):
                found += [(store, job.file) for job in self._shelf.waiting(store, best)]
        return found

    async def _work(self) -> None:
        while True:
            try:
                async with asyncio.timeout(None if self._process is None else self._idle):
                    store, file = await self._queue.get()
            except TimeoutError:
                await self._kill()  # it holds some 60 MB
                continue
            try:
                job = await asyncio.to_thread(self._shelf.job, store, file)
                if job is not None:
                    await self._index(store, job)
            except Gone:
                continue
            except Exception:
                _log.exception("%s could not be indexed in %s", file, store)

    async def _index(self, store: str, job: Job) -> None:
        line = child.order(self._shelf.path(store), self._contents.path(job.file), job, self._weights)
        done = await self._ask(line)
        error = done.get("error")
        await asyncio.to_thread(self._shelf.finish, store, job, error, done.get("usage", 0), done.get("embedder", ""))

    async def _ask(self, line: bytes) -> Json:
        """What the child made of a job. A child that ends or takes too long is replaced, and the file has failed."""
        process = self._process
        if process is None or process.returncode is not None:
            process = await self._spawn()
        assert process.stdin is not None and process.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                process.stdin.write(line)
                await process.stdin.drain()
                answer = await process.stdout.readline()
        except TimeoutError:
            await self._kill()
            return _failed(f"Reading the file took more than {PATIENCE:g} s, so it was given up.", "invalid_file")
        except (ConnectionError, OSError):
            answer = b""
        except asyncio.CancelledError:
            await self._kill()
            raise
        if not answer:
            code = await process.wait()
            self._process = None
            return _failed(f"The process that read the file ended ({code}). Add the file again, or another form of it.")
        found: Json = orjson.loads(answer)
        return found

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "playground.sandbox.stores.child"),
            cwd=PACKAGE_ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return self._process

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


def _failed(message: str, code: str = "server_error") -> Json:
    return {"error": {"code": code, "message": message}}
