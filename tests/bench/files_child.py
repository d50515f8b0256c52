"""The real program over a sandbox that has many files, and somebody who opens the panel, searches, sorts and scrolls.

    python -m tests.bench.files_child FILES REPEATS

prints milliseconds until the window was painted: `first`, `open`, `plain` (an empty QTableView in the same place),
`complete`, `search`, `purpose`, `sort`, `scroll`; and `stall`, how late the window's thread was while pages came.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from playground.app import Application
from playground.cli.options import AppOptions
from playground.core.filing.rows import CREATED, NAME
from playground.panels.files.view import FilesView
from playground.sandbox.files import KIND, PURPOSES, describe
from playground.sandbox.state import State
from tests.bench.frames import Stalls, painted

RESULTS: dict[str, list[float]] = {
    name: [] for name in ("first", "open", "plain", "complete", "search", "purpose", "sort", "scroll", "stall")
}
WORDS = ("report", "needle", "9", "zzzz", "user_data quarterly")


def make(folder: Path, count: int) -> None:
    """Files as the sandbox keeps them, without their contents: nobody looks into them."""
    state = State(folder)
    with state.transaction():
        for number in range(count):
            name = "needle.pdf" if number % 5000 == 7 else f"quarterly report {number:05}.txt"
            state.put(KIND, describe(name, 1000 + number * 37, PURPOSES[number % len(PURPOSES)], None))
    state.close()


class Driven(Application):
    """Somebody looks through the files."""

    files: int

    async def run(self) -> int:
        self.start()
        await self.bridge.idle(60)
        begun = time.perf_counter()
        self.window.show_panel("files")
        view = self.window.panels.panel("files")
        assert isinstance(view, FilesView)
        await self._listed(view)
        RESULTS["first"].append(1000 * (time.perf_counter() - begun))
        await self.until(lambda: len(view.list.rows.all) == self.files and not view.list.is_loading)
        for _ in range(int(sys.argv[2])):
            await self._again(view)
        return 0

    async def _again(self, view: FilesView) -> None:
        await self.bridge.idle(60)
        plain = QTableView()
        self.window.panels.addWidget(plain)
        self.window.show_panel("compose")
        await painted(self.window)
        begun = time.perf_counter()
        self.window.panels.setCurrentWidget(plain)
        await painted(self.window)
        RESULTS["plain"].append(1000 * (time.perf_counter() - begun))
        self.window.panels.removeWidget(plain)
        plain.deleteLater()
        view.list._forget()
        await self.bridge.idle(60)
        stalls = Stalls()
        stalls.start()
        begun = time.perf_counter()
        self.window.show_panel("files")
        view.list.load()
        await self._listed(view)
        RESULTS["open"].append(1000 * (time.perf_counter() - begun))
        await self.until(lambda: len(view.list.rows.all) == self.files and not view.list.is_loading)
        RESULTS["complete"].append(1000 * (time.perf_counter() - begun))
        RESULTS["stall"] += stalls.stop()
        await self._look(view)
        await self._scroll(view)

    async def _look(self, view: FilesView) -> None:
        for words in (*WORDS, ""):
            await self.bridge.idle(60)
            begun = time.perf_counter()
            view.list.search.setText(words)
            await self.until(lambda words=words: view.list.rows.search == words)
            await painted(self.window)
            if words:
                RESULTS["search"].append(1000 * (time.perf_counter() - begun))
        for purpose in ("batch", ""):
            begun = time.perf_counter()
            view.list.choose_purpose(purpose)
            await painted(self.window)
            RESULTS["purpose"].append(1000 * (time.perf_counter() - begun))
        for column, order in ((NAME, Qt.SortOrder.AscendingOrder), (CREATED, Qt.SortOrder.DescendingOrder)):
            begun = time.perf_counter()
            view.list.table.sortByColumn(column, order)
            await painted(self.window)
            RESULTS["sort"].append(1000 * (time.perf_counter() - begun))

    async def _scroll(self, view: FilesView) -> None:
        bar = view.list.table.verticalScrollBar()
        for screen in range(60):
            begun = time.perf_counter()
            bar.setValue(bar.maximum() * (screen + 1) // 60)
            await painted(self.window)
            RESULTS["scroll"].append(1000 * (time.perf_counter() - begun))

    async def _listed(self, view: FilesView) -> None:
        await self.until(lambda: bool(view.list.rows.shown))
        await painted(self.window)

    async def until(self, true: Callable[[], bool]) -> None:
        latest = time.perf_counter() + 60
        while not true():
            await asyncio.sleep(0.001)
            if time.perf_counter() > latest:
                raise TimeoutError(f"it is not shown after 60 seconds: {self._how_far()}")

    def _how_far(self) -> str:
        view = self.window.panels.panel("files")
        assert isinstance(view, FilesView)
        banner = view.list.trouble.banner
        words = banner.problem.line() if banner is not None else "no trouble"
        return f"{len(view.list.rows.all):,} files, {'loading' if view.list.is_loading else 'loaded'}, {words}"


def main() -> int:
    from PySide6.QtWidgets import QApplication

    with tempfile.TemporaryDirectory(prefix="playground-bench-") as folder:
        count = int(sys.argv[1])
        make(Path(folder) / "sandbox", count)
        app = QApplication([])
        options = AppOptions(sandbox=True, data_dir=Path(folder), panel="compose", size=(1280, 800), theme="light")
        program = Driven(options)
        program.files = count
        program.reporter.install()
        code = program.bridge.run_app(program.run, program.build, program.furnish)
        program.reporter.uninstall()
        del app
    if code == 0:
        print(json.dumps(RESULTS))
    return code


if __name__ == "__main__":
    sys.exit(main())
