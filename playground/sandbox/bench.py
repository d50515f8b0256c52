"""The model `sandbox-bench`, which no list shows: streams so many prebuilt events, so that the client is what is slow.

`X-Sandbox-Bench: events=20000;rate=0;shape=prose;bytes=0`: how many deltas, how many a second (0: as fast as the
socket takes them), of which text (prose, code, list, paragraph), and at least how many characters each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from aiohttp import web

from playground.sandbox import sse, tokens
from playground.sandbox.checks import Json
from playground.sandbox.engines import Finished, GenerationTask, Text
from playground.sandbox.errors import bad_value, one_of
from playground.sandbox.ids import new_id, now
from playground.sandbox.responses_stream import ResponseBuilder
from playground.sandbox.web import start_stream, trace

MODEL = "sandbox-bench"
_WRITE = 256 * 1024
"""Bytes a socket write at full speed."""
_MOST = 1_000_000
_SENTENCE = (
    "The quick brown fox jumps over the lazy dog, while a **bold** thought and some `inline code` wait for the end of "
    "the sentence. "
)
_SHAPES = {
    "prose": (_SENTENCE * 3).strip() + "\n\n",
    "code": "def example(value: int) -> str:\n    return f\"{value:>8} is the value\"  # and a comment\n\n",
    "list": "- an item with a few words and a [link](https://example.com/)\n",
    "paragraph": _SENTENCE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """What one request asks for."""

    events: int = 2000
    rate: float = 0.0
    """Deltas a second; 0 as fast as it goes."""
    shape: str = "prose"
    bytes: int = 0
    """The least characters of a delta; 0: one token each, about four."""


def read_load(text: str) -> Load:
    """The header's value. Raises ApiError (400)."""
    given = {part.partition("=")[0].strip(): part.partition("=")[2].strip() for part in text.split(";") if part.strip()}
    param = "X-Sandbox-Bench"
    try:
        load = Load(
            int(given.pop("events", "2000")), float(given.pop("rate", "0")), given.pop("shape", "prose"),
            int(given.pop("bytes", "0")),
        )  # fmt: skip
    except ValueError as error:
        raise bad_value(param, f"Invalid '{param}': {error}.") from None
    if given or load.shape not in _SHAPES or not 0 < load.events <= _MOST or not 0 <= load.rate < 1e7:
        raise bad_value(
            param,
            f"Invalid '{param}': '{text}'. It has the form events=N;rate=N;shape=S;bytes=N with at most {_MOST} events "
            f"and the shapes {one_of(sorted(_SHAPES))}.",
        )
    return load


def deltas(load: Load) -> list[str]:
    """The texts of the deltas."""
    return list(islice(_endless(load.shape, load.bytes), load.events))


def _endless(shape: str, least: int) -> Iterator[str]:
    if shape == "code":
        yield "```python\n"
    pieces = tokens.split(_SHAPES[shape])
    waiting = ""
    while True:
        for piece in pieces:
            waiting += piece
            if len(waiting) >= least:
                yield waiting
                waiting = ""


@lru_cache(maxsize=8)
def _responses_events(load: Load) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]:
    """The bytes before the deltas, the deltas, and the bytes after them."""
    response: Json = {
        "id": new_id("resp"), "object": "response", "created_at": now(), "status": "in_progress", "background": False,
        "completed_at": None, "error": None, "incomplete_details": None, "instructions": None,
        "max_output_tokens": None, "model": MODEL, "output": [], "parallel_tool_calls": True,
        "previous_response_id": None, "reasoning": {"effort": None, "summary": None}, "service_tier": "default",
        "store": False, "temperature": 1.0, "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": "auto", "tools": [], "top_p": 1.0, "truncation": "disabled", "metadata": {},
    }  # fmt: skip
    builder = ResponseBuilder(response, GenerationTask(MODEL, []))
    head = builder.begin()
    texts = deltas(load)
    body = [event for text in texts for event in builder.feed(Text(text))]
    tail = builder.finish(Finished(input_tokens=0, output_tokens=len(texts)))
    return _bytes(head), _bytes(body), _bytes(tail)


def _bytes(events: list[Json]) -> tuple[bytes, ...]:
    return tuple(sse.named(event) for event in events)


@lru_cache(maxsize=8)
def _chat_chunks(load: Load) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]:
    common = {"id": new_id("chatcmpl"), "object": "chat.completion.chunk", "created": now(), "model": MODEL}

    def chunk(delta: Json, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse.data({**common, "choices": [choice]})

    body = tuple(chunk({"content": text}) for text in deltas(load))
    usage = {"prompt_tokens": 0, "completion_tokens": load.events, "total_tokens": load.events}
    last = sse.data({**common, "choices": [], "usage": usage})
    return (chunk({"role": "assistant", "content": ""}),), body, (chunk({}, "stop"), last, sse.DONE)


async def responses(request: web.Request, body: Json) -> web.StreamResponse:
    """A streamed response of the asked-for size. Nothing is stored."""
    trace(request).engine = MODEL
    load = _streamed_load(request, body)
    return await _send(request, load, await asyncio.to_thread(_responses_events, load))


async def chat(request: web.Request, body: Json) -> web.StreamResponse:
    """The same as chunks of a chat completion, with usage at the end."""
    trace(request).engine = MODEL
    load = _streamed_load(request, body)
    return await _send(request, load, await asyncio.to_thread(_chat_chunks, load))


def _streamed_load(request: web.Request, body: Json) -> Load:
    if not body.get("stream"):
        raise bad_value("stream", f"{MODEL} only streams: set 'stream' to true.")
    return read_load(request.headers.get("X-Sandbox-Bench", ""))


async def _send(
    request: web.Request, load: Load, parts: tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]
) -> web.StreamResponse:
    head, body, tail = parts
    response = await start_stream(request)
    await response.write(b"".join(head))
    if load.rate:
        await _paced(response, body, load.rate)
    else:
        for block in _blocks(body):
            await response.write(block)
    await response.write(b"".join(tail))
    await response.write_eof()
    return response


async def _paced(response: web.StreamResponse, events: tuple[bytes, ...], rate: float) -> None:
    """By absolute time: a late write is followed by as many events as are due, so that the rate holds."""
    begun = time.monotonic()
    sent = 0
    while sent < len(events):
        due = min(len(events), int((time.monotonic() - begun) * rate) + 1)
        if due > sent:
            await response.write(b"".join(events[sent:due]))
            sent = due
        await asyncio.sleep(max(0.0, begun + sent / rate - time.monotonic()))


def _blocks(events: tuple[bytes, ...]) -> Iterator[bytes]:
    """Joined to blocks of about _WRITE bytes."""
    start, size = 0, 0
    for index, event in enumerate(events):
        size += len(event)
        if size >= _WRITE:
            yield b"".join(events[start : index + 1])
            start, size = index + 1, 0
    if start < len(events):
        yield b"".join(events[start:])
