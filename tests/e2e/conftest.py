"""The fixtures of the window's tests, for those that see the same fault in the window and on the command line; and a
look through all that was written, after every one of them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shell.conftest import faults, gui_loop, make, run, server

__all__ = ["faults", "gui_loop", "make", "run", "server"]

KEY = b"sk-test-0123456789"
"""What the keys of these tests begin with. test_canary has a session of its own with a stranger one."""
FORMS = (KEY, KEY[::-1], KEY.hex().encode(), base64.b64encode(KEY))


@pytest.fixture(autouse=True)
def no_key_in_files(tmp_path: Path) -> Iterator[None]:
    """However a test makes the program fail (a full disk, a damaged log, a proxy, a kill), its key is in no file."""
    yield
    files = [file for file in tmp_path.rglob("*") if file.is_file() and not file.is_symlink()]
    files = [file for file in files if "site-packages" not in file.parts]  # of an environment that a test made
    held = [str(file.relative_to(tmp_path)) for file in files if any(form in file.read_bytes() for form in FORMS)]
    assert held == []
