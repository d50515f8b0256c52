"""The catalogue of the SDK: read from its file, searched, one method's schema taken out."""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playground.core.catalog import ensure_catalog
from playground.core.catalog.store import cache_file, read_file, shipped
from tests.bench.table import Row, median

REPEATS = 5
WORDS = ("c", "cr", "cre", "create", "create file", "temperature", "vscr")
"""What somebody types."""


@contextmanager
def uncollected() -> Iterator[None]:
    """As in the window, which collects garbage when it has nothing else to do (playground/bridge/garbage.py)."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(work: Callable[[], object]) -> float:
    """Of one run, the median of several; the first only warms up."""
    work()
    times = []
    for _ in range(REPEATS):
        with uncollected():
            begun = time.perf_counter()
            work()
            times.append(time.perf_counter() - begun)
    return median(times)


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        catalog = asyncio.run(ensure_catalog(Path(folder), anew=True))
        built = time.perf_counter() - begun
        path = cache_file(Path(folder), catalog.sdk_version)
        data = path.read_bytes()
        read, loads = seconds(lambda: read_file(path)) * 1000, seconds(lambda: json.loads(data)) * 1000
        packed = seconds(shipped) * 1000
    size = f"{len(data) / 1e6:.1f} MB"
    search = max(seconds(lambda word=word: catalog.search(word)) for word in WORDS) * 1000  # type: ignore[misc]
    schema = seconds(lambda: catalog.schema_of("responses.create")) * 1000
    what, against = f"catalogue of {len(catalog.methods)} methods read ({size})", "json.loads of its bytes"
    return [
        Row("catalog", what, read, "ms", against, loads, 2.0, 1),
        Row("catalog", "the one that comes with the program (gzip)", packed, "ms", against, loads, None, 1),
        Row("catalog", "searched, the slowest of several words", search, "ms", target=16, digits=1),
        Row("catalog", "schema of responses.create", schema, "ms", target=16, digits=1),
        Row("catalog", "built anew, in a process of its own", built, "s", digits=1),
    ]
