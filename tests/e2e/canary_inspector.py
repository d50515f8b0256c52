"""The panel of all requests in the canary session: every tab of every request, the pages beside, whatever can be copied
or handed over, and a program that sends the key through the recording proxy."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QInputDialog

from playground.panels.inspector.pages import PAGES
from playground.panels.inspector.tabs import TABS
from playground.panels.inspector.view import InspectorView
from playground.shell.screenshot import save_picture

if TYPE_CHECKING:
    from tests.e2e.canary_child import Canary

ROWS = 10
COPIES = ("copy_request_id", "copy_curl", "copy_python", "copy_javascript", "copy_json", "copy_har")
EXPORTS = (("bundle", "zip"), ("export_har", "har"), ("export_jsonl", "jsonl"), ("export_csv", "csv"))


class Inspecting:
    def __init__(self, canary: Canary) -> None:
        self.canary = canary
        self.program, self.window = canary.program, canary.program.window
        self.out = canary.widgets.parent / "made"

    async def visit(self) -> None:
        self.out.mkdir(exist_ok=True)
        self.window.show_panel("inspector")
        found = self.window.findChild(InspectorView)
        assert found is not None
        self.view = found
        await self.canary.until(lambda: self.view.list.model.rowCount() > 0)
        await self.quiet()
        await self.rows()
        await self.marks()
        await self.pages()
        await self.hand_over()
        await self.through_the_proxy()
        await save_picture(self.window, self.program.bridge, self.out / "inspector.png")

    async def quiet(self) -> None:
        await self.program.bridge.idle(10)
        await asyncio.sleep(0.06)
        await self.program.bridge.idle(10)
        self.canary.look()

    def run(self, name: str, *arguments: Any) -> None:
        assert self.window.commands.run(f"inspector.{name}", *arguments), name

    async def rows(self) -> None:
        """Each request in each tab, and each copy of it; what is copied is written down as a file."""
        clipboard = QGuiApplication.clipboard()
        for row in range(min(ROWS, self.view.list.model.rowCount())):
            self.view.list.table.selectRow(row)
            for entry in TABS:
                self.view.show_tab(entry.id)
                await self.quiet()
            for name in COPIES:
                clipboard.clear()
                self.run(name)
                await self.quiet()
                (self.out / f"{name}-{row}.txt").write_text(clipboard.text(), "utf-8")
        clipboard.clear()

    async def marks(self) -> None:
        """A note with the key, a tag of it, a filter that looks for it."""
        for name in ("note", "tag"):
            self.run(name)
            dialog = next(one for one in self.view.findChildren(QInputDialog) if one.isVisible())
            dialog.setTextValue(f"My key is {self.canary.key}" if name == "note" else "customer")
            dialog.accept()
            await self.quiet()
        self.view.list.field.set_query(f'"{self.canary.key}"')
        await self.quiet()
        self.view.list.field.set_query("")
        await self.quiet()

    async def pages(self) -> None:
        for entry in PAGES:
            self.view.show_page(entry.id)
            await self.quiet()
        self.view.show_page("requests")

    async def hand_over(self) -> None:
        """Every kind of file, of all requests, and the HAR read in again."""
        for name, ending in EXPORTS:
            self.view.list.table.selectAll()
            self.run(name)
            dialog: Any = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)
                               and one.isVisible())  # fmt: skip
            path = self.out / f"requests.{ending}"
            await self.quiet()
            dialog.foot.file.setText(str(path))
            dialog.foot.file.textEdited.emit(str(path))
            await self.canary.until(dialog.foot.save.isEnabled)
            dialog.foot.save.click()
            await self.canary.until(path.is_file)
            await self.quiet()
            if dialog.isVisible():
                dialog.close()
            self.unpack(path)
        self.run("import_har", self.out / "requests.har")
        await self.quiet()
        for one in QApplication.topLevelWidgets():
            if isinstance(one, QDialog) and one.isVisible():
                one.close()

    @staticmethod
    def unpack(path: Path) -> None:
        """What is deflated could hide anything."""
        import zipfile

        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                archive.extractall(path.with_suffix(""))

    async def through_the_proxy(self) -> None:
        self.view.show_page("proxy")
        page = self.view.page("proxy")
        self.run("proxy_start")
        await self.canary.until(lambda: page.control.state.port > 0)
        address = f"http://127.0.0.1:{page.control.state.port}/v1/responses"
        for _ in range(6):
            await asyncio.get_running_loop().run_in_executor(None, self.send, address)
            await self.quiet()
        self.run("proxy_stop")
        await self.quiet()

    def send(self, address: str) -> None:
        """As a program of somebody else's sends its own key."""
        body = json.dumps({"model": "gpt-test", "input": f"Why is {self.canary.key} refused?"}).encode()
        headers = {"Authorization": f"Bearer {self.canary.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(address, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()
        except (urllib.error.URLError, OSError, ValueError):
            pass  # Most of the answers are errors, and some are broken off.
