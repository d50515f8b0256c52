"""The real program with a key that must be found nowhere: every screen is used, and everything goes wrong.

`python -m tests.e2e.canary_child DATA BASE_URL SOURCE`; the key is in CANARY (for the environment's profile it is in
OPENAI_API_KEY too). What the widgets say goes to DATA/../widgets.txt, pictures and recordings to DATA/../made.
Prints `working` while all files are open, and goes on when a line comes on stdin.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from playground.app import Application
from playground.cli.options import AppOptions
from playground.core.profiles import KeySource, Profile
from playground.core.redact import log_to_stderr
from playground.panels.compose.view import ComposeView
from playground.panels.explorer.view import ExplorerView
from playground.shell.profile_work import SaveProfile
from playground.shell.settings_dialog import SettingsDialog
from playground.widgets.form import FormAndJson
from tests.e2e.canary_inspector import Inspecting
from tests.e2e.canary_schemas import Workshopping
from tests.e2e.canary_screens import Screens
from tests.e2e.canary_stores import Filing

RUNS = 24
PROMPT = "zanzibarine"
"""A word of prompts whose runs are deleted."""
WORDS = ("text", "toPlainText", "windowTitle", "toolTip", "statusTip", "accessibleName", "accessibleDescription")


def texts_of(widget: QWidget) -> list[str]:
    """All that a widget says; not what a person types into it, who sees what they type."""
    if isinstance(widget, QPlainTextEdit | QTextEdit) and not widget.isReadOnly():
        return []
    if isinstance(widget, QLineEdit) and widget.echoMode() == QLineEdit.EchoMode.Normal and not widget.isReadOnly():
        return []
    if isinstance(widget, FormAndJson):  # its `text` is what is typed
        return []
    names = ("displayText", *WORDS[1:]) if isinstance(widget, QLineEdit) else WORDS
    found = []
    for name in names:
        method = getattr(widget, name, None)
        try:
            said = method() if callable(method) else None
        except TypeError:
            continue
        if isinstance(said, str) and said:
            found.append(said)
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        for row in range(min(200, model.rowCount(QModelIndex()))):
            column = 0
            while (index := model.index(row, column)).isValid():
                found += [str(index.data(role)) for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)]
                column += 1
    return found


class Canary:
    def __init__(self, program: Application, key: str, source: str, widgets: Path) -> None:
        self.program, self.key, self.source, self.widgets = program, key, source, widgets

    def look(self) -> None:
        """Write down what is on the screen."""
        with self.widgets.open("a", encoding="utf-8") as file:
            for widget in QApplication.allWidgets():
                file.writelines(f"{type(widget).__name__}: {text}\n" for text in texts_of(widget))

    async def until(self, done: Any, seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while not done():  # noqa: ASYNC110 - the window is looked at from outside
                await asyncio.sleep(0.02)

    async def sign_in(self, base_url: str) -> None:
        if self.source == "environment":
            return
        kind = KeySource.KEYRING if self.source == "keyring" else KeySource.MEMORY
        profile = Profile.new("Canary", base_url=base_url, key=kind, default_model="gpt-test")
        work = self.program.window.parts.work
        await self.program.bridge.call(SaveProfile(work, profile, self.key), label="Saving", owner=None).wait()
        self.program.standing.use(profile.id)
        await self.until(lambda: self.program.sessions.current.id == profile.id and self.program.standing.settled())

    async def run_prompts(self) -> None:
        commands = self.program.window.commands
        self.program.window.show_panel("compose")
        view = self.program.window.findChild(ComposeView)
        assert view is not None
        view.picker.use("gpt-test")
        for number in range(RUNS):
            view.prompt.messages.cards[-1].editor.set_text(f"prompt {number}")
            view.settings.api.set_value("chat" if number % 3 == 2 else "responses")
            commands.run("compose.run")
            if number == 1:
                await asyncio.sleep(0.2)
                commands.run("compose.stop")
            await self.until(lambda: not view.model.running)
            self.look()
            if number == 0:
                await self.show_tabs()  # of an answer that says nothing of the key
        self.look()

    async def explore(self) -> None:
        """The explorer: answers that repeat the key, a key that was pasted, the preview in every language, a cURL."""
        window = self.program.window
        window.show_panel("explorer")
        view = window.findChild(ExplorerView)
        assert view is not None
        await self.until(lambda: view.methods.catalog is not None)
        pasted = {"extra_headers": {"Authorization": f"Bearer {self.key}", "X-Mine": self.key}}
        for method, arguments in (
            ("models.list", {}),
            ("responses.create", {"model": "gpt-test", "input": f"My key is {self.key}", **pasted}),
            ("chat.completions.create", {"model": "gpt-test", "messages": [{"role": "user", "content": "x"}]}),
            ("files.list", {"limit": 2, **pasted}),
            ("files.content", {"file_id": "file-1"}),
        ):
            view.open_method(method, arguments)
            for show in (view.show_form, view.show_json, view.show_both, view.show_preview):
                show()
                await asyncio.sleep(0.2)
                self.look()
            for language in ("http", "python", "curl", "javascript"):
                view.page.preview.languages.set_value(language)
                await asyncio.sleep(0.3)
                self.look()
            for stream in (False, True) if view.page.entry is not None and view.page.entry.can_stream else (False,):
                view.page.set_streams(stream)
                view.calling._send()
                await self.until(lambda: not view.calling.running)
                await asyncio.sleep(0.2)
                self.look()
        view.save()

    async def paste_everywhere(self) -> None:
        """The key typed where it does not belong: a prompt, the palette, the filter, the profile's fields."""
        window = self.program.window
        window.show_panel("compose")
        view = window.findChild(ComposeView)
        assert view is not None
        view.prompt.messages.cards[-1].editor.set_text(f"Why is {self.key} refused?")
        view.save()
        self.run("compose.run")
        await self.until(lambda: not view.model.running)
        self.run("palette.open")
        await asyncio.sleep(0.2)
        for field in window.findChildren(QLineEdit):
            if field.isVisible() and not field.isReadOnly():
                field.setText(self.key)
        await asyncio.sleep(0.6)
        for field in window.findChildren(QLineEdit):
            if field.isVisible() and not field.isReadOnly():
                field.setText("")
        view.prompt.messages.cards[-1].editor.set_text("nothing")
        view.save()
        (self.widgets.parent / "made").mkdir(exist_ok=True)
        window.grab().save(str(self.widgets.parent / "made" / "window.png"))

    def run(self, command: str) -> None:
        self.program.window.commands.run(command)

    async def show_tabs(self) -> None:
        for command in self.program.window.commands:
            if command.objectName().startswith("compose.show_") or command.objectName() == "compose.play_back":
                command.trigger()
                await asyncio.sleep(0.3)
                self.look()
        self.program.window.commands.run("compose.show_output")

    async def see_everything(self) -> None:
        window = self.program.window
        for manifest in self.program.manifests:
            window.show_panel(manifest.id)
            await asyncio.sleep(0.3)
            self.look()
        for row in window.dock.summaries()[:20]:
            window.commands.run("requests.show", row.id)
            await asyncio.sleep(0.15)
            self.look()
        window.open_profiles()
        await asyncio.sleep(0.5)
        dialog = window.findChild(SettingsDialog)
        assert dialog is not None
        for row_ in range(dialog.list.model().rowCount()):
            dialog.list.setCurrentIndex(dialog.list.model().index(row_, 0))
            await asyncio.sleep(0.2)
            self.look()
        for profile in self.program.profiles.profiles[:4]:
            verdict = await self.program.bridge.call(Test(self.program, profile), label="Test", owner=None).wait()
            self.program.window.notify(verdict)
        dialog.close()
        window.commands.run("palette.open")
        await asyncio.sleep(0.2)
        self.look()

    def crash(self) -> None:
        """A fault of the program's own, with the key in its words, its values and its cause."""
        secret = f"Authorization: Bearer {self.key}"
        try:
            raise ValueError(f"https://api.example.com/?api_key={self.key}")
        except ValueError as error:
            raise RuntimeError(f"it broke with {secret}") from error


