"""The real program in this process: real window, worker thread, request log and, where a test asks for it, sandbox."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.cli.options import AppOptions
from tests.helpers.gui import Run, faults, gui_loop, run
from tests.helpers.servers import RecordingServer, Reply

__all__ = ["Run", "faults", "gui_loop", "run"]

PATIENCE = 30_000
"""Milliseconds until a test that waits gives up; nothing is ever expected to take that long."""

Make = Callable[..., Application]

MODELS = {"object": "list", "data": [{"id": "gpt-test", "object": "model", "created": 1, "owned_by": "tests"}]}


@pytest.fixture
def make(run: Run, tmp_path: Path, qapp: QApplication, faults: list[BaseException]) -> Iterator[Make]:
    """Make the program on a fresh data folder; ended in order when the test is over. Any fault fails the test."""
    made: list[Application] = []

    def application(environ: dict[str, str] | None = None, **options: Any) -> Application:
        options.setdefault("data_dir", tmp_path / "data")
        program = Application(AppOptions(**options), environ=environ or {})
        made.append(program)
        program.build()
        program.furnish()
        program.start()
        return program

    interval = sys.getswitchinterval()
    yield application
    for program in made:
        end(program, run)
    gc.collect()
    sys.setswitchinterval(interval)
    assert not faults, faults


def end(program: Application, run: Run) -> None:
    """What the end of `run_app` does."""
    if program.bridge.closed:
        return
    program.window.leave()

    async def close() -> bool:
        await program.save_all()
        return await program.bridge.shutdown(15)

    assert run(close()), "the program did not end in time"
    program.window.deleteLater()
    program.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def server(recording_server: RecordingServer) -> RecordingServer:
    """A loopback server that lists one model, whenever it is asked."""
    recording_server.add("/models", Reply.of_json(MODELS, headers={"x-request-id": "req_models"}, forever=True))
    return recording_server


@pytest.fixture
def program(make: Make, server: RecordingServer, qtbot: QtBot) -> Application:
    """The program with the environment's profile, which leads to the test's own server."""
    made = make({"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test-0123456789"})
    qtbot.waitUntil(lambda: made.standing.settled() and not made.bridge.operations, timeout=PATIENCE)
    return made


def recorded(program: Application, qtbot: QtBot, path: str = "/responses") -> str:
    """Wait until an exchange with this path is over and listed; gives its id."""

    def ids() -> list[str]:
        return [row.id for row in program.window.dock.summaries() if row.path == path and row.state != "open"]

    qtbot.waitUntil(lambda: bool(ids()), timeout=PATIENCE)
    return ids()[0]


class Get:
    """One GET through the program's session, for `Bridge.call`."""

    def __init__(self, program: Application, path: str = "/models") -> None:
        self._program, self._path = program, path

    async def __call__(self) -> None:
        session = await self._program.sessions.session()
        client = await session.client()
        with session.calling("models.list", "tests"):
            await client.get(self._path, cast_to=object)


class Post:
    """One streamed generation through the program's session."""

    def __init__(self, program: Application, body: dict[str, Any] | None = None) -> None:
        self._program = program
        self._body = body or {"model": "gpt-test", "input": "hello", "stream": True}

    async def __call__(self) -> bytes:
        session = await self._program.sessions.session()
        stream = session.open_stream("/responses", self._body, method="responses.create", origin="tests")
        async with stream as answer:
            return b"".join([piece async for piece in answer.iter_bytes()])
