"""Steady, openai-python's own mock server: it checks each request against the API's OpenAPI document.

It answers precise 400s for what does not fit and has no usable streams. It is mounted at "/", so a base URL for it
has no /v1.
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.needs import SHARED, shared

_SHAPES = ("query-array", "form-array", "query-object", "form-object")


def _listening(steady: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it accepts connections; it says nothing else that could be waited for. False when it ends."""
    end = time.monotonic() + 30
    while steady.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except ConnectionRefusedError:
            try:
                steady.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
    return False


@contextmanager
def running_steady(program: Path) -> Iterator[str]:
    """Its base URL, until the block ends. Skips the test where the OpenAPI document is absent."""
    document = shared("openapi", "openapi.yaml")
    if document is None:
        pytest.skip(f"needs {SHARED / 'openapi' / 'openapi.yaml'} (PLAYGROUND_SHARED points elsewhere)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    shapes = [f"--validator-{shape}-format=brackets" for shape in _SHAPES]
    command = [str(program), "--host", "127.0.0.1", "-p", str(port), *shapes, str(document)]
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ) as steady,
    ):
        try:
            if not _listening(steady, port):
                log.seek(0)
                raise AssertionError("Steady did not start:\n" + log.read()[-2000:])
            yield f"http://127.0.0.1:{port}"
        finally:
            steady.terminate()
