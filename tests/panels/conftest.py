"""A panel's surroundings, all real but the window: bridge, sessions, request log, settings, commands."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.bridge import Bridge
from playground.core.errors import Problem
from playground.core.exchanges import ExchangeStore
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.secrets import KeyVault
from playground.core.session import SessionManager
from playground.core.settings import Settings
from playground.panels.compose.view import ComposeView
from playground.panels.contract import PanelContext
from playground.panels.explorer.view import ExplorerView
from playground.panels.files.view import FilesView
from playground.panels.inspector.view import InspectorView
from playground.panels.models.view import ModelsView
from playground.panels.schemas.view import SchemasView
from playground.panels.stores.view import StoresView
from playground.widgets.commands import CommandRegistry
from playground.widgets.theme import ThemeManager
from tests.helpers.gui import Run, faults, gui_loop, run
from tests.helpers.sandbox import Server
from tests.helpers.servers import RecordingServer, Reply

__all__ = ["Run", "faults", "gui_loop", "run"]

PATIENCE = 20_000
"""Milliseconds until a test that waits gives up; nothing is ever expected to take that long."""


def listed(*ids: str, **more: Any) -> Reply:
    """A list of models."""
    data = [{"id": model, "object": "model", "created": 1_750_000_000, "owned_by": "tests", **more} for model in ids]
    return Reply.of_json({"object": "list", "data": data}, headers={"x-request-id": "req_models"}, forever=True)


@dataclass
class Memory:
    """What the window remembers for a panel."""

    state: dict[str, Any] = field(default_factory=dict)

    def load(self) -> dict[str, Any]:
        return dict(self.state)

    def save(self, state: dict[str, Any]) -> None:
        self.state = dict(state)


class House:
    """Everything a panel is given, and the panels that a test makes with it."""

    def __init__(self, folder: Path, environ: dict[str, str], qtbot: QtBot, run: Run) -> None:
        self.folder = folder
        self.qtbot = qtbot
        self._run = run
        self.bridge = Bridge()
        self.profiles = ProfileStore(folder / "profiles.json", environ)
        self.profiles.load()
        self.profiles.choose(None, False)
        self.vault = KeyVault(environ)
        self.store = ExchangeStore.open(folder / "exchanges.sqlite3")
        self.sandbox: Server | None = None
        endpoints = {"sandbox": self._endpoint}
        self.sessions = SessionManager(self.profiles, self.vault, self.store.writer, endpoints=endpoints)
        self.commands = CommandRegistry()
        self.settings = Settings(folder / "settings.json")
        self.memory = Memory()
        self.notes: list[Problem | str] = []
        self.called: list[tuple[Any, ...]] = []
        self._views: list[QWidget] = []
        self.bridge.at_shutdown(self.sessions.aclose)
        self.commands.add("requests.show", "Show", self._show, group="Tests")

    def _show(self, *args: Any) -> None:
        self.called.append(("requests.show", *args))

    def context(self) -> PanelContext:
        return PanelContext(
            bridge=self.bridge,
            sessions=self.sessions,
            store=self.store,
            commands=self.commands,
            settings=self.settings,
            state=self.memory,
            cache=self.folder / "cache",
            notify=self.notes.append,
        )

    async def _endpoint(self) -> Server:
        assert self.sandbox is not None, "the test asked for no sandbox"
        return self.sandbox

    def add_profile(self, name: str, base_url: str, **values: Any) -> Profile:
        """A stored profile that needs no key."""
        profile = Profile.new(name, base_url=base_url, key=KeySource.NONE, **values)
        self.profiles.save(profile)
        return profile

    def use(self, profile_id: str) -> None:
        """Switch to another profile, as the window does."""

        async def change() -> None:
            await self.sessions.use(profile_id)

        self._run(self._awaited(change))

    def await_(self, make: Callable[..., Any], *args: Any) -> None:
        """Run a coroutine function in the worker, and wait for it."""
        self._run(self._awaited(partial(make, *args)))

    async def _awaited(self, make: Callable[[], Any]) -> None:
        await self.bridge.call(make, label="Switching", owner=None).wait()

    def compose(self) -> ComposeView:
        """Compose, shown, its list of models there."""
        view = ComposeView(self.context())
        self._show_view(view)
        self.settled()
        return view

    def models(self) -> ModelsView:
        view = ModelsView(self.context())
        self._show_view(view)
        self.settled()
        return view

    def files(self) -> FilesView:
        """The server's files, shown, its list there."""
        view = FilesView(self.context())
        self._show_view(view)
        self.settled()
        return view

    def stores(self) -> StoresView:
        """The server's vector stores, shown, their list there."""
        view = StoresView(self.context())
        self._show_view(view)
        self.settled()
        return view

    def explorer(self) -> ExplorerView:
        """The explorer, shown, its catalogue there."""
        view = ExplorerView(self.context())
        self._show_view(view)
        self.settled()
        return view

    def inspector(self) -> InspectorView:
        """The requests' panel, shown, its list read."""
        view = InspectorView(self.context())
        self._show_view(view)
        self.settled()
        return view

    def schemas(self) -> SchemasView:
        """The schema workshop, shown, its first document checked."""
        view = SchemasView(self.context())
        self._show_view(view)
        self.settled()
        return view

    def _show_view(self, view: QWidget) -> None:
        self._views.append(view)
        view.resize(1228, 620)
        view.show()
        self.qtbot.waitExposed(view)
        view.activateWindow()

    def settled(self) -> None:
        """Nothing is under way."""
        self.qtbot.waitUntil(lambda: not self.bridge.operations and not self.bridge.armed, timeout=PATIENCE)

    def close(self, view: QWidget) -> None:
        """What the window's end does to a panel."""
        self._views.remove(view)
        view.hide()
        view.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def end(self) -> None:
        for view in list(self._views):
            self.close(view)
        assert self._run(self.bridge.shutdown(15)), "the bridge did not end in time"
        self.store.close()


@pytest.fixture
def server(recording_server: RecordingServer) -> RecordingServer:
    """A loopback server that lists a few models, whenever it is asked."""
    recording_server.add("/models", listed("gpt-test", "gpt-other", "gpt-4o"))
    return recording_server


def _house(
    folder: Path, environ: dict[str, str], qtbot: QtBot, run: Run, faults: list[BaseException]
) -> Iterator[House]:
    interval = sys.getswitchinterval()
    ThemeManager().apply("light")
    made = House(folder, environ, qtbot, run)
    yield made
    made.end()
    gc.collect()
    sys.setswitchinterval(interval)
    assert not faults, faults


@pytest.fixture
def house(
    tmp_path: Path, server: RecordingServer, qtbot: QtBot, run: Run, faults: list[BaseException]
) -> Iterator[House]:
    """The environment's profile leads to the test's own server."""
    environ = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test-0123456789"}
    yield from _house(tmp_path, environ, qtbot, run, faults)


@pytest.fixture
def sandbox_house(
    tmp_path: Path, sandbox_server: Server, qtbot: QtBot, run: Run, faults: list[BaseException]
) -> Iterator[House]:
    """No key, no environment: the sandbox's profile, and the real sandbox in its own process."""
    for house in _house(tmp_path, {}, qtbot, run, faults):
        house.sandbox = sandbox_server
        yield house
