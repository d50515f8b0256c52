"""The screens that the canary session goes through once its prompts ran: the history and its dialogs, recordings,
the sandbox with each of its faults, key entry, the palette, presentation mode, pictures."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from playground.panels.compose.view import ComposeView
from playground.shell.palette import Palette
from playground.shell.profiles_page import ProfilesPage
from playground.shell.screenshot import save_picture

if TYPE_CHECKING:
    from tests.e2e.canary_child import Canary

LONGEST = 1.5
"""Seconds after which a run that a fault holds up is stopped."""


class Screens:
    def __init__(self, canary: Canary, prompt: str) -> None:
        self.canary, self.prompt = canary, prompt
        self.program, self.window = canary.program, canary.program.window
        self.out = canary.widgets.parent / "made"
        self._pictures = 0

    @property
    def view(self) -> ComposeView:
        found = self.window.findChild(ComposeView)
        assert found is not None
        return found

    async def quiet(self) -> None:
        await self.program.bridge.idle(10)
        await asyncio.sleep(0.1)
        self.canary.look()

    async def command(self, name: str, *arguments: object) -> None:
        assert self.window.commands.run(name, *arguments), name
        await self.quiet()

    async def picture(self) -> None:
        self._pictures += 1
        await save_picture(self.window, self.program.bridge, self.out / f"picture-{self._pictures}.png")

    async def visit(self) -> None:
        self.window.show_panel("compose")
        await self.history()
        await self.recordings()
        await self.presentation()
        await self.enter_keys()
        await self.paste_key()
        await self.sandbox()
        await self.delete_prompt()

    async def choose(self, words: str) -> None:
        drawer = self.view.history.drawer
        drawer.search.setText(words)
        await asyncio.sleep(0.3)
        await self.quiet()
        assert self.view.history.rows.rowCount(), words
        drawer.list.selectAll()

    async def history(self) -> None:
        await self.command("compose.history")
        await self.choose("prompt 3")
        self.view.history.drawer.list.choose(0)
        await self.command("compose.history_rename")
        editor = self.view.history.drawer.list.findChild(QLineEdit)
        assert editor is not None
        editor.setText(f"A name with {self.canary.key}")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        await self.canary.until(lambda: (run := self.view.history.rows.run(0)) is not None and "A name" in run.name)
        await self.quiet()
        await self.command("compose.history_star")
        await self.command("compose.history_delete")
        await self.picture()
        self.answer("cancel")
        await self.choose("prompt")

    def answer(self, name: str) -> None:
        box = self.view.history.box
        assert box is not None
        button = box.findChild(QAbstractButton, f"compose.confirm-delete.{name}")
        assert button is not None
        button.click()

    async def recordings(self) -> None:
        """Saves all runs, and plays them from the file."""
        recordings = self.view.recordings
        await self.command("compose.save_recording")
        assert recordings.dialog is not None
        recordings.dialog.close()
        self.out.mkdir(exist_ok=True)
        path = self.out / "runs.playground-recording"
        recordings.save(str(path))
        await self.quiet()
        assert path.is_file()
        await self.command("compose.open_recording", str(path))
        await self.canary.until(lambda: self.view.model.recorded)
        await self.canary.until(lambda: self.view.output.playing is not None)
        await self.picture()
        await self.command("compose.close_playback")
        await self.command("compose.history_close")

    async def presentation(self) -> None:
        await self.command("view.presentation")
        await self.picture()
        await self.command("view.presentation")

    async def enter_keys(self) -> None:
        """The key is typed, and not saved."""
        self.window.open_profiles()
        await self.quiet()
        page = self.window.findChild(ProfilesPage)
        assert page is not None
        page.add_profile()
        page.key.setText(self.canary.key)
        await self.quiet()
        await self.picture()
        page.key.clear()
        page.revert()
        page.window().close()
        await self.quiet()

    async def paste_key(self) -> None:
        """Looked for with the palette: found nowhere, and kept nowhere. What is typed stands in the field alone."""
        await self.command("palette.open")
        palette = self.window.findChild(Palette)
        assert palette is not None
        QGuiApplication.clipboard().setText(self.canary.key)
        palette.field.paste()
        await asyncio.sleep(0.4)
        await self.program.bridge.idle(10)
        palette.dismiss()
        palette.field.clear()
        QGuiApplication.clipboard().clear()
        await self.quiet()

    async def sandbox(self) -> None:
        """Each fault once, in the process of its own."""
        from playground.sandbox.faults import KINDS

        before = self.program.sessions.current.id
        self.program.standing.use("sandbox")
        await self.canary.until(lambda: self.program.sessions.current.is_sandbox and self.program.standing.settled())
        self.view.settings.set_model("sandbox-echo")
        await self.run_prompt(self.prompt, "responses")
        for number, kind in enumerate(KINDS):
            self.window.commands.run(f"sandbox.fault.{kind.name}")
            await self.canary.until(lambda: self.program.faults.settled)
            await self.run_prompt(f"{self.prompt} {kind.name}", "chat" if number % 2 else "responses")
        self.window.commands.run("sandbox.fault.off")
        await self.canary.until(lambda: self.program.faults.settled)
        await self.picture()
        self.program.standing.use(before)
        await self.canary.until(lambda: self.program.sessions.current.id == before and self.program.standing.settled())

    async def run_prompt(self, text: str, api: str) -> None:
        view = self.view
        view.prompt.messages.cards[-1].editor.set_text(text)
        view.settings.api.set_value(api)
        self.window.commands.run("compose.run")
        try:
            await self.canary.until(lambda: not view.model.running, LONGEST)
        except TimeoutError:
            self.window.commands.run("compose.stop")
            await self.canary.until(lambda: not view.model.running)
        self.canary.look()

    async def delete_prompt(self) -> None:
        """All runs of the sandbox, with their prompts; and nothing of them is left in the editor."""
        await self.command("compose.history")
        await self.choose(self.prompt)
        await self.command("compose.history_delete")
        self.answer("delete")
        await self.canary.until(lambda: self.view.history.rows.rowCount() == 0)
        await self.command("compose.history_close")
        self.view.prompt.messages.cards[-1].editor.set_text("Something else")
        await self.quiet()
