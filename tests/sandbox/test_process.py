"""The sandbox's process: it starts, is watched, starts again, and nothing of it outlives the app."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from playground.sandbox.process import Endpoint, SandboxError, SandboxProcess
from tests.helpers.needs import GGUF, ROOT
from tests.helpers.processes import leaving_no_process

STAND_IN = "tests.helpers.stand_in"


def _free(endpoint: Endpoint) -> bool:
    """Whether nobody listens there any more."""
    port = urlsplit(endpoint.base_url).port
    assert port
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except ConnectionRefusedError:
        return True
    return False


def test_it_starts_says_where_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real")

    async def main() -> tuple[Endpoint, int]:
        process = SandboxProcess(tmp_path / "state", module=STAND_IN)
        assert not process.alive and process.endpoint is None
        first = await process.start()
        assert process.alive and process.endpoint == first and not _free(first)
        assert await process.start() == first
        pid = process.pid
        assert pid is not None
        await process.stop()
        assert not process.alive and process.pid is None
        return first, pid

    endpoint, pid = asyncio.run(main())
    assert endpoint.base_url.startswith("http://127.0.0.1:") and endpoint.base_url.endswith("/v1")
    assert not psutil.pid_exists(pid) and _free(endpoint)
    seen = json.loads((tmp_path / "state" / "environ.json").read_text())
    assert "OPENAI_API_KEY" not in seen


def test_it_starts_from_a_loop_in_a_worker_thread(tmp_path: Path) -> None:
    found: list[Endpoint] = []

    async def main() -> None:
        async with SandboxProcess(tmp_path, module=STAND_IN) as endpoint:
            found.append(endpoint)

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    thread.join(30)
    assert found and _free(found[0])


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("crash", "no wish to live"),
        ("silent", "within 1 s"),
        ("rude", "unexpected"),
    ],
)
def test_a_start_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, words: str) -> None:
    monkeypatch.setenv("STAND_IN", way)

    async def main() -> None:
        # A process that is only slow to start on a busy machine must not look silent.
        timeout = 1.0 if way == "silent" else 20.0
        process = SandboxProcess(tmp_path, module=STAND_IN, start_timeout=timeout)
        with pytest.raises(SandboxError) as raised:
            await process.start()
        assert words in raised.value.cause and raised.value.remedy
        assert not process.alive
        await process.stop()

    with leaving_no_process():
        asyncio.run(main())


def test_a_child_that_will_not_end_is_made_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "deaf")
    monkeypatch.setattr("playground.sandbox.process._STOP_TIMEOUT", 0.3)

    async def main() -> int:
        process = SandboxProcess(tmp_path, module=STAND_IN)
        await process.start()
        pid = process.pid
        await process.stop()
        assert pid is not None
        return pid

    assert not psutil.pid_exists(asyncio.run(main()))


def test_an_unexpected_death_is_told_and_a_restart_keeps_the_address(tmp_path: Path) -> None:
    async def main() -> None:
        process = SandboxProcess(tmp_path, module=STAND_IN)
        told: asyncio.Queue[str] = asyncio.Queue()
        process.died.connect(told.put_nowait)
        first = await process.start()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        words = await asyncio.wait_for(told.get(), 10)
        assert "signal 9" in words and not process.alive
        assert await process.start() == first
        await process.stop()
        assert told.empty()

    asyncio.run(main())


def test_a_restart_finds_another_port_when_its_own_is_taken(tmp_path: Path) -> None:
    async def main() -> None:
        process = SandboxProcess(tmp_path, module=STAND_IN)
        first = await process.start()
        await process.stop()
        with socket.create_server(("127.0.0.1", urlsplit(first.base_url).port or 0)):
            second = await process.start()
            assert second.base_url != first.base_url and second.key == first.key
            await process.stop()

    asyncio.run(main())


def test_the_childs_log_lines_are_forwarded_at_their_level(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with SandboxProcess(tmp_path, module=STAND_IN):
            pass

    with caplog.at_level(logging.INFO, logger="playground.sandbox.child"):
        asyncio.run(main())
    assert ("playground.sandbox.child", logging.WARNING, "stand-in WARNING the stand-in starts") in caplog.record_tuples


_PARENT = """
import asyncio, sys
from pathlib import Path
from playground.sandbox.process import SandboxProcess
async def main():
    process = SandboxProcess(Path(sys.argv[1]), module=sys.argv[2])
    endpoint = await process.start()
    print(endpoint.base_url, endpoint.key, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def _killed_in_mid_work(state: Path, module: str, work: str = "") -> tuple[Endpoint, list[psutil.Process]]:
    """Start an app that starts a sandbox, let it work, kill the app with -9: the address, and every process it had."""
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(state), module], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout
        base_url, key = parent.stdout.readline().split()
        if work:
            subprocess.run([sys.executable, "-c", work, base_url, key], check=True, timeout=120)
        family = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
        parent.wait(10)
    return Endpoint(base_url, key), family


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_nothing_outlives_an_app_that_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "parent")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    endpoint, family = _killed_in_mid_work(tmp_path / "state", STAND_IN)
    assert len(family) == 2, "the stand-in and its own child"
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert _free(endpoint)
    assert list((tmp_path / "tmp").iterdir()) == []


_STREAM = """
import sys, urllib.request, json
body = {"model": "smollm2-135m", "stream": True, "max_completion_tokens": 500,
        "messages": [{"role": "user", "content": "Tell a long story."}]}
request = urllib.request.Request(sys.argv[1] + "/chat/completions", json.dumps(body).encode(),
    {"Authorization": "Bearer " + sys.argv[2], "Content-Type": "application/json"})
answer = urllib.request.urlopen(request, timeout=60)
for _ in range(6):
    answer.readline()
"""


@pytest.mark.model
def test_the_real_sandbox_and_its_model_end_with_a_killed_app(
    tmp_path: Path, weights_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, temporary = tmp_path / "state", tmp_path / "tmp"
    state.mkdir()
    temporary.mkdir()
    (state / GGUF).symlink_to(weights_folder / GGUF)
    monkeypatch.setenv("TMPDIR", str(temporary))
    endpoint, family = _killed_in_mid_work(state, "playground.sandbox", _STREAM)
    assert len(family) == 2, "the sandbox and the model"
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert _free(endpoint)
    assert list(temporary.iterdir()) == []


def test_the_real_sandbox_starts_and_stops(tmp_path: Path) -> None:
    async def main() -> Endpoint:
        process = SandboxProcess(tmp_path, key="sk-chosen")
        endpoint = await process.start()
        assert endpoint.key == "sk-chosen"
        assert await process.restart() == endpoint
        await process.stop()
        return endpoint

    assert _free(asyncio.run(main()))
