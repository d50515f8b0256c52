"""`python -m playground.sandbox` as a process: what it says, when it ends, and what it remembers."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.helpers.needs import ROOT
from tests.helpers.sandbox import Server, running_sandbox
from tests.sandbox.http import Api

posix = pytest.mark.skipif(os.name != "posix", reason="signals are sent on POSIX only")


@contextmanager
def _started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Api]]:
    """A process of our own, to be killed at will."""
    command = [sys.executable, "-m", "playground.sandbox", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout
        try:
            said = json.loads(process.stdout.readline())
            yield process, Api(Server(said["base_url"], said["key"], process.pid))
        finally:
            process.kill()


def test_it_says_one_line_and_nothing_more(tmp_path: Path) -> None:
    with _started("--state", str(tmp_path), "--key", "chosen") as (process, api):
        assert api.key == "chosen" and api.host == "127.0.0.1" and api.get("/models").status == 200
        assert process.stdin and process.stdout and process.stderr
        process.stdin.close()
        assert process.wait(10) == 0
        assert process.stdout.read() == "" and process.stderr.read() == ""


def test_keys_are_random_and_only_loopback_is_bound(tmp_path: Path) -> None:
    with _started("--state", str(tmp_path / "a")) as (one, a), _started("--state", str(tmp_path / "b")) as (_, b):
        assert a.key != b.key and len(a.key) > 30 and a.get("/models", key=b.key).status == 401
        bound = [entry.laddr for entry in psutil.Process(one.pid).net_connections() if entry.status == "LISTEN"]
        assert [(str(entry.ip), entry.port) for entry in bound] == [("127.0.0.1", a.port)]


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_at_a_signal_with_work_in_flight(tmp_path: Path, number: signal.Signals) -> None:
    with _started("--state", str(tmp_path)) as (process, api):
        body = {"model": "sandbox-echo", "input": "x", "background": True}
        started = api.make("/responses", body, headers={"X-Sandbox-Rate": "1"})
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr and process.stderr.read() == ""
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".lock"] == []
    with running_sandbox(tmp_path) as server:
        found = Api(server).get(f"/responses/{started['id']}").json
    assert found["status"] == "failed" and "stopped" in found["error"]["message"]


def test_with_stay_it_outlives_its_stdin(tmp_path: Path) -> None:
    with _started("--state", str(tmp_path), "--stay") as (process, api):
        assert process.stdin
        process.stdin.close()
        assert api.get("/models").status == 200 and process.poll() is None


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "playground.sandbox", "--state", str(tmp_path), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.PIPE, timeout=30)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and f"127.0.0.1:{port}" in done.stderr and "--port" in done.stderr


@pytest.mark.parametrize("wrong", [["--port", "70000"], ["--port", "x"], ["--echo-rate", "-1"], ["--what"]])
def test_wrong_usage_is_exit_code_2(tmp_path: Path, wrong: list[str]) -> None:
    command = [sys.executable, "-m", "playground.sandbox", "--state", str(tmp_path), *wrong]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=30)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        response = api.make("/responses", {"model": "sandbox-echo", "input": "One"})
        stream = api.post("/responses", {"model": "sandbox-echo", "input": "B", "background": True, "stream": True})
        conversation = api.make("/conversations", {"items": [{"role": "user", "content": "Two"}]})
        messages = [{"role": "user", "content": "Three"}]
        chat = api.make("/chat/completions", {"model": "sandbox-echo", "messages": messages, "store": True})
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        assert api.get(f"/responses/{response['id']}").json == response
        assert len(api.get(f"/responses/{response['id']}/input_items").json["data"]) == 1
        background = stream.events[0]["response"]["id"]
        assert api.get(f"/responses/{background}?stream=true&starting_after=2").events == stream.events[3:]
        assert api.get(f"/conversations/{conversation['id']}").json == conversation
        assert len(api.get(f"/conversations/{conversation['id']}/items").json["data"]) == 1
        assert api.get(f"/chat/completions/{chat['id']}").json == chat | {"metadata": {}}
        body = {"model": "sandbox-echo", "input": "And?", "previous_response_id": response["id"]}
        assert api.make("/responses", body)["status"] == "completed"


@posix
def test_what_a_kill_interrupted_is_failed(tmp_path: Path) -> None:
    slow = {"X-Sandbox-Rate": "2"}
    body = {"model": "sandbox-echo", "input": "x", "stream": True}
    with _started("--state", str(tmp_path)) as (process, api):
        background = api.make("/responses", {**body, "background": True, "stream": False}, headers=slow)
        connection = http.client.HTTPConnection(api.host, api.port or 80, timeout=30)
        headers = {"Authorization": f"Bearer {api.key}", "Content-Type": "application/json", **slow}
        connection.request("POST", "/v1/responses", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.readline()
        foreground = json.loads(answer.readline()[6:])["response"]
        process.kill()
        process.wait(10)
        connection.close()
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        for interrupted in (background, foreground):
            found = api.get(f"/responses/{interrupted['id']}").json
            assert found["status"] == "failed" and found["error"]["code"] == "server_error"
        events = api.get(f"/responses/{background['id']}?stream=true").events
        assert events[0]["type"] == "response.created" and events[-1]["type"] == "response.failed"
        assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_two_servers_share_a_state_without_failing_each_other(tmp_path: Path) -> None:
    body = {"model": "sandbox-echo", "input": "x", "background": True}
    with running_sandbox(tmp_path) as first:
        started = Api(first).make("/responses", body, headers={"X-Sandbox-Rate": "1"})
        with running_sandbox(tmp_path) as second:
            found = Api(second).get(f"/responses/{started['id']}").json
            assert found["status"] in ("queued", "in_progress")
        assert Api(first).make(f"/responses/{started['id']}/cancel", None)["status"] == "cancelled"
