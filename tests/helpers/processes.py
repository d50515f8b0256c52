"""What processes a test left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psutil


@contextmanager
def leaving_no_process() -> Iterator[None]:
    """Fails when a process started within the block lives on after it. Servers of the whole run are left alone."""
    me = psutil.Process()
    before = set(me.children(recursive=True))
    yield
    left = [process for process in me.children(recursive=True) if process not in before]
    assert left == []
