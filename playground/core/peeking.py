"""Looks into an error's body before the SDK decides whether to try again: it goes by the status alone, and would send
a request again that an empty account makes fail each time (openai 3.57, `_base_client._should_retry`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any

from playground.core.error_table import rule_for

if TYPE_CHECKING:
    import httpx2

PATIENCE = 0.25
"""Seconds that an error's body gets to come; most are there with the head."""
MOST = 64 * 1024
SHOULD_RETRY = "x-should-retry"
"""A header of an answer that the SDK obeys before anything else."""


class Peeked:
    """The pieces of a body, those that were looked at first."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._pieces: list[bytes] = []
        self._rest: AsyncIterator[bytes] = aiter(stream)
        self._next: asyncio.Task[bytes] | None = None

    async def look(self) -> bytes:
        """What came within the time. A body that breaks off does so for whoever reads it afterwards."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while sum(map(len, self._pieces)) < MOST:
            self._next = asyncio.ensure_future(_one(self._rest))
            left = until - asyncio.get_running_loop().time()
            try:
                await asyncio.wait((self._next,), timeout=max(0.0, left))
            except BaseException:
                self._next.cancel()
                raise
            if not self._next.done() or self._next.exception() is not None:
                break
            self._pieces.append(self._next.result())
            self._next = None
        return b"".join(self._pieces)

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        while self._pieces:
            yield self._pieces.pop(0)
        if self._next is not None:
            try:
                piece = await self._next
            except _Over:
                return
            self._next = None
            yield piece
        async for piece in self._rest:
            yield piece

    async def aclose(self) -> None:
        if self._next is not None and not self._next.done():
            self._next.cancel()
        await self._stream.aclose()


class _Over(Exception):
    """The body's end. (A task cannot end in StopAsyncIteration.)"""


async def _one(pieces: AsyncIterator[bytes]) -> bytes:
    try:
        return await anext(pieces)
    except StopAsyncIteration:
        raise _Over from None


async def forbid_retry(response: httpx2.Response, stream: Any) -> Any:
    """Tell the SDK not to try again where the table of errors says that it never helps. Gives the body to go on with;
    the record keeps the headers as they came."""
    peeked = Peeked(stream)
    if is_hopeless(response.status_code, await peeked.look()):
        response.headers[SHOULD_RETRY] = "false"
    return peeked


def is_hopeless(status: int, body: bytes) -> bool:
    """Whether an error stays until somebody pays, or raises a limit."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return False
    error = parsed.get("error") if isinstance(parsed, dict) else None
    if not isinstance(error, dict):
        return False
    named = {name: error[name] for name in ("code", "type", "param") if isinstance(error.get(name), str)}
    rule = rule_for(named, status, None)
    return rule is not None and rule["again"] == "never"
