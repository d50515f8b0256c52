"""Files and vector stores in the canary session: lists, details, previews, pieces and passages in which the server
repeats the key; a file sent and one fetched; a store searched, filled, changed; every error on the way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playground.panels.files.view import FilesView
from playground.panels.stores.view import StoresView
from playground.shell.screenshot import save_picture

if TYPE_CHECKING:
    from tests.e2e.canary_child import Canary

FILE, STORE = "file-1", "vs_1"


class Filing:
    def __init__(self, canary: Canary) -> None:
        self.canary = canary
        self.program, self.window = canary.program, canary.program.window
        self.out = canary.widgets.parent / "made"

    async def visit(self) -> None:
        self.out.mkdir(exist_ok=True)
        await self.files()
        await self.stores()

    async def quiet(self) -> None:
        await self.program.bridge.idle(10)
        await asyncio.sleep(0.1)
        await self.program.bridge.idle(10)
        self.canary.look()

    async def run(self, name: str, *arguments: Any) -> None:
        assert self.window.commands.run(name, *arguments), name
        await self.quiet()

    async def files(self) -> None:
        self.window.show_panel("files")
        view = self.window.findChild(FilesView)
        assert view is not None
        await self.run("files.refresh")
        await self.canary.until(lambda: FILE in view.list.rows.all)
        await self.run("files.open", FILE)
        for tab in ("tab_preview", "tab_uses", "tab_object"):
            await self.run(f"files.{tab}")
        view.details.show_preview()
        view.details.preview.fetch()
        await self.quiet()
        await self.run("files.copy_id")
        mine = self.canary.widgets.parent / "mine.md"
        fetched = mine.with_name("fetched.md")  # byte by byte what the server holds, so that it is taken away again
        mine.write_text(f"My key is {self.canary.key}.\n" * 40)
        try:
            view.bring([mine])
            await self.quiet()
            view.queue.send([mine], "assistants", self.program.sessions.current.id, None)
            view.queue.fetch([(FILE, fetched)], self.program.sessions.current.id, overwrite=True)
            over = ("done", "failed")
            await self.canary.until(
                lambda: (
                    len(view.queue.model.states) == 2 and all(one.item.state in over for one in view.queue.model.states)
                )
            )
            await self.quiet()
            assert self.canary.key in fetched.read_text()
        finally:
            mine.unlink()
            fetched.unlink(missing_ok=True)
        await save_picture(self.window, self.program.bridge, self.out / "files.png")
        await self.run("files.forget")
        view._show_list()
        view.list.table.choose(FILE)
        await self.run("files.delete")
        await self.run("files.delete_now")

    async def stores(self) -> None:
        self.window.show_panel("stores")
        view = self.window.findChild(StoresView)
        assert view is not None
        await self.run("stores.refresh")
        await self.canary.until(lambda: view.store is not None and bool(view.files.model.rows.all))
        await self.run("stores.open", STORE)
        view.files.table.choose(FILE)
        for tab in ("tab_files", "tab_chunks", "tab_attributes", "tab_lab"):
            await self.run(f"stores.{tab}")
        view.lab.query.setText(f"What is {self.canary.key}?")
        await self.run("stores.search_now")
        view.lab.query.clear()
        await save_picture(self.window, self.program.bridge, self.out / "stores.png")
        await self.run("stores.new")
        view.naming.field.setText("Another")
        await self.run("stores.take_name")
        await self.run("stores.dismiss")
        await self.run("stores.copy_id")
        view.files.table.choose(FILE)
        await self.run("stores.remove_file")
        await self.run("stores.delete_now")
        await self.run("stores.delete")
        await self.run("stores.delete_now")
        await self.run("stores.ask")
