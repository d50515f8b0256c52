"""Calls and attempts as they happen: each tells the request log's writer what becomes of it.

A call of the SDK is one exchange; each request the SDK makes for it is an attempt. What passes here is handed to the
writer's thread as it is: a stream pays a clock reading and an append per piece.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.core.exchanges.messages import (
    Answered,
    AttemptBegan,
    AttemptEnded,
    ExchangeBegan,
    ExchangeEnded,
    RequestBody,
)
from playground.core.exchanges.records import REQUEST_BODY_CAP, RESPONSE_BODY_CAP, State, Timings, new_id
from playground.core.exchanges.writer import ExchangeWriter
from playground.core.runs.kept import run_id

if TYPE_CHECKING:
    import httpx2

TRACE = "playground.trace"
"""Extension of a request: its Trace, which the transport below fills in."""
HEADERS = "playground.headers"
"""Extension of a response: its headers as they came, where the transport below changed them."""


@dataclass(slots=True)
class Trace:
    """What the transport below saw, by the clock of `time.perf_counter`."""

    queued: float | None = None
    resolved: float | None = None
    tls: float | None = None
    connected: float | None = None
    sent: float | None = None


@dataclass(slots=True)
class CallHandle:
    """What a caller says about its calls, and learns about them."""

    method: str
    origin: str
    keep: int | None = None
    """Bytes of each body that the log keeps at most, of those that are read while they are sent, and of answers; None:
    its usual ones. A file of gigabytes has no place in it."""
    exchange_id: str | None = None
    """Of the last call made, known once its first attempt has begun."""
    exchange_ids: list[str] = field(default_factory=list)


calling: ContextVar[CallHandle | None] = ContextVar("calling", default=None)
_call: ContextVar[Call | None] = ContextVar("call", default=None)


class Call:
    """One call of the SDK: begins its exchange with its first attempt, and ends it when the call has returned or
    raised and no answer is being read any more."""

    def __init__(self, writer: ExchangeWriter, profile: str, method: str, path: str, handle: CallHandle | None) -> None:
        self.id = new_id()
        self.writer = writer
        self._profile, self._method, self._handle = profile, method, handle
        self._path = writer.redactor.text(path)
        self.keep = RESPONSE_BODY_CAP if handle is None or handle.keep is None else handle.keep
        self.run = run_id.get()
        self._started = 0.0
        self._started_at = 0.0
        self._last_end: float | None = None
        self._returned = False
        self._ended = False
        self._open: set[Attempt] = set()
        self.number = 0
        self.on_end: Callable[[Call], object] = _nothing

    def attempt(self, request: httpx2.Request) -> Attempt:
        """Begin the next attempt."""
        self.number += 1
        began = time.perf_counter()
        if self.number == 1:
            self._begin(began)
        attempt = Attempt(self, self.number, request, began)
        self._open.add(attempt)
        return attempt

    def _begin(self, began: float) -> None:
        self._started, self._started_at = began, time.time()
        handle = self._handle
        if handle is not None:
            handle.exchange_id = self.id
            handle.exchange_ids.append(self.id)
        self.writer.put(
            ExchangeBegan(
                self.id,
                self._started_at,
                self._profile,
                self._method,
                self._path,
                handle.method if handle else "",
                handle.origin if handle else "",
                self.run,
            )
        )

    def moment(self, began: float) -> float:
        """A reading of `time.perf_counter` as Unix time. The clock of the day may be set meanwhile; what lies between
        two moments of a call stays true."""
        return self._started_at + (began - self._started)

    def attempt_over(self, attempt: Attempt, ended: float) -> None:
        self._open.discard(attempt)
        self._last_end = ended
        if self._returned and not self._open:
            self._end(None)

    def returned(self) -> None:
        """The SDK gave its result; an answer may still be streaming."""
        self._returned = True
        if not self._open:
            self._end(None)

    def raised(self, error: BaseException) -> None:
        """The SDK gave up, or was cancelled (perhaps while it waited to try again)."""
        for attempt in tuple(self._open):
            attempt.failed(error)
        self._end(error)

    def abandon(self) -> None:
        """The client is being closed."""
        self.raised(asyncio.CancelledError())

    def _end(self, error: BaseException | None) -> None:
        if self._ended:
            return
        self._ended = True
        if self.number:
            state, code, words = _failure(error) if error is not None else (None, None, None)
            ended = self._last_end
            if ended is None or state == "cancelled":  # perhaps in the wait before the next attempt
                ended = time.perf_counter()
            self.writer.put(ExchangeEnded(self.id, ended - self._started, state, code, words))
        self.on_end(self)


class Attempt:
    """One request on the wire, from the first thought of it to the last byte of its answer."""

    def __init__(self, call: Call, number: int, request: httpx2.Request, began: float) -> None:
        self._call, self._number, self._put = call, number, call.writer.put
        self.id = call.id
        self._whole = bool(call.run)
        self.keep = call.keep
        """Bytes of an upload or an answer that are kept."""
        self._began = began
        self._over = False
        self._size = 0
        self._kept = 0
        self._events = False
        self._tail = b""
        self.status = 0
        self._first_byte: float | None = None
        self._first_token: float | None = None
        self._last_byte: float | None = None
        self._ended: float | None = None
        self.trace = Trace()
        self.upload: Upload | None = None
        """Where the body goes by while it is sent; None where it is in memory."""
        self._tell(request)

    def _tell(self, request: httpx2.Request) -> None:
        client_id = request.headers.setdefault("X-Client-Request-Id", f"pg-{self.id}-{self._number}")
        request.extensions = {**request.extensions, TRACE: self.trace}
        redactor = self._call.writer.redactor
        self._put(
            AttemptBegan(
                self.id,
                self._number,
                self._call.moment(self._began),
                redactor.url(str(request.url)),
                redactor.headers(request.headers.multi_items()),
                client_id,
            )
        )
        content = _content(request)
        if content is not None:
            kept = content if self._whole else content[:REQUEST_BODY_CAP]
            self._put(RequestBody(self.id, self._number, kept, len(content)))
        else:
            self.upload = Upload(self)

    def uploaded(self, data: bytes, size: int) -> None:
        """The request's body has gone out, or as much of it as will."""
        self._put(RequestBody(self.id, self._number, data, size))

    def answered(self, response: httpx2.Response) -> None:
        """The head of the answer is there."""
        self._first_byte = time.perf_counter() - self._began
        headers = response.extensions.get(HEADERS) or response.headers.multi_items()
        self.status = response.status_code
        self._events = "text/event-stream" in response.headers.get("content-type", "")
        redactor = self._call.writer.redactor
        redacted = redactor.headers(headers)
        request_id = redactor.text(response.headers.get("x-request-id") or "") or None
        self._put(Answered(self.id, self._number, self.status, redacted, request_id, self._timings()))

    def chunk(self, data: bytes) -> None:
        """A piece of the answer's body. Called for each: keep it cheap."""
        now = time.perf_counter() - self._began
        self._last_byte = now
        size = len(data)
        self._size += size
        if self._events and self._first_token is None:
            self._look_for_token(data, now)
        room = size if self._whole else self.keep - self._kept
        if room > 0:
            kept = data if size <= room else data[:room]
            self._kept += len(kept)
            self._put((self.id, self._number, now, kept))

    def _look_for_token(self, data: bytes, now: float) -> None:
        if b"delta" in self._tail + data:
            self._first_token = now
        self._tail = data[-4:]

    def ended(self) -> None:
        """The body's end was read."""
        self._finish("done", None, None)

    def failed(self, error: BaseException) -> None:
        """No answer, a broken one, or a cancelled wait."""
        self._finish(*_failure(error))

    def closed(self) -> None:
        """The reader wants no more of the body."""
        self._finish("cancelled", None, None, early=True)

    @property
    def is_over(self) -> bool:
        return self._over

    def _finish(self, state: State, code: str | None, words: str | None, *, early: bool = False) -> None:
        if self._over:
            return
        self._over = True
        now = time.perf_counter()
        self._ended = now - self._began
        if self.upload is not None:
            self.upload.finish()
        self._put(AttemptEnded(self.id, self._number, state, code, words, self._timings(), self._size, early=early))
        self._call.attempt_over(self, now)

    def _timings(self) -> Timings:
        trace, began = self.trace, self._began

        def since(moment: float | None) -> float | None:
            return None if moment is None else max(0.0, moment - began)

        return Timings(
            queued=since(trace.queued),
            resolved=since(trace.resolved),
            tls=since(trace.tls),
            connected=since(trace.connected),
            sent=since(trace.sent),
            first_byte=self._first_byte,
            first_token=self._first_token,
            last_byte=self._last_byte,
            ended=self._ended,
        )


