"""The programs in Python and cURL run: each method that the sandbox serves, one after another, against the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.catalog import read_catalog
from playground.core.codegen import CallRequest, call_program
from playground.core.dryrun import DryRun
from playground.core.profiles import KeySource, Profile
from tests.core.house import House
from tests.helpers.sandbox import Server
from tests.helpers.served import SERVED

PYTHON = """
import contextlib, io, json, sys, traceback
import openai
for line in sys.stdin:
    out, error = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(json.loads(line), "program", "exec"), {"__name__": "__main__"})
    except BaseException:
        error = traceback.format_exc()
    print(json.dumps([out.getvalue(), error]), flush=True)
"""
Execute = Callable[[str], tuple[str, str]]


@contextlib.contextmanager
def executor(language: str, server: Server) -> Iterator[Execute]:
    """What runs a program and gives what it printed, and what went wrong."""
    environ = {**os.environ, "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": server.key, "PYTHONUTF8": "1"}
    if language == "curl":

        def execute_curl(text: str) -> tuple[str, str]:
            done = subprocess.run(["bash", "-c", text], env=environ, capture_output=True, timeout=60, check=False)
            return done.stdout.decode(), "" if done.returncode == 0 else f"{done.returncode}: {done.stderr.decode()}"

        yield execute_curl
        return
    with subprocess.Popen(
        [sys.executable, "-c", PYTHON], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        stdin, stdout = child.stdin, child.stdout

        def execute_python(text: str) -> tuple[str, str]:
            stdin.write(json.dumps(text) + "\n")
            stdin.flush()
            out, error = json.loads(stdout.readline())
            return out, error

        yield execute_python
        stdin.close()


def values(text: str) -> list[Any]:
    """The JSON values that were printed one after another; of a stream of cURL's the events."""
    lines = [line.removeprefix("data:").strip() for line in text.splitlines() if line.startswith("data:")]
    text = "\n".join(line for line in lines if line != "[DONE]") if lines else text
    found, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:  # a text: what a stream of words prints
            found.append(text[at:])
            break
        found.append(value)
    return found


@pytest.mark.parametrize("language", ["python", "curl"])
def test_all_that_the_sandbox_serves(house: House, sandbox_server: Server, tmp_path: Path, language: str) -> None:
    if language == "curl" and shutil.which("curl") is None:
        pytest.skip("no curl: apt-get install curl")
    catalog = read_catalog(tmp_path)
    assert catalog is not None
    profile = Profile.new("Box", base_url=sandbox_server.base_url, key=KeySource.NONE)
    kept: dict[str, str] = {}

    async def go() -> None:
        run = DryRun(house.manager())
        for served in SERVED:
            arguments = served.filled(kept)
            wire = await run.call(profile, served.method, arguments, stream=served.stream)
            entry = catalog.methods[served.method]
            request = CallRequest(entry, arguments, sandbox_server.base_url, stream=served.stream, wire=wire)
            out, error = await asyncio.to_thread(execute, call_program(language, request))
            assert not error, (served, error)
            found = values(out)
            assert found or served.method == "files.list", (served, out)
            if served.keep:  # a program in Python prints a list's items one by one
                first = found[0] if "data" in found[0] or not served.method.endswith("list") else {"data": found}
                served.take(first, kept)
        await run.aclose()

    with executor(language, sandbox_server) as execute:
        asyncio.run(go())
    assert len(kept) >= 6
