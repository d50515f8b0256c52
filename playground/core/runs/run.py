"""One generation from the request to its last change: the bytes of the stream in, changes out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from playground.core.errors import Problem, explain, explain_answer, is_connection_error
from playground.core.jsondoc.loads import loads
from playground.core.runs.changes import Change, RunEnded, RunSnapshot
from playground.core.runs.chat import ChatAccumulator
from playground.core.runs.events import EventLog
from playground.core.runs.parameters import Api
from playground.core.runs.request import GenerationRequest
from playground.core.runs.responses import ResponsesAccumulator
from playground.core.runs.sse import DONE, SseEvent, SseSplitter

if TYPE_CHECKING:
    from playground.core.session import RawStream, Session

LINGER = 1.0
"""Seconds that a server has to end a stream after it said that the answer is complete."""

CUT = Problem(
    title="The stream ended early",
    cause="The connection was closed before the server said that the answer is complete.",
    remedy="What came is kept. Try again, or continue from there.",
    retry="Yes; it is a new generation.",
    type="stream_cut",
)


def accumulator(api: Api, *, base_url: str | None = None) -> ResponsesAccumulator | ChatAccumulator:
    """The accumulator of an API, its clock started. `base_url` decides whether OpenAI's prices hold."""
    return ChatAccumulator(base_url=base_url) if api == "chat" else ResponsesAccumulator(base_url=base_url)


class Feeder:
    """Between the bytes of an event stream and an accumulator."""

    def __init__(self, into: ResponsesAccumulator | ChatAccumulator) -> None:
        self.into = into
        self._splitter = SseSplitter()

    def feed(self, data: bytes) -> None:
        """One network read."""
        take = self.into.feed
        for event in self._splitter.feed(data):
            try:
                value = loads(event.data)
            except ValueError:
                self._no_json(event)
                continue
            if event.event and (event.event == "error" or not (type(value) is dict and "type" in value)):
                value = _named(event.event, value, self.into)
            take(value)

    def _no_json(self, event: SseEvent) -> None:
        if not event.data.startswith(DONE):
            self.into.unreadable(event.data)
        elif isinstance(self.into, ChatAccumulator):
            self.into.done()

    def close(self) -> None:
        """The stream is at its end; an event that lacks only its empty line counts, half an event does not."""
        for event in self._splitter.close():
            try:
                value = loads(event.data)
            except ValueError:
                if event.data.startswith(DONE):
                    self._no_json(event)
                continue
            self.into.feed(_named(event.event, value, self.into) if event.event else value)
        if isinstance(self.into, ChatAccumulator) and self.into.answered:
            self.into.done()


def _named(name: str, value: Any, into: ResponsesAccumulator | ChatAccumulator) -> Any:
    """An event whose kind stands only in the stream's `event:` line."""
    if not isinstance(value, dict) or "error" in value:
        return value
    if name == "error" and value.get("type") != "error":  # a type there is the error's, not the event's
        return {"error": value}
    if "type" in value:
        return value
    return {**value, "type": name} if isinstance(into, ResponsesAccumulator) else value


class _Watch:
    """Says when a stream has fallen silent. One timer, set anew only when it fires."""

    def __init__(self, seconds: float, silent: Callable[[], None]) -> None:
        self._seconds = seconds
        self._silent = silent
        self._loop = asyncio.get_running_loop()
        self.heard = self._loop.time()
        self._timer = self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        rest = self.heard + self._seconds - self._loop.time()
        if rest <= 0:
            self._silent()
            rest = self._seconds
        self._timer = self._loop.call_later(rest, self._look)

    def close(self) -> None:
        self._timer.cancel()


