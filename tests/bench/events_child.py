"""Runs in the real program: a run of many events is looked at, and its Events tab opened.

    python -m tests.bench.events_child EVENTS REPEATS

prints, in milliseconds, when the first rows were painted (`first`, the very first time apart in `cold`), when all rows
were known (`all`), and how late the window's thread was meanwhile (`stalls`).
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
from playground.core.runs import GenerationRequest, RunSnapshot
from playground.core.runs.events import EventLog
from playground.panels.compose.source import ShownRun
from playground.panels.compose.view import ComposeView
from tests.bench.frames import Stalls, painted

RESULTS: dict[str, list[Any]] = {"cold": [], "first": [], "all": [], "stalls": []}


def history(count: int) -> EventLog:
    """As the request log gives it back: one body, and when its pieces came."""
    parts, arrivals, offset = [], [], 0
    for number in range(count):
        data = {
            "type": "response.output_text.delta", "sequence_number": number, "item_id": "msg_0123456789abcdef01234567",
            "output_index": 0, "content_index": 0, "delta": f"word{number} ", "logprobs": [], "obfuscation": "abcdef",
        }  # fmt: skip
        part = f"event: response.output_text.delta\ndata: {json.dumps(data)}\n\n".encode()
        arrivals.append((offset, number * 0.005))
        parts.append(part)
        offset += len(part)
    return EventLog.of(b"".join(parts), arrivals, content_type="text/event-stream")


class Driven(Application):
    """The program, with someone who looks at a long run."""

    async def run(self) -> int:
        self.start()
        compose = self.window.findChild(ComposeView)
        assert compose is not None
        await self.bridge.idle(30)
        log = history(int(sys.argv[1]))
        for number in range(int(sys.argv[2]) + 1):
            compose.output.show_tab("output")
            compose.source.show(None)
            await asyncio.sleep(0.3)
            await self.once(compose, log, RESULTS["first" if number else "cold"])
        return 0

    async def once(self, compose: ComposeView, log: EventLog, first: list[float]) -> None:
        run = ShownRun(GenerationRequest(), log, None, RunSnapshot(status="completed", duration=log.last))
        stalls = Stalls()
        stalls.start()
        begun = time.perf_counter()
        compose.source.show(run)
        compose.output.show_tab("events")
        events: Any = compose.output.tabs["events"]
        if not events.model.rowCount():
            await awaited(events.model.rowsInserted)
        await painted(self.window)
        first.append((time.perf_counter() - begun) * 1000)
        while events.model.rowCount() < int(sys.argv[1]):
            await awaited(events.model.rowsInserted)
        RESULTS["all"].append((time.perf_counter() - begun) * 1000)
        await self.bridge.idle(60)
        RESULTS["stalls"].append(stalls.stop())


def main() -> int:
    from PySide6.QtWidgets import QApplication

    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        options = AppOptions(sandbox=True, data_dir=Path(folder), panel="compose", size=(1600, 1000), theme="light")
        program = Driven(options)
        program.reporter.install()
        code = program.bridge.run_app(program.run, program.build, program.furnish)
        program.reporter.uninstall()
    del app
    if code == 0:
        print(json.dumps(RESULTS))
    return code


if __name__ == "__main__":
    sys.exit(main())
