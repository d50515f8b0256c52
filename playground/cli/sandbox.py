"""`playground sandbox`: the sandbox without a window, and the weights of its model."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from playground.cli.output import FINE, REFUSED, WRONG_USAGE, print_error, print_json, say, write
from playground.core.errors import explain
from playground.core.paths import DataPaths, default_data_dir


def _folder(options: argparse.Namespace) -> Path:
    return DataPaths(options.data_dir or default_data_dir()).sandbox


def _fail(error: Exception, *, as_json: bool) -> None:
    problem = explain(error)
    if as_json:
        print_error(problem)
    else:
        say(problem.line())


def serve(options: argparse.Namespace) -> int:
    """Runs it until Ctrl+C (exit code 130) or SIGTERM (0). Raises KeyboardInterrupt."""
    from playground.sandbox.process import SandboxError

    try:
        return asyncio.run(_serve(options))
    except (SandboxError, OSError) as error:
        _fail(error, as_json=options.as_json)
        return WRONG_USAGE


async def _serve(options: argparse.Namespace) -> int:
    from playground.sandbox.process import SandboxProcess

    process = SandboxProcess(_folder(options), port=options.port, faults=options.faults)
    ended = asyncio.Event()
    last_words: list[str] = []

    def died(words: str) -> None:
        last_words.append(words)
        ended.set()

    process.died.connect(died)
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with process as endpoint:
        if options.as_json:
            faults = {"faults": options.faults} if options.faults else {}
            print_json({"base_url": endpoint.base_url, "key": endpoint.key, **faults}, line=True)
        else:
            faulty = f"Faults: {', '.join(options.faults)}\n" if options.faults else ""
            write(f"Base URL: {endpoint.base_url}\nKey: {endpoint.key}\n{faulty}".encode())
        await ended.wait()
    if last_words:
        say(last_words[0])
        return REFUSED
    return FINE


class _Progress:
    """Progress on stderr: one line that changes on a terminal, a line for each tenth elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._said = ""

    def __call__(self, done: int, total: int | None, text: str) -> None:
        share = f" {100 * done // total} %" if total else ""
        said = f"{text}{share}" if self._terminal or not total else f"{text} {10 * (10 * done // total)} %"
        if said == self._said:
            return
        self._said = said
        sys.stderr.write(f"\r\033[K{said}" if self._terminal else f"{said}\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self._terminal and self._said:
            sys.stderr.write("\n")


def fetch(options: argparse.Namespace) -> int:
    """Fetches the local model's weights; prints where they are. Raises KeyboardInterrupt."""
    from playground.sandbox.weights import WeightsError, fetch_model

    progress = _Progress()
    try:
        path = fetch_model(_folder(options), progress)
    except (WeightsError, OSError) as error:
        progress.end()
        _fail(error, as_json=options.as_json)
        return REFUSED
    progress.end()
    if options.as_json:
        print_json({"model": "smollm2-135m", "path": str(path), "bytes": path.stat().st_size}, line=True)
    else:
        write(f"{path}\n".encode())
    return FINE
