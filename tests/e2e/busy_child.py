"""The real program, hard at work until it is killed: it writes drafts, changes settings, saves profiles, runs prompts.

`python -m tests.e2e.busy_child DATA BASE_URL FIRST`: prints a line for each draft it wrote, with the time of the
system's steady clock, and `ready` when the window stands.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from playground.app import Application
from playground.cli.options import AppOptions
from playground.core.profiles import KeySource, Profile
from playground.panels.compose.view import ComposeView


def say(*words: object) -> None:
    print(*words, flush=True)


async def work(program: Application, first: int) -> None:
    program.start()
    view = program.window.findChild(ComposeView)
    while view is None:
        await asyncio.sleep(0.01)
        view = program.window.findChild(ComposeView)
    say("ready", view.prompt.messages.messages()[-1].text.replace("\n", " "))
    view.picker.use("gpt-test")
    number = first
    while True:
        number += 1
        view.prompt.messages.cards[-1].editor.set_text(f"draft {number}")
        say("draft", number, time.monotonic())
        program.settings.set("requests.keep_days", 1 + number % 300)
        if number % 7 == 0:
            profile = Profile.new(f"Profile {number}", key=KeySource.NONE)
            program.bridge.blocking(program.profiles.save, profile, label="Saving a profile", owner=None)
        if not view.model.running:
            program.window.commands.run("compose.run")
        await asyncio.sleep(0.03)


def main(data: str, base_url: str, first: str) -> None:
    qt = QApplication(sys.argv[:1])
    environ = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "sk-test-0123456789"}
    program = Application(AppOptions(data_dir=Path(data)), environ=environ)

    async def run() -> int:
        await work(program, int(first))
        return 0

    program.bridge.run_app(run, program.build, program.furnish)
    del qt


if __name__ == "__main__":
    main(*sys.argv[1:])
