"""Upload: a large file in parts, and 1,000 small ones, to the sandbox; against curl sending the same.

The large one has 200 MB; PLAYGROUND_BENCH_UPLOAD_MB=1024 makes it a gigabyte.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.processes import run_child
from tests.bench.table import Row, median
from tests.helpers.sandbox import Server, running_sandbox

PART = 64 * 1024 * 1024
PARALLEL = 4
REPEATS = 3
MANY, SMALL = 1000, 10_000
TARGET = 1.3
MEMORY = 64.0


def run() -> list[Row]:
    megabytes = int(os.environ.get("PLAYGROUND_BENCH_UPLOAD_MB", "200"))
    with tempfile.TemporaryDirectory(prefix="playground-upload-") as name:
        folder = Path(name)
        parts = _made(folder, megabytes)
        small = []
        for number in range(MANY):
            small.append(folder / f"small-{number:04}.txt")
            small[-1].write_bytes(os.urandom(SMALL // 2).hex().encode())
        large = _pairs(folder, [folder / "large.bin"], lambda server: _curl_parts(server, folder, parts))
        many = _pairs(folder, small, lambda server: _curl_many(server, folder, small))
    what = f"{megabytes} MB in parts of 64 MB, {PARALLEL} at once"
    return [
        _row(what, large, TARGET),
        Row("upload", "the same, CPU of the program", median(large["cpu"]), "s"),
        Row("upload", "the same, growth of memory", max(large["memory"]), "MB", target=MEMORY, digits=0),
        _row(f"{MANY:,} files of 10 KB, {PARALLEL} at once", many, TARGET),
        Row("upload", "the same, growth of memory", max(many["memory"]), "MB", target=MEMORY, digits=0),
    ]


def _row(what: str, found: dict[str, list[float]], target: float) -> Row:
    ratio = median([ours / curl for ours, curl in zip(found["wall"], found["curl"], strict=True)])
    plain = median(found["curl"])
    return Row("upload", what, plain * ratio, "s", "curl sending the same", plain, target)


def _pairs(folder: Path, paths: list[Path], curl: Callable[[Server], float]) -> dict[str, list[float]]:
    """Ours and curl's in turn, each pair with a new sandbox: what else the machine does meets both, and the sandbox
    lets nobody send more than it would in a minute."""
    found: dict[str, list[float]] = {"wall": [], "memory": [], "cpu": [], "curl": []}
    for number in range(REPEATS):
        state = folder / f"state-{number}"
        with running_sandbox(state, "--tones") as server:
            if number % 2:
                found["curl"].append(curl(server))
            ours = run_child("tests.bench.upload_child", server.base_url, server.key, PART, PARALLEL, 1, *paths)
            for name, values in ours.items():
                found[name] += values
            if not number % 2:
                found["curl"].append(curl(server))
        shutil.rmtree(state)
    return found


def _made(folder: Path, megabytes: int) -> list[Path]:
    """A file of random bytes, and its parts as files of their own, as curl wants them."""
    parts = []
    with (folder / "large.bin").open("wb") as whole:
        left = megabytes * 1024 * 1024
        while left:
            data = os.urandom(min(PART, left))
            left -= len(data)
            whole.write(data)
            parts.append(folder / f"part-{len(parts):03}.bin")
            parts[-1].write_bytes(data)
    return parts


def _curl(folder: Path, server: Server, requests: list[str], parallel: int = 1) -> list[dict[str, object]]:
    """Send requests, each some lines of curl's configuration; gives the answers."""
    config = folder / "curl.cfg"
    outputs = [folder / f"answer-{number}.json" for number in range(len(requests))]
    head = f'fail\nheader = "Authorization: Bearer {server.key}"\nheader = "Expect:"\n'
    config.write_text(
        "next\n".join(
            f'{head}{request}\noutput = "{output}"\n' for request, output in zip(requests, outputs, strict=True)
        )
    )
    many = ["--parallel", "--parallel-max", str(parallel)] if parallel > 1 else []
    subprocess.run(["curl", "--no-progress-meter", *many, "-K", str(config)], check=True)
    return [json.loads(output.read_bytes()) for output in outputs]


def _json(url: str, body: object) -> str:
    said = json.dumps(json.dumps(body))
    return f'url = "{url}"\nheader = "Content-Type: application/json"\ndata = {said}'


def _curl_parts(server: Server, folder: Path, parts: list[Path]) -> float:
    """Seconds that curl takes for an upload, with the MD5 known beforehand."""
    size = sum(part.stat().st_size for part in parts)
    md5 = hashlib.md5((folder / "large.bin").read_bytes()).hexdigest()
    began = time.perf_counter()
    body = {"bytes": size, "filename": "large.bin", "mime_type": "application/octet-stream", "purpose": "user_data"}
    (upload,) = _curl(folder, server, [_json(f"{server.base_url}/uploads", body)])
    url = f"{server.base_url}/uploads/{upload['id']}"
    sent = _curl(folder, server, [f'url = "{url}/parts"\nform = "data=@{part}"' for part in parts], PARALLEL)
    _curl(folder, server, [_json(f"{url}/complete", {"part_ids": [one["id"] for one in sent], "md5": md5})])
    return time.perf_counter() - began


def _curl_many(server: Server, folder: Path, small: list[Path]) -> float:
    requests = [f'url = "{server.base_url}/files"\nform = "purpose=user_data"\nform = "file=@{one}"' for one in small]
    began = time.perf_counter()
    _curl(folder, server, requests, PARALLEL)
    return time.perf_counter() - began
