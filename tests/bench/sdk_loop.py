"""The baseline: the SDK's own typed loop, with no window at all.

    python -m tests.bench.sdk_loop PORT MODEL STREAMS REPEATS

prints one JSON line: seconds of wall and of this process' CPU for each repeat, after one warm-up.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from openai import AsyncOpenAI

from tests.bench.texts import END


async def read(client: AsyncOpenAI, model: str) -> int:
    text = []
    async for event in await client.responses.create(model=model, input="Write.", stream=True):
        if event.type == "response.output_text.delta":
            text.append(event.delta)
    assert "".join(text).endswith(END)
    return len(text)


async def main(port: int, model: str, streams: int, repeats: int) -> None:
    wall, cpu = [], []
    async with AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="bench", max_retries=0) as client:
        await read(client, "bench-200")
        for _ in range(repeats):
            begun, used = time.perf_counter(), time.process_time()
            await asyncio.gather(*(read(client, model) for _ in range(streams)))
            wall.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - used)
    print(json.dumps({"wall": wall, "cpu": cpu}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