def current_call() -> Call | None:
    """The call that is being made here, if any."""
    return _call.get()


def _failure(error: BaseException) -> tuple[State, str | None, str | None]:
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return "cancelled", None, None
    return "failed", type(error).__name__, str(error) or type(error).__name__


def _nothing(_call: Call) -> None:
    return None


def _content(request: httpx2.Request) -> bytes | None:
    """The request's body where it is in memory; None for one that is read while it is sent."""
    import httpx2

    try:
        return request.content
    except httpx2.RequestNotRead:
        return None


class Upload:
    """Keeps the first bytes of a body that is sent piece by piece."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._kept = bytearray()
        self._size = 0
        self._told = False

    def add(self, data: bytes) -> None:
        self._size += len(data)
        room = self._attempt.keep - len(self._kept)
        if room > 0:
            self._kept += data[:room]

    def finish(self) -> None:
        if not self._told:
            self._told = True
            self._attempt.uploaded(bytes(self._kept), self._size)


class recorded:
    """`with recorded(call): …` – requests made inside are attempts of this call."""

    def __init__(self, call: Call) -> None:
        self._call_made = call

    def __enter__(self) -> Call:
        self._token = _call.set(self._call_made)
        return self._call_made

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        _call.reset(self._token)
        if error is None:
            self._call_made.returned()
        else:
            self._call_made.raised(error)
