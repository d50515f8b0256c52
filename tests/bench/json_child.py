"""One side of the JSON bench, in a process of its own because of the memory.

    python -m tests.bench.json_child loads|view FILE REPEATS

prints one JSON line with seconds, stalls in milliseconds, and bytes above what the process had before the body.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication

from playground.bridge import Bridge, awaited
from playground.widgets.json import JsonView
from playground.widgets.json.text import JsonText
from playground.widgets.json.tree import JsonTree
from playground.widgets.theme import ThemeManager
from tests.bench.frames import Stalls, painted


def peak() -> int:
    """The most memory the process ever had, in bytes (Linux). `getrusage` would give that of the process before it,
    where that was more."""
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def loads(path: Path, repeats: int) -> dict[str, Any]:
    before = peak()
    data = path.read_bytes()
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        value = json.loads(data)
        seconds.append(time.perf_counter() - begun)
        del value
    return {"seconds": seconds, "memory": peak() - before}


class Bench:
    def __init__(self, path: Path, repeats: int) -> None:
        self.app = QApplication([])
        self.theme = ThemeManager()
        self.theme.apply("light")
        self.bridge = Bridge()
        self.path, self.repeats = path, repeats
        self.results: dict[str, Any] = {"paint": [], "find": [], "lines": [], "idle": [], "reading": [], "using": []}

    def build(self) -> None:
        self.view = JsonView("bench")
        self.view.resize(1000, 800)
        self.view.show()

    async def main(self) -> int:
        # asyncio holds tasks weakly, and a signal its receiver: while one waits for the other, nobody holds either.
        self.task = asyncio.current_task()
        self.view.set_value({"warm": ["up"]})
        self.view.set_mode("text")
        self.view.set_mode("tree")
        await painted(self.view)
        before = peak()
        data = self.path.read_bytes()
        for _ in range(self.repeats):
            await asyncio.sleep(0.3)  # whatever the last one left to do
            idle = Stalls()
            idle.start()
            await asyncio.sleep(1.0)
            self.results["idle"].append(idle.stop())
            stalls = Stalls()
            stalls.start()
            begun = time.perf_counter()
            self.view.set_bytes(data, bridge=self.bridge)
            await awaited(self.view.ready)
            await painted(self.view)
            self.results["paint"].append(time.perf_counter() - begun)
            self.results["reading"].append(stalls.stop())
            await self.use()
        self.results["memory"] = peak() - before
        return 0

    async def use(self) -> None:
        """Search, jump to hits, open what is large, scroll, read as text."""
        view = self.view
        stalls = Stalls()
        stalls.start()
        begun = time.perf_counter()
        view.find("Request too large")
        await awaited(view.found)
        self.results["find"].append(time.perf_counter() - begun)
        for _ in range(10):
            view.find_previous()
            await painted(view)
        tree = view.findChild(JsonTree)
        assert tree is not None
        for row in (1, 2):
            top = tree.json.index(row, 0, QModelIndex())
            tree.expand(top)
            await painted(view)
            tree.expand(tree.json.index(0, 0, top))
            await painted(view)
            for _ in range(20):
                bar = tree.verticalScrollBar()
                bar.setValue(bar.value() + 700)
                await painted(view)
        begun = time.perf_counter()
        view.set_mode("text")
        text = view.findChild(JsonText)
        assert text is not None
        while not (text.lines() and text.lines().complete):  # type: ignore[union-attr]  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        self.results["lines"].append(time.perf_counter() - begun)
        for share in range(20):
            bar = text.verticalScrollBar()
            bar.setValue(bar.maximum() * share // 20)
            await painted(view)
        view.set_mode("tree")
        view.find("")
        self.results["using"].append(stalls.stop())


def main() -> None:
    what, path, repeats = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if what == "loads":
        print(json.dumps(loads(path, repeats)))
        return
    bench = Bench(path, repeats)
    code = bench.bridge.run_app(bench.main, bench.build)
    if code == 0:
        print(json.dumps(bench.results))
    sys.exit(code)


if __name__ == "__main__":
    main()
