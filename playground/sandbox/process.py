"""The sandbox as a child process of the app: started, watched, started again, and never left behind."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from playground.core.signals import Signal
from playground.sandbox.lifeline import PACKAGE_ROOT

_log = logging.getLogger(__name__)
_child_log = logging.getLogger("playground.sandbox.child")

_START_TIMEOUT = 20.0
_STOP_TIMEOUT = 3.0
_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server is: `base_url` ends in /v1; the key is thrown away with the process and no secret."""

    base_url: str
    key: str


class SandboxError(Exception):
    """The sandbox did not start. `str()` is what happened; `cause` is why; `remedy` is what to do."""

    def __init__(self, message: str, cause: str, remedy: str) -> None:
        super().__init__(message)
        self.cause = cause
        self.remedy = remedy


class SandboxProcess:
    """`python -m playground.sandbox` with its state in `state_dir`; use it from one event loop, in any thread.

    The child ends when its stdin does, and the kernel closes that pipe however this process ends. A restart keeps
    the port, the key and the faults, so that clients that know them go on working.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        port: int = 0,
        key: str | None = None,
        faults: Sequence[str] = (),
        module: str = "playground.sandbox",
        start_timeout: float = _START_TIMEOUT,
    ) -> None:
        self.died: Signal[[str]] = Signal()
        """Emitted in the loop's thread, with words for a person, when the process ended without being told to."""
        self._state_dir = state_dir.absolute()
        self._port = port
        self._key = key
        self._faults = tuple(faults)
        self._module = module
        self._start_timeout = start_timeout
        self._process: asyncio.subprocess.Process | None = None
        self._endpoint: Endpoint | None = None
        self._watching: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._answer: asyncio.Future[bytes] | None = None
        """What the process says to an order that it was given."""
        self._stderr: deque[str] = deque(maxlen=30)
        self._changing = asyncio.Lock()

    @property
    def alive(self) -> bool:
        return self._endpoint is not None and self._process is not None and self._process.returncode is None

    @property
    def endpoint(self) -> Endpoint | None:
        """Where it listens; None while it does not run."""
        return self._endpoint if self.alive else None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.alive else None

    async def start(self) -> Endpoint:
        """Start it and wait until it listens; at once when it runs already. Raises SandboxError."""
        async with self._changing:
            if self.alive and self._endpoint is not None:
                return self._endpoint
            await self._end()
            try:
                endpoint = await self._launch(self._port)
            except SandboxError:
                # The port of a dead predecessor can be somebody else's by now.
                if self._endpoint is None or self._port == 0:
                    raise
                endpoint = await self._launch(0)
            self._endpoint = endpoint
            self._key = endpoint.key
            self._port = int(endpoint.base_url.rsplit(":", 1)[1].split("/")[0])
            return endpoint

    async def stop(self) -> None:
        """End it, if need be with force; nothing of it runs when this returns."""
        async with self._changing:
            await self._end()

    async def set_faults(self, faults: Sequence[str]) -> Endpoint | None:
        """What is to go wrong from now on, as `NAME[=VALUE]`, in place of what was; kept over restarts.

        Returns when that holds, with where it listens now; None while it does not run. Raises SandboxError.
        """
        async with self._changing:
            self._faults = tuple(faults)
            process = self._process
            if not self.alive or process is None or process.stdin is None:
                return None
            self._answer = asyncio.get_running_loop().create_future()
            try:
                process.stdin.write(json.dumps({"faults": self._faults}).encode() + b"\n")
                self._endpoint = _endpoint_of(await asyncio.wait_for(self._answer, self._start_timeout))
            except (OSError, ValueError, TimeoutError) as error:
                raise SandboxError(
                    "The sandbox did not take the fault.",
                    f"It did not answer as it should ({error or type(error).__name__}).",
                    "Try again; when it is started anew, the fault is on.",
                ) from error
            finally:
                self._answer = None
            return self._endpoint

    async def restart(self) -> Endpoint:
        await self.stop()
        return await self.start()

    async def __aenter__(self) -> Endpoint:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def _launch(self, port: int) -> Endpoint:
        more = ["--key", self._key] if self._key else []
        more += [word for fault in self._faults for word in ("--fault", fault)]
        self._stderr.clear()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module, "--state", str(self._state_dir), "--port", str(port), *more),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=PACKAGE_ROOT,
                # What belongs to the real API is none of the sandbox's business.
                env={name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")},
            )
        except OSError as error:
            raise SandboxError(
                "The sandbox did not start.",
                f"{sys.executable} could not be run: {error.strerror or error}.",
                "Check the installation.",
            ) from error
        self._process = process
        self._listening = listening = asyncio.ensure_future(self._forward(process))
        try:
            line = await asyncio.wait_for(self._first_line(process), self._start_timeout)
            endpoint = _endpoint_of(line)
        except BaseException as error:
            await self._finish(process)
            await listening
            if isinstance(error, TimeoutError):
                raise self._error(f"It did not say where it listens within {self._start_timeout:.0f} s.") from None
            if isinstance(error, ValueError):
                words = "It ended at once" if process.returncode else "It said something unexpected"
                raise self._error(f"{words} (exit code {process.returncode}).") from error
            raise
        self._watching = asyncio.ensure_future(self._watch(process, listening))
        return endpoint

    @staticmethod
    async def _first_line(process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            await process.wait()
        return line

    def _error(self, cause: str) -> SandboxError:
        said = "\n".join(self._stderr).strip()
        return SandboxError(
            "The sandbox did not start.",
            f"{cause} It said:\n{said}" if said else f"{cause} It said nothing.",
            "Try again; if it happens again, start it alone with `playground sandbox` to see more.",
        )

    async def _forward(self, process: asyncio.subprocess.Process) -> None:
        """The child's log lines, at their own level where they name one."""
        assert process.stderr is not None
        while True:
            try:
                line = await process.stderr.readline()
            except ValueError:  # longer than the reader's buffer, which it has dropped
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            self._stderr.append(text)
            level = next((_LEVELS[word.strip(":[]")] for word in text.split()[:4] if word.strip(":[]") in _LEVELS), 20)
            _child_log.log(level, "%s", text)

    async def _watch(self, process: asyncio.subprocess.Process, listening: asyncio.Task[None]) -> None:
        """Wait for the end. Only an end that nobody asked for gets here uncancelled."""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(line)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(OSError("it ended"))
        code = await process.wait()
        await asyncio.shield(listening)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        last = f" Its last words: {self._stderr[-1]}" if self._stderr else ""
        words = f"The sandbox ended unexpectedly ({how}).{last}"
        _log.warning("%s", words)
        self.died.emit(words)

    async def _end(self) -> None:
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        process, self._process = self._process, None
        if process is not None:
            await self._finish(process)
        if self._listening is not None:
            await asyncio.wait({self._listening}, timeout=1.0)
            self._listening.cancel()
            self._listening = None

    @staticmethod
    async def _finish(process: asyncio.subprocess.Process) -> None:
        """Ask by closing stdin, then by SIGTERM, then end it."""
        assert process.stdin is not None and process.stdout is not None
        process.stdin.close()
        for insist in (process.terminate, process.kill, None):
            try:
                # Read on, or a full pipe keeps the child from ending.
                await asyncio.wait_for(process.stdout.read(), _STOP_TIMEOUT)
                await asyncio.wait_for(process.wait(), _STOP_TIMEOUT)
                return
            except TimeoutError:
                if insist is None:
                    raise
            except asyncio.CancelledError:
                if process.returncode is None:
                    process.kill()
                raise
            if process.returncode is None:
                insist()


def _endpoint_of(line: bytes) -> Endpoint:
    """Raises ValueError for a line that is not the agreed one."""
    said = json.loads(line)
    if not isinstance(said, dict) or not {"base_url", "key"} <= said.keys():
        raise ValueError("no base_url and key in the sandbox's first line")
    return Endpoint(str(said["base_url"]), str(said["key"]))
