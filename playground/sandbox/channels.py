"""WebSockets: the way in, JSON events both ways, and the faults of a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson
from aiohttp import WSMessage, WSMsgType, web

from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError
from playground.sandbox.fault_streams import cut_off
from playground.sandbox.web import CONTEXT, trace

MOST = 16 * 1024 * 1024
"""Bytes of one message. A larger one ends the connection (1009)."""


class BadMessage(Exception):
    """What came is no event. Its text says why."""


class Channel:
    """One connection. Made by `open_channel`."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self._request = request
        self.socket = socket
        self._faults = trace(request).faults
        self._sent = 0
        self._lock = asyncio.Lock()

    async def send(self, event: Json) -> None:
        """Send an event, if the other side is still there."""
        async with self._lock:  # events of an answer and those to what came meanwhile
            if self.socket.closed:
                return
            data = orjson.dumps(event).decode()
            await self._spoil(data)
            try:
                await self.socket.send_str(data)
            except (ConnectionError, RuntimeError):
                return  # it has gone; the reader will notice
            self._sent += 1

    async def _spoil(self, data: str) -> None:
        """The faults that come after so many events."""
        for fault in self._faults:
            if self._sent < fault.value:
                continue
            if fault.kind.name == "stall":
                await asyncio.Event().wait()  # until the client goes
            elif fault.kind.name == "cut":
                cut_off(self._request)
            elif fault.kind.name == "invalid-json" and self._sent == int(fault.value):
                await self.socket.send_str(data[: len(data) // 2])

    async def events(self) -> AsyncIterator[Json | BadMessage]:
        """What comes, to the end of the connection: objects, and what is none."""
        async for message in self._messages():
            if message.type is WSMsgType.ERROR:
                return
            try:
                event = orjson.loads(message.data)
            except (orjson.JSONDecodeError, RecursionError) as error:
                yield BadMessage(f"Could not parse your message as JSON: {error}.")
                continue
            if not isinstance(event, dict):
                yield BadMessage("An event must be a JSON object.")
            elif not isinstance(event.get("type"), str):
                yield BadMessage("Missing required parameter: 'type'.")
            else:
                yield event

    async def _messages(self) -> AsyncIterator[WSMessage]:
        sockets = self._request.app[CONTEXT].sockets
        sockets.add(self.socket)
        try:
            async for message in self.socket:
                yield message
        finally:
            sockets.discard(self.socket)


async def open_channel(request: web.Request, protocols: tuple[str, ...] = ()) -> Channel:
    """Take the connection. Raises ApiError (426) where the client asks for none."""
    socket = web.WebSocketResponse(max_msg_size=MOST, protocols=protocols, timeout=1.0)
    if not socket.can_prepare(request):
        raise ApiError(
            426,
            f"{request.path.removeprefix('/v1')} is a WebSocket: connect to it with ws://, not with an HTTP request.",
            code="upgrade_required",
            headers={"Upgrade": "websocket"},
        )
    await socket.prepare(request)
    return Channel(request, socket)
