"""The fixtures of the window's tests, for those that see the same fault in the window and on the command line."""

from __future__ import annotations

from tests.shell.conftest import faults, gui_loop, make, run, server

__all__ = ["faults", "gui_loop", "make", "run", "server"]
