"""Programs at a server and at the proxy before it: plain sockets, so that what is measured is the way between.

    python -m tests.bench.proxy_load PORT PROXY_PORT

prints one JSON line with seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import chain
from typing import Any

CALLS = 400
STREAMS = 200
MODEL = "bench-200-at-40"
"""200 events a stream, 40 a second: what a fast model writes."""
REPEATS = 5


def asked(model: str) -> bytes:
    body = json.dumps({"model": model, "input": "Write.", "stream": True}).encode()
    head = (
        "POST /v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk-bench-no-secret-0000000000\r\n"
        f"Content-Type: application/json\r\nAccept: application/json\r\nUser-Agent: bench\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def first_bytes(port: int, count: int, *, fresh: bool) -> list[float]:
    """Seconds to the first byte, over one connection or a new one each time."""
    found = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = asked("bench-1")
    for _ in range(count):
        if fresh:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begun = time.perf_counter()
        writer.write(request)
        data = await reader.read(65536)
        found.append(time.perf_counter() - begun)
        while not data.endswith(b"0\r\n\r\n"):
            data += await reader.read(65536)
        await asyncio.sleep(0.002)
    writer.close()
    return found


async def stream(port: int, request: bytes, due: float) -> tuple[float, int]:
    """How long it took, and how many bytes of events came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(due - time.perf_counter())
    begun, size, last = time.perf_counter(), 0, b""
    writer.write(request)
    while not last.endswith(b"0\r\n\r\n"):
        data = await reader.read(65536)
        assert data, "broken off"
        size += len(data)
        last = (last + data)[-16:]
    writer.close()
    return time.perf_counter() - begun, size


async def streams(port: int) -> list[float]:
    """Seconds of each of 200 at once, begun within half a second."""
    request, now = asked(MODEL), time.perf_counter() + 0.2
    done = await asyncio.gather(*(stream(port, request, now + n * 0.5 / STREAMS) for n in range(STREAMS)))
    assert len({size for _, size in done}) <= 40, "streams differ in more than how their pieces were cut"
    return [seconds for seconds, _ in done]


async def main(port: int, proxy: int) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for fresh in (False, True):
        for _ in range(2):  # the first is a warm-up
            pairs = [(await first_bytes(port, 20, fresh=fresh), await first_bytes(proxy, 20, fresh=fresh))
                     for _ in range(CALLS // 20)]  # fmt: skip
        name = "fresh" if fresh else "kept"
        result[name] = {"direct": [*chain(*(a for a, _ in pairs))], "proxy": [*chain(*(b for _, b in pairs))]}
    result["streams"] = {"direct": [], "proxy": []}
    for _ in range(REPEATS):
        result["streams"]["direct"] += await streams(port)
        result["streams"]["proxy"] += await streams(proxy)
    return result


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))))
