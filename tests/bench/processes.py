"""The processes of a bench: the server, and children that print one JSON line."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
"""Seconds until a child that hangs is ended."""


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process' environment without keys, and with an offscreen display where there is none."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    if not (clean.get("DISPLAY") or clean.get("WAYLAND_DISPLAY")):
        clean.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Installed programs have their bytecode; a checkout may be kept free of it.
    clean.pop("PYTHONDONTWRITEBYTECODE", None)
    clean["PYTHONPYCACHEPREFIX"] = _bytecode()
    clean["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    clean["PYTHONPATH"] = str(ROOT)
    return {**clean, **(more or {})}


@cache
def _bytecode() -> str:
    """A folder for the bytecode of this run's children."""
    folder = tempfile.mkdtemp(prefix="playground-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run_child(module: str, *args: object, env: Mapping[str, str] | None = None) -> Any:
    """Run `python -m module args…` and give what it printed. Raises RuntimeError where it failed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, args)],
        env=environment(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise RuntimeError(f"{module} {args} ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(lines[-1])


@contextmanager
def server() -> Iterator[int]:
    """The bench server; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server"],
        env=environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
