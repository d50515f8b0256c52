"""GET /responses (WebSocket): `response.create` in, the events of its stream out, one response after the other."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from aiohttp import web

from playground.sandbox.channels import BadMessage, Channel, open_channel
from playground.sandbox.checks import Json
from playground.sandbox.engines import EngineError
from playground.sandbox.errors import ApiError, bad_value
from playground.sandbox.responses import begin
from playground.sandbox.runs import Generation
from playground.sandbox.web import CONTEXT, from_engine


def routes() -> list[web.RouteDef]:
    return [web.get("/v1/responses", connect)]


async def connect(request: web.Request) -> web.StreamResponse:
    """responses.connect"""
    channel = await open_channel(request)
    session = _Session(request, channel)
    try:
        async for event in channel.events():
            await session.take(event)
    finally:
        await session.close()
    return channel.socket


class _Session:
    """The responses of one connection: one is made at a time."""

    def __init__(self, request: web.Request, channel: Channel) -> None:
        self._request, self._channel = request, channel
        self._work: asyncio.Task[None] | None = None

    async def take(self, event: Json | BadMessage) -> None:
        """Do what a client event asks for; what is wrong is answered with an `error` event."""
        try:
            if isinstance(event, BadMessage):
                raise ApiError(400, str(event), code="invalid_json")
            if event["type"] == "response.steer":
                await self._channel.send(_not_steered(event))
                return
            if event["type"] != "response.create":
                raise bad_value(
                    "type", f"Invalid value: '{event['type']}'. Supported values are: 'response.create'."
                )  # fmt: skip
            if self._work is not None and not self._work.done():
                raise ApiError(
                    409, "A response is being made on this connection: wait for its end.", code="concurrent_response"
                )
            body = {name: value for name, value in event.items() if name not in ("type", "event_id", "stream_id")}
            if body.get("background"):
                raise bad_value("background", "A connection makes no background responses: create them by HTTP.")
            self._request.app[CONTEXT].limits.begin()
            generation = begin(self._request, {**body, "stream": True})
        except ApiError as error:
            await self._error(error, event)
        except EngineError as error:
            await self._error(from_engine(error), event)
        else:
            stream_id = event.get("stream_id") if isinstance(event, dict) else None
            self._work = asyncio.create_task(self._stream(generation, stream_id))

    async def _stream(self, generation: Generation, stream_id: Any) -> None:
        more = {} if stream_id is None else {"stream_id": stream_id}
        async with contextlib.aclosing(self._request.app[CONTEXT].runs.events(generation)) as batches:
            async for events in batches:
                for event in events:
                    await self._channel.send({**event, **more})

    async def _error(self, error: ApiError, event: Json | BadMessage) -> None:
        sent: Json = {"type": "error", "status": error.status, **error.body()}
        if isinstance(event, dict) and event.get("stream_id") is not None:
            sent["stream_id"] = event["stream_id"]
        await self._channel.send(sent)

    async def close(self) -> None:
        """The client has gone: what is under way ends, as when a stream is left."""
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work


def _not_steered(event: Json) -> Json:
    steer = {"input": event.get("input") or "", "previous_response_id": str(event.get("previous_response_id") or "")}
    error = {
        "code": "steering_not_supported",
        "type": "invalid_request_error",
        "message": "The sandbox's engines do not support steering.",
    }
    return {"type": "response.steer.failed", "sequence_number": 0, "error": error, "steer": steer}
