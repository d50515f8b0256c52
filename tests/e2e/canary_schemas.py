"""The schema workshop in the canary session: a schema, inputs and a source that have the key in them, in every tab, as
every kind of code, fixed, proved, remembered."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from playground.core.schemas.convert import KINDS
from playground.core.schemas.proof.model import ProofInput
from playground.panels.schemas.bring import BringDialog
from playground.panels.schemas.view import SchemasView
from playground.shell.screenshot import save_picture

if TYPE_CHECKING:
    from tests.e2e.canary_child import Canary


class Workshopping:
    def __init__(self, canary: Canary) -> None:
        self.canary = canary
        self.program, self.window = canary.program, canary.program.window
        self.out = canary.widgets.parent / "made"

    async def visit(self) -> None:
        self.out.mkdir(exist_ok=True)
        self.window.show_panel("schemas")
        found = self.window.findChild(SchemasView)
        assert found is not None
        self.view = found
        self.view.open_value(self.schema(), "canary")
        await self.quiet()
        for tab in self.view.tabs:
            self.view.show_tab(tab)
            await self.quiet()
        await self.codes()
        await self.fixes()
        await self.bring()
        await self.prove()
        self.view.save()
        await self.quiet()
        await save_picture(self.window, self.program.bridge, self.out / "schemas.png")

    def schema(self) -> dict[str, Any]:
        key = self.canary.key
        words = {"type": "string", "description": f"Such as {key}", "default": key, "minLength": 2}
        return {"type": "object", "properties": {"token": words, "other": {"enum": [key, "x"]}}, "required": ["token"]}

    async def quiet(self) -> None:
        await self.program.bridge.idle(10)
        await asyncio.sleep(0.2)
        await self.program.bridge.idle(10)
        self.canary.look()

    async def run(self, name: str, *arguments: Any) -> None:
        assert self.window.commands.run(f"schemas.{name}", *arguments), name
        await self.quiet()

    async def codes(self) -> None:
        clipboard = QGuiApplication.clipboard()
        for kind, _ in KINDS:
            await self.run(f"to_{kind.replace('.', '_')}")
        clipboard.clear()

    async def fixes(self) -> None:
        await self.run("preview_fixes")
        self.close_dialogs()
        await self.run("fix_all")
        await self.run("undo")

    async def bring(self) -> None:
        for kind, text in (("json", json.dumps({"a": self.canary.key})), ("words", f"A key such as {self.canary.key}")):
            await self.run(f"from_{kind}")
            dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, BringDialog))
            dialog.field.setPlainText(text)
            await asyncio.sleep(0.4)
            if kind == "words":
                dialog.asking.ask()
            await self.quiet()
            self.close_dialogs()

    async def prove(self) -> None:
        column = self.view.proof
        column.inputs.set_inputs([ProofInput(f"My key is {self.canary.key}"), ProofInput("another")])
        column.page.options.runs.setValue(2)
        column.page.options.model.setEditText("gpt-test")
        await self.run("proof_run")
        await self.canary.until(lambda: not column.work.running)
        await self.quiet()

    @staticmethod
    def close_dialogs() -> None:
        for one in QApplication.topLevelWidgets():
            if isinstance(one, QDialog) and one.isVisible():
                one.close()
