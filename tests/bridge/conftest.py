"""A bridge for each test, on the one loop of the GUI thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from playground.bridge import Bridge
from tests.helpers.gui import PATIENCE, Run, faults, gui_loop, run

__all__ = ["PATIENCE", "faults", "gui_loop", "run"]


@pytest.fixture
def bridge(run: Run) -> Iterator[Bridge]:
    interval = sys.getswitchinterval()
    made = Bridge()
    yield made
    if not made.closed:
        assert run(made.shutdown()), "the bridge did not end in time"
    sys.setswitchinterval(interval)
