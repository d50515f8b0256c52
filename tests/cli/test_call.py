"""`playground call`: the real process against the real sandbox."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.paths import DataPaths
from tests.helpers.needs import ROOT
from tests.helpers.sandbox import Server
from tests.helpers.served import ECHO, SERVED
from tests.helpers.servers import RecordingServer, Reply


def start(*arguments: object, **more: Any) -> subprocess.Popen[bytes]:
    """The real program. `environ` adds to the environment."""
    environ = {**os.environ, "PYTHONUNBUFFERED": "", **more.pop("environ", {})}
    return subprocess.Popen(
        [sys.executable, "-m", "playground", *map(str, arguments)],
        stdin=more.pop("stdin", subprocess.PIPE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environ,
        **more,
    )


def run(*arguments: object, stdin: bytes = b"", **more: Any) -> tuple[int, bytes, bytes]:
    with start(*arguments, **more) as process:
        out, err = process.communicate(stdin, timeout=60)
    return process.returncode, out, err


def error_of(err: bytes) -> dict[str, Any]:
    """stderr is one line of JSON, and nothing else."""
    lines = err.decode().splitlines()
    assert len(lines) == 1, err
    error: dict[str, Any] = json.loads(lines[0])["error"]
    assert error.keys() == {"message", "type", "code", "param", "status", "request_id", "explanation"}
    assert error["message"]
    return error


def at(server: Server | RecordingServer) -> dict[str, str]:
    """The environment's profile at a server."""
    return {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": getattr(server, "key", "sk-none")}


def test_the_sandbox_is_a_child_for_the_call(tmp_path: Path) -> None:
    code, out, err = run("call", "models.list", "--data-dir", tmp_path)
    assert (code, err) == (0, b"")
    assert ECHO in [model["id"] for model in json.loads(out)["data"]]
    paths = DataPaths(tmp_path)
    store = ExchangeStore.open(paths.exchanges)
    try:
        (recorded,) = store.recent()
        assert (recorded.sdk_method, recorded.origin, recorded.profile) == ("models.list", "cli", "Sandbox")
    finally:
        store.close()
    assert {path.name.split(".")[0] for path in tmp_path.iterdir()} == {"exchanges", "sandbox"}


@pytest.mark.slow
def test_every_method_plain_and_streamed(tmp_path: Path, sandbox_server: Server) -> None:
    kept: dict[str, str] = {}
    for served in SERVED:
        body = json.dumps(served.filled(kept))
        stream = ["--stream"] if served.stream else []
        code, out, err = run(
            *("call", served.method, "--data-dir", tmp_path, "--json", body, *stream), environ=at(sandbox_server)
        )
        assert (code, err) == (0, b""), served
        if served.stream:
            events = [json.loads(line) for line in out.splitlines()]
            assert len(events) > 2, served
            assert all(served.expect in event for event in events)
        else:
            answer = json.loads(out)
            assert served.expect in answer
            served.take(answer, kept)


def test_files_and_sound_both_ways(tmp_path: Path, sandbox_server: Server) -> None:
    def call(method: str, body: dict[str, Any], *more: object) -> Any:
        arguments = ("call", method, "--data-dir", tmp_path, "--json", json.dumps(body), *more)
        code, out, err = run(*arguments, environ=at(sandbox_server))
        assert (code, err) == (0, b""), err
        return json.loads(out)

    sound, back, picture = tmp_path / "a.mp3", tmp_path / "b.mp3", tmp_path / "a.png"
    spoken = call("audio.speech.create", {"model": "tts-1", "voice": "alloy", "input": "Hello you"}, "-o", sound)
    assert spoken["content_type"] == "audio/mpeg" and spoken["bytes"] == sound.stat().st_size
    heard = call("audio.transcriptions.create", {"model": "whisper-1", "file": f"@{sound}"})
    assert "0.6 s of sound in a.mp3" in heard["text"]
    made = call("files.create", {"file": f"@{sound}", "purpose": "user_data"})
    call("files.content", {"file_id": made["id"]}, "-o", back)
    assert back.read_bytes() == sound.read_bytes()
    drawn = call("images.generate", {"prompt": "A lighthouse", "size": "256x256"})
    picture.write_bytes(base64.b64decode(drawn["data"][0]["b64_json"]))
    assert call("images.edit", {"image": f"@{picture}", "prompt": "Night"})["size"] == "1024x1024"


def test_flags_before_and_after(tmp_path: Path) -> None:
    for number, arguments in enumerate(
        (
            ("--data-dir", tmp_path / "0", "--sandbox", "--log-level", "error", "call", "models.list"),
            ("call", "--data-dir", tmp_path / "1", "--sandbox", "--log-level", "error", "models.list"),
            ("--data-dir", tmp_path / "2", "call", "models.list", "--profile", "sandbox"),
        )
    ):
        # The flag wins over the environment, whose server is not there.
        code, out, _ = run(*arguments, environ={"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_API_KEY": "x"})
        assert code == 0
        assert ECHO.encode() in out
        assert DataPaths(tmp_path / str(number)).exchanges.is_file()


def test_the_body_from_a_file_and_from_stdin(tmp_path: Path, recording_server: RecordingServer) -> None:
    body = {"model": "m", "input": "Grüße"}
    file = tmp_path / "body.json"
    file.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    for given, stdin in ((f"@{file}", b""), ("-", file.read_bytes()), (json.dumps(body), b"")):
        recording_server.add("/responses", Reply.of_json({"id": "Ä", "object": "response"}))
        code, out, _ = run(
            *("call", "responses.create", "--data-dir", tmp_path / "data", "--json", given),
            stdin=stdin,
            # An ASCII locale must not break what is printed.
            environ={**at(recording_server), "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        )
        assert code == 0
        assert json.loads(out) == {"id": "Ä", "object": "response"}
        assert recording_server.received[-1].json() == body


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["call", "responses.create", "--json", "{bad"], "no JSON"),
        (["call", "responses.create", "--json", "[1]"], "no JSON object"),
        (["call", "responses.create", "--json", "@/nowhere.json"], "/nowhere.json"),
        (["call", "responses.retrieve"], "response_id"),
        (["call", "respones.create"], "responses.create"),
        (["call", "models.list", "-o", "/nowhere/file"], "/nowhere"),
        (["call", "models.list", "--profile", "Nobody"], "Sandbox"),
        (["call", "files.create", "--json", '{"file": "@/nowhere.txt", "purpose": "p"}'], "/nowhere.txt"),
    ],
)
def test_wrong_usage_is_json_and_2(tmp_path: Path, arguments: list[str], words: str, sandbox_server: Server) -> None:
    code, out, err = run("--data-dir", tmp_path, *arguments, environ=at(sandbox_server))
    assert (code, out) == (2, b"")
    error = error_of(err)
    assert words in error["message"]
    assert error["status"] is None


