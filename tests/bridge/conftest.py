"""One asyncio loop in the GUI thread for the whole session (a loop for each test would end the application)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QApplication

from playground.bridge import Bridge
from playground.bridge.loop import GuiLoop

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds until a test that waits gives up; nothing is ever expected to take that long."""


@pytest.fixture(scope="session")
def gui_loop(qapp: QApplication) -> Iterator[GuiLoop]:
    poster = Bridge()
    loop = GuiLoop(poster.post, already_running=False)
    yield loop
    loop.close()
    poster.close_exit()


@pytest.fixture
def run(gui_loop: GuiLoop) -> Callable[[Coroutine[Any, Any, T]], T]:
    """Run a coroutine in the GUI thread's loop, with Qt's events going on."""

    def until_done(coroutine: Coroutine[Any, Any, T]) -> T:
        return gui_loop.run_until_complete(asyncio.wait_for(coroutine, PATIENCE))

    return until_done


@pytest.fixture
def bridge(run: Callable[[Coroutine[Any, Any, Any]], Any]) -> Iterator[Bridge]:
    interval = sys.getswitchinterval()
    made = Bridge()
    yield made
    if not made.closed:
        assert run(made.shutdown()), "the bridge did not end in time"
    sys.setswitchinterval(interval)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What reached `sys.excepthook`."""
    caught: list[BaseException] = []

    def hook(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
        caught.append(error)

    monkeypatch.setattr(sys, "excepthook", hook)
    return caught
