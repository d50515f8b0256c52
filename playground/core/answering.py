"""One call of any method, as it is answered: the head first, then the body as bytes, or the events as they come.

`core.calls.call` gives a whole answer to who waits for it; this is for who looks on.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.core.calls import (
    Content,
    Method,
    arguments_of,
    following_arguments,
    read_events,
    resolve,
    sending,
)
from playground.core.redact import StreamMask, known

if TYPE_CHECKING:
    from playground.core.session import Session

BODY_MOST = 512 * 1024 * 1024
"""Bytes of an answer that are held in memory at most; longer ones are for `playground call -o FILE`."""


class TooLongError(Exception):
    """An answer is longer than can be held."""


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """What is known once the first byte is there."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content_type: str
    """Without parameters, in small letters."""
    request_id: str
    exchange_id: str
    """In the request log."""
    size: int | None
    """Bytes that the server announced."""
    is_stream: bool
    """Events come, one after the other."""


class OpenAnswer:
    """An answer that is being read. Lives as long as its context."""

    def __init__(self, head: AnswerHead, method: Method, arguments: Mapping[str, Any], response: Any, key: str) -> None:
        self.head = head
        self._method, self._arguments = method, arguments
        self._response, self._key = response, key

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body in the pieces in which it comes, unpacked, keys masked. Raises httpx2.TransportError."""
        mask = StreamMask(self._key)
        async for data in self._response.iter_bytes():
            if clean := mask.feed(data):
                yield clean
        if rest := mask.last():
            yield rest

    async def read(self) -> bytes:
        """The whole body. Raises httpx2.TransportError, TooLongError."""
        if self._method.is_list:  # the SDK reads it once more, to know which page is next
            mask = StreamMask(self._key)
            return mask.feed(await self._response.read()) + mask.last()
        parts, size = [], 0
        async for piece in self.pieces():
            parts.append(piece)
            size += len(piece)
            if size > BODY_MOST:
                raise TooLongError(f"The answer has more than {BODY_MOST // (1024 * 1024)} MB.")
        return b"".join(parts)

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """The events of a stream as JSON. Raises httpx2.TransportError."""
        async for event in read_events(self.pieces()):
            yield event

    async def next_page(self) -> dict[str, Any] | None:
        """After `read`: the arguments that ask for the next page of a list, None where this is the last one."""
        if not self._method.is_list:
            return None
        return await following_arguments(self._method, self._arguments, self._response)


@contextlib.asynccontextmanager
async def open_answer(
    session: Session, method: str, body: Mapping[str, Any], *, stream: bool = False, origin: str = "explorer"
) -> AsyncIterator[OpenAnswer]:
    """Make a call and read its answer inside the context; leaving it closes the socket at once.

    Raises UsageProblem before anything is sent, OSError for files, and the SDK's errors, these with the `exchange_id`
    under which the log has what was sent.
    """
    from playground.core.helpers import helper_of

    client = await session.client()
    if (helper := helper_of(client, method)) is not None:
        async with _open_helper(session, helper, body, origin) as answer:
            yield answer
        return
    found = resolve(client, method)
    async with contextlib.AsyncExitStack() as opened:
        files = opened.enter_context(contextlib.ExitStack())
        arguments = arguments_of(found, body, files, stream=stream)
        with session.calling(method, origin) as handle:
            try:
                response = await opened.enter_async_context(sending(found, dict(arguments)))
            except Exception as error:
                with contextlib.suppress(TypeError, AttributeError):  # an error without a place for it
                    vars(error)["exchange_id"] = handle.exchange_id
                raise
            yield OpenAnswer(_head(response, handle.exchange_id or ""), found, arguments, response, session.secret)


class HelperAnswer(OpenAnswer):
    """What a helper of the SDK gave: its requests are over, or its events come."""

    def __init__(self, head: AnswerHead, helper: Method, given: Any) -> None:
        super().__init__(head, helper, {}, None, "")
        self._given = given

    async def pieces(self) -> AsyncIterator[bytes]:
        yield await self.read()

    async def read(self) -> bytes:
        if isinstance(self._given, Content):
            return self._given.content
        return json.dumps(self._given, ensure_ascii=False).encode()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        async for event in self._given:
            yield event

    async def next_page(self) -> dict[str, Any] | None:
        return None


@contextlib.asynccontextmanager
async def _open_helper(
    session: Session, helper: Method, body: Mapping[str, Any], origin: str
) -> AsyncIterator[OpenAnswer]:
    """Of several requests the log has each; the head is that of none: a helper that failed raised an error."""
    from playground.core.helpers import call_helper

    with session.calling(helper.name, origin) as handle:
        try:
            given = await call_helper(helper, body)
        except Exception as error:
            with contextlib.suppress(TypeError, AttributeError):
                vars(error)["exchange_id"] = handle.exchange_id
            raise
    streams = hasattr(given, "__aiter__")
    content_type = given.content_type if isinstance(given, Content) else "application/json"
    head = AnswerHead(
        200, (), "text/event-stream" if streams else content_type, "", handle.exchange_id or "", None, streams
    )
    async with contextlib.AsyncExitStack() as opened:
        if streams:
            opened.push_async_callback(given.aclose)
        yield HelperAnswer(head, helper, given)


def _head(response: Any, exchange_id: str) -> AnswerHead:
    headers = tuple((str(name), str(value)) for name, value in response.headers.multi_items())
    content_type = (response.headers.get("content-type") or "").partition(";")[0].strip().lower()
    length = response.headers.get("content-length") or ""
    return AnswerHead(
        status=response.status_code,
        headers=known().headers(headers),
        content_type=content_type,
        request_id=known().text(response.headers.get("x-request-id") or ""),
        exchange_id=exchange_id,
        size=int(length) if length.isdigit() else None,
        is_stream="event-stream" in content_type,
    )
