"""Streams in a window of output views, recorded, with live Markdown.

    python -m tests.bench.streams_child PORT MODEL STREAMS REPEATS

prints one JSON line: for each repeat the seconds of wall and CPU from sending until the final text is painted, and the
stalls of the GUI thread in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from playground.bridge import Bridge
from playground.widgets.blocks import OutputView
from playground.widgets.theme import ThemeManager
from tests.bench.frames import Stalls, painted
from tests.bench.parts import Client
from tests.bench.texts import END


class Window(QWidget):
    """As many output views as there are streams, all of them visible."""

    def __init__(self, streams: int) -> None:
        super().__init__()
        self.setObjectName("bench")
        grid = QGridLayout(self)
        columns = math.ceil(math.sqrt(streams * 1.25))
        self.views = [OutputView(self) for _ in range(streams)]
        for number, view in enumerate(self.views):
            grid.addWidget(view, number // columns, number % columns)
        self.resize(1600, 1000)


class Bench:
    def __init__(self, folder: Path, port: int, model: str, streams: int, repeats: int) -> None:
        self.app = QApplication([])
        self.theme = ThemeManager()
        self.theme.apply("light")
        self.bridge = Bridge()
        self.client = Client(folder, port)
        self.model, self.streams, self.repeats = model, streams, repeats
        self.results: dict[str, list[Any]] = {"wall": [], "cpu": [], "stalls": []}

    def build(self) -> None:
        self.window = Window(self.streams)
        self.window.show()

    async def main(self) -> int:
        self.bridge.at_shutdown(self.client.aclose)
        await self.once("bench-200")
        for _ in range(self.repeats):
            await asyncio.sleep(0.3)  # whatever the last one left to do
            wall, cpu, stalls = await self.once(self.model)
            self.results["wall"].append(wall)
            self.results["cpu"].append(cpu)
            self.results["stalls"].append(stalls)
        return 0

    async def once(self, model: str) -> tuple[float, float, list[float]]:
        for view in self.window.views:
            view.clear()
        stalls = Stalls()
        stalls.start()
        begun, used = time.perf_counter(), time.process_time()
        operations = [
            self.bridge.run(self.client.generation(model), label="Stream", owner=self.window, on_changes=view.apply)
            for view in self.window.views
        ]
        for operation in operations:
            await operation.wait()
        await painted(self.window)
        result = time.perf_counter() - begun, time.process_time() - used, stalls.stop()
        for view in self.window.views:
            assert END in view.text()[-200:], view.text()[-200:]
        return result


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        port, model, streams, repeats = sys.argv[1:]
        bench = Bench(Path(folder), int(port), model, int(streams), int(repeats))
        code = bench.bridge.run_app(bench.main, bench.build)
        bench.client.store.close()
        if code == 0:
            print(json.dumps(bench.results))
        sys.exit(code)


if __name__ == "__main__":
    main()
