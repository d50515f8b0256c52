"""Big JSON: a body of 50 MB in the JSON view, against `json.loads` of it."""

from __future__ import annotations

import json
import random
import tempfile
from itertools import chain
from pathlib import Path

from tests.bench.processes import run_child
from tests.bench.table import Row, median, percentile

SIZE = 50_000_000
REPEATS = 5


def body(size: int) -> bytes:
    """About so many bytes as the API sends them: half of them embeddings, half a page of stored responses."""
    maker = random.Random(7)
    vectors, answers, room = [], [], size // 2
    while room > 0:
        vector = [round(maker.uniform(-0.1, 0.1), 9) for _ in range(1536)]
        vectors.append({"object": "embedding", "index": len(vectors), "embedding": vector})
        room -= 13 * len(vector) + 60
    room = size // 2
    while room > 0:
        answers.append(_response(len(answers), maker))
        room -= 1750
    whole = {"object": "list", "data": answers, "embeddings": vectors, "has_more": False}
    return json.dumps(whole, ensure_ascii=False).encode()


def _response(number: int, maker: random.Random) -> dict[str, object]:
    text = 'The export failed with “Request too large” since Tuesday; ünïcode, "quotes"\nand lines. '
    part = {"type": "output_text", "text": text * maker.randrange(1, 20), "annotations": [], "logprobs": []}
    return {
        "id": f"resp_{number:032x}",
        "object": "response",
        "created_at": 1_763_700_000 + number,
        "status": "completed",
        "error": None,
        "model": "gpt-6-luna",
        "output": [
            {"id": f"rs_{number:032x}", "type": "reasoning", "summary": []},
            {"id": f"msg_{number:032x}", "type": "message", "role": "assistant", "content": [part]},
        ],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tools": [],
        "usage": {"input_tokens": 36, "output_tokens": maker.randrange(900), "total_tokens": 900},
        "metadata": {"ticket": f"T-{number}"},
    }


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "body.json"
        path.write_bytes(body(SIZE))
        size = path.stat().st_size
        loads = run_child("tests.bench.json_child", "loads", path, REPEATS)
        view = run_child("tests.bench.json_child", "view", path, REPEATS)
    idle, reading, using = (list(chain.from_iterable(view[name])) for name in ("idle", "reading", "using"))
    what = f"{size / 1e6:.0f} MB"
    against = "json.loads"
    return [
        Row("json", f"{what}, first paint", median(view["paint"]), "s", against, median(loads["seconds"]), 1.5),
        Row("json", "GUI stall while nothing is done, p99", percentile(idle, 0.99), "ms", digits=1),
        Row("json", "GUI stall while it is read, p99", percentile(reading, 0.99), "ms", target=16, digits=1),
        Row("json", "GUI stall while it is read, greatest", max(reading), "ms", digits=1),
        Row("json", "all hits of a word", median(view["find"]), "s"),
        Row("json", "all lines of its text counted", median(view["lines"]), "s"),
        Row("json", "GUI stall while searching, opening and scrolling, p99", percentile(using, 0.99), "ms", target=16,
            digits=1),
        Row("json", "the same, greatest", max(using), "ms", digits=1),
        Row("json", "greatest memory, the body included", view["memory"] / 1e6, "MB", "the body", size / 1e6, 6.0,
            digits=0),
        Row("json", "memory of json.loads, for comparison", loads["memory"] / 1e6, "MB", "the body", size / 1e6,
            digits=0),
    ]  # fmt: skip
