"""Responses being made: the work itself, what is written of it and when, and who follows it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field

from playground.sandbox import sse
from playground.sandbox.checks import Json
from playground.sandbox.engines import Engine, EngineError, Finished, GenerationTask
from playground.sandbox.fault_pieces import pieces
from playground.sandbox.responses_stream import ResponseBuilder
from playground.sandbox.state import State
from playground.sandbox.stores.file_search import FileSearch

_log = logging.getLogger(__name__)

FLUSH = 0.5
"""Seconds after which the events of a background response are written."""
INTERRUPTED = "The sandbox was stopped while it made this response. Create it again."


@dataclass(slots=True)
class Generation:
    """One response to make: what to do, and what to keep of it."""

    engine: Engine
    task: GenerationTask
    builder: ResponseBuilder
    input_items: list[Json]
    """The request's own items, in the form in which they are stored."""
    search: FileSearch | None = None
    """What is to be searched before the engine answers."""
    error: EngineError | None = None
    ended: bool = False

    @property
    def response(self) -> Json:
        return self.builder.response

    @property
    def stored(self) -> bool:
        return bool(self.response["store"])


@dataclass(slots=True)
class BackgroundRun:
    """A response that is made whether or not somebody follows."""

    generation: Generation
    log: list[bytes] = field(default_factory=list)
    """The events as they go out; the index is the sequence number."""
    ended: bool = False
    worker: asyncio.Task[None] | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, events: list[Json]) -> None:
        self.log += [sse.named(event) for event in events]
        self.wake()

    def wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def follow(self, after: int) -> AsyncIterator[bytes]:
        """The events after a sequence number: those that were, then those that come, to the end."""
        at = max(0, after + 1)
        while True:
            if at < len(self.log):
                chunk, at = b"".join(self.log[at:]), len(self.log)
                yield chunk
            elif self.ended:
                return
            else:
                await self._changed.wait()


class Runs:
    """All responses that are being made by this server."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._background: dict[str, BackgroundRun] = {}
        self.closing = False

    def recover(self) -> int:
        """Mark as failed what a process that died left unfinished. Returns how many there were."""
        found = self._state.interrupted()
        for response in found:
            response["status"] = "failed"
            response["error"] = {"code": "server_error", "message": INTERRUPTED}
            self._state.put("response", response)
            events = self._state.events(response["id"])
            if events:
                number = events[-1][0] + 1
                event = {"type": "response.failed", "sequence_number": number, "response": response}
                self._state.add_events(response["id"], [(number, sse.named(event))])
        return len(found)

    def save_start(self, generation: Generation) -> None:
        """Write a response and its input before the work begins, so that a kill leaves a trace of it."""
        if not generation.stored:
            return
        with self._state.transaction():
            self._state.put("response", generation.response, running=True)
            self._state.add_items(generation.response["id"], "input", generation.input_items)

    async def events(self, generation: Generation) -> AsyncGenerator[list[Json], None]:
        """Do the work. Yields events to the last, which is written before it is yielded.

        Closing the generator, or cancelling it, stops the engine; the response is then cancelled.
        """
        builder = generation.builder
        try:
            yield builder.begin()
            if generation.response["status"] == "queued":
                events = builder.work()
                self._save(generation, running=True)
                yield events
            last: list[Json] = []
            try:
                if generation.search is not None:
                    yield builder.begin_search()
                    found = await generation.search.run()
                    generation.task.passages = found.passages
                    yield builder.end_search(found.queries, found.results)
                async with contextlib.aclosing(pieces(generation.engine, generation.task)) as made:
                    async for piece in made:
                        if isinstance(piece, Finished):
                            last = builder.finish(piece)
                            break
                        yield builder.feed(piece)
                if not last:
                    last = builder.finish(Finished())
            except EngineError as error:
                generation.error = error
                last = builder.fail(_response_code(error), error.message)
            except Exception as error:
                _log.exception("%s: its engine failed", generation.response["id"])
                generation.error = EngineError(f"The sandbox's engine failed: {type(error).__name__}.")
                last = builder.fail("server_error", generation.error.message)
            self._end(generation)
            yield last
        finally:
            if not generation.ended:
                if self.closing:
                    builder.fail("server_error", INTERRUPTED)
                else:
                    builder.cancel()
                self._end(generation)

    # in the background

    def start(self, generation: Generation) -> BackgroundRun:
        run = BackgroundRun(generation)
        self._background[generation.response["id"]] = run
        run.worker = asyncio.create_task(self._work(run), name=generation.response["id"])
        return run

    def background(self, identifier: str) -> BackgroundRun | None:
        """The run of a response that is still being made in the background."""
        return self._background.get(identifier)

    async def cancel(self, identifier: str) -> None:
        """Stop a background response and wait until it has ended."""
        run = self._background.get(identifier)
        if run is None or run.worker is None:
            return
        run.worker.cancel()
        await asyncio.wait([run.worker])

    async def aclose(self) -> None:
        """Stop everything. What was unfinished is failed, for the reason that the sandbox stopped."""
        self.closing = True
        workers = [run.worker for run in self._background.values() if run.worker is not None]
        for worker in workers:
            worker.cancel()
        if workers:
            await asyncio.wait(workers)

    async def _work(self, run: BackgroundRun) -> None:
        identifier = run.generation.response["id"]
        written, flushed = 0, 0.0  # the first events are written at once
        try:
            async with contextlib.aclosing(self.events(run.generation)) as batches:
                async for events in batches:
                    run.add(events)
                    if time.monotonic() - flushed > FLUSH:
                        self._state.add_events(identifier, enumerate(run.log[written:], start=written))
                        written, flushed = len(run.log), time.monotonic()
        finally:
            if not run.generation.ended:  # cancelled before its first step
                run.generation.builder.cancel()
                self._end(run.generation)
            self._state.add_events(identifier, enumerate(run.log[written:], start=written))
            run.ended = True
            run.wake()
            del self._background[identifier]

    # writing

    def _save(self, generation: Generation, *, running: bool) -> None:
        if generation.stored:
            self._state.put("response", generation.response, running=running)

    def _end(self, generation: Generation) -> None:
        """Write how a response ended, its output, and what its conversation gained."""
        generation.ended = True
        response = generation.response
        conversation = response.get("conversation")
        good = response["status"] in ("completed", "incomplete")
        with self._state.transaction():
            if generation.stored and self._state.get("response", response["id"]) is not None:
                self._state.put("response", response)
                self._state.add_items(response["id"], "output", response["output"])
            if conversation and good and self._state.get("conversation", conversation["id"]) is not None:
                self._state.add_items(conversation["id"], "item", [*generation.input_items, *response["output"]])


def _response_code(error: EngineError) -> str:
    """`Response.error.code` is a closed list."""
    return "invalid_prompt" if error.status == 400 else "server_error"
