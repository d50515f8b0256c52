"""Faults of a stream: what comes after so many events, in any API's stream."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import orjson
from aiohttp import web

from playground.sandbox import fault_items, sse
from playground.sandbox.checks import Json
from playground.sandbox.faults import Fault, Faults, note

AFTER_EVENTS = (
    "cut", "stall", "malformed-sse", "invalid-json", "invalid-utf8", "error-event", "error-object", "unknown-event",
)  # fmt: skip
NAMES = (*AFTER_EVENTS, *fault_items.NAMES)
UNKNOWN_EVENT = "response.sandbox_novelty.delta"
UNKNOWN_CHUNK = "chat.completion.sandbox_novelty"
_LAST = ("response.completed", "response.incomplete", "response.failed")


class StreamEnded(Exception):
    """The stream is over by a fault; its handler has nothing more to do."""


class FaultyStream(web.StreamResponse):
    """An event stream that does not do as its handler says. Every write holds whole events."""

    def __init__(self, request: web.Request, faults: Faults, **more: Any) -> None:
        super().__init__(**more)
        self._request = request
        self._faults = faults
        self._waiting = [fault for fault in faults if fault.kind.name in AFTER_EVENTS]
        self._sent = 0
        self._shift = 0
        """How many events of our own came before, which the numbers of the others must make room for."""
        self._added: list[Json] = []

    async def write(self, data: Any) -> None:
        """Raises StreamEnded."""
        for block in _blocks(bytes(data)):
            event = _event(block)
            last = _is_last(block, event)
            if last and not self._added:
                for more in self._items(event):
                    await super().write(more)
            struck = block
            for fault in [fault for fault in self._waiting if last or self._sent >= fault.value]:
                self._waiting.remove(fault)
                struck = await self._strike(fault, struck, event)
            if struck is block and self._shift and "sequence_number" in event:
                struck = sse.named({**event, "sequence_number": event["sequence_number"] + self._shift})
            await super().write(struck)
            self._sent += 1

    async def _strike(self, fault: Fault, block: bytes, event: Json) -> bytes:
        """Do what the fault does; gives the event as it is then to go out."""
        match fault.kind.name:
            case "cut":
                cut_off(self._request)
                raise StreamEnded
            case "stall":
                await asyncio.Event().wait()  # until the client goes, or the server stops
            case "error-event":
                await self._end(_error_event(event, self._sent + self._shift))
            case "error-object":
                await self._end(sse.data({"error": _error("error-object")}))
            case "unknown-event":
                await super().write(self._novelty(event))
            case "malformed-sse":
                return b"this line is no field of an event stream\n" + block[:-1]
            case "invalid-json":
                return _halved(block)
            case "invalid-utf8":
                return spoilt(block)
        return block

    async def _end(self, block: bytes) -> None:
        await super().write(block)
        await self.write_eof()
        raise StreamEnded

    def _novelty(self, event: Json) -> bytes:
        words = f"An event of a type that no client knows. {note('unknown-event')}"
        if "type" not in event:
            return sse.data({**event, "object": UNKNOWN_CHUNK, "choices": [], "novelty": {"words": words}})
        number = event.get("sequence_number", 0) + self._shift
        self._shift += 1
        return sse.named({"type": UNKNOWN_EVENT, "sequence_number": number, "delta": words})

    def _items(self, event: Json) -> Iterator[bytes]:
        """The events of the items that a fault adds at the end."""
        if "type" in event:
            output = event["response"]["output"]
            self._added = fault_items.items(self._faults, share=2)
            for item in self._added:
                at = {"output_index": len(output), "item": item}
                for kind in ("added", "done"):
                    shown = {**item, "results": None} if kind == "added" and "results" in item else item
                    number = event["sequence_number"] + self._shift
                    self._shift += 1
                    yield sse.named(
                        {"type": f"response.output_item.{kind}", "sequence_number": number, **at, "item": shown}
                    )
                output.append(item)
        elif event.get("object") == "chat.completion.chunk" and event["choices"]:
            delta = fault_items.message(self._faults)
            if delta:
                self._added = [delta]
                choice = {**event["choices"][0], "delta": delta, "finish_reason": None}
                yield sse.data({**event, "choices": [choice]})


def cut_off(request: web.Request) -> None:
    """Close the connection; what was written still goes out."""
    if request.transport is not None:
        request.transport.close()


def spoilt(data: bytes) -> bytes:
    """JSON with two bytes in one of its texts that no UTF-8 holds."""
    for place in (b'"delta":"', b'"content":"', b'"text":"', b'":"'):
        before, found, after = data.partition(place)
        if found:
            return before + found + b"\xff\xfe" + after
    return data[:-1] + b"\xff" + data[-1:]


def _blocks(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = data.find(b"\n\n", start)
        end = len(data) if end < 0 else end + 2
        yield data[start:end]
        start = end


def _data(block: bytes) -> bytes:
    return block[block.find(b"data: ") + 6 :].rstrip(b"\n")


def _event(block: bytes) -> Json:
    """The event's JSON; empty for `[DONE]`."""
    data = _data(block)
    found: Json = orjson.loads(data) if data.startswith(b"{") else {}
    return found


def _is_last(block: bytes, event: Json) -> bool:
    """Whether it ends the answer: of a response its last event, of a chat the one with the finish reason."""
    if block == sse.DONE or event.get("type") in _LAST:
        return True
    return any(choice.get("finish_reason") for choice in event.get("choices", ()))


def _error(name: str) -> Json:
    words = f"The server had an error while it processed your request. {note(name)}"
    return {"message": words, "type": "server_error", "param": None, "code": "server_error"}


def _error_event(event: Json, number: int) -> bytes:
    """As the Responses API writes it; as servers of Chat Completions do where it comes there."""
    error = _error("error-event")
    if "type" in event:
        error.pop("type")
        return sse.named({"type": "error", "sequence_number": number, **error})
    return b"event: error\n" + sse.data(error)


def _halved(block: bytes) -> bytes:
    data = _data(block)
    return block.replace(data, data[: len(data) // 2])
