"""A child process that ends with its parent, however the parent ends.

The parent keeps the write end of the child's stdin open and never writes to it; the kernel closes it when the
parent ends, also by SIGKILL, and the child reads the end of the file. On Linux the kernel also sends SIGKILL,
for a child that is stuck in native code and cannot read.

Run as a script, it runs another module tied in this way: `python -P lifeline.py pip download ...`. It imports
nothing of the package, so that any interpreter can run it.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
from pathlib import Path

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
"""Where children of the package's own modules start, so that `python -m playground...` finds this package."""
PR_SET_PDEATHSIG = 1
SIGKILL = 9


def die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that started it ends; does nothing elsewhere.

    Call it first thing in a child: a parent that ended before the call is noticed by the end of stdin.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def exit_at_stdin_end() -> None:
    """End this process at once, with exit code 0, when its stdin ends; watched by a daemon thread."""

    def watch() -> None:
        descriptor = sys.stdin.fileno()
        while os.read(descriptor, 4096):
            pass
        os._exit(0)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _main() -> None:
    die_with_parent()
    exit_at_stdin_end()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main()
