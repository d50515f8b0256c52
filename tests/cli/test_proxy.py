"""`playground proxy`: records what another program sends, without a window."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.test_call import error_of, run, start
from tests.helpers.servers import RecordingServer, Reply

KEY = "canary-cli-key-0123456789"


def asked(url: str, key: str = KEY, **headers: str) -> int:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}", **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("as_json", [False, True])
def test_calls_are_printed_and_in_the_log(tmp_path: Path, recording_server: RecordingServer, as_json: bool) -> None:
    recording_server.add("/models", Reply.of_json({"object": "list", "data": []}))
    more = ["--json"] if as_json else []
    upstream = recording_server.base_url
    with start("proxy", "--upstream", upstream, "--port", 0, *more, "--data-dir", tmp_path) as process:
        assert process.stdout and process.stderr
        first = process.stdout.readline()
        base_url = json.loads(first)["base_url"] if as_json else first.decode().strip().partition("=")[2]
        if as_json:
            assert json.loads(first) == {"base_url": base_url, "upstream": upstream}
        else:
            assert process.stdout.readline().decode().strip() == f"Recording what goes to {upstream}"
        assert asked(f"{base_url}/models") == 200
        assert asked(f"{base_url}/nothing") == 404
        lines = [process.stdout.readline().decode() for _ in range(2)]
        if as_json:
            said = [json.loads(line) for line in lines]
            assert [(line["path"], line["status"], line["sdk_method"]) for line in said] == [
                ("/models", 200, "models.list"), ("/nothing", 404, None),
            ]  # fmt: skip
        else:
            assert "  200  GET  /models  " in lines[0] and "  404  GET  /nothing  " in lines[1]
        assert asked(f"{base_url}/models", Origin="https://a.example") == 403
        assert b"refused: Requests from web pages" in process.stderr.readline()
        process.send_signal(signal.SIGINT if as_json else signal.SIGTERM)
        assert process.wait(20) == (130 if as_json else 0)
        assert process.stderr.read() == b""
    code, out, _ = run("requests", "list", "--json", "--data-dir", tmp_path, "origin:proxy")
    assert code == 0
    assert out.count(b'"/models"') == 1 and out.count(b'"/nothing"') == 1
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file


def test_before_the_sandbox_with_its_key_put_in(tmp_path: Path) -> None:
    with start("proxy", "--sandbox", "--add-key", "--port", 0, "--json", "--data-dir", tmp_path) as process:
        assert process.stdout
        said = json.loads(process.stdout.readline())
        assert said["key"].startswith("sk-proxy-")
        assert asked(f"{said['base_url']}/models") == 401
        assert asked(f"{said['base_url']}/models", said["key"]) == 200
        assert json.loads(process.stdout.readline())["status"] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_what_cannot_be_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run("proxy", "--upstream", "http://127.0.0.1:9/v1", "--port", port, "--data-dir", tmp_path)
    assert (code, out) == (2, b"")
    assert f"port {port} cannot be had".encode() in err and b"Traceback" not in err
    code, _, err = run("proxy", "--upstream", "nonsense", "--json", "--data-dir", tmp_path)
    assert code == 2 and error_of(err)["code"] == "bad_base_url"
    code, _, err = run("proxy", "--upstream", "http://h/v1", "--add-key", "--data-dir", tmp_path)
    assert code == 2 and b"do not go together" in err
    code, _, err = run("proxy", "--port", "many", "--data-dir", tmp_path)
    assert code == 2 and b"is no port" in err
