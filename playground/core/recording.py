"""The httpx2 transport that records every attempt: also those that never reached a server, or were broken off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from playground.core.attempts import Attempt, Call, Upload, calling, current_call
from playground.core.exchanges.writer import ExchangeWriter
from playground.core.peeking import forbid_retry
from playground.core.spread import SpreadMask

if TYPE_CHECKING:
    import httpx2


class LateBody(Protocol):
    """What is read while it is sent, in place of a mark that the SDK put into a form. The SDK's own way would read a
    file in the event loop, and takes no async stream for a form."""

    def framed(self, form: bytes) -> tuple[AsyncGenerator[bytes], int]:
        """The form with the bytes in it, and how many these are together."""


late_body: ContextVar[LateBody | None] = ContextVar("late_body", default=None)
"""Of the requests that are made here."""

_LEFT_OVER = 256 * 1024
_LEFT_OVER_SECONDS = 0.25


async def _tee_upload(stream: Any, upload: Upload) -> AsyncGenerator[bytes]:
    async for data in stream:
        upload.add(data)
        yield data
    upload.finish()


async def _tee_answer(stream: Any, attempt: Attempt, mask: SpreadMask | None) -> AsyncGenerator[bytes]:
    chunk = attempt.chunk
    try:
        async for data in stream:
            if mask is not None:
                data = mask.feed(data)
                if not data:
                    continue
            chunk(data)
            yield data
    except BaseException as error:
        if mask is not None and (rest := mask.last()):
            chunk(rest)
        if not isinstance(error, GeneratorExit):
            attempt.failed(error)
        raise
    if mask is not None and (rest := mask.last()):
        chunk(rest)
        yield rest
    attempt.ended()


async def _close_answer(stream: Any, attempt: Attempt) -> None:
    """Close the answer at once; only an error's body is read first, which the SDK leaves unread when it tries again."""
    try:
        if not attempt.is_over and attempt.status >= 400:
            await _read_left_over(stream, attempt)
    finally:
        attempt.closed()
        await stream.aclose()


async def _read_left_over(stream: Any, attempt: Attempt) -> None:
    size = 0
    try:
        async with asyncio.timeout(_LEFT_OVER_SECONDS):
            async for data in stream:
                attempt.chunk(data)
                size += len(data)
                if size >= _LEFT_OVER:
                    return
        attempt.ended()
    except Exception:
        return  # The status says enough.


async def _nothing() -> None:
    return None


class _StreamMixin:
    """A body made of an async generator, and what to do when it is closed."""

    def __init__(self, pieces: AsyncGenerator[bytes], close: Callable[[], Any]) -> None:
        self._pieces, self._close = pieces, close

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        await self._close()


@cache
def _stream_type() -> Any:
    """Made when it is needed: importing httpx2 takes longer than the first paint may wait."""
    import httpx2

    return type("RecordedStream", (_StreamMixin, httpx2.AsyncByteStream), {})


class RecordingTransport:
    """Wraps an `httpx2.AsyncBaseTransport` (and is one by its methods)."""

    def __init__(self, inner: Any, writer: ExchangeWriter, profile: str, secret: str = "") -> None:
        """`secret`: a key that is masked where a server spells it over several events."""
        self._inner, self._writer, self._profile, self._secret = inner, writer, profile, secret

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and record it. Raises what the transport below raises."""
        call = current_call()
        alone = call is None
        if call is None:
            call = Call(self._writer, self._profile, request.method, request.url.path, calling.get())
        if (late := late_body.get()) is not None:
            pieces, length = late.framed(b"".join([piece async for piece in request.stream]))  # type: ignore[union-attr]
            request.stream = _stream_type()(pieces, pieces.aclose)
            request.headers["Content-Length"] = str(length)
        attempt = call.attempt(request)
        if attempt.upload is not None:
            request.stream = _stream_type()(_tee_upload(request.stream, attempt.upload), _nothing)
        try:
            response: httpx2.Response = await self._inner.handle_async_request(request)
        except BaseException as error:
            attempt.failed(error)
            raise
        finally:
            if alone:
                call.returned()
        attempt.answered(response)
        inner: Any = response.stream
        if response.status_code >= 400:
            try:
                inner = await forbid_retry(response, inner)
            except BaseException as error:  # it was cancelled
                attempt.failed(error)
                await response.aclose()
                raise
        events = "event-stream" in (response.headers.get("content-type") or "")
        mask = SpreadMask(self._secret) if self._secret and events else None
        response.stream = _stream_type()(_tee_answer(inner, attempt, mask), lambda: _close_answer(inner, attempt))
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def __aenter__(self) -> RecordingTransport:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
