"""The real program with a log of many requests, and somebody who opens it, goes to its end, filters and scrolls.

    python -m tests.bench.inspector_child ROWS REPEATS

prints milliseconds until the window was painted: `first`, `open`, `plain` (an empty QTableView in the same place),
`empty` (the panel over a filter that finds nothing, for comparison), `end`, `query`, `id`, `scroll`, `complete`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QTableView

from playground.app import Application
from playground.cli.options import AppOptions
from playground.panels.inspector.reading import Asked
from playground.panels.inspector.view import InspectorView
from tests.bench import log_made
from tests.bench.frames import painted

RESULTS: dict[str, list[float]] = {
    name: [] for name in ("first", "open", "plain", "empty", "end", "query", "id", "scroll", "complete")
}
QUERIES = ("status:429", "model:gpt-5* dur>5s", "needle", "weather status:500", "-status:200", "tokens>4000")


class Driven(Application):
    """Somebody looks through the log."""

    rows: int

    async def run(self) -> int:
        self.start()
        await self.bridge.idle(30)
        begun = time.perf_counter()
        self.window.show_panel("inspector")
        view = self.window.panels.panel("inspector")
        assert isinstance(view, InspectorView)
        await self._listed(view)
        RESULTS["first"].append(1000 * (time.perf_counter() - begun))
        await self.until(lambda: view.list.feed.complete)
        RESULTS["complete"].append(1000 * (time.perf_counter() - begun))
        for _ in range(int(sys.argv[2])):
            await self._again(view)
        return 0

    async def _again(self, view: InspectorView) -> None:
        """One round; each starts from a list that is read anew."""
        await self.bridge.idle(60)
        plain = QTableView()
        self.window.panels.addWidget(plain)
        self.window.show_panel("compose")
        await painted(self.window)
        begun = time.perf_counter()
        self.window.panels.setCurrentWidget(plain)
        await painted(self.window)
        RESULTS["plain"].append(1000 * (time.perf_counter() - begun))
        self.window.show_panel("models")
        self.window.panels.removeWidget(plain)
        plain.deleteLater()
        await self.bridge.idle(60)
        for name in ("empty", "open"):
            view.list.feed.page = None  # as if it had not been read
            view.list.model.set_numbers([])
            view.list.feed.asked = Asked("model:none" if name == "empty" else "")
            begun = time.perf_counter()
            self.window.show_panel("inspector")
            if name == "empty":
                await self.until(lambda: view.list.feed.page is not None)
                await painted(self.window)
            else:
                await self._listed(view)
            RESULTS[name].append(1000 * (time.perf_counter() - begun))
            if name == "empty":
                self.window.show_panel("models")
                await self.bridge.idle(60)
        await self.until(lambda: view.list.feed.complete)
        await self.bridge.idle(60)
        begun = time.perf_counter()
        view.list.table.scrollToBottom()
        await self.row_read(view, view.list.model.rowCount() - 1)
        RESULTS["end"].append(1000 * (time.perf_counter() - begun))
        await self._scroll(view)
        for query in QUERIES:
            await self._ask(view, query, "query")
        await self._ask(view, log_made.request_id(self.rows // 3), "id")
        view.list.field.set_query("")
        await self.until(lambda: view.list.feed.complete and view.list.model.rowCount() >= self.rows)

    async def _ask(self, view: InspectorView, query: str, name: str) -> None:
        await self.bridge.idle(60)
        before = view.list.feed.page
        begun = time.perf_counter()
        view.list.field.set_query(query)
        await self.until(lambda: view.list.feed.page is not before)
        await painted(self.window)
        RESULTS[name].append(1000 * (time.perf_counter() - begun))

    async def _scroll(self, view: InspectorView) -> None:
        """A screen at a time, through all of it; each is there when its rows are painted."""
        bar = view.list.table.verticalScrollBar()
        height = view.list.table.verticalHeader().defaultSectionSize()
        for screen in range(100):
            await self.bridge.idle(60)
            begun = time.perf_counter()
            bar.setValue(bar.maximum() * screen // 100)
            await self.row_read(view, bar.value() // height + 2)
            RESULTS["scroll"].append(1000 * (time.perf_counter() - begun))

    async def _listed(self, view: InspectorView) -> None:
        await self.until(lambda: view.list.model.row_at(0) is not None)
        await painted(self.window)

    async def row_read(self, view: InspectorView, row: int) -> None:
        await painted(self.window)
        await self.until(lambda: view.list.model.row_at(row) is not None)
        await painted(self.window)

    async def until(self, true: Callable[[], bool]) -> None:
        latest = time.perf_counter() + 30
        while not true():
            await asyncio.sleep(0.001)
            if time.perf_counter() > latest:
                raise TimeoutError("it is not shown after 30 seconds")


def main() -> int:
    from PySide6.QtWidgets import QApplication

    with tempfile.TemporaryDirectory(prefix="playground-bench-") as folder:
        rows = int(sys.argv[1])
        log_made.NOW = time.time()
        log_made.make(Path(folder) / "exchanges.sqlite3", rows)
        forever = {"requests.keep_days": 0, "requests.keep_megabytes": 0}
        (Path(folder) / "settings.json").write_text(json.dumps(forever), "utf-8")
        app = QApplication([])
        options = AppOptions(sandbox=True, data_dir=Path(folder), panel="compose", size=(1280, 800), theme="light")
        program = Driven(options)
        program.rows = rows
        program.reporter.install()
        code = program.bridge.run_app(program.run, program.build, program.furnish)
        program.reporter.uninstall()
        del app
    if code == 0:
        print(json.dumps(RESULTS))
    return code


if __name__ == "__main__":
    sys.exit(main())