def test_the_apis_no_is_1(tmp_path: Path, sandbox_server: Server) -> None:
    arguments = ("call", "responses.create", "--data-dir", tmp_path, "--json", '{"model": "nope", "input": "x"}')
    code, out, err = run(*arguments, environ=at(sandbox_server))
    assert (code, out) == (1, b"")
    error = error_of(err)
    assert (error["status"], error["code"], error["param"]) == (404, "model_not_found", "model")
    assert error["request_id"].startswith("req_")


def test_a_stream_that_fails_is_1(tmp_path: Path, recording_server: RecordingServer) -> None:
    failed = {"type": "response.failed", "response": {"error": {"code": "server_error", "message": "Oh no"}}}
    recording_server.add("/responses", Reply.of_events([{"type": "response.created"}, failed]))
    code, out, err = run("call", "responses.create", "--stream", "--data-dir", tmp_path, environ=at(recording_server))
    assert code == 1
    assert [json.loads(line)["type"] for line in out.splitlines()] == ["response.created", "response.failed"]
    assert error_of(err)["code"] == "server_error"


def test_no_connection_is_3(tmp_path: Path, recording_server: RecordingServer) -> None:
    nobody = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OPENAI_API_KEY": "sk-nobody"}
    code, out, err = run("call", "models.list", "--data-dir", tmp_path, environ=nobody)
    assert (code, out) == (3, b"")
    assert error_of(err)["code"] == "refused"
    events = Reply.of_events([{"type": "response.created"}, {"type": "response.in_progress"}], cut_after=60)
    recording_server.add("/responses", events)
    code, out, err = run("call", "responses.create", "--stream", "--data-dir", tmp_path, environ=at(recording_server))
    assert code == 3
    assert json.loads(out) == {"type": "response.created"}
    assert error_of(err)["type"] == "connection_error"


