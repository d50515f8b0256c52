"""Start: the first painted frame of the real window against that of an empty QMainWindow; and what it costs to idle."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.bench.processes import ROOT, environment
from tests.bench.table import Row, median

REPEATS = 5
SETTLE = 20.0
"""Seconds until everything that starts after the first frame has started, and let go what it needed only then."""
WATCHED = 10.0
"""Seconds of idling."""
MIB = 1024 * 1024


@contextmanager
def child(kind: str) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """A fresh process; gives the seconds to its first frame, and the process, which ends afterwards."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.start_child", kind, "stay"],
        env=environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the {kind} window ended before its first frame: {process.wait()}")
        yield json.loads(line)["frame"] - begun, process
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def first_frame(kind: str) -> float:
    with child(kind) as (seconds, _):
        return seconds


def wakeups(process: psutil.Process) -> dict[int, int]:
    """How often each thread went to sleep by itself, which is how often something woke it."""
    found = {}
    for thread in process.threads():
        status = Path(f"/proc/{process.pid}/task/{thread.id}/status").read_text()
        found[thread.id] = int(status.rpartition("\nvoluntary_ctxt_switches:")[2].split()[0])
    return found


def run() -> list[Row]:
    """Alternating fresh processes; the first of each kind only warms the disk's cache."""
    times: dict[str, list[float]] = {"minimal": [], "app": [], "panel": []}
    for _ in range(REPEATS + 1):
        for kind, seconds in times.items():
            seconds.append(first_frame(kind))
    minimal, app, panel = (median(seconds[1:]) * 1000 for seconds in times.values())
    rows = [Row("start", "first painted frame", app, "ms", "empty QMainWindow", minimal, 1.6, 0)]
    rows.append(Row("start", "first frame with Compose in it", panel, "ms", "empty QMainWindow", minimal, None, 0))
    with child("app") as (_, process):
        time.sleep(SETTLE)
        window = psutil.Process(process.pid)
        before, begun = wakeups(window), time.monotonic()
        time.sleep(WATCHED)
        after, seconds = wakeups(window), time.monotonic() - begun
        memory = window.memory_full_info()
        rate = sum(count - before.get(thread, 0) for thread, count in after.items()) / seconds
    rows += [
        Row("start", "idle memory, USS", memory.uss / MIB, "MiB", target=160, digits=0),
        Row("start", "idle memory, RSS", memory.rss / MIB, "MiB", target=160, digits=0),
        Row("start", "idle wake-ups, all threads", rate, "/s", target=1, digits=1),
    ]
    return rows
