"""The GUI thread's asyncio loop for tests, and a way to run a coroutine in it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from playground.bridge import Bridge
from playground.bridge.loop import GuiLoop

PATIENCE = 30.0
"""Seconds until a test that waits gives up; nothing is ever expected to take that long."""

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="session")
def gui_loop(qapp: QApplication) -> Iterator[GuiLoop]:
    """One asyncio loop in the GUI thread for the whole session (a loop for each test would end the application)."""
    poster = Bridge()
    loop = GuiLoop(poster.post, already_running=False)
    yield loop
    loop.close()
    poster.close_exit()


@pytest.fixture
def run(gui_loop: GuiLoop) -> Run:
    """Run a coroutine in the GUI thread's loop, with Qt's events going on."""

    def until_done(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return gui_loop.run_until_complete(asyncio.wait_for(coroutine, PATIENCE))

    return until_done


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What reached `sys.excepthook`; a test that expects nothing there need not ask."""
    caught: list[BaseException] = []

    def hook(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
        caught.append(error)

    monkeypatch.setattr(sys, "excepthook", hook)
    return caught
