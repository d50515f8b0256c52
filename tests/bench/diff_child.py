"""A process that compares two large requests and shows what differs.

    python -m tests.bench.diff_child

prints one JSON line with milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any

from PySide6.QtWidgets import QApplication, QPlainTextEdit, QSplitter

from playground.bridge import Bridge
from playground.core.diff import Body, Diff, diff_bodies, prepared
from playground.widgets.commands import CommandRegistry
from playground.widgets.diff import DiffView
from playground.widgets.diff.layout import lay_out
from playground.widgets.theme import ThemeManager
from tests.bench.frames import Stalls, painted
from tests.bench.table import percentile

MESSAGES, EVERY, REPEATS, STEPS = 45_000, 9, 5, 50
JSON = (("content-type", "application/json"),)


def requests() -> tuple[bytes, bytes]:
    """A conversation, and the same with a message more and words added here and there."""
    maker = random.Random(7)
    words = ["alpha", "beta", "gamma", "delta"]
    talk: list[dict[str, Any]] = [
        {"role": "user", "content": f"message {number} " + " ".join(maker.choices(words, k=20))}
        for number in range(MESSAGES)
    ]
    left = json.dumps({"model": "m", "input": talk}).encode()
    for number in range(0, MESSAGES, EVERY):
        talk[number]["content"] += " changed"
    talk.insert(5, {"role": "user", "content": "one more"})
    return left, json.dumps({"model": "other", "input": talk}).encode()


def compared(left: bytes, right: bytes) -> tuple[Diff, float]:
    start = time.thread_time()
    diff = prepared(diff_bodies(Body(left, JSON, len(left)), Body(right, JSON, len(right))))
    return diff, (time.thread_time() - start) * 1000


def plain(left: bytes, right: bytes) -> float:
    start = time.thread_time()
    for data in (left, right):
        json.dumps(json.loads(data), indent=2)
    return (time.thread_time() - start) * 1000


class Bench:
    def __init__(self) -> None:
        self.app = QApplication([])
        self.theme = ThemeManager()
        self.theme.apply("light")
        self.bridge = Bridge()
        self.results: dict[str, list[float]] = {
            name: [] for name in ("compared", "plain", "stall", "shown", "widgets", "stepped")
        }

    def build(self) -> None:
        self.view = DiffView("bench", CommandRegistry())
        self.both = QSplitter()
        self.sides = [QPlainTextEdit(), QPlainTextEdit()]
        for side in self.sides:
            self.both.addWidget(side)
        for window in (self.view, self.both):
            window.resize(1228, 400)
            window.show()

    async def main(self) -> int:
        # asyncio holds tasks weakly, and a signal its receiver: while one waits for the other, nobody holds either.
        self.task = asyncio.current_task()
        left, right = requests()
        results = self.results
        for _ in range(REPEATS):
            stalls = Stalls()
            stalls.start()
            work = self.bridge.blocking(compared, left, right, label="Comparing", owner=None)
            diff, took = await work.wait()
            results["stall"].append(percentile(stalls.stop(), 0.99))
            results["compared"].append(took)
            results["plain"].append(await self.bridge.blocking(plain, left, right, label="Plain", owner=None).wait())
        assert sum(diff.counts().values()) == MESSAGES // EVERY + 2 and not diff.notes, (diff.counts(), diff.notes)
        await painted(self.view)
        layout = lay_out(diff, set(), self.view.left.columns(), unified=False)
        texts = ["\n".join(line.text for line in side) for side in layout.sides]
        for _ in range(REPEATS):
            start = time.perf_counter()
            self.view.set_diff(diff, "before", "after")
            await painted(self.view)
            results["shown"].append((time.perf_counter() - start) * 1000)
            start = time.perf_counter()
            for side, text in zip(self.sides, texts, strict=True):
                side.setPlainText(text)
            await painted(self.both)
            results["widgets"].append((time.perf_counter() - start) * 1000)
        for _ in range(STEPS):
            start = time.perf_counter()
            self.view.next_change()
            await painted(self.view)
            results["stepped"].append((time.perf_counter() - start) * 1000)
        return 0


def main() -> None:
    bench = Bench()
    code = bench.bridge.run_app(bench.main, bench.build)
    if code == 0:
        print(json.dumps(bench.results))
    sys.exit(code)


if __name__ == "__main__":
    main()
