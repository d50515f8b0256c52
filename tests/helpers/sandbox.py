"""The real sandbox, in its own process, for the tests of everything that talks to a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.needs import ROOT


@dataclass(frozen=True)
class Server:
    """An address and its key; `base_url` ends in /v1. `pid` is the server's process."""

    base_url: str
    key: str
    pid: int


@contextmanager
def running_sandbox(state: Path, *more: str, timeout: float = 30.0) -> Iterator[Server]:
    """`python -m playground.sandbox`, until the block ends. AssertionError, with its stderr, if it ends early."""
    command = [sys.executable, "-m", "playground.sandbox", "--state", str(state), "--port", "0", *more]
    errors: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        drain = threading.Thread(target=errors.extend, args=(process.stderr,), name="sandbox-stderr", daemon=True)
        drain.start()
        overdue = threading.Timer(timeout, process.kill)
        overdue.start()
        try:
            line = process.stdout.readline()
            overdue.cancel()
            if not line:
                process.wait(5)
                drain.join(5)
                raise AssertionError("the sandbox did not start:\n" + "".join(errors[-40:]))
            said = json.loads(line)
            yield Server(said["base_url"], said["key"], process.pid)
        finally:
            overdue.cancel()
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
            drain.join(5)
