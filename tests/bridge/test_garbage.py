"""No collection in the midst of a destructor: about once in a hundred ends it waited for itself for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHILD = Path(__file__).with_name("garbage_child.py")


def test_objects_are_destroyed_after_the_bridges_end_however_much_garbage_there_is() -> None:
    done = subprocess.run([sys.executable, str(CHILD)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "gone\n", "")