async def run_generation(
    session: Session,
    request: GenerationRequest,
    push: Callable[[list[Change]], None],
    *,
    origin: str = "compose",
    log: EventLog | None = None,
) -> RunSnapshot:
    """Send a generation and push its changes, one list for each network read, `RunEnded` last in every ending.
    `log` takes in the bytes of the answer with their times.

    Raises nothing but CancelledError (after that push). Silence of `profile.timeouts.stall` seconds, before the answer
    begins or in the middle of it, is told by a `RunUpdated` whose reason is `stalled`; the stream goes on.
    """
    into = accumulator(request.api, base_url=session.base_url)
    begun = False
    watch: _Watch | None = None

    def tell() -> None:
        changes = into.take()
        if changes:
            push(changes)

    def silent() -> None:
        into.stalled(True)
        tell()

    try:
        await session.client()  # to build it is no silence of the server's
        watch = _Watch(session.profile.timeouts.stall, silent)
        async with session.open_stream(request.path, request.body(), method=request.method, origin=origin) as stream:
            begun = True
            into.request_id, into.exchange_id = stream.request_id, stream.exchange_id
            watch.heard = asyncio.get_running_loop().time()
            await _read(stream, into, watch, tell, session, log)
        into.finish("cut", problem=CUT)
    except asyncio.CancelledError:
        into.now = time.perf_counter()
        into.finish("cancelled")
        push([*into.take(), RunEnded(into.snapshot())])
        raise
    except Exception as error:
        into.now = time.perf_counter()
        problem = explain(error, base_url=session.base_url, profile=session.profile.name)
        into.request_id = into.request_id or problem.request_id
        into.exchange_id = into.exchange_id or getattr(error, "exchange_id", None)
        into.finish("cut" if begun and is_connection_error(error) else "failed", problem.code, problem)
    finally:
        if watch is not None:
            watch.close()
    snapshot = into.snapshot()
    push([*into.take(), RunEnded(snapshot)])
    return snapshot


async def _read(
    stream: RawStream,
    into: ResponsesAccumulator | ChatAccumulator,
    watch: _Watch,
    tell: Callable[[], None],
    session: Session,
    log: EventLog | None,
) -> None:
    """Read the answer to its end, or to a second after the server said that it is complete."""
    pieces = stream.iter_bytes().__aiter__()
    first = await anext(pieces, b"")
    if log is not None:
        log.content_type = stream.headers.get("content-type") or ""
    if not is_stream(stream.headers.get("content-type") or "", first):
        await _read_document(stream, first, pieces, into, session, log)
        return
    feeder = Feeder(into)
    try:
        data = first
        while data:
            into.now = time.perf_counter()
            watch.heard = asyncio.get_running_loop().time()
            into.stalled(False)
            if log is not None:
                log.add(into.now - into.started, data)
            feeder.feed(data)
            tell()
            if into.over:
                async with asyncio.timeout(LINGER):
                    data = await anext(pieces, b"")
            else:
                data = await anext(pieces, b"")
    except TimeoutError:
        if not into.over:
            raise
    except Exception:
        if not into.over:
            feeder.close()
            if not into.over:
                raise
    feeder.close()
    into.now = time.perf_counter()


def is_stream(content_type: str, first: bytes) -> bool:
    """Whether an answer that begins so is a stream of events."""
    kind = content_type.lower()
    if "event-stream" in kind:
        return True
    return not ("json" in kind or "html" in kind or first.lstrip()[:1] in (b"{", b"[", b"<"))


async def _read_document(
    stream: RawStream,
    first: bytes,
    pieces: AsyncIterator[bytes],
    into: ResponsesAccumulator | ChatAccumulator,
    session: Session,
    log: EventLog | None,
) -> None:
    """An answer that is no stream: JSON is taken as a whole, anything else is a problem."""
    parts: list[bytes] = []

    def heard(data: bytes) -> None:
        into.now = time.perf_counter()
        parts.append(data)
        if log is not None:
            log.add(into.now - into.started, data)

    heard(first)
    async for data in pieces:
        heard(data)
    body = b"".join(parts)
    into.now = time.perf_counter()
    try:
        value = loads(body)
    except ValueError:
        value = None
    if isinstance(value, dict) and value.get("error") and not ("choices" in value or "output" in value):
        into.feed({"error": value["error"]})
    elif isinstance(value, dict):
        into.feed_document(value)
    else:
        profile = session.profile.name
        problem = explain_answer(stream.status, stream.headers, body, base_url=session.base_url, profile=profile)
        into.finish("failed", problem.type, problem)