class Test:
    def __init__(self, program: Application, profile: Profile) -> None:
        self._program, self._profile = program, profile

    async def __call__(self) -> str:
        return (await self._program.sessions.test_key(self._profile)).words


async def use_all(canary: Canary, base_url: str) -> None:
    program = canary.program
    program.start()
    await canary.until(lambda: program.standing.settled())
    await canary.sign_in(base_url)
    await canary.run_prompts()
    await canary.see_everything()
    await canary.explore()
    await canary.paste_everywhere()
    await Inspecting(canary).visit()
    await Workshopping(canary).visit()
    await Filing(canary).visit()
    await Screens(canary, PROMPT).visit()
    try:
        canary.crash()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    await asyncio.sleep(0.5)
    program.window.commands.run("notice.details")
    await asyncio.sleep(0.3)
    canary.look()
    print("working", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def main(data: str, base_url: str, source: str) -> None:
    log_to_stderr("debug", "%(levelname)s %(name)s: %(message)s")
    key = os.environ.pop("CANARY")
    qt = QApplication(sys.argv[:1])
    options = AppOptions(data_dir=Path(data), profile=None, log_level="debug")
    program = Application(options)
    program.reporter.install()
    canary = Canary(program, key, source, Path(data).parent / "widgets.txt")

    async def run() -> int:
        try:
            await use_all(canary, base_url)
        finally:
            await program.save_all()
            program.bridge.quit(0)
        return await program.bridge.until_quit()

    program.bridge.run_app(run, program.build, program.furnish)
    program.reporter.uninstall()
    del qt


if __name__ == "__main__":
    main(*sys.argv[1:])
