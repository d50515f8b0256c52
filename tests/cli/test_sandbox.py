"""`playground sandbox`: the sandbox alone, and its model's weights."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request
from pathlib import Path

import psutil
import pytest

from playground.sandbox.faults import KINDS
from tests.cli.test_call import error_of, run, start


def asked(base_url: str, key: str) -> bytes:
    request = urllib.request.Request(f"{base_url}/models", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        content: bytes = answer.read()
    return content


@pytest.mark.parametrize("as_json", [False, True])
def test_it_says_where_it_is_and_ends(tmp_path: Path, as_json: bool) -> None:
    with start("sandbox", *(["--json"] if as_json else []), "--data-dir", tmp_path) as process:
        assert process.stdout and process.stderr
        if as_json:
            said = json.loads(process.stdout.readline())
        else:
            lines = [process.stdout.readline().decode().strip() for _ in range(2)]
            said = dict(zip(("base_url", "key"), (line.partition(": ")[2] for line in lines), strict=True))
        assert b"sandbox-echo" in asked(said["base_url"], said["key"])
        (child,) = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGINT if as_json else signal.SIGTERM)
        assert process.wait(20) == (130 if as_json else 0)
        assert process.stderr.read() == b""
        child.wait(10)
    with pytest.raises(OSError):
        asked(said["base_url"], said["key"])


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run("sandbox", "--port", port, "--data-dir", tmp_path)
        assert (code, out) == (2, b"")
        assert err.startswith(b"playground: The sandbox did not start.")
        assert b"Traceback" not in err
        code, _, err = run("--data-dir", tmp_path, "sandbox", "--port", port, "--json")
        assert code == 2
        assert error_of(err)["message"]


def test_faults_are_put_on_and_said(tmp_path: Path) -> None:
    for more, expected in ((["--json"], b'"faults": ["503=5", "tls"]'), ([], b"Faults: 503=5, tls")):
        with start("sandbox", "--fault", "503", "--fault=tls", *more, "--data-dir", tmp_path) as process:
            assert process.stdout
            said = b"".join(process.stdout.readline() for _ in range(1 if more else 3))
            assert expected in said and b"https://127.0.0.1:" in said
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


@pytest.mark.parametrize("fault", ["nothing", "stall=much", "401=2"])
def test_what_is_no_fault_is_wrong_usage(tmp_path: Path, fault: str) -> None:
    code, out, err = run("sandbox", "--fault", fault, "--data-dir", tmp_path)
    assert (code, out) == (2, b"") and b"Traceback" not in err and fault.partition("=")[0].encode() in err


def test_the_help_lists_every_fault() -> None:
    code, out, _ = run("sandbox", "--help")
    assert code == 0
    for kind in KINDS:
        assert f"\n  {kind.usage} ".encode() in out


def test_its_end_is_told(tmp_path: Path) -> None:
    with start("sandbox", "--data-dir", tmp_path) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.readline()
        (child,) = psutil.Process(process.pid).children()
        child.kill()
        assert process.wait(20) == 1
        assert b"ended unexpectedly" in process.stderr.read()


def test_weights_that_cannot_be_fetched(tmp_path: Path) -> None:
    code, out, err = run(
        "sandbox",
        "fetch-model",
        "--json",
        "--data-dir",
        tmp_path,
        environ={"PIP_INDEX_URL": "http://127.0.0.1:1/", "PIP_RETRIES": "0"},
    )
    assert (code, out) == (1, b"")
    assert json.loads(err.splitlines()[-1])["error"]["message"]
    assert b"Traceback" not in err


@pytest.mark.model
@pytest.mark.vectors
def test_the_models_path(tmp_path: Path, weights_folder: Path) -> None:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    for weights in weights_folder.iterdir():
        (folder / weights.name).symlink_to(weights)
    code, out, _ = run("sandbox", "fetch-model", "--data-dir", tmp_path)
    assert code == 0
    assert Path(out.decode().strip()).is_file()
    code, out, _ = run("sandbox", "fetch-model", "--json", "--data-dir", tmp_path)
    assert code == 0
    assert json.loads(out)["model"] == "smollm2-135m"
