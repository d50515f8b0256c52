"""The program on its own sandbox: a real child process, started after the first frame, ended with the program."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.panels.inspector.view import InspectorView
from playground.shell.model_fetch import ModelFetch, Progress, SandboxControl
from playground.shell.sandbox_page import WITH_MODEL, WITHOUT_MODEL
from tests.shell.conftest import PATIENCE, Make, Run, end, recorded


def children(program: Application) -> list[psutil.Process]:
    """The sandboxes of this program; other tests' servers are children of the same process."""
    found = []
    for child in psutil.Process(os.getpid()).children(recursive=True):
        try:
            command = " ".join(child.cmdline())
            if "playground.sandbox" in command and str(program.paths.sandbox) in command:
                found.append(child)
        except psutil.Error:  # it ended, and nobody has asked how yet
            continue
    return found


@pytest.fixture
def sandboxed(make: Make, qtbot: QtBot) -> Application:
    program = make(sandbox=True)
    qtbot.waitUntil(program.standing.settled, timeout=PATIENCE)
    assert program.window.status.state() == "ready", program.window.status.sentence()
    return program


def test_the_sandbox_answers_and_the_window_says_so(sandboxed: Application, qtbot: QtBot) -> None:
    assert len(children(sandboxed)) == 1

    async def models() -> list[str]:
        session = await sandboxed.sessions.session()
        client = await session.client()
        with session.calling("models.list", "tests"):
            return [model.id async for model in client.models.list()]

    operation = sandboxed.bridge.call(models, label="Models", owner=None)
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)
    assert operation.error is None
    assert "sandbox-echo" in (operation.result or [])
    dock = sandboxed.window.dock
    qtbot.waitUntil(lambda: any(row.path == "/models" for row in dock.model.summaries()), timeout=PATIENCE)
    qtbot.waitUntil(lambda: sandboxed.window.status.limits().startswith("requests"), timeout=PATIENCE)


def test_the_sandbox_ends_with_the_program(sandboxed: Application, run: Run) -> None:
    process = children(sandboxed)[0]
    end(sandboxed, run)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_sandbox_that_died_is_started_again(sandboxed: Application, qtbot: QtBot) -> None:
    first = children(sandboxed)[0]
    first.kill()
    qtbot.waitUntil(
        lambda: [child.pid for child in children(sandboxed) if child.pid != first.pid] != [], timeout=PATIENCE
    )
    newest = sandboxed.window.notices.newest()
    assert newest is not None
    assert "started again" in newest.text
    qtbot.waitUntil(sandboxed.standing.settled, timeout=PATIENCE)
    assert sandboxed.window.status.state() == "ready"


def test_a_prompt_is_run_and_its_request_found(sandboxed: Application, qtbot: QtBot) -> None:
    window = sandboxed.window
    window.show_panel("compose")
    qtbot.waitUntil(lambda: not sandboxed.bridge.operations, timeout=PATIENCE)
    assert window.commands.run("compose.run")
    exchange_id = recorded(sandboxed, qtbot)
    summary = window.dock.model.summary(exchange_id)
    assert summary is not None
    assert (summary.status, summary.state, summary.model) == (200, "done", "sandbox-echo")
    assert summary.timings.first_token is not None
    window.open_palette(summary.request_id or "")
    palette = window.palette_view()
    qtbot.waitUntil(lambda: bool(palette.entries()) and palette.entries()[0].group == "Requests", timeout=PATIENCE)
    palette.run_current()
    panel = window.panels.panel("inspector")
    assert isinstance(panel, InspectorView)
    qtbot.waitUntil(lambda: panel.current_detail() is not None, timeout=PATIENCE)
    assert panel.current_id() == exchange_id
    panel.show_tab("response")
    page = panel.tab("response").page
    qtbot.waitUntil(lambda: "response.completed" in page.text(), timeout=PATIENCE)
    assert window.topbar.chip.label() == "Sandbox · echo engine"
    qtbot.waitUntil(lambda: window.status.state() == "ready", timeout=PATIENCE)


class Scripted:
    """A fetch whose every step the test decides: the shell's part of fetching, without 93 MB."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.restarted = 0
        self.steps: list[Callable[[Progress], None]] = []
        self.error: Exception | None = None
        self.hang = False

    def control(self) -> SandboxControl:
        return SandboxControl(installed=self.installed, fetch=self.fetch, restart=self.restart)

    def installed(self) -> Path | None:
        return self.path

    async def restart(self) -> None:
        self.restarted += 1

    async def fetch(self, progress: Progress) -> Path:
        import asyncio

        progress(31_000_000, 93_000_000, "Downloading")
        if self.hang:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        self.path = Path("/models/smollm2.gguf")
        return self.path


class Unreachable(Exception):
    def line(self) -> str:
        return "The weights were not fetched: The package index could not be reached. Check the network."


@pytest.fixture
def scripted(program: Application) -> Scripted:
    script = Scripted()
    program.window.parts.fetch._control = script.control()
    return script


def test_fetching_shows_progress_and_can_be_cancelled(program: Application, scripted: Scripted, qtbot: QtBot) -> None:
    scripted.hang = True
    program.window.commands.run("sandbox.fetch-model")
    dialog = program.window.settings_dialog()
    assert dialog is not None
    page, fetch = dialog.sandbox, program.window.parts.fetch
    qtbot.waitUntil(lambda: "31.0 MB of 93.0 MB" in page._words.text(), timeout=PATIENCE)
    assert page.cancel.isEnabled()
    program.window.commands.run("sandbox.cancel-fetch")
    qtbot.waitUntil(lambda: fetch.operation is None, timeout=PATIENCE)
    assert page._state.text() == WITHOUT_MODEL
    assert not page.cancel.isVisible()


def test_a_fetched_model_is_announced_and_used(program: Application, scripted: Scripted, qtbot: QtBot) -> None:
    fetch: ModelFetch = program.window.parts.fetch
    with qtbot.waitSignal(fetch.fetched, timeout=PATIENCE):
        program.window.commands.run("sandbox.fetch-model")
    assert scripted.restarted == 1
    assert program.settings.get("sandbox.engine") == "smollm2-135m"
    dialog = program.window.settings_dialog()
    assert dialog is not None
    assert dialog.sandbox._state.text() == WITH_MODEL
    button = dialog.sandbox._start_button
    assert button is not None and button.isHidden(), "what is there is not offered again"
    newest = program.window.notices.newest()
    assert newest is not None
    assert "local model is ready" in newest.text


def test_a_fetch_that_fails_says_why_and_what_to_do(program: Application, scripted: Scripted, qtbot: QtBot) -> None:
    scripted.error = Unreachable()
    program.window.commands.run("sandbox.fetch-model")
    dialog = program.window.settings_dialog()
    assert dialog is not None
    qtbot.waitUntil(lambda: "Check the network" in dialog.sandbox._words.text(), timeout=PATIENCE)
