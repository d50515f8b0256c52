"""Proxy: what the recording proxy adds to the first byte, and 200 parallel streams through it, each recorded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.processes import ROOT, environment, run_child, server
from tests.bench.table import Row, percentile


@contextmanager
def proxy(upstream: int) -> Iterator[int]:
    """The proxy before the bench server; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.proxy_child", str(upstream)],
        env=environment(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def run() -> list[Row]:
    with server() as port, proxy(port) as through:
        found = run_child("tests.bench.proxy_load", port, through)
    rows = []
    for name, words in (("kept", "a kept connection"), ("fresh", "a new connection")):
        direct, passed = found[name]["direct"], found[name]["proxy"]
        for share, place in ((0.5, "median"), (0.99, "p99")):
            added = (percentile(passed, share) - percentile(direct, share)) * 1000
            target = 1.0 if share == 0.5 else None
            rows.append(Row("proxy", f"added to the first byte, {words}, {place}", added, "ms", target=target))
    streams = found["streams"]
    for share, place in ((0.5, "median"), (0.99, "p99")):
        rows.append(
            Row("proxy", f"200 streams × 40 events/s, wall of one, {place}", percentile(streams["proxy"], share), "s",
                "without the proxy", percentile(streams["direct"], share), 1.05)
        )  # fmt: skip
    return rows
