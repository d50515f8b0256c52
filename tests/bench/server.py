"""The server that the benches talk to: a process of its own that sends bytes made beforehand.

    python -m tests.bench.server

prints its port, and ends when its stdin does. It streams Responses events; the model's name says how many and how fast:
`bench-20000` (full speed) or `bench-1000-at-200` (200 events a second).
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from functools import cache
from typing import Any

from tests.bench.texts import pieces

_BLOCK = 64 * 1024
_TICK = 0.005
_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nx-request-id: req_bench\r\n"
    b"openai-processing-ms: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def _response(status: str, model: str, output: list[Any], usage: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "id": "resp_bench", "object": "response", "created_at": 1763700000, "status": status, "background": False,
        "error": None, "incomplete_details": None, "instructions": None, "max_output_tokens": None, "model": model,
        "output": output, "parallel_tool_calls": True, "previous_response_id": None, "store": True,
        "reasoning": {"effort": None, "summary": None}, "temperature": 1.0, "text": {"format": {"type": "text"}},
        "tool_choice": "auto", "tools": [], "top_p": 1.0, "truncation": "disabled", "usage": usage, "metadata": {},
    }  # fmt: skip


@cache
def events(model: str, count: int) -> tuple[bytes, ...]:
    """Every event of a stream with `count` deltas, as the bytes of one chunk each."""
    deltas = pieces(count)
    text = "".join(deltas)
    part = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
    item = {"id": "msg_bench", "type": "message", "status": "in_progress", "content": [], "role": "assistant"}
    place = {"item_id": "msg_bench", "output_index": 0, "content_index": 0}
    whole_part = {**part, "text": text}
    whole_item = {**item, "status": "completed", "content": [whole_part]}
    usage = {
        "input_tokens": 12,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": count,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": count + 12,
    }
    made: list[dict[str, Any]] = [
        {"type": "response.created", "response": _response("in_progress", model, [], None)},
        {"type": "response.in_progress", "response": _response("in_progress", model, [], None)},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **place, "part": part},
    ]
    made += [{"type": "response.output_text.delta", **place, "delta": delta, "logprobs": []} for delta in deltas]
    made += [
        {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": whole_part},
        {"type": "response.output_item.done", "output_index": 0, "item": whole_item},
        {"type": "response.completed", "response": _response("completed", model, [whole_item], usage)},
    ]
    return tuple(
        f"event: {event['type']}\ndata: {json.dumps({**event, 'sequence_number': number})}\n\n".encode()
        for number, event in enumerate(made)
    )


@cache
def blocks(model: str, count: int) -> tuple[bytes, ...]:
    """The whole stream in blocks of about 64 KiB, as chunks of HTTP."""
    made, block = [], b""
    for event in events(model, count):
        block += event
        if len(block) >= _BLOCK:
            made.append(_chunk(block))
            block = b""
    if block:
        made.append(_chunk(block))
    return (*made, b"0\r\n\r\n")


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def _stream(writer: asyncio.StreamWriter, model: str) -> None:
    found = re.fullmatch(r"bench-(\d+)(?:-at-(\d+))?", model)
    count, rate = (int(found[1]), int(found[2] or 0)) if found else (100, 0)
    writer.write(_HEAD)
    if not rate:
        for block in blocks(model, count):
            writer.write(block)
            await writer.drain()
        return
    begun, sent, everything = time.monotonic(), 0, events(model, count)
    while sent < len(everything):
        due = min(len(everything), int((time.monotonic() - begun) * rate) + 1)
        if due > sent:
            writer.write(_chunk(b"".join(everything[sent:due])))
            await writer.drain()
            sent = due
        await asyncio.sleep(_TICK)
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def _answer(writer: asyncio.StreamWriter, value: Any) -> None:
    body = json.dumps(value).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"(?i)content-length: *(\d+)", head)
            body = await reader.readexactly(int(length[1])) if length else b""
            if head.startswith("POST") and "/responses" in head.split("\r\n", 1)[0]:
                await _stream(writer, str(json.loads(body).get("model", "")))
            else:
                models = [{"id": "bench-20000", "object": "model", "created": 1763700000, "owned_by": "bench"}]
                await _answer(writer, {"object": "list", "data": models})
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    for model, count in (("bench-20000", 20_000), ("bench-200", 200)):
        blocks(model, count)
    events("bench-1000-at-200", 1000)
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