def test_no_key_anywhere(tmp_path: Path) -> None:
    environ = {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": "sk-\u00e4 b"}
    code, _, err = run("call", "models.list", "--data-dir", tmp_path, environ=environ)
    assert code == 2
    assert "OPENAI_API_KEY" in error_of(err)["message"]


def test_a_closed_pipe_is_fine(tmp_path: Path, recording_server: RecordingServer) -> None:
    events = [{"type": "response.output_text.delta", "delta": "x" * 1000}] * 2000
    recording_server.add("/responses", Reply.of_events(events))
    arguments = ("call", "responses.create", "--stream", "--data-dir", tmp_path)
    with start(*arguments, environ=at(recording_server)) as process:
        assert process.stdout and process.stderr
        assert json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_events_are_printed_as_they_come(tmp_path: Path, recording_server: RecordingServer) -> None:
    hold = threading.Event()
    reply = Reply.of_events([{"type": "a"}, {"type": "b"}], hold=hold)
    reply.hold_after = reply.body.index(b"event: b")
    recording_server.add("/responses", reply)
    too_late = threading.Timer(30, hold.set)
    too_late.start()
    try:
        with start(
            *("call", "responses.create", "--stream", "--data-dir", tmp_path), environ=at(recording_server)
        ) as process:
            assert process.stdout
            assert json.loads(process.stdout.readline()) == {"type": "a"}
            assert not hold.is_set(), "the first event came with the second"
            hold.set()
            assert json.loads(process.stdout.readline()) == {"type": "b"}
            assert process.wait(30) == 0
    finally:
        too_late.cancel()
        hold.set()


def test_interrupted_is_130(tmp_path: Path, recording_server: RecordingServer) -> None:
    hold = threading.Event()
    reply = Reply.of_events([{"type": "a"}, {"type": "b"}], hold=hold)
    reply.hold_after = reply.body.index(b"event: b")
    recording_server.add("/responses", reply)
    try:
        with start(
            *("call", "responses.create", "--stream", "--data-dir", tmp_path), environ=at(recording_server)
        ) as process:
            assert process.stdout and process.stderr
            assert process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
            assert process.stderr.read() == b""
    finally:
        hold.set()
    store = ExchangeStore.open(DataPaths(tmp_path).exchanges)
    try:
        assert store.recent()[0].state == "cancelled"
    finally:
        store.close()


def test_all_pages_and_files(tmp_path: Path, recording_server: RecordingServer) -> None:
    for ids, more in (("ab", True), ("c", False)):
        page = {"object": "list", "data": [{"id": x, "object": "file"} for x in ids], "has_more": more}
        recording_server.add("/files", Reply.of_json(page))
    recording_server.add("/files/a/content", Reply(b"\0\xff", content_type="application/octet-stream", forever=True))
    common = ("--data-dir", tmp_path)
    code, out, _ = run("call", "files.list", "--all", *common, environ=at(recording_server))
    assert code == 0
    assert [entry["id"] for entry in json.loads(out)] == ["a", "b", "c"]
    file = tmp_path / "content.bin"
    arguments = ("call", "files.content", "--json", '{"file_id": "a"}', *common)
    code, out, _ = run(*arguments, "-o", file, environ=at(recording_server))
    assert (code, file.read_bytes()) == (0, b"\0\xff")
    assert json.loads(out)["bytes"] == 2
    code, out, _ = run(*arguments, environ=at(recording_server))
    assert (code, out) == (0, b"\0\xff"), "a pipe can take bytes"


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_terminal_gets_no_bytes(tmp_path: Path, recording_server: RecordingServer) -> None:
    import pty

    main, terminal = pty.openpty()
    try:
        environ = {**os.environ, **at(recording_server)}
        arguments = ("call", "files.content", "--json", '{"file_id": "a"}', "--data-dir", str(tmp_path))
        process = subprocess.run(
            [sys.executable, "-m", "playground", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environ,
            check=False,
            timeout=60,
        )
    finally:
        os.close(main)
        os.close(terminal)
    assert process.returncode == 2
    assert "-o FILE" in error_of(process.stderr)["message"]
    assert recording_server.received == [], "nothing was asked for, nothing is paid for"


def test_what_a_terminal_would_obey_is_escaped(tmp_path: Path, recording_server: RecordingServer) -> None:
    hidden = "\x1b[31m\x9b0m\u202e\x7f"
    recording_server.add("/models/m", Reply.of_json({"id": f"m{hidden}", "object": "model"}))
    arguments = ("call", "models.retrieve", "--json", '{"model": "m"}', "--data-dir", tmp_path)
    code, out, _ = run(*arguments, environ=at(recording_server))
    assert code == 0
    assert json.loads(out)["id"] == f"m{hidden}"
    assert out.decode().replace("\n", "").isprintable()
