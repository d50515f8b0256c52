"""Runs in the real program: Compose, its window, the request log, the dock.

    OPENAI_BASE_URL=… OPENAI_API_KEY=… python -m tests.bench.compose_child MODEL REPEATS

prints what `streams_child` prints.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playground.app import Application
from playground.bridge import awaited
from playground.cli.options import AppOptions
from playground.panels.compose.view import ComposeView
from tests.bench.frames import Stalls, painted
from tests.bench.texts import END

RESULTS: dict[str, list[Any]] = {"wall": [], "cpu": [], "stalls": []}


class Driven(Application):
    """The program, with someone who presses Run."""

    async def run(self) -> int:
        self.start()
        compose = self.window.findChild(ComposeView)
        assert compose is not None
        await self.bridge.idle(30)  # the models, the request log
        await self.once(compose, "bench-200")
        for _ in range(int(sys.argv[2])):
            await asyncio.sleep(0.5)  # whatever the last one left to do
            wall, cpu, stalls = await self.once(compose, sys.argv[1])
            RESULTS["wall"].append(wall)
            RESULTS["cpu"].append(cpu)
            RESULTS["stalls"].append(stalls)
        return 0

    async def once(self, compose: ComposeView, model: str) -> tuple[float, float, list[float]]:
        compose.settings.set_model(model)
        await asyncio.sleep(0.1)
        stalls = Stalls()
        stalls.start()
        begun, used = time.perf_counter(), time.process_time()
        self.window.commands.run("compose.run")
        operation = compose._operation
        assert operation is not None
        await awaited(operation.finished)
        await painted(self.window)
        result = time.perf_counter() - begun, time.process_time() - used, stalls.stop()
        assert END in compose.output.view.text()[-200:], compose.output.view.text()[-200:]
        return result


def main() -> int:
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        program = Driven(AppOptions(data_dir=Path(folder), panel="compose", size=(1600, 1000), theme="light"))
        program.reporter.install()
        code = program.bridge.run_app(program.run, program.build, program.furnish)
        program.reporter.uninstall()
    del app
    if code == 0:
        print(json.dumps(RESULTS))
    return code


if __name__ == "__main__":
    sys.exit(main())
